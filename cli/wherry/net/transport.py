"""HTTP/2: httpx and httpcore's pool over our own dialling.

An httpx transport in the library's sense: `httpx.AsyncClient` speaks to :class:`Transport`, which hands its requests to
httpcore's connection pool, whose sockets, names, proxies and TLS come from `wherry.net.dial`. So phases, reasons and
words are those of every other connection.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from wherry.core.trace import Phase
from wherry.net.dial import Place, dial, secure
from wherry.net.failure import NetFailure, Reason
from wherry.net.h1.client.pool import Pool
from wherry.net.h1.client.response import Head, text_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping

    from httpcore._backends.base import SOCKET_OPTION

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.h1.client.exchange import Exchange
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing
    from wherry.net.stream import Stream

_CONNECTION = "wherry.connection"
# Fields that belong to HTTP/1.1's framing and must not stand in an HTTP/2 request (RFC 9113 section 8.2.2).
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"})


class Connection(httpcore.AsyncNetworkStream):
    """One of our streams as httpcore wants it. Timeouts are not its business: the caller's deadline cancels."""

    def __init__(self, network: Network, stream: Stream, place: Place, trace: ContextVar[Trace]) -> None:
        self._network = network
        self._stream = stream
        self._place = place
        self._trace = trace

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer)
        await self._stream.drain()

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Connection:
        del ssl_context, server_hostname, timeout
        await secure(self._network, self._stream, self._place, self._trace.get(), alpn=("h2", "http/1.1"))
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == _CONNECTION:
            return self._stream
        if info == "ssl_object":
            return self._stream.ssl_object
        if info == "is_readable":
            return not self._stream.quiet()
        return None


class Backend(httpcore.AsyncNetworkBackend):
    """Opens httpcore's connections with our dialling."""

    def __init__(self, network: Network, unix_socket: str | None, address: Address | None) -> None:
        self._network = network
        self._unix_socket = unix_socket
        self._address = address
        self._pinned_host: str | None = None
        self.trace: ContextVar[Trace] = ContextVar("trace")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> Connection:
        del timeout, local_address, socket_options
        if self._pinned_host is None:
            self._pinned_host = host
        place = Place(host, port, self._unix_socket or "")
        address = self._address if host == self._pinned_host else None
        stream = await dial(self._network, place, self.trace.get(), address, scheme="https")
        return Connection(self._network, stream, place, self.trace)


class Transport(httpx.AsyncBaseTransport):
    """httpx over httpcore's pool over our dialling; failures of the network leave it as NetFailure."""

    def __init__(self, backend: Backend, context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, http2=True, network_backend=backend)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        with _failures(Phase.FIRST_BYTE):
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(cast("AsyncIterable[bytes]", response.stream)),
            extensions=cast("dict[str, Any]", response.extensions),
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _failures(Phase.TRANSFER):
            async for piece in self._stream:
                yield piece

    async def aclose(self) -> None:
        await cast("Any", self._stream).aclose()


class _failures:  # noqa: N801  a block: with _failures(phase)
    """Turns httpcore's exceptions into NetFailure."""

    def __init__(self, phase: Phase) -> None:
        self._phase = phase

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, exc: BaseException | None, _traceback: object) -> None:
        if isinstance(exc, NetFailure):
            exc.phase = exc.phase or self._phase
        elif isinstance(exc, (httpcore.ProtocolError, httpcore.NetworkError, httpcore.UnsupportedProtocol)):
            reason, words = _explained(str(exc) or type(exc).__name__)
            raise NetFailure(words, reason=reason, phase=self._phase) from exc


def _explained(words: str) -> tuple[Reason, str]:
    """What httpcore says, in our words; of h2's events it says no more than their representation."""
    if "disconnected" in words or "without sending complete" in words:
        return Reason.CLOSED, "the server closed the connection before its response was complete"
    if match := re.search(r"(StreamReset|ConnectionTerminated).* error_code:(?:ErrorCodes\.)?(\w+)", words):
        what = "gave up the request" if match[1] == "StreamReset" else "ended the connection"
        return Reason.PROTOCOL, f"the server {what} (HTTP/2 error {match[2]})"
    return Reason.PROTOCOL, f"HTTP/2: {words}"


class HttpxEngine:
    """Exchanges over httpx: HTTP/2 where a server takes it in the TLS handshake, else HTTP/1.1."""

    def __init__(self, network: Network, unix_socket: str | None, address: Address | None) -> None:
        self._network = network
        self._backend = Backend(network, unix_socket, address)
        self._client: httpx.AsyncClient | None = None
        self._plain = Pool(network, unix_socket, address)

    async def start(self, outgoing: Outgoing, trace: Trace) -> HttpxExchange | Exchange:
        """Send ``outgoing`` and read the response's head. Raises NetFailure."""
        if not outgoing.tls:  # no browser and next to no server speaks HTTP/2 without TLS
            return await self._plain.start(outgoing, trace)
        client = self._client
        if client is None:
            # httpcore sets what it offers (ALPN) on the context; the one that counts is chosen in `secure`.
            transport = Transport(self._backend, self._network.blind_context())
            unbounded = httpx.Timeout(None)  # the caller's deadline cancels
            client = self._client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=unbounded)
        self._backend.trace.set(trace)
        headers = [(name.lower(), value) for name, value in outgoing.headers if name.lower() not in _HOP_BY_HOP]
        url = f"{outgoing.scheme}://{outgoing.authority}{outgoing.target}"
        content = outgoing.body.chunks() if outgoing.body is not None else None
        request = httpx.Request(
            outgoing.method,
            url,
            headers=[(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers],
            content=content,
            extensions={"trace": _phases(trace, outgoing.authority)},
        )
        return HttpxExchange(await client.send(request, stream=True), trace)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._plain.aclose()
        if self._client is not None:
            await self._client.aclose()


def _phases(trace: Trace, peer: str) -> Any:
    """httpcore's trace hook: its steps as our phases."""

    async def step(name: str, _info: Mapping[str, Any]) -> None:
        _, _, event = name.partition(".")
        if event == "send_request_headers.started":
            trace.begin(Phase.SEND, peer)
        elif event == "receive_response_headers.started":
            trace.begin(Phase.FIRST_BYTE, peer)
        elif event == "receive_response_headers.complete":
            trace.begin(Phase.TRANSFER, peer)

    return step


class HttpxExchange:
    """One exchange of httpx."""

    def __init__(self, response: httpx.Response, trace: Trace) -> None:
        self._response = response
        self._trace = trace
        version = response.http_version.removeprefix("HTTP/")
        reason = response.extensions.get("reason_phrase", b"")
        headers = [(text_of(name), text_of(value)) for name, value in response.headers.raw]
        self.head = Head(response.status_code, text_of(reason), version, headers)

    @property
    def stream(self) -> Stream | None:
        """The connection."""
        network_stream = self._response.extensions.get("network_stream")
        return None if network_stream is None else network_stream.get_extra_info(_CONNECTION)

    @property
    def arrived(self) -> bool:
        """Nobody knows; an HTTP/2 connection does not depend on it."""
        return False

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises NetFailure."""
        async for piece in self._response.aiter_raw():
            yield piece
        self._trace.end()

    async def aclose(self) -> None:
        """Let go of the response, and of its connection where that is HTTP/1.1 and not at its end."""
        await self._response.aclose()
