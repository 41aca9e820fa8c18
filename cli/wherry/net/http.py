"""HTTP as a client: one request, one response. The only face of the HTTP libraries to the rest."""

from __future__ import annotations

import os
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from wherry.about import USER_AGENT
from wherry.core.record import Record
from wherry.core.traceparent import next_traceparent
from wherry.net.body import can_decode, codings, decoded
from wherry.net.failure import NetFailure, Reason
from wherry.net.outgoing import BytesBody, prepare

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.engine import Body, Engine, Exchange
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing

__all__ = ["BytesBody", "Client", "Request", "Response"]


class Request(Record):
    """One request. ``url`` is absolute, without user and password; ``headers`` are sent as given, in order."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None


class Response(Record):
    """The head of a response, and its body while it is open.

    ``headers`` are as received, in order; ``version`` is ``1.0``, ``1.1`` or ``2``; ``ip`` is the address that was
    connected to (``""`` over a Unix socket); ``cert`` and ``tls`` are the facts of the server's certificate and of the
    session (see net/certificate.py), None without TLS.
    """

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]
    url: str
    ip: str
    cert: Mapping[str, object] | None
    tls: Mapping[str, str] | None
    _exchange: Exchange
    _any_coding: bool = False

    def header(self, name: str) -> str | None:
        """The first field called ``name``, in any case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def arrived(self) -> bool:
        """Whether all of the body is here, so that reading it waits for nothing."""
        return self._exchange.arrived

    def chunks(self) -> AsyncIterator[bytes]:
        """The body with its Content-Encoding undone. Raises NetFailure where it is cut off or does not decode."""
        names = codings(",".join(value for key, value in self.headers if key.lower() == "content-encoding"))
        if not names or (self._any_coding and not can_decode(names)):
            return self.raw_chunks()
        if not can_decode(names):
            words = f"the body is encoded as {', '.join(names)}, which was not asked for"
            raise NetFailure(words, reason=Reason.PROTOCOL)
        return decoded(self.raw_chunks(), names)

    def raw_chunks(self) -> AsyncIterator[bytes]:
        """The body as it came."""
        return self._exchange.body()

    async def read(self, limit: int) -> bytes:
        """The whole body, decoded. Raises NetFailure(PROTOCOL) beyond ``limit`` bytes."""
        found = bytearray()
        async for chunk in self.chunks():
            found += chunk
            if len(found) > limit:
                from wherry.core.quantity import format_size

                raise NetFailure(f"the body is larger than {format_size(limit)}", reason=Reason.PROTOCOL)
        return bytes(found)


class Client:
    """Sends requests and keeps connections open for the next ones. No redirects, retries or cookies of its own.

    ``address`` is connected to in place of the first request's host. ``traceparent`` is the one to continue, by default
    that of TRACEPARENT; without one each request begins a trace. ``http2`` offers HTTP/2 to https servers.
    """

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
        self._user_agent = user_agent or USER_AGENT
        self._traceparent = traceparent or network.environ.get("TRACEPARENT")
        self._engine: Engine
        if http2:
            # httpx and h2 take as long to load as the rest together: only who asks for HTTP/2 waits for them. httpx's
            # own command line would pull in rich and pygments besides; that it cannot be had, httpx bears with.
            sys.modules.setdefault("httpx._main", cast("Any", None))
            from wherry.net.transport.engine import HttpxEngine

            self._engine = HttpxEngine(network, unix_socket, address)
        else:
            from wherry.net.h1.client.pool import Pool

            self._engine = Pool(network, unix_socket, address)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.aclose()

    @asynccontextmanager
    async def send(
        self, request: Request, trace: Trace, *, told: Callable[[tuple[tuple[str, str], ...]], None] | None = None
    ) -> AsyncIterator[Response]:
        """Send ``request`` and read the head of the response; the body is read inside the block.

        ``told`` is given the header fields as they go out, ours included. Raises NetFailure; UsageError for a method,
        URL or header that HTTP cannot carry.
        """
        traceparent = next_traceparent(self._traceparent, os.urandom)
        outgoing = prepare(request, (("User-Agent", self._user_agent), ("traceparent", traceparent)))
        if told is not None:
            told(outgoing.headers)
        exchange = await self._engine.start(outgoing, trace)
        try:
            yield _response(request, outgoing, exchange)
        finally:
            await exchange.aclose()


def _response(request: Request, outgoing: Outgoing, exchange: Exchange) -> Response:
    head, stream = exchange.head, exchange.stream
    cert = tls = None
    if stream is not None and outgoing.tls:
        from wherry.net.certificate import certificate_facts, session_facts

        cert, tls = certificate_facts(stream.ssl_object, time.time()), session_facts(stream.ssl_object)
    return Response(
        status=head.status,
        reason=head.reason,
        version=head.version,
        headers=head.headers,
        url=request.url,
        ip=stream.peer.ip if stream is not None and stream.peer is not None else "",
        cert=cert,
        tls=tls,
        _exchange=exchange,
        _any_coding=outgoing.any_coding,
    )
