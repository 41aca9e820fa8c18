"""From what is written to the bytes that are sent: made once, with the help of what is the same for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wherry.about import USER_AGENT
from wherry.commands.load.targets.prepared import Origin, Prepared
from wherry.commands.load.targets.template import Filler, Marks, Place, cut_json, cut_text
from wherry.core.record import Record, replace
from wherry.core.redact import redact_url
from wherry.core.redirect import origin as origin_of
from wherry.core.retry import repeatable
from wherry.core.secret import Secret
from wherry.core.sending import forbid_framing, has_header, merged_headers
from wherry.core.weburl import build_address
from wherry.errors import UsageError
from wherry.net.authorization import basic
from wherry.net.failure import NetFailure
from wherry.net.http import BytesBody, Request
from wherry.net.outgoing import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.load.targets.call import Call
    from wherry.commands.load.targets.template import Pieces
    from wherry.core.sending import Headers
    from wherry.core.weburl import Address
    from wherry.net.outgoing import Outgoing
    from wherry.net.proxies import ProxyChoice

# What needs no second look: a path and a query made of what RFC 3986 lets stand there.
_PLAIN_URL: Final = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)")
_HEADS: Final = 1000


class Common(Record):
    """What is the same for all requests. ``content_type`` is that of ``body``, where it is known; an ``authorization``
    is a whole field. What a profile says, ``inherited`` and ``inherited_authorization``, goes to the origin of
    ``base_url`` only, where there is one.
    """

    base_url: str = ""
    inherited: Headers = ()
    inherited_authorization: Secret | None = None
    headers: Headers = ()
    without: frozenset[str] = frozenset()
    authorization: Secret | None = None
    unix_socket: str | None = None
    body: bytes | None = None
    content_type: str | None = None


class Maker:
    """Makes requests of calls. Raises UsageError for what HTTP cannot carry."""

    def __init__(self, common: Common, proxies: ProxyChoice) -> None:
        self._common = common
        self._proxies = proxies
        self._heads: dict[tuple[Any, ...], tuple[bytes, bytes, Prepared]] = {}

    def make(self, call: Call, number: int = 0) -> Prepared:
        """``call`` made ready."""
        if (match := _PLAIN_URL.fullmatch(call.url)) is not None:
            return self._with_known_head(call, match[1], match[2], number)
        return self._make(call, build_address(call.url, (), self._common.base_url), number)

    def _with_known_head(self, call: Call, site: str, path: str, number: int) -> Prepared:
        """The same, where the head but for the path was made before, as it is with most requests of a file."""
        body = self._body(call)
        key = (call.method, site, call.headers, call.body is None, body and len(body))
        found = self._heads.get(key)
        if found is None:
            made = self._make(call._replace(url=f"{site}/"), build_address(f"{site}/"), number)
            target = re.match(rb"[^ ]+ ([^ ]*/)(?= )", made.data)
            assert target is not None
            if len(self._heads) >= _HEADS:
                self._heads.clear()
            tail = made.data[target.end() : len(made.data) - made.body_size]
            found = self._heads[key] = (made.data[: target.end() - 1], tail, made)
        before, after, made = found
        data = b"".join((before, path.encode(), after, body or b""))
        return Prepared(number, made.method, call.url, made.origin, data, made.body_size, made.head, made.idempotent)

    def _make(self, call: Call, address: Address, number: int) -> Prepared:
        body = self._body(call)
        outgoing = self._outgoing(call, address, BytesBody(body) if body is not None else None)
        origin = self._origin(outgoing, address)
        return Prepared(
            number,
            call.method,
            redact_url(address.url),
            origin,
            _head(outgoing, origin) + (body or b""),
            len(body or b""),
            call.method == "HEAD",
            repeatable(call.method, frozenset(name.lower() for name, _ in outgoing.headers)),
        )

    def template(self, call: Call, *, typed: bool) -> Template:
        """``call`` as a template that rows fill in; ``typed`` as :class:`Filler` has it.

        Raises UsageError, for a placeholder in a place that rows have no say in too.
        """
        common = self._common
        fields = (*call.headers, *common.headers, *common.inherited)
        marks = Marks(call.url, common.base_url, *(text for field in fields for text in field))
        marked = self._marked(call, marks)
        address = build_address(marked.url, (), common.base_url)
        if marks.are_in(urlsplit(address.url).netloc) or marks.are_in(address.user or ""):
            raise UsageError(
                f"{redact_url(call.url)!r}: rows fill in the path and the query of a URL, and not its host"
            )
        body = self._body(call)
        outgoing = Maker(self._marked_common(marks), self._proxies)._outgoing(
            marked, address, BytesBody(b"") if body is not None else None
        )
        fields = tuple(field for field in outgoing.headers if body is None or field[0].lower() != "content-length")
        origin = self._origin(outgoing, address)
        before = marks.cut(_head(replace(outgoing, headers=fields), origin).removesuffix(b"\r\n"))
        pieces = None if body is None else _body_pieces(body, fields)
        idempotent = repeatable(call.method, frozenset(name.lower() for name, _ in fields))
        shown = redact_url(marks.shown(address.url))
        return Template(call.method, shown, origin, idempotent, before, pieces, typed=typed)

    def _marked(self, call: Call, marks: Marks) -> Call:
        headers = tuple((name, marks.put(value, Place.HEADER)) for name, value in call.headers)
        return call._replace(url=marks.put(call.url, Place.URL), headers=headers)

    def _marked_common(self, marks: Marks) -> Common:
        headers = tuple((name, marks.put(value, Place.HEADER)) for name, value in self._common.headers)
        return replace(self._common, headers=headers)

    def _body(self, call: Call) -> bytes | None:
        return call.body if call.body is not None else self._common.body

    def _outgoing(self, call: Call, address: Address, body: BytesBody | None) -> Outgoing:
        headers = self._headers(call, address, typed=call.body is None and body is not None)
        try:
            outgoing = prepare(Request(call.method, address.url, headers, body), (("User-Agent", USER_AGENT),))
        except NetFailure as exc:  # a name that no host can have
            raise UsageError(str(exc)) from None
        without = self._common.without - {"host"}
        return replace(outgoing, headers=tuple(field for field in outgoing.headers if field[0].lower() not in without))

    def _headers(self, call: Call, address: Address, *, typed: bool) -> Headers:
        """A call's own fields over those for all, and these over the profile's; ``typed`` adds the body's type."""
        forbid_framing(call.headers)
        common = self._common
        names = {name.lower() for name, _ in call.headers}
        own = (*(field for field in common.headers if field[0].lower() not in names), *call.headers)
        base_url = common.base_url
        trusted = not base_url or origin_of(base_url) == origin_of(address.url)
        headers = merged_headers(own, dict(common.inherited), trusted=trusted)
        if not has_header(headers, "authorization"):
            authorization = self._authorization(address, trusted=trusted)
            headers += (("Authorization", authorization.reveal()),) if authorization is not None else ()
        if typed and common.content_type is not None and not has_header(headers, "content-type"):
            headers += (("Content-Type", common.content_type),)
        return headers

    def _authorization(self, address: Address, *, trusted: bool) -> Secret | None:
        if address.user is not None:
            return Secret(f"Basic {basic(address.user, address.password or Secret(''))}")
        if self._common.authorization is not None:
            return self._common.authorization
        return self._common.inherited_authorization if trusted else None

    def _origin(self, outgoing: Outgoing, address: Address) -> Origin:
        socket = self._common.unix_socket or address.unix_socket
        proxy = None if socket else self._proxies.choose(outgoing.scheme, outgoing.host, outgoing.port)
        return Origin(outgoing.tls, outgoing.host, outgoing.port, socket, proxy)


