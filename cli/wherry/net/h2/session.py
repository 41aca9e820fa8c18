"""An HTTP/2 connection for those who await: what happens on a stream is told to its exchange."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from wherry.net.h2.client import ClientConnection, ClientStream

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from wherry.net.address import Address
    from wherry.net.failure import NetFailure


class Session(ClientConnection):
    """Carries exchanges, each the ``owner`` of its stream. ``peer`` is the address it goes to, None for a Unix socket.

    ``changed`` is called with it when something is ``free`` that was not, and when it is ``closed``.
    """

    window: ClassVar[int] = 256 * 1024  # so much of a response is kept for a slow reader
    acknowledges: ClassVar[bool] = False

    def __init__(self, peer: Address | None, changed: Callable[[Session], None]) -> None:
        super().__init__()
        self.peer = peer
        self._changed = changed
        self._lost = asyncio.get_running_loop().create_future()

    @property
    def ssl_object(self) -> ssl.SSLObject | None:
        """The TLS session, None for a plain connection."""
        return None if self.transport is None else self.transport.get_extra_info("ssl_object")

    async def aclose(self) -> None:
        """Close, and wait until it is closed."""
        self.close()
        if self.transport is not None:
            if self.transport.get_write_buffer_size():
                self.transport.abort()  # what the peer has not taken by now, nobody waits for
            await asyncio.shield(self._lost)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self._lost.done():
            self._lost.set_result(None)

    def room_made(self) -> None:
        self._changed(self)

    def connection_ended(self) -> None:
        self._changed(self)

    def body_sent(self, stream: ClientStream) -> None:
        stream.owner.sent_all()

    def response_started(self, stream: ClientStream) -> None:
        stream.owner.receive_head(stream)

    def body_received(self, stream: ClientStream, data: bytes) -> None:
        stream.owner.receive_body(data)

    def response_ended(self, stream: ClientStream) -> None:
        stream.owner.receive_end()

    def response_failed(self, stream: ClientStream, failure: NetFailure) -> None:
        stream.owner.fail(failure)
