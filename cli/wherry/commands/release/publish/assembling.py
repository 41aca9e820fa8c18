"""All files of a release, put together in one folder: what machines built, and what is made of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release import provenance, sums
from wherry.commands.release.artifacts import Kind
from wherry.commands.release.build.output import digest
from wherry.commands.release.file import PyInstallerBuild
from wherry.commands.release.install import powershell, shell
from wherry.commands.release.publish import listing, source
from wherry.commands.release.publish.events import Made
from wherry.commands.release.sbom import writing
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from wherry.commands.release.artifacts import Artifact
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import ReleaseFile, SbomFormat
    from wherry.commands.release.git import GitFacts
    from wherry.commands.release.plan import Plan
    from wherry.commands.release.publish.downloads import Facts
    from wherry.commands.release.publish.events import Event
    from wherry.commands.release.publish.folder import Folder
    from wherry.commands.release.publish.parts import Merged
    from wherry.commands.release.sign.signing import Signer

_SCRIPTS = {"sh": shell.text, "ps1": powershell.text}


class Origin(Record):
    """What is released: the release.yml at ``path`` below ``root``, and what git says of that folder."""

    file: ReleaseFile
    path: str
    root: Path
    git: GitFacts | None
    environ: Mapping[str, str]
    epoch_s: int
    """The time of everything in the release, in seconds since 1970."""


class Assembler(Record):
    """Writes into ``folder`` what is planned and can be made of ``merged``."""

    origin: Origin
    fields: Named
    plan: Plan
    merged: Merged
    facts: Facts
    folder: Folder
    signer: Signer
    emit: Callable[[Event], None]

    def run(self) -> tuple[str, ...]:
        """The names of all files that are there, in the order in which they are made. Raises WherryError."""
        self.signer.check(self.origin.file.signs if any(self._of(Kind.SIGNATURE)) else ())
        self.folder.take(self.merged.files)
        names = [each.name for each in self.plan.artifacts if each.name in self.merged.files]
        for kind, make in (
            (Kind.SOURCE, self._source),
            (Kind.SBOM, self._sbom),
            (Kind.INSTALLER, self._script),
            (Kind.PROVENANCE, self._provenance),
            (Kind.CHECKSUM, self._sums),
            (Kind.SIGNATURE, self._signature),
        ):
            for artifact in self._of(kind):
                if not self._can_be(artifact, names):
                    continue
                with doing(f"making {artifact.name}"):
                    make(artifact, names)
                names.append(artifact.name)
                self.emit(Made(artifact.name))
        return tuple(names)

    def _can_be(self, artifact: Artifact, names: Sequence[str]) -> bool:
        """Whether what it is made of is there; of a release that is only tried, not every target may be built."""
        if artifact.kind is Kind.INSTALLER and self.merged.absent:
            windows = [part.target.startswith("windows_") for part in self.merged.parts]
            return any(windows) if artifact.format == "ps1" else not all(windows)
        return artifact.target not in self.merged.absent and artifact.signs in (None, *names)

    def _of(self, kind: Kind) -> Iterator[Artifact]:
        return (artifact for artifact in self.plan.artifacts if artifact.kind is kind)

    def _source(self, artifact: Artifact, _: Sequence[str]) -> None:
        prefix = artifact.name.removesuffix(f".{artifact.format}")
        if not self.plan.commit:
            raise UsageError("the source is what git has, and this is no repository")
        self.folder.make(
            artifact.name,
            lambda path: source.write(path, self.origin.root, artifact.format, self.plan.commit, prefix),
        )

    def _sbom(self, artifact: Artifact, _: Sequence[str]) -> None:
        part = next(each for each in self.merged.parts if each.target == artifact.target)
        build = next(each for each in part.builds if each.id in artifact.builds)
        facts = self.facts
        said = writing.Said(facts.description or None, facts.homepage or None, facts.license or None)
        kind: SbomFormat = "spdx" if artifact.format == "spdx" else "cyclonedx"
        self.folder.write(artifact.name, writing.write(part, build, kind, said))

    def _script(self, artifact: Artifact, _: Sequence[str]) -> None:
        if not self.facts.base_url:
            raise UsageError("release.download_url must say where the files are fetched from")
        scripts = self.origin.file.install_scripts
        found = listing.downloads(self.merged.parts, scripts.ids, self.folder, self.facts.base_url)
        self.folder.write(artifact.name, _SCRIPTS[artifact.format](self.facts, found).encode())

    def _provenance(self, artifact: Artifact, names: Sequence[str]) -> None:
        origin = self.origin
        made_of = provenance.Source(
            repository=origin.git.remote if origin.git else "",
            commit=self.plan.commit,
            tag=self.plan.version.tag,
            file=origin.path,
            targets=tuple(part.target for part in self.merged.parts),
            locks=tuple(self._locks()),
        )
        subjects = [(name, self.folder.sha256(name)) for name in names]
        statement = provenance.statement(subjects, made_of, origin.environ, origin.epoch_s)
        self.folder.write(artifact.name, provenance.encode(statement))

    def _locks(self) -> Iterator[provenance.Lock]:
        builds = [build for build in self.origin.file.builds if isinstance(build, PyInstallerBuild)]
        for path in dict.fromkeys(build.lock for build in builds if build.lock is not None):
            yield provenance.Lock(path, digest(self.origin.root / path))

    def _sums(self, artifact: Artifact, names: Sequence[str]) -> None:
        self.folder.write(artifact.name, sums.text((name, self.folder.sha256(name)) for name in names).encode())

    def _signature(self, artifact: Artifact, _: Sequence[str]) -> None:
        index = artifact.place[1]
        assert isinstance(index, int), "a signature is planned by one of signs"
        assert artifact.signs is not None, "and it is of something"
        sign, signed = self.origin.file.signs[index], self.folder.path / artifact.signs
        # What a program signs is another signature each time, and an earlier run may have published it.
        if sign.cmd is not None and self.folder.has(artifact.name):
            self.folder.keep(artifact.name)
        else:
            self.folder.make(artifact.name, lambda path: self.signer.sign(sign, signed, path, self.fields))
