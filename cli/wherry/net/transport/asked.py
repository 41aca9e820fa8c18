"""A request of httpx as the engine sends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx

from wherry.net.outgoing import Body, BytesBody, Outgoing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from wherry.net.transport.timing import Timing

_PORTS: Final = {"http": 80, "https": 443}
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# RFC 9110 section 5.5: space and tab within, nothing that could end the line.
_VALUE: Final = re.compile(rb"[^\x00-\x20\x7f](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?|")
_TARGET: Final = re.compile(rb"[\x21-\x7e]+")


class Content(httpx.AsyncByteStream):
    """One of our bodies as httpx carries it: to a transport of ours it is what it was."""

    def __init__(self, body: Body) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.body.chunks():
            yield piece


class Upload:
    """A body that httpx streams, its pieces bounded by ``timing``. Not to be had twice, if the caller's cannot."""

    def __init__(self, stream: httpx.AsyncByteStream, length: int | None, timing: Timing | None) -> None:
        self._stream = stream
        self._timing = timing
        self.length = length

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning."""
        timing = self._timing
        if timing is None:
            async for piece in self._stream:
                yield piece
            return
        timing.written()
        async for piece in self._stream:
            timing.writing()
            yield piece
            timing.written()
        timing.writing()  # what is left of it


def outgoing(request: httpx.Request, timing: Timing | None) -> Outgoing:
    """``request`` made ready.

    Raises httpx.UnsupportedProtocol for another scheme, httpx.LocalProtocolError for what HTTP cannot carry.
    """
    url = request.url
    if (default_port := _PORTS.get(url.scheme)) is None:
        what = f"an unsupported protocol: {url.scheme}://" if url.scheme else "no http:// or https:// in front"
        raise httpx.UnsupportedProtocol(f"the URL has {what}")
    target: bytes = request.extensions.get("target", url.raw_path)
    if not _TARGET.fullmatch(target) or not _TOKEN.fullmatch(request.method.encode("latin-1", "replace")):
        raise httpx.LocalProtocolError("the method or the target of the request cannot be sent")
    if not url.host:
        raise httpx.LocalProtocolError("the URL has no host")
    headers, length, chunked = _fields(request.headers.raw)
    return Outgoing(
        method=request.method,
        tls=url.scheme == "https",
        host=url.raw_host.decode("ascii"),
        port=url.port or default_port,
        authority=url.netloc.decode("ascii"),
        target=target.decode("ascii"),
        headers=headers,
        body=_body(request.stream, length, chunked, timing),
        chunked=chunked,
        any_coding=True,
    )


def _fields(raw: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[tuple[str, str], ...], int, bool]:
    """The header fields, the length that they announce, and whether the body is chunked."""
    headers: list[tuple[str, str]] = []
    length, chunked = 0, False
    for name, value in raw:
        # What a value holds is not shown: it may be a secret.
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
            raise httpx.LocalProtocolError(f"the header field {name!r} cannot be sent")
        field = name.lower()
        if field == b"content-length":
            if not value.isdigit():
                raise httpx.LocalProtocolError("the Content-Length is not a number")
            length = int(value)
        elif field == b"transfer-encoding":
            chunked = value.lower() == b"chunked"
            if not chunked:
                raise httpx.LocalProtocolError("the only Transfer-Encoding that can be sent is chunked")
        headers.append((name.decode("ascii"), value.decode("utf-8", "surrogateescape")))
    return tuple(headers), length, chunked


def _body(stream: object, length: int, chunked: bool, timing: Timing | None) -> Body | None:
    if isinstance(stream, Content):
        return stream.body
    if isinstance(stream, httpx.ByteStream) and not chunked:
        data = b"".join(stream)
        if len(data) != length:
            raise httpx.LocalProtocolError(f"the body is {len(data)} bytes long, and {length} were announced")
        return BytesBody(data) if data else None
    if not isinstance(stream, httpx.AsyncByteStream):
        raise RuntimeError("a body that must be read synchronously cannot be sent asynchronously")
    return Upload(stream, None if chunked else length, timing)
