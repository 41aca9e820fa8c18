"""Opening a connection: name, addresses, proxy, TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wherry.core.trace import Trace
    from wherry.net.dns import Address
    from wherry.net.network import Network
    from wherry.net.stream import Stream


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect: ``host`` and ``port``, or the path of a Unix ``socket``.

    ``server_name`` is what the certificate must be for, where that is not ``host``.
    """

    host: str = ""
    port: int = 0
    socket: str = ""
    tls: bool = False
    server_name: str | None = None


async def dial(
    network: Network, place: Place, trace: Trace, address: Address | None = None, *, alpn: tuple[str, ...] = ()
) -> Stream:
    """Connect to ``place``; ``address`` pins one of its addresses. Raises NetFailure.

    ``trace`` goes through DNS, CONNECT, PROXY and TLS, and stays in the phase that failed.
    """
    raise NotImplementedError
