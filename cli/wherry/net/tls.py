"""TLS as a client: contexts, trust, and what is wrong with a certificate in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from wherry.core.network import NetworkSettings


def client_context(
    settings: NetworkSettings, environ: Mapping[str, str], *, alpn: tuple[str, ...] = ()
) -> ssl.SSLContext:
    """A context that verifies as ``settings`` say. Raises UsageError for a CA, certificate or key that cannot be used."""
    raise NotImplementedError


def explain_tls(exc: Exception, host: str) -> str:
    """What went wrong in a handshake with ``host``, in words."""
    raise NotImplementedError
