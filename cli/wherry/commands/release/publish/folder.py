"""The folder that a release is put together in: it holds the files of one release and nothing else."""

from __future__ import annotations

import os
import shutil
from functools import partial
from typing import TYPE_CHECKING

from wherry.commands.release.build.output import digest
from wherry.commands.release.forges.store import Upload
from wherry.commands.release.publish.media import media_type
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path


class Folder:
    """At ``path``, which is made; ``names`` are all files that may be in it. Raises UsageError for another one."""

    def __init__(self, path: Path, names: Collection[str]) -> None:
        self.path = path
        self._digests: dict[str, str] = {}
        try:
            path.mkdir(parents=True, exist_ok=True)
            there = sorted(each.name for each in path.iterdir() if not each.name.startswith("."))
        except OSError as exc:
            raise WherryError(f"{path}: {exc.strerror or exc}") from None
        strange = [name for name in there if name not in names]
        if strange:
            raise UsageError(f"{path / strange[0]} is no file of this release", hint="remove it, or say another --out")

    def take(self, files: Mapping[str, Path]) -> None:
        """Put ``files`` there, as links where the file system can. Raises WherryError."""
        for name, source in files.items():
            self.make(name, partial(_link, source))

    def write(self, name: str, data: bytes) -> None:
        """A file with ``data``. Raises WherryError."""
        self.make(name, lambda beside: beside.write_bytes(data))

    def make(self, name: str, make: Callable[[Path], object]) -> None:
        """A file that ``make`` writes to the path that it is given; it appears when it is whole. Raises WherryError."""
        beside = self.path / f".{name}.new"
        try:
            beside.unlink(missing_ok=True)
            make(beside)
            beside.replace(self.path / name)
        except OSError as exc:
            raise WherryError(f"writing {self.path / name}: {exc.strerror or exc}") from None
        finally:
            beside.unlink(missing_ok=True)
        self._digests.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return (self.path / name).is_file()

    def sha256(self, name: str) -> str:
        """Of a file that is there, in hex."""
        if name not in self._digests:
            self._digests[name] = digest(self.path / name)
        return self._digests[name]

    def upload(self, name: str) -> Upload:
        """A file that is there, for a store."""
        path = self.path / name
        return Upload(name, path, path.stat().st_size, self.sha256(name), media_type(name))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
