"""What is wrong with suites: everything at once, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from wherry.core.expect.show import printable
from wherry.core.secret import Redactor
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.core.fit import Fitter
    from wherry.core.template import Note
    from wherry.core.yaml import Node


class Fault(msgspec.Struct, frozen=True, order=True):
    """``line`` and ``column`` count from 1; both are 0 where it is no place in ``file``, which may then be empty."""

    file: str
    line: int
    column: int
    words: str

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{self.file}: {place}{self.words}" if self.file else self.words


class SuiteError(UsageError):
    """Suites that do not say what they should; the message is the first of ``faults``, and how many more there are."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        more = len(self.faults) - 1
        super().__init__(f"{self.faults[0]}" + (f" (and {more} more)" if more else ""))


class Faults(msgspec.Struct):
    """Gathers faults. Of several at one place the first counts: what follows from it is no news."""

    found: list[Fault] = []
    redactor: Redactor = msgspec.field(default_factory=Redactor)
    _places: set[tuple[str, int, int]] = set()
    _files: dict[str, int] = {}

    def begin(self, file: str) -> None:
        """What is said of ``file`` comes before what is said of files that are read later."""
        self._files.setdefault(file, len(self._files))

    def add(self, file: str, line: int, column: int, words: str) -> None:
        """Take note of a fault; with no words, that one at this place has been told elsewhere."""
        place = (file, line, column)
        if line and place in self._places:
            return
        self._places.add(place)
        if words:
            self.found.append(Fault(file, line, column, printable(words)))

    def take(self, file: str, fitter: Fitter) -> None:
        """Take note of what did not fit, which ``fitter`` then has no more."""
        for fault in fitter.faults:
            self.add(file, fault.line, fault.column, fault.words)
        fitter.faults = []

    def note(self, file: str) -> Note:
        """Notes faults of the nodes of ``file``."""

        def note(node: Node, words: str) -> None:
            self.add(file, node.line, node.column, words)

        return note

    def known_at(self, file: str, node: Node) -> bool:
        """Whether there is one at the place of ``node``."""
        return (file, node.line, node.column) in self._places

    def all(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the files and of the lines in them, without secrets."""
        masked = {Fault(f.file, f.line, f.column, self.redactor.mask(f.words)) for f in self.found}
        return tuple(sorted(masked, key=lambda fault: (self._files.get(fault.file, -1), fault)))
