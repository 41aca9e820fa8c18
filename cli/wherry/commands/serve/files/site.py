"""The handler that serves a folder: it opens, asks the plan, and sends."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import sys
import time
from html import escape
from typing import TYPE_CHECKING, Final

from wherry.commands.serve import page, reply
from wherry.commands.serve.files import listing
from wherry.commands.serve.files.address import Address, Refusal, read_path
from wherry.commands.serve.files.beneath import Opened, Outside, Special
from wherry.commands.serve.files.content import Changed, Content
from wherry.commands.serve.files.media import SNIFFED_BYTES, content_type, sniffed
from wherry.commands.serve.files.negotiate import MIN_COMPRESSED, compressible, takes_gzip
from wherry.commands.serve.files.plan import (
    NotModified,
    Part,
    Partial,
    PreconditionFailed,
    Unsatisfiable,
    decide,
)
from wherry.commands.serve.files.send import send_packed, send_part, send_parts, typed
from wherry.core.httpdate import http_date
from wherry.net.h1.refused import REASONS, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.serve.files.beneath import Folder
    from wherry.net.h1.exchange import Exchange

_ALLOW: Final = ("allow", "GET, HEAD, OPTIONS")
_NOSNIFF: Final = ("x-content-type-options", "nosniff")
_NOT_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL})
_REFUSED: Final = {Refusal.MALFORMED: 400, Refusal.TRAVERSAL: 403, Refusal.HIDDEN: 404}


class Site:
    """Serves ``folder``. ``hidden``: names with a leading dot too; ``index``: pages for folders without index.html."""

    def __init__(self, folder: Folder, *, hidden: bool = False, index: bool = True) -> None:
        self._folder = folder
        self._hidden = hidden
        self._index = index

    def __call__(self, exchange: Exchange) -> None:
        method = exchange.request.method
        if method == "OPTIONS":
            exchange.respond(204, (_ALLOW,))
        elif method not in ("GET", "HEAD"):
            _refuse(exchange, 405, f"{method} is not possible here", (_ALLOW,))
        else:
            try:
                self._answer(exchange)
            except (OSError, Outside, Special, Changed, Refused) as exc:
                refused = _reason(exc)
                _refuse(exchange, refused.status, refused.words)

    def _answer(self, exchange: Exchange) -> None:
        address = read_path(exchange.request.raw_path, hidden=self._hidden, windows=sys.platform == "win32")
        if isinstance(address, Refusal):
            raise Refused(_REFUSED[address], address)
        opened = self._folder.open(address.names)
        if not opened.folder:
            if address.folder:
                raise Refused(404, "a file is no folder; ask without the slash at the end")
            self._send_file(exchange, address.names, opened)
        elif not address.folder:
            query = f"?{exchange.request.query}" if exchange.request.query else ""
            location = address.location + query
            exchange.respond(301, (*reply.TEXT, ("location", location)), f"{location}\n".encode())
        else:
            self._send_folder(exchange, address, opened)

    def _send_folder(self, exchange: Exchange, address: Address, opened: Opened) -> None:
        names = (*address.names, "index.html")
        try:
            index = self._folder.open(names)
        except FileNotFoundError:
            if not self._index:
                raise Refused(404, "this folder has no index.html") from None
            exchange.spawn(self._send_listing(exchange, address, opened))
            return
        if index.folder:
            raise Refused(404, "index.html is a folder")
        self._send_file(exchange, names, index)

    # Folders

    async def _send_listing(self, exchange: Exchange, address: Address, opened: Opened) -> None:
        known = dict(pair.partition("=")[::2] for pair in exchange.request.query.split("&"))
        order = listing.Order.of_query(known.get("sort", ""), known.get("order", ""))
        shown = "/" + "".join(f"{name}/" for name in address.names)
        as_json = "application/json" in (exchange.request.header("accept") or "")

        def made() -> bytes:
            entries = self._entries(address.names, opened)
            if as_json:
                import msgspec

                return msgspec.json.encode(listing.document(shown, entries, order)) + b"\n"
            return listing.html(shown, entries, order).encode()

        try:
            body = await asyncio.to_thread(made)
        except OSError as exc:
            refused = _reason(exc)
            _refuse(exchange, refused.status, refused.words)
            return
        fields = (*reply.JSON, _NOSNIFF) if as_json else page.HEADERS
        exchange.respond(200, (*fields, ("vary", "accept"), ("cache-control", "no-cache")), body)

    def _entries(self, names: Sequence[str], opened: Opened) -> list[listing.Listed]:
        """What of the folder can be asked for: no hidden names, no devices, no links that lead out."""
        where = os.path.join(self._folder.real, *names) if opened.fd < 0 else opened.fd  # noqa: PTH118
        found = []
        with os.scandir(where) as entries:
            for entry in entries:
                if not self._hidden and entry.name.startswith(".") and entry.name != ".well-known":
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISLNK(status.st_mode):
                        status = self._folder.open((*names, entry.name)).status
                except (OSError, Outside, Special):
                    continue
                folder = stat.S_ISDIR(status.st_mode)
                if folder or stat.S_ISREG(status.st_mode):
                    found.append(listing.Listed(entry.name, folder, status.st_size, status.st_mtime))
        return found

    # Files

    def _send_file(self, exchange: Exchange, names: Sequence[str], opened: Opened) -> None:
        request = exchange.request
        plain = Content(opened, content_type(names[-1]) or "")
        if not plain.content_type:
            head = plain.read(0, min(SNIFFED_BYTES, plain.size))
            plain = Content(opened, sniffed(head))
        varies = compressible(plain.content_type)
        content = self._coded(exchange, names, plain) if varies else plain
        answer = decide(
            request.header, content.validators, content.size,
            ranges=request.method == "GET" and not content.packed, now_s=time.time(),
        )  # fmt: skip
        fields = _fields(content, varies=varies)
        match answer:
            case NotModified():
                exchange.respond(304, fields)
            case PreconditionFailed():
                _refuse(exchange, 412, "the file is not what If-Match or If-Unmodified-Since says")
            case Unsatisfiable():
                _refuse(exchange, 416, "no range lies inside the file", (("content-range", f"bytes */{content.size}"),))
            case Partial(parts) if len(parts) == 1:
                content_range = ("content-range", parts[0].content_range(content.size))
                send_part(exchange, 206, typed(fields, content.content_type, content_range), content, parts[0])
            case Partial(parts):
                send_parts(exchange, fields, content, parts)
            case _ if content.packed:
                send_packed(exchange, typed(fields, content.content_type), content)
            case _:
                whole = Part(0, content.size)
                send_part(exchange, 200, typed(fields, content.content_type), content, whole)

    def _coded(self, exchange: Exchange, names: Sequence[str], plain: Content) -> Content:
        """The form of the file this client is best served with: a .gz beside it, or compressed on the way.

        A request for a range is served from the file itself, so that a download can be resumed.
        """
        if not takes_gzip(exchange.request.header("accept-encoding")) or exchange.request.header("range") is not None:
            return plain
        try:
            sibling = self._folder.open((*names[:-1], f"{names[-1]}.gz"))
        except (OSError, Outside, Special):
            sibling = None
        # One that is older than its file was made from another version of it.
        if sibling and not sibling.folder and sibling.status.st_mtime_ns >= plain.opened.status.st_mtime_ns:
            return Content(sibling, plain.content_type, "gzip")
        if plain.size < MIN_COMPRESSED:
            return plain
        return Content(plain.opened, plain.content_type, "gzip", packed=True)


def _fields(content: Content, *, varies: bool) -> reply.Fields:
    """What a 200, a 206 and a 304 have in common (RFC 9110 section 15.4.5)."""
    validators = content.validators
    # Section 8.8.2.1: a file from the future was last modified now, as far as HTTP is concerned.
    modified = min(float(validators.modified_s), time.time())
    fields: reply.Fields = (
        ("etag", validators.etag),
        ("last-modified", http_date(modified)),
        ("cache-control", "no-cache"),
        _NOSNIFF,
    )
    if varies:
        fields += (("vary", "accept-encoding"),)
    if content.encoding:
        fields += (("content-encoding", content.encoding),)
    return fields if content.packed else (*fields, ("accept-ranges", "bytes"))


def _reason(exc: Exception) -> Refused:
    """What the client is told of a file that cannot be sent; nothing about where it lies."""
    if isinstance(exc, Refused):
        return exc
    if isinstance(exc, (Outside, Special)):
        return Refused(403, exc.message)
    if isinstance(exc, Changed):
        return Refused(503, exc.message)
    code = exc.errno if isinstance(exc, OSError) else None
    if code in _NOT_THERE or isinstance(exc, ValueError):
        return Refused(404, "nothing is here")
    if isinstance(exc, PermissionError):
        return Refused(403, "this may not be read")
    if code in (errno.EMFILE, errno.ENFILE):
        return Refused(503, "too many files are open")
    raise exc


def _refuse(exchange: Exchange, status: int, words: str, headers: reply.Fields = ()) -> None:
    """A page for browsers, one line of text for everyone else."""
    if "text/html" in (exchange.request.header("accept") or ""):
        body = page.page(f"{status} {REASONS.get(status, '')}", f"<p>{escape(words)}</p>")
        exchange.respond(status, page.HEADERS + headers, body.encode())
    else:
        reply.text(exchange, status, words, headers)
