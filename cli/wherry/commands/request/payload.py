"""From the options about a body to the body."""

from __future__ import annotations

import mimetypes
import re
import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote_plus, urlencode

from wherry.commands.request import jsontext
from wherry.commands.request.source import STDIN, MultipartBody, open_body, read_all
from wherry.core import multipart
from wherry.core.record import Record
from wherry.errors import UsageError
from wherry.net.http import BytesBody

if TYPE_CHECKING:
    from wherry.commands.request.body import Body

# A JSON body larger than this is sent without a look into it.
_CHECKED: Final = 16 * 1024 * 1024


class Json(Record):
    """``--json``: JSON text, ``@FILE`` or ``@-``."""

    text: str


class Raw(Record):
    """``--data``: text as it is, ``@FILE`` or ``@-``; ``@@`` begins a text with one @."""

    text: str


class Upload(Record):
    """``--file``: a file as a part of a form."""

    name: str
    path: str
    filename: str | None = None
    content_type: str | None = None


class Form(Record):
    """``--form`` and ``--file``: multipart as soon as there is a file."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[Upload, ...] = ()


Payload: TypeAlias = Json | Raw | Form


def parse_pair(text: str) -> tuple[str, str]:
    """Read ``NAME=VALUE``. Raises UsageError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text!r} is not NAME=VALUE")
    return name, value


def parse_upload(text: str) -> Upload:
    """Read ``NAME=@PATH[;type=MEDIA/TYPE][;filename=NAME]``. Raises UsageError."""
    match = re.fullmatch(r"([^=]+)=@(.+?)((?:;(?:type|filename)=[^;]*)*)", text, re.DOTALL)
    if match is None:
        raise UsageError(f"{text!r} is not NAME=@PATH, such as report=@out.xml or report=@out.xml;type=text/xml")
    name, path, rest = match.groups()
    extras = dict(part.split("=", 1) for part in rest.split(";") if part)
    if re.search(r"[\r\n\0]", extras.get("type", "")):
        raise UsageError(f"{text!r}: the type contains a line break")
    return Upload(name, path, extras.get("filename") or None, extras.get("type") or None)


async def build(payload: Payload) -> tuple[Body, str | None]:
    """The body, and its Content-Type where that is known. Raises UsageError for input that is not there or wrong."""
    match payload:
        case Json():
            return await _json(payload.text), "application/json"
        case Raw(text) if text.startswith("@") and not text.startswith("@@"):
            return await open_body(text[1:]), _guess(text[1:])
        case Raw(text):
            return _text(text.removeprefix("@")), None
        case Form(fields, ()):
            encoded = urlencode(fields, quote_via=quote_plus, errors="surrogateescape")
            return _text(encoded), "application/x-www-form-urlencoded"
        case Form(fields, files):
            boundary = f"wherry-{secrets.token_hex(16)}"
            parts: list[tuple[multipart.PartHead, Body]] = [
                (multipart.PartHead(name), _text(value)) for name, value in fields
            ]
            for file in files:
                filename = file.filename or ("stdin" if file.path == STDIN else PurePath(file.path).name)
                kind = file.content_type or _guess(file.path) or "application/octet-stream"
                parts.append((multipart.PartHead(file.name, filename, kind), await open_body(file.path)))
            return MultipartBody(boundary, tuple(parts)), multipart.content_type(boundary)


async def _json(text: str) -> Body:
    if text.startswith("@"):
        body, name = await open_body(text[1:]), "standard input" if text == "@-" else text[1:]
    else:
        body, name = _text(text), "the value of --json"
    if body.length <= _CHECKED:
        try:
            jsontext.decode(await read_all(body))
        except ValueError as exc:
            hint = None if text.startswith("@") else "text is JSON in double quotes: --json '\"text\"'"
            raise UsageError(f"{name} is not JSON: {exc}", hint=hint) from None
    return body


def _text(text: str) -> Body:
    # Bytes of an argument that are no UTF-8 are sent as they are.
    return BytesBody(text.encode("utf-8", "surrogateescape"))


def _guess(path: str) -> str | None:
    # Python's own table, not the machine's: the same file is the same type everywhere.
    return mimetypes.MimeTypes().guess_type(path)[0]
