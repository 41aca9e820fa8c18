"""The parts that machines made, found and merged: one manifest for each target, and the files beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.artifacts import Kind
from wherry.commands.release.build import manifest
from wherry.commands.release.build.output import digest
from wherry.core.record import Record
from wherry.errors import UsageError, WherryError, doing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from wherry.commands.release.artifacts import Artifact
    from wherry.commands.release.build.manifest import Part, PartArtifact

_BUILT = frozenset({Kind.ARCHIVE, Kind.BINARY, Kind.PACKAGE})


class Wanted(Record):
    """What the parts must be of; ``artifacts`` are all that the release is planned to consist of."""

    project: str
    version: str
    commit: str
    targets: tuple[str, ...]
    artifacts: tuple[Artifact, ...]


class Merged(Record):
    """The ``parts`` in the order of their targets, and where each of their files lies, by its name."""

    parts: tuple[Part, ...]
    files: Mapping[str, Path]
    absent: tuple[str, ...]
    """The targets that no part is for."""


def merge(folder: Path, wanted: Wanted) -> Merged:
    """Read every ``part-TARGET.json`` in ``folder`` and in the folders in it, and check all that they name.

    Raises UsageError for parts that are not of one release, and WherryError for files that are not as they say.
    """
    found: dict[str, tuple[Part, Path]] = {}
    for path in _manifests(folder):
        part = _read(path)
        with doing(str(path)):
            _check(part, wanted)
            if part.target in found:
                other = found[part.target][1]
                raise UsageError(f"{other} is a part for {part.target} too")
        found[part.target] = (part, path)
    if not found:
        raise UsageError(f"no part-*.json is in {folder}", hint="`wherry release build` makes one for each target")
    files: dict[str, Path] = {}
    for part, path in found.values():
        for artifact in part.artifacts:
            files[artifact.name] = _checked(path.parent / artifact.name, artifact, path)
    return Merged(
        tuple(found[target][0] for target in wanted.targets if target in found),
        files,
        tuple(target for target in wanted.targets if target not in found),
    )


def _manifests(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    # A workflow's artifacts are each fetched into a folder of their own.
    yield from sorted([*folder.glob("part-*.json"), *folder.glob("*/part-*.json")])


def _read(path: Path) -> Part:
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise WherryError(f"{path}: {exc.strerror or exc}") from None
    return manifest.decode(data, str(path))


def _check(part: Part, wanted: Wanted) -> None:
    for what, is_, should in (
        ("project", part.project, wanted.project),
        ("version", part.release, wanted.version),
        ("commit", part.commit, wanted.commit),
    ):
        if is_ != should:
            raise UsageError(f"it is of the {what} {is_ or 'none'}, and this release of {should or 'none'}")
    if part.target not in wanted.targets:
        raise UsageError(f"nothing is built for {part.target}")
    planned = [each.name for each in wanted.artifacts if each.target == part.target and each.kind in _BUILT]
    _same([each.name for each in part.artifacts], planned)


def _same(made: Sequence[str], planned: Sequence[str]) -> None:
    if missing := sorted(set(planned) - set(made)):
        raise UsageError(f"it has no {missing[0]}", hint="it was built from another release.yml; build it again")
    if extra := sorted(set(made) - set(planned)):
        raise UsageError(f"{extra[0]} is none of this release", hint="it was built from another release.yml")


def _checked(file: Path, artifact: PartArtifact, manifest_path: Path) -> Path:
    try:
        size, sha256 = file.stat().st_size, digest(file)
    except OSError as exc:
        raise WherryError(f"{file}: {exc.strerror or exc}") from None
    if (size, sha256) != (artifact.size, artifact.sha256):
        raise WherryError(f"{file} is not the file that {manifest_path.name} speaks of: it was changed since")
    return file
