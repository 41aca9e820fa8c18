"""A file that reports are made of again: a record, or single results of wherry or vegeta, told apart by their content.

Results are read a line at a time, so a file of any size takes no more memory than its longest line.
"""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.report.document import is_record, read
from wherry.commands.load.report.vegeta import from_csv, from_json
from wherry.core.quantity import format_size
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.record import Record
    from wherry.commands.load.report.rows import Row

STDIN: Final = "-"
_LONGEST_LINE: Final = 64 << 20
_LONGEST_DOCUMENT: Final = 64 << 20
_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
# The first thing in vegeta's gob is the description of this type.
_GOB: Final = b"\x06Result"
_HEAD: Final = 64
_ENCODE: Final = "encode it first: vegeta encode --to json FILE"


@contextmanager
def opened(path: str) -> Iterator[Record | Iterator[tuple[Row, str]]]:
    """The record in the file at ``path``, or on standard input; or its rows as they stand there, each with its attack.

    Raises UsageError, with the line, for what is neither, at once or while rows are read.
    """
    if path == STDIN:
        yield _Source(sys.stdin.buffer, "standard input").content()
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  what the block raises is not about this file
    except OSError as exc:
        raise UsageError(f"{path}: reading the file: {exc.strerror or exc}") from exc
    with file:
        yield _Source(file, path).content()


class _Source:
    """Reads ``file``; ``name`` is what errors call it."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._number = 0

    def content(self) -> Record | Iterator[tuple[Row, str]]:
        first = self._line().removeprefix(_BOM)
        while first.isspace():
            first = self._line()
        if not first:
            raise UsageError(f"{self._name}: there is nothing in it")
        if first.startswith(_GZIP):
            raise UsageError(f"{self._name}: it is compressed", hint="gunzip -c FILE | wherry load report -")
        if _GOB in first[:_HEAD]:
            raise UsageError(f"{self._name}: it is in vegeta's own encoding, gob, which only Go reads", hint=_ENCODE)
        if first.lstrip().startswith(b"{"):
            return self._of_json(first)
        if first.lstrip()[:1].isdigit():
            return self._of_csv(first)
        raise self._neither()

    def _of_json(self, first: bytes) -> Record | Iterator[tuple[Row, str]]:
        if is_record(first):
            return read(first, self._name)
        try:
            keys = msgspec.json.decode(first, type=dict[str, msgspec.Raw]).keys()
        except (msgspec.DecodeError, UnicodeDecodeError):
            # A record that was laid out for people has its end on another line; a line that is cut off has none.
            document = first + self._rest()
            if is_record(document):
                return read(document, self._name)
            self._number = 1
            return self._json_rows(first)
        if {"latencies", "status_codes"} <= keys:
            raise UsageError(
                f"{self._name}: these are vegeta's figures, of which no report can be made",
                hint=f"give the results; {_ENCODE}",
            )
        return self._json_rows(first)

    def _json_rows(self, line: bytes) -> Iterator[tuple[Row, str]]:
        while line:
            if not line.isspace():
                try:
                    yield from_json(line)
                except ValueError as exc:
                    raise self._fault(exc) from None
            line = self._line()

    def _of_csv(self, first: bytes) -> Iterator[tuple[Row, str]]:
        csv.field_size_limit(_LONGEST_LINE)
        reader = csv.reader(self._text(first), strict=True, skipinitialspace=True)
        while True:
            try:
                columns = next(reader, None)
                if columns is None:
                    return
                if columns:
                    yield from_csv(columns)
            except (ValueError, csv.Error) as exc:
                raise self._fault(exc) from None

    def _text(self, line: bytes) -> Iterator[str]:
        while line:
            try:
                yield line.decode()
            except UnicodeDecodeError:
                raise ValueError("it is not UTF-8") from None
            line = self._line()

    def _line(self) -> bytes:
        """The next line; empty at the end."""
        try:
            line = self._file.readline(_LONGEST_LINE + 1)
        except OSError as exc:
            raise UsageError(f"{self._name}: reading the file: {exc.strerror or exc}") from exc
        self._number += bool(line)
        if len(line) > _LONGEST_LINE:
            raise self._fault(f"it is longer than {format_size(_LONGEST_LINE)}")
        return line

    def _rest(self) -> bytes:
        try:
            rest = self._file.read(_LONGEST_DOCUMENT + 1)
        except OSError as exc:
            raise UsageError(f"{self._name}: reading the file: {exc.strerror or exc}") from exc
        if len(rest) > _LONGEST_DOCUMENT:
            raise self._fault("it does not end here, and neither a record nor a result is so long")
        return rest

    def _neither(self) -> UsageError:
        return self._fault("neither a record of `wherry load` nor a result of vegeta")

    def _fault(self, what: object) -> UsageError:
        return UsageError(f"{self._name}: line {self._number}: {what}")
