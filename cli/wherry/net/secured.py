"""A TLS session between a transport and a protocol: what the one receives is read to the other, without waiting.

It goes on where a :class:`wherry.net.stream.Stream` has shaken hands.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from wherry.net.failure import NetFailure
from wherry.net.tls import explain_tls

if TYPE_CHECKING:
    from asyncio.transports import BaseTransport

# What a TLS record may hold (RFC 8446 section 5.1): OpenSSL reads no further in one go.
_RECORD = 16 * 1024


class Secured(asyncio.Transport, asyncio.Protocol):
    """To ``protocol`` the transport, to the transport below the protocol; both see only what is theirs.

    What ends the session reaches the protocol's ``connection_lost``: a failure of it as NetFailure, and as EOFError a
    peer that hangs up without saying so in TLS. Most do; but then somebody else may have cut the connection (RFC 8446
    section 6.1), and only the framing of the message itself tells whether it was whole.
    """

    def __init__(
        self, session: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, protocol: asyncio.Protocol
    ) -> None:
        super().__init__()
        self._session = session
        self._incoming = incoming
        self._outgoing = outgoing
        self._protocol = protocol
        self._below: asyncio.Transport | None = None
        self._paused = False
        self._ended = False  # the protocol knows that nothing more comes

    # To the transport below

    def connection_made(self, transport: BaseTransport) -> None:
        self._below = cast("asyncio.Transport", transport)
        self._protocol.connection_made(self)
        self._read()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        self._read()

    def eof_received(self) -> bool | None:
        self._incoming.write_eof()
        self._read()
        return self._paused  # then there may be more to read

    def connection_lost(self, exc: Exception | None) -> None:
        below, self._below = self._below, None
        if below is not None:
            self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    # To the protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if data and self._below is not None:
            try:
                self._session.write(data)
            except ssl.SSLError as exc:
                asyncio.get_running_loop().call_soon(self._break, exc)  # who writes does not expect to hear of it now
            self._flush()

    def close(self) -> None:
        if self._below is not None:
            with suppress(ValueError, OSError):  # it waits for the peer's own farewell, which we do not
                self._session.unwrap()
            self._flush()
            self._below.close()

    def abort(self) -> None:
        if self._below is not None:
            self._below.abort()

    def is_closing(self) -> bool:
        return self._below is None or self._below.is_closing()

    def pause_reading(self) -> None:
        self._paused = True
        if self._below is not None:
            self._below.pause_reading()

    def resume_reading(self) -> None:
        self._paused = False
        if self._below is not None:
            self._below.resume_reading()
            asyncio.get_running_loop().call_soon(self._read)

    def is_reading(self) -> bool:
        return not self._paused

    def get_write_buffer_size(self) -> int:
        return 0 if self._below is None else self._below.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if self._below is not None:
            self._below.set_write_buffer_limits(high, low)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "ssl_object":
            return self._session
        return default if self._below is None else self._below.get_extra_info(name, default)

    # The session

    def _read(self) -> None:
        session, incoming, protocol = self._session, self._incoming, self._protocol
        try:
            while not (self._paused or self._ended or self._below is None):
                data = session.read(_RECORD)
                if not data:
                    raise ssl.SSLZeroReturnError
                protocol.data_received(data)
                if not (incoming.pending or incoming.eof or session.pending()):
                    break  # to be told so by an exception takes longer than to parse a response
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._ended = True
            if not protocol.eof_received():
                self.close()
        except ssl.SSLEOFError:
            self._lose(EOFError("the session was not closed"))
        except ssl.SSLError as exc:
            self._break(exc)
        self._flush()

    def _break(self, exc: ssl.SSLError) -> None:
        """The session is broken, as where a server judges our certificate only now that the handshake is over."""
        reason, words, hint = explain_tls(exc, "")
        self._lose(NetFailure(words, reason=reason, hint=hint))

    def _lose(self, exc: Exception) -> None:
        below, self._below = self._below, None
        if below is not None:
            self._ended = True
            self._protocol.connection_lost(exc)
            below.abort()

    def _flush(self) -> None:
        if self._outgoing.pending:
            data = self._outgoing.read()
            if self._below is not None:
                self._below.write(data)
