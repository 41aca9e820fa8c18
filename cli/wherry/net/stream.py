"""A connection as a stream of bytes, plain or TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    from wherry.net.dns import Address


class Stream:
    """One open connection. Every failure is a NetFailure; a read at the end returns ``b""``.

    ``peer`` is the address it goes to, None for a Unix socket.
    """

    peer: Address | None

    @property
    def ssl_object(self) -> ssl.SSLObject | None:
        """The TLS session, None for a plain connection."""
        raise NotImplementedError

    async def read(self, limit: int = 65536) -> bytes:
        """What has arrived, at least one byte and at most ``limit``; ``b""`` when the peer has closed."""
        raise NotImplementedError

    async def read_exactly(self, count: int) -> bytes:
        """Exactly ``count`` bytes. Raises NetFailure(CLOSED) where the peer closes before."""
        raise NotImplementedError

    async def readline(self, limit: int = 65536) -> bytes:
        """Up to and with the next LF. Raises NetFailure: PROTOCOL beyond ``limit`` bytes, CLOSED at an end before LF."""
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        """Queue ``data`` for sending; failures show in the next drain or read."""
        raise NotImplementedError

    async def drain(self) -> None:
        """Wait until more may be written."""
        raise NotImplementedError

    async def start_tls(self, context: ssl.SSLContext, server_name: str | None) -> None:
        """Turn the connection into a TLS one; ``server_name`` is what the certificate must be for."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close at once. Idempotent, never raises for the peer's doing."""
        raise NotImplementedError
