"""Where sockets live: dialling, names, TLS, HTTP, and the probes that use them."""
