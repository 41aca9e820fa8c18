"""What a release.yml says, as types.

The keys are GoReleaser's where they mean the same; those of ``builds`` are not, because freezing Python is nothing like
compiling Go. A field that is called a template may contain ``{{ .Version }}`` and the like (template.py).
"""

from __future__ import annotations

from wherry.commands.release.file.archives import Archive, ArchiveFile
from wherry.commands.release.file.builds import Build, PrebuiltBuild, PyInstallerBuild
from wherry.commands.release.file.made import Sbom, Sign
from wherry.commands.release.file.notes import Changelog
from wherry.commands.release.file.packages import Content, FileInfo, Nfpm, Overridable, Overrides, Scripts, overridden
from wherry.commands.release.file.places import Project, Put, Urls
from wherry.commands.release.file.taps import HomebrewFormula, Repository, Scoop, Tap, Winget
from wherry.commands.release.file.whole import ReleaseFile, binary_name, build_id, taps
from wherry.commands.release.file.words import (
    DEFAULT_ARCHIVE_NAME,
    DEFAULT_BINARY_NAME,
    DEFAULT_FILES,
    TARGETS,
    SbomFormat,
    split_target,
)

__all__ = [
    "DEFAULT_ARCHIVE_NAME",
    "DEFAULT_BINARY_NAME",
    "DEFAULT_FILES",
    "TARGETS",
    "Archive",
    "ArchiveFile",
    "Build",
    "Changelog",
    "Content",
    "FileInfo",
    "HomebrewFormula",
    "Nfpm",
    "Overridable",
    "Overrides",
    "PrebuiltBuild",
    "Project",
    "Put",
    "PyInstallerBuild",
    "ReleaseFile",
    "Repository",
    "Sbom",
    "SbomFormat",
    "Scoop",
    "Scripts",
    "Sign",
    "Tap",
    "Urls",
    "Winget",
    "binary_name",
    "build_id",
    "overridden",
    "split_target",
    "taps",
]
