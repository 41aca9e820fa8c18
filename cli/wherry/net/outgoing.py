"""A request as it is sent: its URL taken apart, the fields that HTTP wants added, all of it fit for the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.errors import UsageError
from wherry.net.address import ascii_host
from wherry.net.body import ACCEPT_ENCODING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.net.engine import Body
    from wherry.net.http import Request

# What a token is made of (RFC 9110 section 5.6.2): to strip it off takes no pattern, which would have to be compiled.
_TCHARS: Final = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PORTS: Final = {"http": 80, "https": 443}
# What may stand in a path or query as it is (RFC 3986), the percent sign of what is already encoded included.
_AS_IT_IS: Final = "!#$%&'()*+,-./:;=?@_~[]|^`{}\\\""
_NO_BODY_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "CONNECT"})


class BytesBody(Record):
    """A body in memory."""

    data: bytes

    @property
    def length(self) -> int:
        return len(self.data)

    async def chunks(self) -> AsyncIterator[bytes]:
        if self.data:
            yield self.data


class Outgoing(Record):
    """``host`` is ASCII, IPv6 without brackets; ``target`` is path and query; ``headers`` are complete.

    ``any_coding``: the user asked for content codings by name and takes what comes.
    """

    method: str
    tls: bool
    host: str
    port: int
    authority: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: Body | None
    chunked: bool
    any_coding: bool

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return "https" if self.tls else "http"

    def head(self, *, absolute: bool = False, extra: tuple[tuple[str, str], ...] = ()) -> bytes:
        """The head in HTTP/1.1; ``absolute`` names the whole URL, as a proxy wants it (RFC 9112 section 3.2.2)."""
        target = f"{self.scheme}://{self.authority}{self.target}" if absolute else self.target
        lines = [f"{self.method} {target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (*self.headers, *extra)]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def prepare(request: Request, defaults: tuple[tuple[str, str], ...]) -> Outgoing:
    """``request`` made ready; ``defaults`` and the fields that HTTP wants give way to the request's own.

    Raises UsageError for a method, URL or header that HTTP cannot carry.
    """
    if not _is_token(request.method):
        raise UsageError(f"{request.method!r} is not an HTTP method")
    try:
        parts = urlsplit(request.url)
        port = parts.port
    except ValueError as exc:
        raise UsageError(f"{redact_url(request.url)!r} is not a URL: {exc}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname or min(request.url) <= " " or "\x7f" in request.url:
        raise UsageError(f"{redact_url(request.url)!r} is not an http:// or https:// URL")
    host = ascii_host(parts.hostname)
    bracketed = f"[{host}]" if ":" in host else host
    authority = bracketed if port in (None, _PORTS[scheme]) else f"{bracketed}:{port}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    given = {name.lower() for name, _ in request.headers}
    headers = [("Host", authority), *defaults, ("Accept", "*/*"), ("Accept-Encoding", ACCEPT_ENCODING)]
    headers = [(name, value) for name, value in headers if name.lower() not in given]
    headers += [(name, _checked(name, value)) for name, value in request.headers]
    chunked = False
    if request.body is not None:
        chunked = request.body.length is None
        if chunked and "transfer-encoding" not in given:
            headers.append(("Transfer-Encoding", "chunked"))
        elif not chunked and "content-length" not in given:
            headers.append(("Content-Length", str(request.body.length)))
    elif request.method not in _NO_BODY_METHODS and "content-length" not in given:
        headers.append(("Content-Length", "0"))  # RFC 9110 section 8.6
    return Outgoing(
        method=request.method,
        tls=scheme == "https",
        host=host,
        port=port or _PORTS[scheme],
        authority=authority,
        target=quote(target, safe=_AS_IT_IS, errors="surrogateescape"),
        headers=tuple(headers),
        body=request.body,
        chunked=chunked,
        any_coding="accept-encoding" in given,
    )


def _is_token(text: str) -> bool:
    return text != "" and not text.strip(_TCHARS)


def _checked(name: str, value: str) -> str:
    """``value`` without space around it. What it holds is not shown: it may be a secret."""
    if not _is_token(name):
        raise UsageError(f"{name!r} is not the name of a header field")
    if not value.isprintable() and re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise UsageError(f"the value of header {name} contains a line break or control character")
    return value.strip(" \t")
