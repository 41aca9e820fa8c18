"""One folder a command; none imports another."""
