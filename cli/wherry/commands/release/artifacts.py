"""The names of all files that a release consists of. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wherry.commands.release import fields as named
from wherry.commands.release.file import (
    DEFAULT_ARCHIVE_NAME,
    DEFAULT_BINARY_NAME,
    TARGETS,
    binary_name,
    build_id,
    split_target,
)
from wherry.commands.release.template import render
from wherry.commands.release.templates import shown
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Archive, Build, Nfpm, ReleaseFile, Sbom, Sign
    from wherry.commands.release.templates import Place

# What every place keeps as it is in the name of a file, but for ~, which packages have: GitHub makes a dot of that.
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+~-]*")
_SBOM_ENDINGS: Final = {"cyclonedx": ".cdx.json", "spdx": ".spdx.json"}


class Kind(StrEnum):
    """What a file of a release is."""

    ARCHIVE = "archive"
    BINARY = "binary"
    PACKAGE = "package"
    SBOM = "sbom"
    SOURCE = "source"
    INSTALLER = "installer"
    PROVENANCE = "provenance"
    CHECKSUM = "checksum"
    SIGNATURE = "signature"


class Artifact(Record):
    """One file that is published.

    ``target`` is None for what belongs to no target; ``id`` that of the archive or package which it is, else empty;
    ``builds`` the ids of the programs in it or described by it; ``signs`` what a signature is of, else None; ``place``
    where the file of the release says so.
    """

    name: str
    kind: Kind
    format: str
    target: str | None
    id: str
    builds: tuple[str, ...]
    signs: str | None
    place: Place


def artifacts(file: ReleaseFile, fields: Named) -> tuple[Artifact, ...]:
    """Every file of the release; ``fields`` are those that every template can name.

    Raises UsageError for a name that cannot be rendered or is no name of a file.
    """
    made = [
        *(each for index, archive in enumerate(file.archives) for each in _archives(file, archive, index, fields)),
        *(each for index, package in enumerate(file.nfpms) for each in _packages(file, package, index, fields)),
        *(each for index, sbom in enumerate(file.sboms) for each in _sboms(file, sbom, index, fields)),
    ]
    if file.source.enabled:
        place = ("source", "name_template")
        name = f"{_rendered(file.source.name_template, fields, place)}.{file.source.format}"
        made.append(Artifact(name, Kind.SOURCE, file.source.format, None, "", (), None, place))
    made += _install_scripts(file, fields)
    if file.provenance.enabled:
        place = ("provenance", "name_template")
        name = _rendered(file.provenance.name_template, fields, place)
        made.append(Artifact(name, Kind.PROVENANCE, "in-toto", None, "", (), None, place))
    place = ("checksum", "name_template")
    name = _rendered(file.checksum.name_template, fields, place)
    made.append(Artifact(name, Kind.CHECKSUM, file.checksum.algorithm, None, "", (), None, place))
    signatures = [each for index, sign in enumerate(file.signs) for each in _signatures(sign, index, made, fields)]
    return (*made, *signatures)


def targets(file: ReleaseFile) -> tuple[str, ...]:
    """Every target that something is built for, in the order of TARGETS."""
    asked = {target for build in file.builds for target in build.targets}
    return tuple(target for target in TARGETS if target in asked)


def builds_for(file: ReleaseFile, ids: Iterable[str], target: str) -> tuple[Build, ...]:
    """The builds with one of ``ids`` (with any, when there are none) that are for ``target``."""
    wanted = set(ids)
    return tuple(
        build for build in file.builds if target in build.targets and (not wanted or build_id(file, build) in wanted)
    )


def archive_formats(archive: Archive, target: str) -> tuple[str, ...]:
    """The formats of an archive for a target, those of its operating system first."""
    system, _ = split_target(target)
    overrides = (override.formats for override in archive.format_overrides if override.system == system)
    return next(overrides, archive.formats)


def package_name(file: ReleaseFile, package: Nfpm) -> str:
    """What a package is called; the project's name, in lower case as Debian wants it, unless told."""
    return package.package_name or file.project_name.lower().replace("_", "-")


