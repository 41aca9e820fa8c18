"""A connection as a stream of bytes, plain or TLS.

TLS runs over memory buffers and not over asyncio's own protocol: its errors then arrive in the call that they concern,
the bytes that a peer sent in place of a handshake can be looked at, a session may run inside another (an HTTPS proxy),
and every event loop behaves alike.
"""

from __future__ import annotations

import asyncio
import select
import ssl
import sys
from typing import TYPE_CHECKING, cast

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason, explain

if TYPE_CHECKING:
    from wherry.net.address import Address
    from wherry.net.tls_session import Layer, Session

# Reading pauses above the first and goes on below the second, so that a slow reader holds a fast peer.
_HIGH_WATER = 256 * 1024
_LOW_WATER = 64 * 1024


class Wire(asyncio.Protocol):
    """The transport's end of a connection: collects what arrives."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended = False
        self._lost: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writers: set[asyncio.Future[None]] = set()
        self._writing_paused = False
        self._reading_paused = False
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > _HIGH_WATER and self._transport is not None and not self._reading_paused:
            self._transport.pause_reading()
            self._reading_paused = True
        self._wake()

    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return True  # what we still have to say may be said

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._lost = exc
        self._transport = None
        self._wake()
        self.resume_writing()
        if not self._closed.done():
            self._closed.set_result(None)

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        for writer in self._writers:
            if not writer.done():
                writer.set_result(None)

    async def receive(self, limit: int) -> bytes:
        while not self._buffer:
            if self._lost is not None:
                raise self._lost
            if self._ended:
                return b""
            assert self._reader is None, "two readers of one stream"
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        data = bytes(self._buffer[:limit])
        del self._buffer[:limit]
        if self._reading_paused and len(self._buffer) < _LOW_WATER and self._transport is not None:
            self._reading_paused = False
            self._transport.resume_reading()
        return data

    def send(self, data: bytes) -> None:
        if self._transport is not None and data:
            self._transport.write(data)

    async def drain(self) -> None:
        if self._transport is None:
            raise self._lost or ConnectionResetError
        if self._writing_paused:
            writer = asyncio.get_running_loop().create_future()
            self._writers.add(writer)
            try:
                await writer
            finally:
                self._writers.discard(writer)
            if self._transport is None:
                raise self._lost or ConnectionResetError

    def quiet(self) -> bool:
        """Whether the connection is open and nothing has arrived, as the system and not only the loop knows by now."""
        return not self._buffer and not self._ended and not readable(self._transport)

    def finish(self) -> None:
        """There is nothing to say at the end of a plain connection."""

    def hand_over(self, protocol: asyncio.Protocol) -> None:
        transport = self._transport
        if transport is None:
            protocol.connection_lost(self._lost)
            return
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._reading_paused:
            transport.resume_reading()
        if self._buffer:
            protocol.data_received(bytes(self._buffer))
        if self._ended and not protocol.eof_received():
            transport.close()

    async def aclose(self) -> None:
        transport = self._transport
        if transport is None:
            return
        # What the peer has not taken by now, nobody waits for.
        if transport.get_write_buffer_size():
            transport.abort()
        else:
            transport.close()
        await asyncio.shield(self._closed)

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


def readable(transport: asyncio.Transport | None) -> bool:
    """Whether there is something to read that the loop has not come to yet: data, the end, or an error."""
    if transport is None:
        return True
    descriptor = transport.get_extra_info("socket").fileno()
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    else:  # noqa: RET505  mypy knows a platform only by such a pair
        poll = select.poll()  # select() takes no descriptor above 1023
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))


class Stream:
    """One open connection. Every failure is a NetFailure; a read at the end returns ``b""``.

    ``peer`` is the address it goes to, None for a Unix socket.
    """

    def __init__(self, wire: Wire, peer: Address | None = None) -> None:
        self.peer = peer
        self._wire = wire
        self._top: Layer = wire
        self._session: Session | None = None
        self._buffer = bytearray()

    @property
    def ssl_object(self) -> ssl.SSLObject | None:
        """The TLS session, None for a plain connection."""
        return None if self._session is None else self._session.object

    async def read(self, limit: int = 65536) -> bytes:
        """What has arrived, at least one byte and at most ``limit``; ``b""`` when the peer has closed."""
        if self._buffer:
            data = bytes(self._buffer[:limit])
            del self._buffer[:limit]
            return data
        return await self._receive(limit)

    async def read_exactly(self, count: int) -> bytes:
        """Exactly ``count`` bytes. Raises NetFailure(CLOSED) where the peer closes before."""
        while len(self._buffer) < count:
            data = await self._receive(max(65536, count - len(self._buffer)))
            if not data:
                raise closed(len(self._buffer))
            self._buffer += data
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def readline(self, limit: int = 65536) -> bytes:
        """Up to and with the next LF.

        Raises NetFailure: PROTOCOL for a line of more than ``limit`` bytes, CLOSED where the peer closes in it.
        """
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if seen >= limit:
                break
            data = await self._receive(65536)
            if not data:
                raise closed(seen)
            self._buffer += data
        if end < 0 or end >= limit:
            raise NetFailure(f"the peer sent a line of more than {limit} bytes", reason=Reason.PROTOCOL)
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    def write(self, data: bytes) -> None:
        """Queue ``data`` for sending. Failures of the connection show in the next drain or read."""
        try:
            self._top.send(data)
        except OSError as exc:
            raise self._explained(exc) from exc

    async def drain(self) -> None:
        """Wait until more may be written."""
        try:
            await self._wire.drain()
        except OSError as exc:
            raise self._explained(exc) from exc

    async def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> None:
        """Turn the connection into a TLS one; ``server_name`` is what the certificate must be for.

        On a TLS connection this starts a session inside the other. Raises NetFailure(TLS) whose cause is the ssl
        module's exception.
        """
        if self._buffer:
            # Whatever came before the handshake was not protected: it must not be read as if it were (CVE-2011-0411).
            raise NetFailure("the server sent data before the TLS handshake", reason=Reason.PROTOCOL, phase=Phase.TLS)
        from wherry.net.tls_session import Session

        try:
            session = Session(self._top, context, server_name)
        except ValueError:
            words = f"{server_name!r} is not a name that a certificate can be for"
            raise NetFailure(words, reason=Reason.TLS, phase=Phase.TLS, broken=True) from None
        try:
            await session.handshake()
        except OSError as exc:
            from wherry.net.tls import explain_tls

            reason, words, hint = explain_tls(exc, server_name or "", session.first)
            raise NetFailure(words, reason=reason, phase=Phase.TLS, hint=hint) from exc
        self._top = self._session = session

    def hand_over(self, protocol: asyncio.Protocol) -> None:
        """Give the connection to ``protocol``, which has it from then on; this stream is of no use any more.

        ``protocol`` is told at once what has come already, and of a connection that is closed that it is.
        """
        assert not self._buffer, "a read took more than it gave"
        self._top.hand_over(protocol)

    def quiet(self) -> bool:
        """Whether the connection is open and nothing has arrived: whether it can serve another exchange."""
        return not self._buffer and self._top.quiet()

    async def aclose(self) -> None:
        """Close at once. Idempotent, never raises for the peer's doing."""
        self._top.finish()
        await self._wire.aclose()

    async def _receive(self, limit: int) -> bytes:
        try:
            return await self._top.receive(limit)
        except OSError as exc:
            raise self._explained(exc) from exc

    def _explained(self, exc: OSError) -> NetFailure:
        if isinstance(exc, ssl.SSLError):
            from wherry.net.tls import explain_tls

            # With TLS 1.3 a server judges the client's certificate after the client's handshake is over.
            reason, words, hint = explain_tls(exc, "")
            return NetFailure(words, reason=reason, hint=hint)
        return explain(exc)


def closed(received: int) -> NetFailure:
    """The failure of a read that the peer's closing cut short after ``received`` bytes of it."""
    after = f" after {received} bytes" if received else ""
    return NetFailure(f"the peer closed the connection{after}", reason=Reason.CLOSED)
