"""The head of a request: request line and header fields, read by llhttp and judged by the rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import httptools

from wherry.net.h1.refused import Refused
from wherry.net.h1.rules import PLAIN, Framing, frame, split_target

if TYPE_CHECKING:
    from wherry.net.h1.limits import Limits

Fields = list[tuple[bytes, bytes]]

# RFC 9112 section 3: one space each, nothing around, no fragment. llhttp takes several spaces and other protocols too.
_REQUEST_LINE: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!\x22$-~]+) HTTP/1\.([01])\r\n")
_OTHER_VERSION: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+(?: HTTP/(?!1\.[01])[0-9]\.[0-9])?\r\n")


class RequestHead:
    """One request as it came. Read it; it is not for changing.

    ``target`` is the request target as sent; ``raw_path`` and ``query`` are its parts, still percent-encoded, ``path``
    is decoded (bytes that are not UTF-8 become U+FFFD). ``version`` is "1.1" or "1.0". ``headers`` keeps order and
    repetitions; names are lower case, values stripped. ``framing`` says how the body is delimited.
    """

    __slots__ = ("_authority", "_fields", "framing", "headers", "method", "query", "raw_path", "target", "version")

    def __init__(
        self, method: str, target: str, version: str, headers: Fields, fields: dict[bytes, bytes], framing: Framing
    ) -> None:
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self._fields = fields
        self.framing = framing
        self._authority: str | None = None
        if target[0] != "/":
            self.raw_path, self.query, self._authority = split_target(method, target)
        elif "?" in target:
            self.raw_path, _, self.query = target.partition("?")
        else:
            self.raw_path = target
            self.query = ""

    @property
    def authority(self) -> str:
        """The host asked for, and perhaps a port: the target's, else the Host field's; "" in HTTP/1.0 without one."""
        return self._fields.get(b"host", b"").decode("latin-1") if self._authority is None else self._authority

    @property
    def path(self) -> str:
        """The decoded path."""
        path = self.raw_path
        return unquote(path) if "%" in path else path

    def header(self, name: str) -> str | None:
        """The value of a field, several joined with a comma (RFC 9110 section 5.3), or None."""
        key = name.lower().encode("latin-1", "replace")
        value = self._fields.get(key)
        if value is None:
            return None
        if len(self._fields) != len(self.headers):
            value = b", ".join([text for other, text in self.headers if other == key])
        return value.decode("latin-1")

    def __repr__(self) -> str:
        return f"<RequestHead {self.method} {self.target} HTTP/{self.version}>"


class HeadReader:
    """Turns the bytes of one whole head, CRLF CRLF included, into a RequestHead.

    Whole heads only: httptools can neither pause nor say where a message ended, so the connection cuts them and llhttp
    never sees a body. That leaves no state between calls, and one reader does for all connections of a server.
    """

    __slots__ = ("_ended", "_feed", "_fields", "_fresh", "_max_headers", "_max_line", "_parser")

    def __init__(self, limits: Limits) -> None:
        self._max_line = limits.request_line
        self._max_headers = limits.headers
        self._fields: Fields = []
        self._ended = False
        self._renew()

    def _renew(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._feed = self._parser.feed_data
        self._fresh = True

    def read(self, head: bytes) -> RequestHead:
        """Raises Refused: 400, 414, 417, 431, 501 or 505."""
        line = _REQUEST_LINE.match(head)
        if line is None:
            raise _unreadable(head)
        token, target, minor = line.groups()
        if line.end() > self._max_line + 2:
            raise Refused(414, f"the request line is longer than {self._max_line} bytes")
        method = _METHODS.get(token)
        if method is None:
            raise Refused(501, "unknown request method")
        if not self._fresh:
            self._renew()
        self._fresh = False
        self._ended = False
        headers: Fields = []
        self._fields = headers
        try:
            self._feed(head)
        except httptools.HttpParserUpgrade:
            pass  # Upgrade is ignored, as RFC 9110 section 7.8 allows
        except httptools.HttpParserError as exc:
            raise Refused(400, _words(exc)) from None
        if not self._ended:
            raise Refused(400, "malformed request head")
        if len(headers) > self._max_headers:
            raise Refused(431, f"more than {self._max_headers} header fields")
        fields = dict(headers)
        version = "1.1" if minor == b"1" else "1.0"
        framing = frame(method, version, headers, fields)
        # Elsewhere llhttp now waits for a body, for the end of the connection or for another protocol.
        self._fresh = framing is PLAIN and b"upgrade" not in fields
        return RequestHead(method, target.decode("ascii"), version, headers, fields, framing)

    # llhttp's callbacks

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._ended:  # trailers arrive here too; a whole head has none
            self._fields.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        self._ended = True


def _unreadable(head: bytes) -> Refused:
    if _OTHER_VERSION.match(head):
        return Refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
    return Refused(400, "malformed request line")


def _words(exc: Exception) -> str:
    reason = str(exc.args[0]) if exc.args and isinstance(exc.args[0], str) else ""
    return f"malformed request: {reason[0].lower()}{reason[1:]}" if reason else "malformed request"


# The methods llhttp knows in HTTP/1.1, without PRI and those of RTSP.
_METHODS: Final[dict[bytes, str]] = {
    name.encode(): name
    for name in (
        *("DELETE", "GET", "HEAD", "POST", "PUT", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY", "SEARCH", "PURGE"),
        *("COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "UNLOCK", "BIND", "REBIND", "UNBIND", "ACL"),
        *("REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY", "SUBSCRIBE", "UNSUBSCRIBE"),
        *("MKCALENDAR", "LINK", "UNLINK"),
    )
}
