"""Rows that fill in a template: from a table (CSV, RFC 4180) or from JSON objects, one a line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.commands.load.targets.call import Fault
from wherry.core.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.load.targets.lines import Line

WEIGHT: Final = "weight"
# Of a record, in bytes: one whose quote is not closed would be all of the file.
_LONGEST: Final = 16 * 1024 * 1024
csv.field_size_limit(_LONGEST)  # it is 128 KiB, which a body may well exceed


class CsvRows:
    """The first record names the columns. A field in quotes may hold commas, line breaks and doubled quotes."""

    typed = False

    def __init__(self, columns: Iterable[str]) -> None:
        """``columns`` are those that the template wants."""
        self._wanted = frozenset(columns)
        self._names: list[str] = []

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The rows, each as the one line that it means. Raises Fault for what names no columns."""
        for line in _joined(lines):
            if not self._names:
                self._names = self._header(line)
            else:
                yield line

    def _header(self, line: Line) -> list[str]:
        names = [name.strip() for name in _cells(line.data)]
        for index, name in enumerate(names):
            if not name or name in names[:index]:
                raise Fault(f"two columns are named {name!r}" if name else f"column {index + 1} has no name")
        for name in sorted(self._wanted - set(names)):
            raise Fault(f"there is no column {name!r}{did_you_mean(name, names)}; there are {', '.join(names)}")
        return names

    def read(self, record: bytes) -> tuple[Mapping[str, Any], float | None]:
        """The row in ``record`` and its weight, if rows have one. Raises Fault."""
        cells = _cells(record)
        if len(cells) != len(self._names):
            raise Fault(
                f"{_counted(len(cells), 'field')}, where the first line names {_counted(len(self._names), 'column')}"
            )
        row = dict(zip(self._names, cells, strict=True))
        if WEIGHT not in row:
            return row, None
        try:
            return row, float(row[WEIGHT])
        except ValueError:
            raise Fault(f"the weight {row[WEIGHT]!r} is not a number") from None


class JsonRows:
    """A JSON object a line; blank lines are passed over."""

    typed = True

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines that have something in them."""
        return (line for line in lines if line.data.strip())

    def read(self, record: bytes) -> tuple[Mapping[str, Any], float | None]:
        """The row in ``record`` and its weight, if it has one. Raises Fault."""
        try:
            row = msgspec.json.decode(record)
        except UnicodeDecodeError:
            raise Fault("not UTF-8 text") from None
        except (msgspec.DecodeError, RecursionError) as exc:
            raise Fault(f"not JSON: {str(exc).removeprefix('JSON is malformed: ')}") from None
        if not isinstance(row, dict):
            raise Fault('a row is a JSON object, such as {"id": 1}')
        weight = row.get(WEIGHT)
        if weight is not None and (isinstance(weight, bool) or not isinstance(weight, (int, float))):
            raise Fault(f"the weight {weight!r} is not a number")
        return row, weight


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines of a table put together while a quote is open; blank ones between records are passed over."""
    begun: Line | None = None
    parts: list[bytes] = []
    size = 0
    is_open = False
    for line in lines:
        # A quote within quotes is doubled, so that an odd number of them leaves one open.
        turns = line.data.count(b'"') % 2 == 1
        if begun is None:
            if not turns:
                if line.data.strip():
                    yield line
                continue
            begun = line
        parts.append(line.data)
        size += len(line.data)
        is_open ^= turns
        if not is_open or size > _LONGEST:
            yield begun._replace(data=b"".join(parts))
            begun, parts, size, is_open = None, [], 0, False
    if begun is not None:
        yield begun._replace(data=b"".join(parts))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _cells(record: bytes) -> list[str]:
    try:
        rows = list(csv.reader([record.decode()], strict=True))
    except UnicodeDecodeError as exc:
        raise Fault("not UTF-8 text", record[: exc.start].count(b"\n")) from None
    except csv.Error as exc:
        words = "a quote is not closed" if "unexpected end" in str(exc) else str(exc)
        raise Fault(words) from None
    return rows[0] if rows else []
