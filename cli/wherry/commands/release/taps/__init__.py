"""Manifests by which package managers install a release."""
