"""Show and check the configuration file."""
