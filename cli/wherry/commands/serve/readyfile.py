"""A file that appears when the server listens: whoever waits for it never finds half of it."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def announced(path: str | None, text: str) -> Iterator[None]:
    """``path``, if one is wanted, holds ``text`` while the block runs. Raises WherryError when it cannot be written."""
    if path is None:
        yield
        return
    write(path, text.encode())
    try:
        yield
    finally:
        with suppress(OSError):
            # Another server may have taken the name over.
            if Path(path).read_bytes() == text.encode():
                Path(path).unlink()


def write(path: str, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step. Raises WherryError."""
    place = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink()
            raise
    except OSError as exc:
        raise WherryError(f"write {path}: {exc.strerror or exc}") from exc
