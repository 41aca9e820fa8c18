"""Signatures of a release's files."""
