"""Pieces of a report that come in one order and are needed in another, without keeping them in memory."""

from __future__ import annotations

from array import array
from contextlib import suppress
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Most runs say less than this, and so begin without the modules that make temporary files.
_IN_MEMORY: Final = 1 << 20


class Spool:
    """Keeps texts in a file without a name, which is in ``folder`` (None: the system's) once they are many.

    A piece costs 24 bytes of memory. Raises WherryError where the file cannot be written or read.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._file: IO[bytes] = BytesIO()
        self._in_memory = True
        self._end = 0
        self._places: dict[str, tuple[array[int], array[int], array[int]]] = {}

    def add(self, text: str, *, order: int, key: str = "") -> None:
        """Keep ``text`` among those of ``key``, in ``order``."""
        data = text.encode("utf-8", "backslashreplace")
        orders, offsets, sizes = self._places.setdefault(key, (array("q"), array("q"), array("q")))
        try:
            if self._in_memory and self._end + len(data) > _IN_MEMORY:
                self._leave_memory()
            self._file.seek(self._end)
            self._file.write(data)
        except OSError as exc:
            raise _failed(exc) from exc
        orders.append(order)
        offsets.append(self._end)
        sizes.append(len(data))
        self._end += len(data)

    def texts(self, key: str = "") -> Iterator[str]:
        """Those of ``key`` in their order; those of equal order as they came."""
        orders, offsets, sizes = self._places.get(key, (array("q"), array("q"), array("q")))
        for place in sorted(range(len(orders)), key=orders.__getitem__):
            try:
                self._file.seek(offsets[place])
                data = self._file.read(sizes[place])
            except OSError as exc:
                raise _failed(exc) from exc
            yield data.decode()

    def close(self) -> None:
        """Forget everything."""
        with suppress(OSError):  # what could not be written is not wanted
            self._file.close()

    def _leave_memory(self) -> None:
        import tempfile

        file: IO[bytes] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  closed with the spool
        kept, self._file = self._file, file
        self._in_memory = False
        kept.seek(0)
        file.write(kept.read())
        kept.close()


def _failed(exc: OSError) -> WherryError:
    return WherryError(f"keeping it in a temporary file: {exc.strerror or exc}")
