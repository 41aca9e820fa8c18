"""The three manifests of a version for the Windows package manager. Pure.

Their keys are those of the schemas 1.10.0 at https://github.com/microsoft/winget-cli/tree/master/schemas/JSON/manifests.
"""

from __future__ import annotations

import json
import re
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.publish.downloads import first_of_each
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.release.file import Winget
    from wherry.commands.release.publish.downloads import Download, Facts

_SCHEMA: Final = "1.10.0"
_LOCALE: Final = "en-US"
_PROCESSORS: Final = {"windows_amd64": "x64", "windows_arm64": "arm64"}
_PART: Final = r'[^.\s\\/:*?"<>|\x01-\x1f]{1,32}'
_IDENTIFIER: Final = re.compile(rf"(?=.{{1,128}}\Z){_PART}(\.{_PART}){{1,7}}")
_LENGTHS: Final = {
    "Publisher": range(2, 257),
    "PackageName": range(2, 257),
    "License": range(3, 513),
    "ShortDescription": range(3, 257),
    "Description": range(3, 10_001),
    "PackageUrl": range(2049),
    "Moniker": range(1, 41),
}
# Line breaks of YAML and characters that it has none of, but for those that JSON escapes.
_UNFIT: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def identifier(tap: Winget, project: str) -> str:
    """What the package is called, as Publisher.Name."""
    publisher = re.sub(r"[\s.]+", "", tap.publisher)
    return tap.package_identifier or f"{publisher}.{tap.name or project}"


def folder(tap: Winget, project: str, version: str) -> str:
    """Where the manifests of a version lie in winget-pkgs."""
    found = identifier(tap, project)
    return "/".join(["manifests", found[0].lower(), *found.split("."), version])


def texts(tap: Winget, facts: Facts, downloads: Iterable[Download]) -> dict[str, str]:
    """The manifests, by their paths. Of several downloads for one target the first counts; other systems' do not.

    Raises UsageError when there is none left, for an archive that winget cannot open and for what its schema refuses.
    """
    chosen = first_of_each(downloads)
    found = {name: chosen[target] for target, name in _PROCESSORS.items() if target in chosen}
    if not found:
        raise UsageError("winget installs on Windows, and there is no archive for it")
    name = identifier(tap, facts.name)
    if not _IDENTIFIER.fullmatch(name):
        raise UsageError(f"{name!r} is no package_identifier: 2 to 8 names of up to 32 characters, joined by dots")
    stem = f"{folder(tap, facts.name, facts.version)}/{name}"
    head = {"PackageIdentifier": name, "PackageVersion": facts.version}
    return {
        f"{stem}.installer.yaml": _document("installer", head, _installers(found)),
        f"{stem}.locale.{_LOCALE}.yaml": _document("defaultLocale", head, _locale(tap, facts)),
        f"{stem}.yaml": _document("version", head, [f"DefaultLocale: {_LOCALE}"]),
    }


def _document(kind: str, head: Mapping[str, str], body: Iterable[str]) -> str:
    return "\n".join(
        [
            f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{_SCHEMA}.schema.json",
            *(f"{key}: {_quoted(value)}" for key, value in head.items()),
            *body,
            f"ManifestType: {kind}",
            f"ManifestVersion: {_SCHEMA}",
            "",
        ]
    )


def _locale(tap: Winget, facts: Facts) -> Iterator[str]:
    yield f"PackageLocale: {_LOCALE}"
    fields = {
        "Publisher": tap.publisher,
        "PackageName": tap.name or facts.name,
        "PackageUrl": tap.homepage or facts.homepage,
        "License": tap.license,
        "ShortDescription": tap.short_description,
        "Description": tap.description or "",
        "Moniker": tap.name or facts.name,
    }
    for key, value in fields.items():
        if not value:
            continue
        if len(value) not in _LENGTHS[key]:
            least, most = _LENGTHS[key][0], _LENGTHS[key][-1]
            raise UsageError(f"{value!r}: winget wants {key} to have {least} to {most} characters")
        yield f"{key}: {_quoted(value)}"


def _installers(found: Mapping[str, Download]) -> Iterator[str]:
    yield "Installers:"
    for processor, download in found.items():
        yield f"  - Architecture: {processor}"
        yield from (f"    {line}" for line in _installer(download))
        yield f"    InstallerUrl: {_quoted(download.url)}"
        yield f"    InstallerSha256: {_quoted(download.sha256.upper())}"


def _installer(download: Download) -> Iterator[str]:
    if download.format == "binary":
        yield "InstallerType: portable"
        yield f"Commands: [{_quoted(download.programs[0].name)}]"
        return
    if download.format != "zip":
        raise UsageError(
            f"winget opens zip archives, and {download.name} is none",
            hint="format_overrides: [{goos: windows, formats: [zip]}] makes one for Windows",
        )
    yield "InstallerType: zip"
    yield "NestedInstallerType: portable"
    yield "NestedInstallerFiles:"
    for program in download.programs:
        yield f"  - RelativeFilePath: {_quoted(str(PureWindowsPath(program.path)))}"
        yield f"    PortableCommandAlias: {_quoted(program.name)}"
    if len(download.programs) == 1 and download.programs[0].folder:
        # Else the command is a link, and a program that does not follow it misses what lies beside it.
        yield "ArchiveBinariesDependOnPath: true"


def _quoted(text: str) -> str:
    """``text`` as YAML, whose double quotes are those of JSON."""
    return _UNFIT.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
