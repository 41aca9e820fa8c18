"""What is wrong with a release.yml whose every key and type is right. Pure."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from wherry.commands.release import fields as named
from wherry.commands.release import packages
from wherry.commands.release.artifacts import archive_formats, artifacts, builds_for
from wherry.commands.release.file import (
    TARGETS,
    HomebrewFormula,
    PyInstallerBuild,
    binary_name,
    build_id,
    split_target,
    taps,
)
from wherry.commands.release.reading import in_order, node_at
from wherry.commands.release.template import TemplateError, parse
from wherry.commands.release.templates import Scope, shown, uses
from wherry.core.fit import Fault
from wherry.core.suggest import did_you_mean
from wherry.core.yaml import Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import ReleaseFile, Tap
    from wherry.commands.release.templates import Place, Use
    from wherry.core.yaml import Node

_DOLLAR: Final = re.compile(r"\$\{(?P<name>[^{}]*)\}")
_PATHS: Final = ("artifact", "signature")


def faults(file: ReleaseFile, root: Node, text: str) -> tuple[Fault, ...]:
    """All that is wrong, each at its place in ``root``, in the order of the lines; ``text`` is what was read."""
    checker = _Checker(file, root, text)
    checker.ids()
    checker.templates()
    if not checker.faults:
        checker.names()
    checker.builds()
    checker.archives()
    checker.packages()
    checker.signs()
    checker.release()
    checker.installers()
    checker.changelog()
    return in_order(checker.faults)


class _Checker:
    def __init__(self, file: ReleaseFile, root: Node, text: str) -> None:
        self._file = file
        self._root = root
        self._lines = text.split("\n")
        self.faults: list[Fault] = []

    def _fault(self, place: Place, words: str, offset: int | None = None) -> None:
        """``offset`` is where in a text it is, which tells the column if the text stands on one line as it is."""
        node = node_at(self._root, place)
        column = node.column
        if offset is not None and isinstance(node, Scalar):
            quote = 0 if node.plain else 1
            if self._lines[node.line - 1].startswith(node.text, column - 1 + quote):
                column += quote + offset
        self.faults.append(Fault(node.line, column, f"{shown(place)}: {words}"))

    def ids(self) -> None:
        """No two of a kind have one id, and each that is named is there."""
        file = self._file
        builds = [build_id(file, build) for build in file.builds]
        archives = [archive.id for archive in file.archives]
        self._unique("builds", builds)
        self._unique("archives", archives)
        self._unique("nfpms", [package.id for package in file.nfpms])
        for key, every in (
            ("archives", [archive.ids for archive in file.archives]),
            ("nfpms", [package.ids for package in file.nfpms]),
            ("sboms", [sbom.ids for sbom in file.sboms]),
        ):
            for index, ids in enumerate(every):
                self._known((key, index, "ids"), ids, builds, "build")
        self._known(("install_scripts", "ids"), file.install_scripts.ids, archives, "archive")
        for key, index, tap in taps(file):
            self._known((key, index, "ids"), tap.ids, archives, "archive")

    def _unique(self, key: str, ids: list[str]) -> None:
        for index, name in enumerate(ids):
            if name in ids[:index]:
                self._fault((key, index, "id"), f"{name!r} is the id of {key}[{ids.index(name)}] too")

    def _known(self, place: Place, ids: Iterable[str], known: list[str], what: str) -> None:
        for index, name in enumerate(ids):
            if name not in known:
                near = did_you_mean(name, known) or f"; there is {', '.join(known)}"
                self._fault((*place, index), f"no {what} has the id {name!r}{near}")

    def templates(self) -> None:
        """Each can be read, names fields that there are, and renders for a version such as 1.2.3."""
        for use in uses(self._file):
            self._dollars(use)
            try:
                template = parse(use.text)
                known = self._known_fields(use.scope, self._variables(template.fields()))
                template.check(known)
                template.render(known)
            except TemplateError as exc:
                self._fault(use.place, exc.problem, use.begins + exc.offset)

    def _variables(self, names: Iterable[str]) -> dict[str, str]:
        """Each variable set, to its own name: what it will be is not known here."""
        variables = [name.removeprefix("Env.") for name in names if name.startswith("Env.")]
        return {name: name for name in variables}

    def _known_fields(self, scope: Scope, environ: dict[str, str]) -> Named:
        known = named.sample(self._file, environ)
        if scope in (Scope.TARGET, Scope.PACKAGE):
            known = named.target_fields(known, self._file.builds[0].targets[0], self._file.project_name)
        if scope is Scope.PACKAGE:
            known = named.package_fields(known, self._file.project_name, "deb")
        return named.artifact_fields(known, self._file.project_name) if scope is Scope.ARTIFACT else known

    def _dollars(self, use: Use) -> None:
        for match in _DOLLAR.finditer(use.text):
            name = match["name"]
            if name.startswith(("env:", "file:")):
                self._fault(
                    use.place,
                    f"write {{{{ .Env.NAME }}}} for a variable here, not {match.group()}",
                    use.begins + match.start(),
                )
            elif use.scope is Scope.ARTIFACT and name not in _PATHS:
                near = did_you_mean(name, _PATHS) or "; there is ${artifact} and ${signature}"
                self._fault(use.place, f"{match.group()} is not known{near}", use.begins + match.start())

    def names(self) -> None:
        """Every file has a name of its own."""
        variables = self._variables({name for use in uses(self._file) for name in parse(use.text).fields()})
        try:
            made = artifacts(self._file, named.sample(self._file, variables))
        except UsageError as exc:
            place, _, words = str(exc).partition(": ")
            found = next((use.place for use in uses(self._file) if shown(use.place) == place), ())
            self._fault(found, words)
            return
        seen: dict[str, Place] = {}
        for artifact in made:
            if artifact.name in seen:
                first = seen[artifact.name]
                whose = (
                    "two of its files are" if first == artifact.place else f"a file of it and one of {shown(first)} are"
                )
                self._fault(artifact.place, f"{whose} called {artifact.name}")
                return
            seen[artifact.name] = artifact.place

    def builds(self) -> None:
        """No target is named twice; hooks can be split into words."""
        for index, build in enumerate(self._file.builds):
            for position, target in enumerate(build.targets):
                if target in build.targets[:position]:
                    self._fault(("builds", index, "targets", position), f"{target} is there twice")
        for index, hook in enumerate(self._file.before.hooks):
            try:
                shlex.split(hook)
            except ValueError as exc:
                self._fault(
                    ("before", "hooks", index), f"{str(exc).lower()}; a hook is split into words as a shell does"
                )

    def archives(self) -> None:
        """Something is in each, no two programs of one have one name, and what is one file is built as one."""
        file = self._file
        for index, archive in enumerate(file.archives):
            for target in {target for build in file.builds for target in build.targets}:
                builds = builds_for(file, archive.ids, target)
                names = [binary_name(file, build) for build in builds]
                if len(set(names)) < len(names):
                    self._fault(
                        ("archives", index), f"two programs for {target} are called {names[0]}; give one a binary"
                    )
                    break
            folders = [each for each in file.builds if isinstance(each, PyInstallerBuild) and each.mode == "onedir"]
            for build in folders:
                for target in build.targets:
                    chosen = build in builds_for(file, archive.ids, target)
                    if chosen and "binary" in archive_formats(archive, target):
                        words = f"the format binary is one file; give the build {build_id(file, build)!r} mode: onefile"
                        self._fault(("archives", index, "formats"), words)
                        break

    def packages(self) -> None:
        """Each has programs for Linux, and says what a package must, as its formats can have it."""
        for place, words in packages.problems(self._file, self._root):
            self._fault(place, words)

    def signs(self) -> None:
        """A program is told what to sign, and where to."""
        for index, sign in enumerate(self._file.signs):
            for name in _PATHS if sign.cmd is not None else ():
                if not any(f"${{{name}}}" in argument for argument in sign.args):
                    self._fault(("signs", index), f"args say nothing of ${{{name}}}")

    def release(self) -> None:
        """There is something for each tap, and an address of the Gitea."""
        if self._file.release.gitea is not None and self._file.gitea_urls is None:
            self._fault(("release", "gitea"), "gitea_urls must say where it is: gitea_urls: {api: https://HOST/api/v1}")
        for key, index, tap in taps(self._file):
            systems = ("darwin", "linux") if isinstance(tap, HomebrewFormula) else ("windows",)
            if not any(split_target(target)[0] in systems for target in self._installable(tap)):
                self._fault((key, index), f"no archive for {' or '.join(systems)} is there to be installed")

    def installers(self) -> None:
        """There is something for each script, and it is known where that is fetched from."""
        file, scripts = self._file, self._file.install_scripts
        formats = dict(self._fetched(scripts.ids))
        for index, kind in enumerate(scripts.formats):
            place = ("install_scripts", "formats", index)
            if kind == "sh" and not any(not target.startswith("windows_") for target in formats):
                self._fault(place, "no archive for Linux or macOS is there to be installed")
            if kind == "ps1" and not any(target.startswith("windows_") for target in formats):
                self._fault(place, "no archive for Windows is there to be installed")
            elif kind == "ps1" and any(
                target.startswith("windows_") and found == "tar.gz" for target, found in formats.items()
            ):
                self._fault(place, "PowerShell unpacks zip; give windows the formats: [zip]")
        nowhere = file.release.directory is not None and file.release.download_url is None
        if nowhere and (scripts.formats or any(True for _ in taps(file))):
            words = "release.download_url must say where the files in it are fetched from"
            self._fault(("release", "directory"), words)

    def _fetched(self, ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """Each target, and the format of the first archive for it, of those with one of ``ids`` (any, without)."""
        seen: set[str] = set()
        for archive in self._file.archives:
            for target in TARGETS if not ids or archive.id in ids else ():
                if target not in seen and builds_for(self._file, archive.ids, target):
                    seen.add(target)
                    yield target, archive_formats(archive, target)[0]

    def _installable(self, tap: Tap) -> Iterator[str]:
        """The targets that the archives of a tap are for."""
        return (target for target, _ in self._fetched(tap.ids))

    def changelog(self) -> None:
        """Regular expressions are some."""
        changelog = self._file.changelog
        patterns: list[tuple[Place, str | None]] = []
        for index, exclude in enumerate(changelog.filters.exclude):
            patterns.append((("changelog", "filters", "exclude", index), exclude))
        for index, group in enumerate(changelog.groups):
            patterns.append((("changelog", "groups", index, "regexp"), group.regexp))
        for place, pattern in patterns:
            try:
                re.compile(pattern or "")
            except re.error as exc:
                self._fault(place, f"{pattern!r} is no regular expression: {exc.msg}", exc.pos)
