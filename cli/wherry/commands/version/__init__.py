"""Print the version, and what it was built from."""