class Template:
    """A request but for what a row fills in. It can be pickled."""

    def __init__(
        self,
        method: str,
        url: str,
        origin: Origin,
        idempotent: bool,
        head: Pieces,
        body: Pieces | None,
        *,
        typed: bool,
    ) -> None:
        self.method = method
        self.url = url
        self.origin = origin
        self._idempotent = idempotent
        self._head = Filler(head, typed=typed)
        self._body = None if body is None else Filler(body, typed=typed)
        self.columns = {piece.name for piece in (*head, *(body or ())) if not isinstance(piece, bytes)}

    def fill(self, row: Mapping[str, Any]) -> Prepared:
        """The request of ``row``. Raises Unfit."""
        data, size = self._head.fill(row), 0
        if self._body is None:
            data += b"\r\n"
        else:
            body = self._body.fill(row)
            size = len(body)
            data += b"Content-Length: %d\r\n\r\n%b" % (size, body)
        return Prepared(0, self.method, self.url, self.origin, data, size, self.method == "HEAD", self._idempotent)


def _head(outgoing: Outgoing, origin: Origin) -> bytes:
    """The head as it goes to ``origin``: to a proxy it names the whole URL, unless there is a tunnel through it."""
    forwarded = origin.proxy is not None and not outgoing.tls
    extra: Headers = ()
    if forwarded and origin.proxy is not None and origin.proxy.authorization is not None:
        extra = (("Proxy-Authorization", origin.proxy.authorization.reveal()),)
    return outgoing.head(absolute=forwarded, extra=extra)


def _body_pieces(body: bytes, fields: Headers) -> Pieces:
    """``body`` cut at its placeholders, as its Content-Type wants them filled in."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UsageError("a body that rows fill in must be UTF-8 text") from None
    kind = (
        next((value for name, value in fields if name.lower() == "content-type"), "").partition(";")[0].strip().lower()
    )
    if kind == "application/json" or kind.endswith("+json"):
        return cut_json(text)
    return cut_text(text, Place.FORM if kind == "application/x-www-form-urlencoded" else Place.TEXT)
