"""What goes wrong, as the exceptions that httpx has for it; the cause of each is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from wherry.errors import WherryError

# Before the first byte of a request.
OPENING: Final = frozenset({None, Phase.DNS, Phase.CONNECT, Phase.PROXY, Phase.TLS})


def in_httpx(error: WherryError) -> httpx.TransportError:
    """The exception to raise from ``error``: a failure of the network, or a body that is not as announced."""
    words = str(error)
    if not isinstance(error, NetFailure):
        return httpx.LocalProtocolError(words)
    if error.reason is Reason.PROXY:
        # What the proxy answers is its error; that it cannot be reached is one of connecting.
        return httpx.ProxyError(words) if error.phase is Phase.PROXY else httpx.ConnectError(words)
    if error.phase in OPENING:
        return httpx.ConnectError(words)
    if error.reason in (Reason.CLOSED, Reason.PROTOCOL):
        return httpx.RemoteProtocolError(words)
    return httpx.WriteError(words) if error.phase is Phase.SEND else httpx.ReadError(words)
