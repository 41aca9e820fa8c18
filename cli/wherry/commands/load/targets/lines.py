"""The lines of a file of bytes, and where they are."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """``number`` counts from 1, ``start`` is in bytes; ``data`` has its line break."""

    number: int
    start: int
    data: bytes


def lines_of(file: IO[bytes]) -> Iterator[Line]:
    """The lines of ``file`` from its beginning; a byte order mark is not part of the first."""
    start = 0
    for number, data in enumerate(file, 1):
        line = Line(number, start, data)
        if number == 1 and data.startswith(_BOM):
            line = Line(1, len(_BOM), data[len(_BOM) :])
        yield line
        start += len(data)
