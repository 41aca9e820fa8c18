"""What every format does alike: an item's mode, folders and contents, and a file that appears when it is whole."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import IO

    from wherry.commands.release.build.item import Item

FOLDER_MODE: Final = 0o755
PIECE_BYTES: Final = 1 << 20


def mode(item: Item) -> int:
    """Its permissions: those of a link are never asked for."""
    if item.link is not None:
        return 0o777
    return 0o755 if item.executable else 0o644


def size(item: Item) -> int:
    """In bytes; a link has none."""
    if item.link is not None:
        return 0
    return len(item.data) if item.data is not None else _source(item).stat().st_size


def pieces(item: Item) -> Iterator[bytes]:
    """The contents, a part at a time, so that a large file takes little memory."""
    if item.link is not None:
        return
    if item.data is not None:
        yield item.data
        return
    with _source(item).open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def folders(items: Iterable[Item]) -> tuple[str, ...]:
    """Every folder above the items, each before what is in it."""
    found = {str(parent) for item in items for parent in PurePosixPath(item.name).parents}
    return tuple(sorted(found - {"."}))


@contextmanager
def appearing(target: Path) -> Iterator[IO[bytes]]:
    """A file to write, which gets the name ``target`` when the block ends well, and else is gone."""
    file = tempfile.NamedTemporaryFile(dir=target.parent, prefix=".packing-", delete=False)  # noqa: SIM115  it is closed before it gets its name
    try:
        with file:
            yield file
        # Windows neither renames nor removes a file that is open.
        Path(file.name).chmod(0o644)
        Path(file.name).replace(target)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise


def _source(item: Item) -> Path:
    assert item.source is not None, "an item is a file, data or a link"
    return item.source
