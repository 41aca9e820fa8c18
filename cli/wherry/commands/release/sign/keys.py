"""Makes a pair of keys, for those who have no minisign."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release.sign.secret import SecretKey
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from wherry.commands.release.sign.minisign import PublicKey

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def make(secret_file: str | Path, public_file: str | Path) -> PublicKey:
    """Write a new pair; only its owner can read the secret one.

    Raises UsageError where one of the files is there already, WherryError where it cannot be written.
    """
    key = SecretKey.generate(os.urandom)
    written: list[str | Path] = []
    try:
        for file, text, mode in ((secret_file, key.text(), 0o600), (public_file, key.public.text(), 0o644)):
            descriptor = os.open(file, _NEW, mode)
            written.append(file)
            with open(descriptor, "w", encoding="utf-8", newline="\n") as opened:  # noqa: PTH123  of a descriptor
                opened.write(text)
    except OSError as exc:
        for file in written:
            Path(file).unlink(missing_ok=True)
        if isinstance(exc, FileExistsError):
            raise UsageError(f"{exc.filename} is there already, and a key that is lost cannot be made again") from None
        raise WherryError(f"writing {exc.filename}: {exc.strerror or exc}") from None
    return key.public
