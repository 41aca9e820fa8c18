"""An echo, fault and static-file server."""
