"""What a run dials with: names, trust, proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from wherry.core.network import NetworkSettings
    from wherry.net.dns import Address


class Network:
    """The network as the user's settings and environment have it; one for a run, shared by everything that dials.

    Raises UsageError at once for what can never work: an unreadable CA file, a key that is not the certificate's, a
    proxy that is no URL.
    """

    def __init__(self, settings: NetworkSettings, environ: Mapping[str, str]) -> None:
        self.settings = settings
        self.environ = environ

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Where connections to ``host:port`` may go: ``--resolve`` first, then the system. Raises NetFailure(DNS)."""
        raise NotImplementedError

    def tls_context(self, *, alpn: tuple[str, ...] = (), verify: bool = True) -> ssl.SSLContext:
        """The context for TLS connections, made once for each ``alpn``; ``verify`` False accepts any certificate."""
        raise NotImplementedError
