"""What HTTP's engines have in common, and what they are given.

Nothing here is needed when the program runs, only when its types are checked; so it costs no start anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.h1.client.response import Head
    from wherry.net.outgoing import Outgoing


class Body(Protocol):
    """What a request carries; ``chunks`` can be called again for another attempt."""

    @property
    def length(self) -> int | None:
        """Bytes in all, None where that is not known beforehand (it is then sent chunked)."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning."""


class Line(Protocol):
    """The connection of an exchange; ``peer`` is None for a Unix socket, ``ssl_object`` without TLS."""

    @property
    def peer(self) -> Address | None: ...

    @property
    def ssl_object(self) -> ssl.SSLObject | None: ...


class Exchange(Protocol):
    """One request on its way, in whichever version of HTTP."""

    @property
    def head(self) -> Head: ...

    @property
    def stream(self) -> Line | None: ...

    @property
    def arrived(self) -> bool: ...

    def body(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class Engine(Protocol):
    """What carries exchanges and keeps their connections."""

    async def start(self, outgoing: Outgoing, trace: Trace) -> Exchange: ...

    async def aclose(self) -> None: ...
