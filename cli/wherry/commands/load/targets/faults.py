"""What is wrong with a file of targets: everything at once, each with its line."""

from __future__ import annotations

from typing import Final

from wherry.errors import UsageError

# A file with a wrong beginning is wrong in each of its lines.
_MOST: Final = 20


class TargetsError(UsageError):
    """A file that cannot be sent. ``faults`` are lines for people, the first 20 of ``count``."""

    def __init__(self, name: str, faults: tuple[str, ...], count: int) -> None:
        self.faults = faults
        self.count = count
        super().__init__(faults[0] if count == 1 else f"{count} things are wrong with {name}")


class Faults:
    """Gathers the faults of the file ``name``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[str] = []
        self._count = 0

    def add(self, line: int, words: str) -> None:
        """Take note of one; ``line`` counts from 1."""
        self._count += 1
        if len(self._found) < _MOST:
            self._found.append(f"{self._name}:{line}: {words}")

    def close(self) -> None:
        """Raises TargetsError where there is any."""
        if self._count:
            raise TargetsError(self._name, tuple(self._found), self._count)
