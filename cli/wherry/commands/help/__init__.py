"""Explain a command or a topic."""
