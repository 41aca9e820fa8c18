"""What is wrong with a file of targets: everything at once, each with its line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@contextmanager
def told(tell: Callable[[str], None]) -> Iterator[None]:
    """Where a file has several faults, ``tell`` each of them before the error goes on; one is its own message."""
    try:
        yield
    except TargetsError as exc:
        if exc.count > 1:
            for fault in exc.faults:
                tell(fault)
            if exc.count > len(exc.faults):
                tell(f"... and {exc.count - len(exc.faults)} more")
        raise
