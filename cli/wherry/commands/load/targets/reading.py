"""Records of a file made into requests, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from wherry.commands.load.tally.part import KEPT
from wherry.commands.load.targets.call import Fault
from wherry.commands.load.targets.template import Unfit
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.load.targets.call import Call
    from wherry.commands.load.targets.lines import Line
    from wherry.commands.load.targets.making import Maker, Template
    from wherry.commands.load.targets.prepared import Prepared


class _Targets(Protocol):
    def records(self, lines: Iterable[Line]) -> Iterator[Line]: ...

    def read(self, record: bytes) -> tuple[Call, float | None]: ...


class _Rows(Protocol):
    def records(self, lines: Iterable[Line]) -> Iterator[Line]: ...

    def read(self, record: bytes) -> tuple[Mapping[str, Any], float | None]: ...


class TargetReader:
    """Of files whose records are whole requests. Equal ones, by method and URL, have the same number."""

    def __init__(self, targets: _Targets, maker: Maker) -> None:
        self._targets = targets
        self._maker = maker
        self._numbers: dict[tuple[str, str], int] = {}

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The records among ``lines``. Raises Fault."""
        return self._targets.records(lines)

    def read(self, record: bytes) -> tuple[Prepared, float | None]:
        """The request in ``record``, and its weight where it has one. Raises Fault."""
        call, weight = self._targets.read(record)
        try:
            prepared = self._maker.make(call)
        except UsageError as exc:
            raise Fault(exc.advice) from None
        number = self._numbers.get((prepared.method, prepared.url))
        if number is None:
            number = KEPT
            if len(self._numbers) <= KEPT:
                number = self._numbers[prepared.method, prepared.url] = len(self._numbers)
        return msgspec.structs.replace(prepared, number=number) if number else prepared, weight

    def targets(self) -> list[tuple[str, str]]:
        """Method and URL of those with a number of their own, in the order of the numbers."""
        return list(self._numbers)


class RowReader:
    """Of files whose records fill in one request."""

    def __init__(self, rows: _Rows, template: Template) -> None:
        self._rows = rows
        self._template = template

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The records among ``lines``. Raises Fault."""
        return self._rows.records(lines)

    def read(self, record: bytes) -> tuple[Prepared, float | None]:
        """The request of the row in ``record``, and its weight where it has one. Raises Fault."""
        row, weight = self._rows.read(record)
        try:
            return self._template.fill(row), weight
        except Unfit as exc:
            raise Fault(str(exc)) from None

    def targets(self) -> list[tuple[str, str]]:
        """Method and URL of the request."""
        return [(self._template.method, self._template.url)]
