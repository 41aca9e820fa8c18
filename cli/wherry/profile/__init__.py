"""Profiles: what the user wrote down once about the servers they talk to."""
