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
    if item.mode is not None:
        return item.mode
    return FOLDER_MODE if item.folder else 0o755 if item.executable else 0o644


def is_kept(item: Item) -> bool:
    """Whether people edit it, so that an update keeps it: what is told so, and all files in /etc."""
    plain = item.link is None and not item.folder
    return plain and (bool(item.config) or item.name.startswith("etc/"))


def size(item: Item) -> int:
    """In bytes; a link and a folder have none."""
    if item.link is not None or item.folder:
        return 0
    return len(item.data) if item.data is not None else _source(item).stat().st_size


def pieces(item: Item) -> Iterator[bytes]:
    """The contents, a part at a time, so that a large file takes little memory."""
    if item.link is not None or item.folder:
        return
    if item.data is not None:
        yield item.data
        return
    with _source(item).open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def folders(items: Iterable[Item]) -> tuple[str, ...]:
    """Every folder above the items that is none of them, each before what is in it."""
    items = tuple(items)
    found = {str(parent) for item in items for parent in PurePosixPath(item.name).parents}
    return tuple(sorted(found - {"."} - {item.name for item in items if item.folder}))


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
