"""Which library does the cryptography."""

from __future__ import annotations

import ssl


def describe_library() -> str:
    """Its name and version, such as ``OpenSSL 3.0.15 3 Sep 2024``."""
    return ssl.OPENSSL_VERSION
