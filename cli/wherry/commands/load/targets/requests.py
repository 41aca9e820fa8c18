"""What a run sends, and how each worker comes by its share of it."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from wherry.commands.load.targets.call import Fault
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from wherry.commands.load.targets.order import Order
    from wherry.commands.load.targets.prepared import Origin, Prepared, Source


class Described(NamedTuple):
    """What a :class:`~wherry.commands.load.targets.prepared.Requests` says of what it sends."""

    names: tuple[str, ...]
    targets: int
    methods: tuple[str, ...]
    urls: tuple[str, ...]
    origins: tuple[Origin, ...]


class _Requests:
    def __init__(self, described: Described, order: Order) -> None:
        self.names, self.targets, self.methods, self.urls, self.origins = described
        self._order = order


class Kept(_Requests):
    """Requests that are all made and kept in memory."""

    def __init__(self, described: Described, order: Order, prepared: Sequence[Prepared]) -> None:
        super().__init__(described, order)
        self._prepared = tuple(prepared)

    @property
    def only(self) -> Prepared | None:
        return self._prepared[0] if len(self._prepared) == 1 else None

    def source(self, worker: int, workers: int) -> Source:
        return _FromMemory(self._prepared, self._order.positions(worker, workers))


class _FromMemory:
    """All of it in C: it stands between an answer and the next request."""

    def __init__(self, prepared: tuple[Prepared, ...], positions: Iterator[int]) -> None:
        self.next = map(prepared.__getitem__, positions).__next__


class Reader(Protocol):
    """Makes a request of a record of a file. It can be pickled."""

    def read(self, record: bytes) -> tuple[Prepared, float | None]:
        """The request, and its weight where it has one. Raises Fault."""


class FileState(NamedTuple):
    """By what it shows that a file is what it was."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, file: IO[bytes]) -> FileState:
        """The state of the open ``file``."""
        found = os.fstat(file.fileno())
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class Stored(_Requests):
    """Requests that stay in their file, and are made when it is their turn: 8 bytes of memory for each."""

    def __init__(
        self, described: Described, order: Order, *, path: str, name: str, state: FileState, starts: array[int],
        reader: Reader,
    ) -> None:  # fmt: skip
        """``starts`` are where the records begin in the file at ``path``, and where the last one ends; ``name`` is what
        it is called.
        """
        super().__init__(described, order)
        self._path = path
        self._name = name
        self._state = state
        self._starts = starts
        self._reader = reader

    @property
    def only(self) -> None:
        return None

    def source(self, worker: int, workers: int) -> Source:
        try:
            file = Path(self._path).open("rb")  # noqa: SIM115  it is read as long as the worker lives
        except OSError as exc:
            raise UsageError(f"reading {self._name}: {exc.strerror}") from None
        if FileState.of(file) != self._state:
            file.close()
            raise _changed(self._name)
        return _FromFile(file, self._name, self._starts, self._reader, self._order.positions(worker, workers))


class _FromFile:
    """Reads with a buffer, which is what the next records are in where they follow each other."""

    def __init__(
        self, file: IO[bytes], name: str, starts: array[int], reader: Reader, positions: Iterator[int]
    ) -> None:
        self._file = file
        self._name = name
        self._starts = starts
        self._read = reader.read
        self._positions = positions
        weakref.finalize(self, file.close)

    def next(self) -> Prepared:
        position = next(self._positions)
        start, end = self._starts[position], self._starts[position + 1]
        self._file.seek(start)
        try:
            return self._read(self._file.read(end - start))[0]
        except Fault:
            raise _changed(self._name) from None


def _changed(name: str) -> WherryError:
    return WherryError(f"{name} was changed while its requests were sent")
