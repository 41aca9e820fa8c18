"""A request of httpx as the engine sends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason
from wherry.net.outgoing import BytesBody, Outgoing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.net.engine import Body
    from wherry.net.transport.timing import Timing

_PORTS: Final = {"http": 80, "https": 443}
_TOKEN: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# RFC 9110 section 5.5: space and tab within, nothing that could end the line.
_VALUE: Final = rb"(?:[^\x00-\x20\x7f](?:[^\x00-\x08\x0a-\x1f\x7f]*[^\x00-\x20\x7f])?)?"
_METHOD: Final = re.compile(_TOKEN.decode())
_FIELD: Final = re.compile(rb"%b\n%b" % (_TOKEN, _VALUE))
_FIELDS: Final = re.compile(rb"(?:%b\n%b\n)*" % (_TOKEN, _VALUE))
_TARGET: Final = re.compile(rb"[\x21-\x7e]+")


class Content(httpx.AsyncByteStream):
    """One of our bodies as httpx carries it: to a transport of ours it is what it was."""

    def __init__(self, body: Body) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.body.chunks():
            yield piece


class Upload:
    """A body that httpx streams, its pieces bounded by ``timing``."""

    def __init__(self, stream: httpx.AsyncByteStream, length: int | None, timing: Timing | None) -> None:
        self._stream = stream
        self._timing = timing
        self._begun = False
        self.length = length

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning. Raises NetFailure for another attempt, where it can be had only once."""
        begun, self._begun = self._begun, True
        try:
            async for piece in self._stream:
                if self._timing is not None:
                    self._timing.writing()
                yield piece
                if self._timing is not None:
                    self._timing.written()
        except httpx.StreamConsumed:
            if not begun:
                raise
            words = "the server closed the connection while the request was sent, and its body cannot be had again"
            raise NetFailure(words, reason=Reason.CLOSED, phase=Phase.SEND) from None
        if self._timing is not None:
            self._timing.writing()  # what is left of it


class Asked(Outgoing):
    """What to send for ``request``. Its fields never become text on the way: a pool asks for the whole head in bytes.

    Raises httpx.UnsupportedProtocol for another scheme, httpx.LocalProtocolError for what HTTP cannot carry.
    """

    def __init__(self, request: httpx.Request, timing: Timing | None) -> None:
        url = request.url
        scheme = url.scheme
        if (default_port := _PORTS.get(scheme)) is None:
            what = f"an unsupported protocol: {scheme}://" if scheme else "no http:// or https:// in front"
            raise httpx.UnsupportedProtocol(f"the URL has {what}")
        target: bytes = request.extensions.get("target") or url.raw_path
        host = url.raw_host.decode("ascii")
        if not host or not _TARGET.fullmatch(target) or not _METHOD.fullmatch(request.method):
            raise httpx.LocalProtocolError("the method, the host or the target of the request cannot be sent")
        raw = request.headers.raw
        length, chunked = _framing(raw)
        self.__dict__.update(
            method=request.method,
            tls=scheme == "https",
            host=host,
            port=url.port or default_port,
            authority=url.netloc.decode("ascii"),
            target=target.decode("ascii"),
            raw=raw,
            body=_body(request.stream, length, chunked, timing),
            chunked=chunked,
            any_coding=True,
        )

    @property  # type: ignore[misc]  # mypy takes a record for a dataclass
    def headers(self) -> tuple[tuple[str, str], ...]:
        raw: list[tuple[bytes, bytes]] = self.__dict__["raw"]
        return tuple([(name.decode("ascii"), value.decode("utf-8", "surrogateescape")) for name, value in raw])

    def head(self, *, absolute: bool = False, extra: tuple[tuple[str, str], ...] = ()) -> bytes:
        target = f"{self.scheme}://{self.authority}{self.target}" if absolute else self.target
        fields = [b"%b: %b\r\n" % field for field in self.__dict__["raw"]]
        fields += [f"{name}: {value}\r\n".encode() for name, value in extra]
        return b"%b HTTP/1.1\r\n%b\r\n" % (f"{self.method} {target}".encode("ascii"), b"".join(fields))


def _framing(raw: list[tuple[bytes, bytes]]) -> tuple[int, bool]:
    """The length of the body that the fields announce, and whether it is chunked; all of them can be sent."""
    if not _FIELDS.fullmatch(b"\n".join([part for field in raw for part in field]) + b"\n" if raw else b""):
        # What a value holds is not shown: it may be a secret.
        wrong = next(name for name, value in raw if not _FIELD.fullmatch(b"%b\n%b" % (name, value)))
        raise httpx.LocalProtocolError(f"the header field {wrong!r} cannot be sent")
    length, chunked = 0, False
    for name, value in raw:
        if len(name) == len("content-length") and name.lower() == b"content-length":
            if not value.isdigit():
                raise httpx.LocalProtocolError("the Content-Length is not a number")
            length = int(value)
        elif len(name) == len("transfer-encoding") and name.lower() == b"transfer-encoding":
            chunked = value.lower() == b"chunked"
            if not chunked:
                raise httpx.LocalProtocolError("the only Transfer-Encoding that can be sent is chunked")
    return length, chunked


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
