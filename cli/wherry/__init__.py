"""wherry: one executable for HTTP infrastructure work."""
