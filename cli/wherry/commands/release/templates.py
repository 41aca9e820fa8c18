"""Which values of a release.yml are templates, and what each can name. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from wherry.commands.release.file import PrebuiltBuild, taps
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.file import Overridable, ReleaseFile

Place: TypeAlias = "tuple[str | int, ...]"
"""How to get to a value from the root of the file: ``("archives", 0, "name_template")``."""


class Scope(StrEnum):
    """What a template can name besides what all can: nothing; a target's fields; a package's; a file's."""

    RELEASE = "release"
    TARGET = "target"
    PACKAGE = "package"
    ARTIFACT = "artifact"


class Use(Record):
    """A template in the file; it ``begins`` so many characters after its value does."""

    place: Place
    text: str
    scope: Scope
    begins: int = 0


def shown(place: Place) -> str:
    """``archives[0].name_template``."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return words.removeprefix(".")


def packages_said(file: ReleaseFile) -> Iterator[tuple[Place, Overridable]]:
    """What each package says for all formats, and for one."""
    for index, package in enumerate(file.nfpms):
        yield ("nfpms", index), package
        yield ("nfpms", index, "overrides", "deb"), package.overrides.deb
        yield ("nfpms", index, "overrides", "rpm"), package.overrides.rpm


def uses(file: ReleaseFile) -> Iterator[Use]:
    """Every template in the file, in the order of the types; what is left out is not among them."""
    yield from _of_builds(file)
    yield from _of_files(file)
    yield from _of_places(file)


def _of_builds(file: ReleaseFile) -> Iterator[Use]:
    for index, assignment in enumerate(file.env):
        name, equals, text = assignment.partition("=")
        yield Use(("env", index), text, Scope.RELEASE, len(name + equals))
    yield Use(("snapshot", "version_template"), file.snapshot.version_template, Scope.RELEASE)
    for index, hook in enumerate(file.before.hooks):
        yield Use(("before", "hooks", index), hook, Scope.RELEASE)
    for index, build in enumerate(file.builds):
        if isinstance(build, PrebuiltBuild):
            yield Use(("builds", index, "prebuilt", "path"), build.prebuilt.path, Scope.TARGET)
            if build.prebuilt.inventory is not None:
                yield Use(("builds", index, "prebuilt", "inventory"), build.prebuilt.inventory, Scope.TARGET)


def _of_files(file: ReleaseFile) -> Iterator[Use]:
    for index, archive in enumerate(file.archives):
        if archive.name_template is not None:
            yield Use(("archives", index, "name_template"), archive.name_template, Scope.TARGET)
        if isinstance(archive.wrap_in_directory, str):
            yield Use(("archives", index, "wrap_in_directory"), archive.wrap_in_directory, Scope.TARGET)
    for index, package in enumerate(file.nfpms):
        yield Use(("nfpms", index, "file_name_template"), package.file_name_template, Scope.PACKAGE)
    for index, sbom in enumerate(file.sboms):
        yield Use(("sboms", index, "name_template"), sbom.name_template, Scope.TARGET)
    yield Use(("source", "name_template"), file.source.name_template, Scope.RELEASE)
    yield Use(("install_scripts", "name_template"), file.install_scripts.name_template, Scope.RELEASE)
    yield Use(("provenance", "name_template"), file.provenance.name_template, Scope.RELEASE)
    yield Use(("checksum", "name_template"), file.checksum.name_template, Scope.RELEASE)
    for index, sign in enumerate(file.signs):
        for position, argument in enumerate(sign.args):
            yield Use(("signs", index, "args", position), argument, Scope.ARTIFACT)
        if sign.signature is not None:
            yield Use(("signs", index, "signature"), sign.signature, Scope.ARTIFACT)


def _of_places(file: ReleaseFile) -> Iterator[Use]:
    release = file.release
    yield Use(("release", "name_template"), release.name_template, Scope.RELEASE)
    for forge, project in (("github", release.github), ("gitlab", release.gitlab), ("gitea", release.gitea)):
        if project is not None:
            yield Use(("release", forge, "owner"), project.owner, Scope.RELEASE)
            yield Use(("release", forge, "name"), project.name, Scope.RELEASE)
    for name, text in (("directory", release.directory), ("download_url", release.download_url)):
        if text is not None:
            yield Use(("release", name), text, Scope.RELEASE)
    if release.put is not None:
        for name, text in (
            ("url", release.put.url), ("username", release.put.username), ("token", release.put.token)
        ):  # fmt: skip
            if text is not None:
                yield Use(("release", "put", name), text, Scope.RELEASE)
    for key, index, tap in taps(file):
        repository = tap.repository
        for name, text in (("owner", repository.owner), ("name", repository.name), ("token", repository.token)):
            if text is not None:
                yield Use((key, index, "repository", name), text, Scope.RELEASE)
