"""Static files: what a request names, what may be opened, what of it is sent and how."""
