"""``{COLUMN}`` in what is sent: read once, cut into pieces, and filled in with the values of a row.

A value is written as its place wants it, so that no value can become something else there: percent-encoded in a URL and
in a form, escaped in a JSON string, as a JSON value where a placeholder stands in JSON without quotes; in a header
without line breaks. ``{{COLUMN}}`` stands for ``{COLUMN}`` itself. Braces around anything but a name are text.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote, quote_plus

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NAME: Final = r"[^\W\d][\w.-]*"
_PLACEHOLDER: Final = re.compile(rf"\{{\{{({_NAME})\}}\}}|\{{({_NAME})\}}")
_JSON_TOKEN: Final = re.compile(rf"\\.|\"|{_PLACEHOLDER.pattern}", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# RFC 8259: a number, or one of the three names.
_JSON_SCALAR: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


class Unfit(ValueError):
    """A row that cannot fill in what is to be sent; the message says why."""


class Place(Enum):
    """Where a value is put."""

    URL = "a URL"
    HEADER = "a header"
    JSON_STRING = "a JSON string"
    JSON_VALUE = "JSON"
    FORM = "a form"
    TEXT = "text"


class Slot(msgspec.Struct, frozen=True):
    """A place that the value of the column ``name`` is put into."""

    name: str
    place: Place


Pieces: TypeAlias = tuple[bytes | Slot, ...]


def names_in(text: str) -> Iterator[str]:
    """The columns that ``text`` wants."""
    return (name for literal, name in _PLACEHOLDER.findall(text) if not literal)


def unescaped(text: str) -> str:
    """``text`` with ``{{COLUMN}}`` undone."""
    return _PLACEHOLDER.sub(lambda match: f"{{{match[1]}}}" if match[1] else match[0], text)


class Marks:
    """Puts marks in the place of placeholders, which survive becoming part of a URL or a header, and finds them again.

    ``texts`` are all those that will be marked: no mark looks like a part of them.
    """

    def __init__(self, *texts: str) -> None:
        stem = "wherryslot"
        while any(stem in text.lower() for text in texts):
            stem += "x"
        self._found = re.compile(rf"{stem}([0-9]+)z".encode())
        self._stem = stem
        self._slots: list[Slot] = []

    def put(self, text: str, place: Place) -> str:
        """``text`` with marks for its placeholders."""

        def mark(match: re.Match[str]) -> str:
            if match[1]:
                return f"{{{match[1]}}}"
            self._slots.append(Slot(match[2], place))
            return f"{self._stem}{len(self._slots) - 1}z"

        return _PLACEHOLDER.sub(mark, text)

    def are_in(self, text: str) -> bool:
        """Whether there is a mark in ``text``."""
        return self._stem in text.lower()

    def shown(self, text: str) -> str:
        """``text`` with placeholders again where marks stand."""
        return re.sub(self._found.pattern.decode(), lambda match: f"{{{self._slots[int(match[1])].name}}}", text)

    def cut(self, data: bytes) -> Pieces:
        """``data`` cut at its marks."""
        parts = self._found.split(data)
        return tuple(self._slots[int(part)] if index % 2 else part for index, part in enumerate(parts))


def cut_text(text: str, place: Place) -> Pieces:
    """``text`` cut at its placeholders, all of which stand in the same kind of place."""
    pieces: list[bytes | Slot] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += [_raw(text[end : match.start()]), _raw(f"{{{match[1]}}}") if match[1] else Slot(match[2], place)]
        end = match.end()
    return (*pieces, _raw(text[end:]))


def cut_json(text: str) -> Pieces:
    """``text``, which is to become JSON, cut at its placeholders: each stands in a string, or for a value."""
    pieces: list[bytes | Slot] = []
    end = 0
    in_string = False
    for match in _JSON_TOKEN.finditer(text):
        literal, name = match.groups()
        if match[0] == '"':
            in_string = not in_string
        if literal or name:
            pieces.append(_raw(text[end : match.start()]))
            place = Place.JSON_STRING if in_string else Place.JSON_VALUE
            pieces.append(_raw(f"{{{literal}}}") if literal else Slot(name, place))
            end = match.end()
    return (*pieces, _raw(text[end:]))


def as_json(pieces: Pieces) -> bytes:
    """What JSON ``pieces`` may become, to see whether it would be JSON."""
    return b"".join(
        piece if isinstance(piece, bytes) else b"" if piece.place is Place.JSON_STRING else b"0" for piece in pieces
    )


class Filler:
    """Fills ``pieces`` in with rows. ``typed``: the values of a row are JSON's, and not texts of a table's cells."""

    def __init__(self, pieces: Pieces, *, typed: bool) -> None:
        self._pieces = [piece if isinstance(piece, bytes) else b"" for piece in pieces]
        writers = _WRITERS if typed else {**_WRITERS, Place.JSON_VALUE: _literal}
        self._slots = [
            (index, piece.name, piece.place, writers[piece.place])
            for index, piece in enumerate(pieces)
            if not isinstance(piece, bytes)
        ]
        self._typed = typed

    def __reduce__(self) -> tuple[Any, ...]:
        pieces: list[bytes | Slot] = list(self._pieces)
        for index, name, place, _ in self._slots:
            pieces[index] = Slot(name, place)
        return _filler, (tuple(pieces), self._typed)

    def fill(self, row: Mapping[str, Any]) -> bytes:
        """The pieces with the values of ``row`` in their places. Raises Unfit."""
        pieces = self._pieces.copy()
        for index, name, place, write in self._slots:
            try:
                pieces[index] = write(row[name])
            except KeyError:
                from wherry.core.suggest import did_you_mean

                raise Unfit(f"there is no {name!r}{did_you_mean(name, row)}") from None
            except Unfit as exc:
                raise Unfit(f"{name!r} {exc} {place.value}") from None
        return b"".join(pieces)


def _filler(pieces: Pieces, typed: bool) -> Filler:
    return Filler(pieces, typed=typed)


def _raw(text: str) -> bytes:
    # Bytes of an argument that are no UTF-8 are sent as they are.
    return text.encode("utf-8", "surrogateescape")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (list, dict)):
        what = "null" if value is None else "a list" if isinstance(value, list) else "an object"
        raise Unfit(f"is {what}, which has no place in")
    return msgspec.json.encode(value).decode()


def _url(value: Any) -> bytes:
    return quote(_text(value), safe="").encode()


def _form(value: Any) -> bytes:
    return quote_plus(_text(value)).encode()


def _header(value: Any) -> bytes:
    text = _text(value)
    if _CONTROL.search(text):
        raise Unfit("has a line break or a control character, which has no place in")
    return text.encode()


def _json_string(value: Any) -> bytes:
    return msgspec.json.encode(_text(value))[1:-1]


def _literal(value: str) -> bytes:
    if not _JSON_SCALAR.fullmatch(value):
        raise Unfit("is not a number, true, false or null; a text needs quotes around its placeholder in")
    return value.encode()


def _plain(value: Any) -> bytes:
    return _text(value).encode()


_WRITERS: Final[Mapping[Place, Callable[[Any], bytes]]] = {
    Place.URL: _url,
    Place.HEADER: _header,
    Place.JSON_STRING: _json_string,
    Place.JSON_VALUE: msgspec.json.encode,
    Place.FORM: _form,
    Place.TEXT: _plain,
}
