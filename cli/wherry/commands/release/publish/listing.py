"""What people can download of a release, read from the archives themselves."""

from __future__ import annotations

import tarfile
import zipfile
from typing import TYPE_CHECKING

from wherry.commands.release.artifacts import Kind
from wherry.commands.release.publish.downloads import Download, Inside
from wherry.errors import WherryError, doing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from wherry.commands.release.build.manifest import Part, PartArtifact, PartBuild
    from wherry.commands.release.publish.folder import Folder

_INSTALLED = frozenset({Kind.ARCHIVE, Kind.BINARY})


def downloads(parts: Iterable[Part], ids: Collection[str], folder: Folder, base_url: str) -> tuple[Download, ...]:
    """Every archive with one of ``ids`` (with any, when there are none), and every program that is a file by itself.

    Raises WherryError for an archive that cannot be read.
    """
    return tuple(
        _download(part, artifact, folder, base_url)
        for part in parts
        for artifact in part.artifacts
        if artifact.kind in _INSTALLED and (not ids or artifact.id in ids)
    )


def _download(part: Part, artifact: PartArtifact, folder: Folder, base_url: str) -> Download:
    builds = [build for build in part.builds if build.id in artifact.builds]
    names = _names(folder.path / artifact.name, artifact.format)
    with doing(artifact.name):
        programs = tuple(_inside(build, names, artifact) for build in builds)
    within = tuple(f"{program.folder}/" for program in programs if program.folder)
    own = {program.path for program in programs}
    return Download(
        target=part.target,
        name=artifact.name,
        format=artifact.format,
        url=f"{base_url}/{artifact.name}",
        sha256=artifact.sha256,
        size=artifact.size,
        programs=programs,
        others=tuple(name for name in names if name not in own and not name.startswith(within)),
    )


def _inside(build: PartBuild, names: Sequence[str], artifact: PartArtifact) -> Inside:
    stem = build.binary.removesuffix(".exe")
    if artifact.format == "binary":
        return Inside(stem, artifact.name, None)
    path = _path(f"{stem}/{build.binary}" if build.folder else build.binary, names)
    return Inside(stem, path, path.rpartition("/")[0] if build.folder else None)


def _path(end: str, names: Sequence[str]) -> str:
    """Where the archive has it: at its top, or in the one folder that is around all."""
    found = [name for name in names if name == end or name.endswith(f"/{end}")]
    if not found:
        raise WherryError(f"{end} is not in it")
    return min(found, key=lambda name: (name.count("/"), name))


def _names(path: Path, kind: str) -> tuple[str, ...]:
    """The names of all files in an archive, in its order."""
    try:
        return tuple(_members(path, kind))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as exc:
        raise WherryError(f"reading {path}: {exc}") from None


def _members(path: Path, kind: str) -> Iterator[str]:
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            yield from (info.filename for info in archive.infolist() if not info.is_dir())
    elif kind == "tar.gz":
        with tarfile.open(path, "r:gz") as archive:
            yield from (member.name for member in archive if not member.isdir())
