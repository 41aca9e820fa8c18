"""Opening connections to origins: directly, through a proxy, or over a Unix socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.core.trace import Phase
from wherry.net.dial import Place, dial, dial_proxy
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.h1.client.connection import ClientConnection
    from wherry.net.network import Network
    from wherry.net.proxies import Proxy

    C = TypeVar("C", bound=ClientConnection)


class Origin(Record):
    """Whom connections go to, and how: what two exchanges must have in common to share one (RFC 9110 section 4.3.3).

    ``address`` is connected to in place of the host's own. ``proxy`` is gone through: by CONNECT where ``tls``, else it
    is the one that requests are sent to, with their whole URL, and the host is of no account.
    """

    tls: bool
    host: str
    port: int
    socket: str = ""
    address: Address | None = None
    proxy: Proxy | None = None

    @property
    def forwarded(self) -> bool:
        """Whether requests go to a proxy and must name the whole URL (RFC 9112 section 3.2.2)."""
        return self.proxy is not None and not self.tls


async def open_connection(network: Network, origin: Origin, trace: Trace, make: Callable[[Address | None], C]) -> C:
    """Connect to ``origin``; ``make`` makes the protocol and is given the address (None for a Unix socket).

    ``trace`` goes through DNS, CONNECT, PROXY and TLS. Raises NetFailure.
    """
    if origin.proxy is not None and not origin.tls:
        stream = await dial_proxy(network, origin.proxy, trace)
    else:
        place = Place(origin.host, origin.port, origin.socket, tls=origin.tls)
        alpn = ("http/1.1",) if origin.tls else ()
        scheme = "https" if origin.tls else "http"
        stream = await dial(network, place, trace, origin.address, alpn=alpn, scheme=scheme)
    connection = make(stream.peer)
    stream.hand_over(connection)
    if connection.closed:
        raise NetFailure(
            "the server closed the connection without a response", reason=Reason.CLOSED, phase=Phase.FIRST_BYTE
        )
    return connection
