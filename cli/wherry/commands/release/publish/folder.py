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
    """At ``path``, which is made; ``names`` are all files that may be in it. Raises UsageError for another one.

    ``signatures`` are those of a file, by its name: when it changes they are of no use, and go.
    """

    def __init__(self, path: Path, names: Collection[str], signatures: Mapping[str, Collection[str]]) -> None:
        self.path = path
        self._signatures = signatures
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
        target, beside = self.path / name, self.path / f".{name}.new"
        try:
            beside.unlink(missing_ok=True)
            make(beside)
            made = digest(beside)
            if not (target.is_file() and digest(target) == made):
                for signature in self._signatures.get(name, ()):
                    (self.path / signature).unlink(missing_ok=True)
                beside.replace(target)
            self._digests[name] = made
        except OSError as exc:
            raise WherryError(f"writing {target}: {exc.strerror or exc}") from None
        finally:
            beside.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return (self.path / name).is_file()

    def sha256(self, name: str) -> str:
        """Of a file that was put there, in hex."""
        return self._digests[name]

    def keep(self, name: str) -> None:
        """A file that is there from an earlier run is as it should be."""
        self._digests[name] = digest(self.path / name)

    def upload(self, name: str) -> Upload:
        """A file that is there, for a store."""
        path = self.path / name
        return Upload(name, path, path.stat().st_size, self.sha256(name), media_type(name))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
