"""The whole file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from wherry.commands.release.file.archives import Archive
from wherry.commands.release.file.builds import Build
from wherry.commands.release.file.made import Checksum, InstallScripts, Provenance, Sbom, Sign, Source
from wherry.commands.release.file.notes import Changelog
from wherry.commands.release.file.packages import Nfpm
from wherry.commands.release.file.places import Release, Urls
from wherry.commands.release.file.taps import HomebrewFormula, Scoop, Tap, Winget
from wherry.commands.release.file.words import FileName, Text


class Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is run first."""

    hooks: Annotated[
        tuple[Text, ...],
        Meta(
            description="Commands, as templates, run one after the other without a shell; the first that fails ends it."
        ),
    ] = ()


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Builds that are no release."""

    version_template: Annotated[Text, Meta(description="Their version, a template.")] = (
        "{{ .Version }}-SNAPSHOT-{{ .ShortCommit }}"
    )


class ReleaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file for `wherry release`: what is built of a Python program, for whom, and where it is published."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")]
    project_name: Annotated[FileName, Meta(description="The project's name, which begins most file names.")]
    builds: Annotated[tuple[Build, ...], Meta(min_length=1, description="The programs.")]
    env: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*=[^\x00]*$")], ...],
        Meta(description="NAME=VALUE for everything that is run; values are templates."),
    ] = ()
    before: Annotated[Before, Meta(description="What is run first.")] = Before()
    archives: Annotated[tuple[Archive, ...], Meta(description="What users download.")] = (Archive(),)
    checksum: Annotated[Checksum, Meta(description="The file of checksums.")] = Checksum()
    sboms: Annotated[tuple[Sbom, ...], Meta(description="Bills of materials.")] = ()
    install_scripts: Annotated[InstallScripts, Meta(description="Scripts that install the programs.")] = (
        InstallScripts()
    )
    provenance: Annotated[Provenance, Meta(description="What the files were made of.")] = Provenance()
    signs: Annotated[tuple[Sign, ...], Meta(description="Signatures.")] = ()
    nfpms: Annotated[tuple[Nfpm, ...], Meta(description="Packages for Linux distributions.")] = ()
    homebrew_formulas: Annotated[tuple[HomebrewFormula, ...], Meta(description="Formulas for Homebrew.")] = ()
    scoops: Annotated[tuple[Scoop, ...], Meta(description="Manifests for Scoop.")] = ()
    winget: Annotated[tuple[Winget, ...], Meta(description="Manifests for the Windows package manager.")] = ()
    changelog: Annotated[Changelog, Meta(description="The release's notes.")] = Changelog()
    release: Annotated[Release, Meta(description="Where the release is published, and how.")] = Release()
    github_urls: Annotated[Urls | None, Meta(description="A GitHub Enterprise of one's own.")] = None
    gitlab_urls: Annotated[Urls | None, Meta(description="A GitLab of one's own.")] = None
    gitea_urls: Annotated[Urls | None, Meta(description="The Gitea or Forgejo; there is no general one.")] = None
    snapshot: Annotated[Snapshot, Meta(description="Builds that are no release.")] = Snapshot()
    source: Annotated[Source, Meta(description="An archive of the source.")] = Source()


def taps(file: ReleaseFile) -> tuple[tuple[str, int, Tap], ...]:
    """Each manifest that is written to a repository, with its key and its place in the list there."""
    return (
        *(("homebrew_formulas", index, each) for index, each in enumerate(file.homebrew_formulas)),
        *(("scoops", index, each) for index, each in enumerate(file.scoops)),
        *(("winget", index, each) for index, each in enumerate(file.winget)),
    )


def build_id(file: ReleaseFile, build: Build) -> str:
    """What other parts of the file call a build."""
    return build.id or file.project_name


def binary_name(file: ReleaseFile, build: Build) -> str:
    """What its program is called, without .exe."""
    return build.binary or file.project_name
