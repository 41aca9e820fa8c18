"""What a run dials with: names, trust, proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.network import Family, NetworkSettings
from wherry.net.address import Address
from wherry.net.proxies import ProxyChoice
from wherry.net.resolver import Resolver, no_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from wherry.net.proxies import Proxy


class Network:
    """The network as the user's settings and environment have it; one for a run, shared by everything that dials.

    Raises UsageError at once for what can never work: a CA file that cannot be read, a key that is not the
    certificate's, a proxy that is no URL.
    """

    def __init__(self, settings: NetworkSettings, environ: Mapping[str, str]) -> None:
        self.settings = settings
        self.environ = environ
        self._trusted = environ if settings.trust_env else {}
        self._proxies = ProxyChoice(self._trusted, settings.proxy, settings.no_proxy)
        self._resolver = Resolver(settings.family)
        self._contexts: dict[tuple[tuple[str, ...], bool, bool], ssl.SSLContext] = {}
        # Else it is made with the first TLS connection: reading the system's store takes longer than a request.
        if settings.cacert is not None or settings.cert is not None or settings.key is not None:
            self.tls_context()

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Where connections to ``host:port`` may go: ``--resolve`` first, then the system. Raises NetFailure(DNS)."""
        family = self.settings.family
        name = host.lower().rstrip(".")
        given = [
            Address(rule.address, port)
            for rule in self.settings.resolve
            if rule.host.rstrip(".") == name and rule.port in (None, port)
        ]
        if not given:
            return await self._resolver.resolve(host, port)
        found = [address for address in given if family is Family.ANY or address.version == family]
        if not found:
            raise no_address(host, family)
        return found

    def proxy(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy for a connection, None to connect directly."""
        return self._proxies.choose(scheme, host, port)

    def tls_context(
        self, *, alpn: tuple[str, ...] = (), verify: bool = True, check_name: bool = True
    ) -> ssl.SSLContext:
        """The context for TLS connections, made once for each ``alpn``.

        ``verify`` False accepts any certificate, ``check_name`` False any name in one that is trusted.
        Raises UsageError for a CA, a certificate or a key that cannot be used.
        """
        from wherry.net.tls import client_context, unverified_context

        key = (alpn, verify, check_name)
        context = self._contexts.get(key)
        if context is None:
            if verify:
                context = client_context(self.settings, self._trusted, alpn=alpn)
                context.check_hostname = context.check_hostname and check_name
            else:
                context = unverified_context(self.settings, alpn=alpn)
            self._contexts[key] = context
        return context

    def blind_context(self) -> ssl.SSLContext:
        """A context that accepts any certificate and shows none of ours: only to look at what a server presents."""
        from wherry.net.tls import unverified_context

        return unverified_context(NetworkSettings())
