"""Where releases are published: each forge behind one interface."""
