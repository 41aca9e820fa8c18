"""What belongs to the C library of this machine, which PyInstaller leaves to the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release.launcher import elf
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Loaded by glibc itself when names are looked up or a thread ends; which of them there are depends on its version.
_LOADED: Final = ("libc.so.6", "libresolv.so.2", "libnss_files.so.2", "libnss_dns.so.2", "libgcc_s.so.1")
_GLIBC: Final = (
    "libBrokenLocale.so.1", "libanl.so.1", "libc.so.6", "libdl.so.2", "libm.so.6", "libmvec.so.1", "libnsl.so.1",
    "libnss_compat.so.2", "libnss_dns.so.2", "libnss_files.so.2", "libnss_hesiod.so.2", "libpthread.so.0",
    "libresolv.so.2", "librt.so.1", "libthread_db.so.1", "libutil.so.1",
)  # fmt: skip


def family(loader: Path, needed: Iterable[str], present: Iterable[str]) -> dict[str, Path]:
    """The files of glibc and what belongs to it, by the names that they are needed by, with the loader first.

    They are in the folder of ``loader``, as everywhere; ``needed`` are libraries that something needs, ``present``
    those that are there already. Raises WherryError where there is no glibc.
    """
    folder = loader.resolve().parent
    if not (folder / "libc.so.6").is_file():
        raise WherryError(
            f"there is no libc.so.6 beside {loader}", hint="mode: launcher freezes on Linux distributions with glibc"
        )
    found = {loader.name: loader.resolve()}
    there = {*present, loader.name}
    waiting = [*(name for name in _LOADED if (folder / name).is_file()), *sorted({*needed} & {*_GLIBC})]
    while waiting:
        name = waiting.pop()
        if name not in there and name not in found and (folder / name).is_file():
            found[name] = (folder / name).resolve()
            waiting += elf.needed(found[name].read_bytes())
    return {loader.name: found.pop(loader.name), **dict(sorted(found.items()))}