def signature_template(sign: Sign) -> str:
    """The name of a signature, with ${artifact} for what it signs."""
    return sign.signature or ("${artifact}.minisig" if sign.cmd is None else "${artifact}.sig")


def _archives(file: ReleaseFile, archive: Archive, index: int, fields: Named) -> Iterator[Artifact]:
    place = ("archives", index, "name_template")
    for target in targets(file):
        builds = builds_for(file, archive.ids, target)
        for kind in archive_formats(archive, target) if builds else ():
            if kind == "binary":
                for build in builds:
                    name = _name_of_binary(file, archive, build, target, fields, place)
                    ids = (build_id(file, build),)
                    yield Artifact(name, Kind.BINARY, kind, target, archive.id, ids, None, place)
                continue
            template = archive.name_template or DEFAULT_ARCHIVE_NAME
            inner = named.target_fields(fields, target, binary_name(file, builds[0]))
            name = f"{_rendered(template, inner, place)}.{kind}"
            yield Artifact(name, Kind.ARCHIVE, kind, target, archive.id, _ids(file, builds), None, place)


def _name_of_binary(file: ReleaseFile, archive: Archive, build: Build, target: str, fields: Named, place: Place) -> str:
    inner = named.target_fields(fields, target, binary_name(file, build))
    name = _rendered(archive.name_template or DEFAULT_BINARY_NAME, inner, place)
    return f"{name.removesuffix('.exe')}.exe" if target.startswith("windows_") else name


def _packages(file: ReleaseFile, package: Nfpm, index: int, fields: Named) -> Iterator[Artifact]:
    place = ("nfpms", index, "file_name_template")
    for target in targets(file):
        builds = builds_for(file, package.ids, target) if target.startswith("linux_") else ()
        for kind in package.formats if builds else ():
            inner = named.target_fields(fields, target, binary_name(file, builds[0]))
            with doing(shown(place)):
                inner = named.package_fields(inner, package_name(file, package), kind)
            # A conventional name has its ending already.
            name = f"{_rendered(package.file_name_template, inner, place).removesuffix(f'.{kind}')}.{kind}"
            yield Artifact(name, Kind.PACKAGE, kind, target, package.id, _ids(file, builds), None, place)


def _sboms(file: ReleaseFile, sbom: Sbom, index: int, fields: Named) -> Iterator[Artifact]:
    place = ("sboms", index, "name_template")
    for target in targets(file):
        for build in builds_for(file, sbom.ids, target):
            inner = named.target_fields(fields, target, binary_name(file, build))
            name = _rendered(sbom.name_template, inner, place)
            for kind in sbom.formats:
                ids = (build_id(file, build),)
                yield Artifact(name + _SBOM_ENDINGS[kind], Kind.SBOM, kind, target, "", ids, None, place)


def _install_scripts(file: ReleaseFile, fields: Named) -> Iterator[Artifact]:
    place = ("install_scripts", "name_template")
    for kind in file.install_scripts.formats:
        name = f"{_rendered(file.install_scripts.name_template, fields, place)}.{kind}"
        yield Artifact(name, Kind.INSTALLER, kind, None, "", (), None, place)


def _signatures(sign: Sign, index: int, made: Iterable[Artifact], fields: Named) -> Iterator[Artifact]:
    place = ("signs", index, "signature")
    tool = sign.cmd or "minisign"
    for artifact in made:
        if sign.artifacts in ("all", artifact.kind):
            template = signature_template(sign).replace("${artifact}", artifact.name)
            name = _rendered(template, named.artifact_fields(fields, artifact.name), place)
            yield Artifact(name, Kind.SIGNATURE, tool, artifact.target, "", artifact.builds, artifact.name, place)


def _ids(file: ReleaseFile, builds: Iterable[Build]) -> tuple[str, ...]:
    return tuple(build_id(file, build) for build in builds)


def _rendered(template: str, fields: Named, place: Place) -> str:
    with doing(shown(place)):
        name = render(template, fields)
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not a name of a file that can be published")
        return name
