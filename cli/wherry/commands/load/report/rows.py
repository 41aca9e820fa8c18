"""Raw results: a row for each request that ended, kept only where a report tells of single requests.

A worker's rows go to a file of its own, in blocks, as requests end; :class:`Raw` reads the files of all workers as one,
by the time of the requests, in bounded memory. A block is a length (4 bytes, big-endian) and so many bytes of
MessagePack: an array of rows. A block of no length ends a file that is whole.
"""

from __future__ import annotations

import heapq
import tempfile
from contextlib import ExitStack, suppress
from itertools import chain, islice
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Final

import msgspec

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TypeAlias

    Fields: TypeAlias = tuple[int, int, int | None, int, int, int, str, str, str, str]

_LENGTH: Final = 4
_SORTED_AT_ONCE: Final = 50_000  # rows, of some 500 bytes each
_MERGED_AT_ONCE: Final = 250  # rows of each run of sorted ones
_MOST_RUNS: Final = 64


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A request that ended.

    ``at_ns``: when it was to be sent (open loop) or was sent (closed loop), in nanoseconds since 1970. ``latency_ns``:
    from then to its end; ``service_ns``: from its sending to its end, None where the results of another program do not
    say. ``code``: the status of a whole answer, 0 where
    there was none. ``bytes_out`` and ``bytes_in`` are of bodies. ``kind`` and ``error``: the record.ErrorClass of a
    failure and its words, both empty where it was answered. ``url`` is as record.Plan has it, without secrets.
    """

    at_ns: int
    latency_ns: int
    service_ns: int | None
    code: int
    bytes_out: int
    bytes_in: int
    kind: str
    error: str
    method: str
    url: str


class RowFile:
    """Where a worker leaves its rows. Failing to write is no reason to end a run: it shows when they are read."""

    def __init__(self, path: Path) -> None:
        """Make the file. Raises WherryError."""
        try:
            self._file: IO[bytes] = path.open("wb")
        except OSError as exc:
            raise _failed(exc) from exc
        self._encoder = msgspec.msgpack.Encoder()
        self._whole = True

    def add(self, rows: Sequence[Fields] | Sequence[Row]) -> None:
        """Keep a block of rows, which may be plain tuples of the fields of :class:`Row`; some thousand at most."""
        if not rows or not self._whole:
            return
        try:
            data = self._encoder.encode(rows)
        except UnicodeEncodeError:  # no text may hold half a surrogate pair, but a name of a file may
            data = self._encoder.encode([[_text(field) for field in msgspec.to_builtins(row)] for row in rows])
        try:
            self._file.write(len(data).to_bytes(_LENGTH, "big") + data)
        except OSError:
            self._whole = False

    def close(self) -> None:
        """Nothing more comes."""
        with suppress(OSError):  # what is not whole lacks its end
            if self._whole:
                self._file.write(bytes(_LENGTH))
            self._file.close()


class Raw:
    """The rows of all workers; the files stay where they are."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)

    def rows(self) -> Iterator[Row]:
        """All of them by ``at_ns``. Raises WherryError where a file cannot be read or is not whole."""
        with ExitStack() as stack:
            try:
                files = [stack.enter_context(path.open("rb")) for path in self._paths]
            except OSError as exc:
                raise _failed(exc) from exc
            ordered = stack.enter_context(Sorted(chain.from_iterable(map(_read, files))))
            yield from ordered.rows()


class Sorted:
    """Any number of rows by ``at_ns``, most of them in temporary files that have no name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take all of ``rows``. Raises WherryError where they cannot be kept, and what reading them raises."""
        self._stack = ExitStack()
        self._runs: list[IO[bytes]] = []
        with ExitStack() as on_error:
            on_error.push(self._stack)
            rows = iter(rows)
            self._last = sorted(islice(rows, _SORTED_AT_ONCE), key=_BY_TIME)
            while len(self._last) == _SORTED_AT_ONCE:
                self._runs.append(self._kept(self._last))
                if len(self._runs) == _MOST_RUNS:
                    self._merge()
                self._last = sorted(islice(rows, _SORTED_AT_ONCE), key=_BY_TIME)
            on_error.pop_all()

    def __enter__(self) -> Sorted:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def rows(self) -> Iterator[Row]:
        """All of them; may be called again, once the one before has ended. Raises WherryError."""
        if not self._runs:
            yield from self._last
            return
        for run in self._runs:
            run.seek(0)
        yield from heapq.merge(*map(_read, self._runs), self._last, key=_BY_TIME)

    def _merge(self) -> None:
        """Make one run of all, so that no number of rows needs many files."""
        for run in self._runs:
            run.seek(0)
        merged = self._kept(heapq.merge(*map(_read, self._runs), key=_BY_TIME))
        for run in self._runs:
            run.close()
        self._runs = [merged]

    def _kept(self, rows: Iterable[Row]) -> IO[bytes]:
        encoder, rows = msgspec.msgpack.Encoder(), iter(rows)
        try:
            file: IO[bytes] = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  it is one
            while block := [*islice(rows, _MERGED_AT_ONCE)]:
                data = encoder.encode(block)
                file.write(len(data).to_bytes(_LENGTH, "big") + data)
            file.write(bytes(_LENGTH))
            file.flush()
        except OSError as exc:
            raise _failed(exc) from exc
        return file


_BY_TIME: Final = attrgetter("at_ns")
_ROWS: Final = msgspec.msgpack.Decoder(list[Row])


def _text(field: int | str | None) -> int | str | None:
    return field.encode("utf-8", "backslashreplace").decode() if isinstance(field, str) else field


def _read(file: IO[bytes]) -> Iterator[Row]:
    while True:
        try:
            head = file.read(_LENGTH)
            size = int.from_bytes(head, "big")
            data = file.read(size)
        except OSError as exc:
            raise _failed(exc) from exc
        if len(head) < _LENGTH or len(data) < size:
            raise WherryError("the results of single requests are not whole; is the folder for temporary files full?")
        if not size:
            return
        yield from _ROWS.decode(data)


def _failed(exc: OSError) -> WherryError:
    return WherryError(f"keeping the results of single requests: {exc.strerror or exc}")
