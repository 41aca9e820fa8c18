"""What templates can name: ``.Version``, ``.Os`` and the like, with GoReleaser's names. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from wherry.commands.release.file import split_target
from wherry.commands.release.package.naming import conventional
from wherry.commands.release.package.version import linux_version
from wherry.commands.release.template import render
from wherry.commands.release.version import Number, Version
from wherry.core.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.functions import Value
    from wherry.commands.release.git import GitFacts

Named: TypeAlias = "dict[str, Value | Mapping[str, str]]"


def settled(
    file: ReleaseFile, version: Version, git: GitFacts | None, environ: Mapping[str, str], now_s: float
) -> tuple[Version, Named]:
    """``version``, called as the file calls a snapshot if it is one, and the fields that every template can name.

    ``now_s`` is the time, in seconds since 1970. Raises TemplateError for templates of ``env`` and of the snapshot.
    """
    fields = _fields(file, version, git, now_s)
    variables = dict(environ)
    fields["Env"] = variables
    for assignment in file.env:
        name, _, value = assignment.partition("=")
        variables[name] = render(value, fields)
    if version.snapshot:
        version = replace(version, text=render(file.snapshot.version_template, fields))
        fields["Version"] = version.text
    return version, fields


def sample(file: ReleaseFile, environ: Mapping[str, str]) -> Named:
    """The same fields as they would be for a version 1.2.3, to try templates with."""
    version = Version("1.2.3", Number("1.2.3", 1, 2, 3), "", "v1.2.3", tagged=True, snapshot=False)
    return {**_fields(file, version, None, 0), "Env": environ}


def _fields(file: ReleaseFile, version: Version, git: GitFacts | None, now_s: float) -> Named:
    number = version.number
    commit = git.commit if git else ""
    committed_s = git.committed_s if git else 0
    dirty = bool(git and git.dirty)
    return {
        "ProjectName": file.project_name,
        "Version": version.text,
        "RawVersion": number.raw,
        "Major": number.major,
        "Minor": number.minor,
        "Patch": number.patch,
        "Prerelease": number.prerelease,
        "Tag": version.tag or (git.last_tag if git else None) or "",
        "PreviousTag": (git.previous_tag if git else None) or "",
        "Branch": git.branch if git else "",
        "Commit": commit,
        "FullCommit": commit,
        "ShortCommit": commit[:7] or "none",
        "CommitDate": _date(committed_s),
        "CommitTimestamp": committed_s,
        "Date": _date(now_s),
        "Timestamp": int(now_s),
        "GitURL": git.remote if git else "",
        "GitTreeState": "dirty" if dirty else "clean",
        "IsGitDirty": dirty,
        "IsGitClean": not dirty,
        "IsSnapshot": version.snapshot,
        "IsDraft": file.release.draft,
    }


def variables(fields: Named) -> dict[str, str]:
    """The environment, with what the file sets in it."""
    found = fields["Env"]
    assert not isinstance(found, str | int), "Env is a map"
    return dict(found)


def target_fields(fields: Named, target: str, binary: str) -> Named:
    """Those of a target too. ``.Arm`` and ``.Mips`` are there for templates from GoReleaser, and empty."""
    system, processor = split_target(target)
    return {**fields, "Os": system, "Arch": processor, "Target": target, "Binary": binary, "Arm": "", "Mips": ""}


def package_fields(fields: Named, package: str, kind: str) -> Named:
    """Those of a package for Linux too, on top of its target's. ``.Release`` and ``.Epoch`` are there, and empty.

    Raises UsageError for a version that no package has.
    """
    version = linux_version(str(fields["Version"]))
    return {
        **fields,
        "PackageName": package,
        "Format": kind,
        "ConventionalFileName": conventional(kind, package, version, str(fields["Arch"])),
        "ConventionalExtension": f".{kind}",
        "Release": "",
        "Epoch": "",
    }


def artifact_fields(fields: Named, name: str) -> Named:
    """Those of one file that is published too."""
    return {**fields, "ArtifactName": name}


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
