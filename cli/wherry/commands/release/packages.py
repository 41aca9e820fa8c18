"""What is wrong with what a release.yml says of packages for Linux, told before any is built. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release import fields as named
from wherry.commands.release.artifacts import builds_for, package_name
from wherry.commands.release.package.dependency import KINDS
from wherry.commands.release.package.dependency import parse as parse_relation
from wherry.commands.release.package.facts import LINES, check_line, check_name
from wherry.commands.release.package.version import linux_version
from wherry.commands.release.reading import node_at
from wherry.commands.release.template import TemplateError, parse, render
from wherry.commands.release.templates import packages_said
from wherry.core.yaml import Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wherry.commands.release.file import Nfpm, ReleaseFile
    from wherry.commands.release.templates import Place
    from wherry.core.yaml import Node

_MAINTAINER: Final = re.compile(r"[^<>]+ <[^<>@\s]+@[^<>@\s]+>")
_LINUX: Final = ("linux_amd64", "linux_arm64")


def problems(file: ReleaseFile, root: Node) -> Iterator[tuple[Place, str]]:
    """Each with its place in ``root``, from which ``file`` was read."""
    for index, package in enumerate(file.nfpms):
        if not any(builds_for(file, package.ids, target) for target in _LINUX):
            yield ("nfpms", index), "no build for Linux is in it"
        yield from _of_package(package, ("nfpms", index))
        if words := _refused(check_name, package_name(file, package)):
            yield ("nfpms", index, "package_name"), words
    for place, part in packages_said(file):
        for kind in KINDS:
            for position, text in enumerate(getattr(part, kind)):
                if words := _refused(parse_relation, text, kind):
                    yield (*place, kind, position), words.removeprefix(f"{kind}: ")
        for position in range(len(part.contents)):
            yield from _mode((*place, "contents", position, "file_info", "mode"), root)
    if file.nfpms:
        yield from _version(file)


def _of_package(package: Nfpm, place: Place) -> Iterator[tuple[Place, str]]:
    if package.maintainer is None and "deb" in package.formats:
        yield place, 'a deb needs a maintainer, such as "Ada <ada@acme.dev>"'
    elif package.maintainer is not None and not _MAINTAINER.fullmatch(package.maintainer):
        yield (*place, "maintainer"), 'a maintainer is written "Name <address>"'
    if package.description is None:
        yield place, "a package needs a description"
    for field in LINES:
        if words := _refused(check_line, field, getattr(package, field)):
            yield (*place, field), words.removeprefix(f"{field}: ")


def _mode(place: Place, root: Node) -> Iterator[tuple[Place, str]]:
    """YAML 1.2 reads 0440 as four hundred and forty, which are other permissions."""
    node = node_at(root, place)
    if isinstance(node, Scalar) and re.fullmatch(r"0[0-9]+", node.text):
        yield place, f"permissions are written with 0o, as in mode: 0o{node.text.lstrip('0')}"


def _version(file: ReleaseFile) -> Iterator[tuple[Place, str]]:
    """That of a snapshot is one of a package too, as far as its template tells."""
    template = file.snapshot.version_template
    try:
        variables = [name.removeprefix("Env.") for name in parse(template).fields() if name.startswith("Env.")]
        text = render(template, named.sample(file, dict.fromkeys(variables, "1")))
    except TemplateError:
        return
    if words := _refused(linux_version, text):
        yield ("snapshot", "version_template"), words


def _refused(judge: Callable[..., object], *given: object) -> str:
    """What is wrong by ``judge``, and what to do about it; empty where nothing is."""
    try:
        judge(*given)
    except UsageError as exc:
        return f"{exc.message}; {exc.hint}" if exc.hint else exc.message
    return ""
