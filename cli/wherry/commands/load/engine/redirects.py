"""Where a redirect leads a request of a load test: the same request, timed until its last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from wherry.commands.load.engine.parts import taken_apart, url_of
from wherry.commands.load.targets.prepared import Origin
from wherry.core.redirect import RedirectError, Trail, is_redirect
from wherry.errors import UsageError
from wherry.net.http import Request
from wherry.net.outgoing import BytesBody, prepare

if TYPE_CHECKING:
    from wherry.commands.load.targets.prepared import Prepared
    from wherry.core.redirect import Headers
    from wherry.net.network import Network


class Way:
    """The hops of one request so far; ``prepared`` is what is sent next."""

    def __init__(self, prepared: Prepared, network: Network) -> None:
        parts = taken_apart(prepared)
        self.prepared = prepared
        self._network = network
        self._body = parts.body
        self._trail = Trail.begin(parts.method, url_of(prepared), parts.headers, has_body=bool(parts.body))

    def follow(self, status: int, location: str | None) -> bool:
        """Take the next hop, if there is one. Raises RedirectError where the way ends in nowhere."""
        if not is_redirect(status, location):
            return False
        assert location is not None
        trail = self._trail = self._trail.follow(status, location)
        body = BytesBody(self._body) if trail.has_body else None
        try:
            outgoing = prepare(Request(trail.method, trail.url, trail.headers, body), ())
        except UsageError as exc:
            raise RedirectError(exc.message) from None
        before = self.prepared.origin
        socket = before.unix_socket if trail.home else None
        proxy = None if socket else self._network.proxy(outgoing.scheme, outgoing.host, outgoing.port)
        origin = Origin(outgoing.tls, outgoing.host, outgoing.port, socket, proxy)
        forwarded = proxy is not None and not outgoing.tls
        extra: Headers = ()
        if forwarded and proxy is not None and proxy.authorization is not None:
            extra = (("Proxy-Authorization", proxy.authorization.reveal()),)
        size = len(self._body) if body is not None else 0
        data = outgoing.head(absolute=forwarded, extra=extra) + (self._body if size else b"")
        self.prepared = replace(
            self.prepared, method=trail.method, origin=origin, data=data, body_size=size, head=trail.method == "HEAD"
        )
        return True
