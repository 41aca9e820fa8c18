"""A whole build, from the release.yml to the files in the folder of results."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release import artifacts as names
from wherry.commands.release import fields as named
from wherry.commands.release import loading, run
from wherry.commands.release.build import choice, freezing, host, listing, manifest, output, packing, prebuilt, program
from wherry.commands.release.build.running import Failed, Runner
from wherry.commands.release.file import PyInstallerBuild, binary_name, build_id
from wherry.commands.release.template import render
from wherry.commands.release.version import choose
from wherry.core.record import Record
from wherry.errors import NotMet, doing
from wherry.ui.sigterm import heeding_sigterm

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.release.build.program import Program
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Build, ReleaseFile
    from wherry.commands.release.git import GitFacts
    from wherry.commands.release.inventory import Inventory

_SMOKE_LIMIT_S: Final = 60.0
# Where no commit tells the time: the first that a zip can hold.
_EARLIEST_S: Final = 315532800


class Asked(Record):
    """The command line: paths, the target or None, and whether to show all and keep what a failed build leaves."""

    file: str
    target: str | None
    snapshot: bool
    out: str
    debug: bool


def build(asked: Asked, say: Callable[[str], None], show: Callable[[str], None]) -> manifest.Part:
    """Build and pack all of one target; ``say`` tells of each step, ``show`` what a failed program printed.

    Raises UsageError for what is not valid, NotMet for a program that does not do what it must, WherryError.
    """
    file = loading.load(asked.file)
    folder = Path(asked.file).absolute().parent
    around = run.surroundings(file, folder)
    version = choose(around.git, around.metadata, snapshot=asked.snapshot)
    with doing(asked.file):
        version, fields = named.settled(file, version, around.git, around.environ, around.now_s)
        this = host.target(sys.platform, platform.machine())
        target = choice.target(file, asked.target, this)
        wanted = [
            each for each in names.artifacts(file, fields) if each.target == target and each.kind in packing.KINDS
        ]
    epoch_s = _epoch_s(around.git, around.now_s)
    environ = {**named.variables(fields), "SOURCE_DATE_EPOCH": str(epoch_s)}
    runner = Runner(folder, environ, show, asked.debug)
    out = Path(asked.out).absolute()
    with heeding_sigterm(), output.workplace(out, keep_failed=asked.debug, say=show) as work:
        with doing(asked.file):
            _hooks(file, fields, runner, say)
            maker = _Maker(file, fields, target, runner, work, around.metadata.name if around.metadata else None, say)
            built = [maker.build(each, smoke=target == this) for each in names.builds_for(file, (), target)]
        made = work / "made"
        made.mkdir()
        glibc = {each.id: told.glibc for each, told in built}
        packer = packing.Packer(file, fields, target, folder, version.text, epoch_s, [each for each, _ in built], glibc)
        packed = []
        for artifact in wanted:
            say(f"packing {artifact.name}")
            with doing(f"packing {artifact.name}"):
                packer.write(artifact, made / artifact.name)
            packed.append(_packed(artifact, made / artifact.name))
        part = manifest.Part(
            version=manifest.FORMAT,
            project=file.project_name,
            release=version.text,
            tag=version.tag,
            snapshot=version.snapshot,
            commit=around.git.commit if around.git else "",
            target=target,
            epoch_s=epoch_s,
            builds=tuple(each for _, each in built),
            artifacts=tuple(packed),
        )
        (made / manifest.file_name(target)).write_bytes(manifest.encode(part))
        output.publish(made, out, [*(artifact.name for artifact in packed), manifest.file_name(target)])
    return part


def _epoch_s(git: GitFacts | None, now_s: float) -> int:
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return max(int(now_s), _EARLIEST_S)
    return (git.committed_s if git else 0) or _EARLIEST_S


def _hooks(file: ReleaseFile, fields: Named, runner: Runner, say: Callable[[str], None]) -> None:
    for index, hook in enumerate(file.before.hooks):
        with doing(f"before.hooks[{index}]"):
            command = shlex.split(render(hook, fields))
        if command:
            say(f"before: {shlex.join(command)}")
            runner(command, f"before.hooks[{index}]")


class _Maker(Record):
    """Makes the programs; ``project`` is the name in pyproject.toml."""

    file: ReleaseFile
    fields: Named
    target: str
    runner: Runner
    work: Path
    project: str | None
    say: Callable[[str], None]

    def build(self, build: Build, *, smoke: bool) -> tuple[Program, manifest.PartBuild]:
        """The program, checked."""
        name = build_id(self.file, build)
        with doing(f"build {name}"):
            made = self._program(build, name)
            need = program.glibc(made) if self.target.startswith("linux_") else None
            if need and build.glibc_max:
                program.check_glibc(need, build.glibc_max)
                self.say(f"{name}: glibc {need.version} is the newest that it needs, {build.glibc_max} is allowed")
            contents, files = self._inventory(build, made), listing.files(made)
            ran = self._smoke(build, made) if smoke else 0
        if build.smoke and not smoke:
            self.say(f"{name}: {self.target} is another system, so no smoke command is run")
        return made, manifest.PartBuild(
            id=name,
            binary=made.name,
            builder="pyinstaller" if isinstance(build, PyInstallerBuild) else "prebuilt",
            glibc=need.version if need else None,
            smoke=ran,
            folder=made.path.is_dir(),
            inventory=contents,
            files=files,
        )

    def _program(self, build: Build, name: str) -> Program:
        binary = binary_name(self.file, build)
        if isinstance(build, PyInstallerBuild):
            work = self.work / f"build-{name}"
            work.mkdir()
            return freezing.freeze(build, binary, name, self.runner, work, self.project, self.say)
        file = f"{binary}.exe" if self.target.startswith("windows_") else binary
        fields = named.target_fields(self.fields, self.target, binary)
        return prebuilt.find(build, file, name, self.runner.folder, fields)

    def _inventory(self, build: Build, made: Program) -> Inventory:
        if isinstance(build, PyInstallerBuild):
            return freezing.contents(made, self.work / f"build-{made.id}", self.runner.environ)
        return prebuilt.contents(build, self.runner.folder, named.target_fields(self.fields, self.target, made.stem))

    def _smoke(self, build: Build, made: Program) -> int:
        for arguments in build.smoke:
            words = shlex.join([made.name, *arguments])
            self.say(f"{made.id}: {words}")
            try:
                self.runner([str(made.executable), *arguments], f"smoke: {words}", limit_s=_SMOKE_LIMIT_S)
            except Failed as exc:
                raise NotMet(exc.message) from None
        return len(build.smoke)


def _packed(artifact: names.Artifact, file: Path) -> manifest.PartArtifact:
    return manifest.PartArtifact(
        name=artifact.name,
        kind=artifact.kind.value,
        format=artifact.format,
        id=artifact.id,
        builds=artifact.builds,
        size=file.stat().st_size,
        sha256=output.digest(file),
    )
