"""Files that appear under their names when all of them are whole."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@contextmanager
def workplace(out: Path, *, keep_failed: bool, say: Callable[[str], None]) -> Iterator[Path]:
    """A folder beside ``out``, on the same file system, that nobody else can look into and that is gone afterwards.

    With ``keep_failed`` it stays when the block raises, and ``say`` tells where. Raises OSError when it cannot be made.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    kept = False
    try:
        yield folder
    except BaseException:
        kept = keep_failed
        if kept:
            say(f"{folder} has what was made so far")
        raise
    finally:
        if not kept:
            _remove(folder)


def _remove(folder: Path) -> None:
    """All of it, though a tool may have made folders that cannot be written to."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for each in folder.rglob("*"):
            if each.is_dir() and not each.is_symlink():
                each.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


def publish(made: Path, out: Path, names: Sequence[str]) -> None:
    """Move the files ``names`` from ``made`` to ``out``, in this order. Raises WherryError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise WherryError(f"{out}: {exc.strerror or exc}") from None
    for name in names:
        try:
            (made / name).replace(out / name)
        except OSError as exc:
            raise WherryError(f"writing {out / name}: {exc.strerror or exc}") from None


def digest(file: Path) -> str:
    """Its SHA-256, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
