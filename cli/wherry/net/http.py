"""HTTP as a client: one request, one response. The only face of the HTTP libraries to the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from wherry.core.trace import Trace
    from wherry.net.dns import Address
    from wherry.net.network import Network


class Body(Protocol):
    """What a request carries; ``chunks`` can be called again for another attempt."""

    @property
    def length(self) -> int | None:
        """Bytes in all, None where that is not known beforehand (it is then sent chunked)."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``url`` is absolute, without user and password; ``headers`` are sent as given, in order."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None


class Response:
    """The head of a response, and its body while it is open.

    ``headers`` are as received, in order; ``version`` is ``1.1`` or ``2``; ``ip`` is the peer's address (``""`` over a
    Unix socket or through a proxy); ``cert`` are the facts of the server's certificate, None without TLS.
    """

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]
    url: str
    ip: str
    cert: Mapping[str, object] | None

    def header(self, name: str) -> str | None:
        """The first field called ``name``, in any case."""
        raise NotImplementedError

    def chunks(self) -> AsyncIterator[bytes]:
        """The body with its Content-Encoding undone. Raises NetFailure where it is cut off or does not decode."""
        raise NotImplementedError

    def raw_chunks(self) -> AsyncIterator[bytes]:
        """The body as it came."""
        raise NotImplementedError

    async def read(self, limit: int) -> bytes:
        """The whole body, decoded. Raises NetFailure(PROTOCOL) beyond ``limit`` bytes."""
        raise NotImplementedError


class Client:
    """Sends requests and keeps connections open for the next ones. No redirects, retries or cookies of its own."""

    def __init__(
        self,
        network: Network,
        *,
        http2: bool = False,
        unix_socket: str | None = None,
        address: Address | None = None,
        user_agent: str | None = None,
        traceparent: str | None = None,
    ) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Client:
        raise NotImplementedError

    async def __aexit__(self, *_: object) -> None:
        raise NotImplementedError

    def send(self, request: Request, trace: Trace) -> AbstractAsyncContextManager[Response]:
        """Send ``request`` and read the head of the response; the body is read inside the block. Raises NetFailure."""
        raise NotImplementedError
