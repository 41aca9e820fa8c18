"""Each file of a release that has programs in it, written from what was built."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from wherry.commands.release import fields as named
from wherry.commands.release.artifacts import Kind, package_name
from wherry.commands.release.build.contents import of_archive
from wherry.commands.release.build.debian import copyright_of
from wherry.commands.release.build.glibc import order
from wherry.commands.release.build.places import of_package
from wherry.commands.release.file import overridden, split_target
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.dependency import KINDS as KINDS_OF_RELATIONS
from wherry.commands.release.package.dependency import with_glibc
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.scripts import NAMES, Scripts
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.package.zip import write_zip
from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wherry.commands.release.artifacts import Artifact
    from wherry.commands.release.build.item import Item
    from wherry.commands.release.build.program import Program
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Nfpm, ReleaseFile

KINDS: Final = frozenset({Kind.ARCHIVE, Kind.BINARY, Kind.PACKAGE})
"""What is written here; the rest is made of these when they are published."""


class Packer(Record):
    """Packs ``programs`` of one ``target``; ``folder`` is the release.yml's, ``epoch_s`` the time of every file.

    ``glibc`` is the version that each program needs, by its id, or None.
    """

    file: ReleaseFile
    fields: Named
    target: str
    folder: Path
    version: str
    epoch_s: int
    programs: Sequence[Program]
    glibc: Mapping[str, str | None]

    def write(self, artifact: Artifact, path: Path) -> None:
        """Write it to ``path``. Raises WherryError."""
        programs = [program for program in self.programs if program.id in artifact.builds]
        try:
            if artifact.kind is Kind.BINARY:
                self._binary(programs[0], path)
            elif artifact.kind is Kind.ARCHIVE:
                self._archive(artifact, programs, path)
            else:
                self._package(artifact, programs, path)
        except OSError as exc:
            where = f"{exc.filename}: " if exc.filename else ""
            raise WherryError(f"{where}{exc.strerror or exc}") from None

    def _binary(self, program: Program, path: Path) -> None:
        if program.path.is_dir():
            raise WherryError(f"{program.name} is a folder, and the format binary is one file")
        shutil.copyfile(program.path, path)
        path.chmod(0o755)

    def _archive(self, artifact: Artifact, programs: Sequence[Program], path: Path) -> None:
        archive = next(each for each in self.file.archives if each.id == artifact.id)
        fields = named.target_fields(self.fields, self.target, programs[0].stem)
        stem = artifact.name.removesuffix(f".{artifact.format}")
        items = of_archive(archive, programs, self.folder, fields, stem)
        write = write_zip if artifact.format == "zip" else write_tar_gz
        write(path, items, self.epoch_s)

    def _package(self, artifact: Artifact, programs: Sequence[Program], path: Path) -> None:
        package = overridden(next(each for each in self.file.nfpms if each.id == artifact.id), artifact.format)
        versions = [version for program in programs if (version := self.glibc[program.id])]
        dependencies = with_glibc(package.dependencies, max(versions, key=order, default=None), artifact.format)
        facts = self._facts(package, dependencies)
        items = of_package(package, facts.name, artifact.format, programs, self.folder)
        if artifact.format == "rpm":
            write_rpm(path, items, facts, self.epoch_s)
        else:
            write_deb(path, self._with_copyright(items, facts), facts, self.epoch_s)

    def _with_copyright(self, items: tuple[Item, ...], facts: PackageFacts) -> tuple[Item, ...]:
        if facts.license is None or facts.maintainer is None:
            return items
        made = copyright_of(
            facts.name, self.file.project_name, facts.license, facts.maintainer, facts.homepage, self.epoch_s
        )
        return items if any(item.name == made.name for item in items) else (*items, made)

    def _facts(self, package: Nfpm, dependencies: tuple[str, ...]) -> PackageFacts:
        return PackageFacts(
            name=package_name(self.file, package),
            version=self.version,
            processor=split_target(self.target)[1],
            description=package.description or "",
            maintainer=package.maintainer,
            homepage=package.homepage,
            license=package.license,
            vendor=package.vendor,
            section=package.section,
            priority=package.priority,
            scripts=self._scripts(package),
            dependencies=dependencies,
            **{kind: getattr(package, kind) for kind in KINDS_OF_RELATIONS if kind != "dependencies"},
        )

    def _scripts(self, package: Nfpm) -> Scripts:
        paths = ((name, getattr(package.scripts, name)) for name in NAMES)
        return Scripts(**{name: (self.folder / path).read_bytes() for name, path in paths if path is not None})
