"""install.ps1, for Windows. Pure."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from wherry.commands.release.install.variable import mirror
from wherry.commands.release.install.windows import STEPS
from wherry.commands.release.publish.downloads import first_of_each
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.release.publish.downloads import Download, Facts


def text(facts: Facts, downloads: Iterable[Download]) -> str:
    """The script. Of several downloads for one target the first counts; those for other systems do not.

    Raises UsageError when there is none left, and for an archive that PowerShell cannot open.
    """
    chosen = {
        target: download for target, download in first_of_each(downloads).items() if target.startswith("windows_")
    }
    if not chosen:
        raise UsageError("install.ps1 installs on Windows, and there is no archive for it")
    for download in chosen.values():
        if download.format not in ("zip", "binary"):
            raise UsageError(
                f"PowerShell opens zip archives, and {download.name} is none",
                hint="format_overrides: [{goos: windows, formats: [zip]}] makes one for Windows",
            )
    return "\n".join(_facts(facts, chosen)) + STEPS


def quoted(text: str) -> str:
    """``text`` as a string of PowerShell that stands for just that; it takes typographic quotes for quotes too."""
    return "'" + re.sub("['\u2018\u2019\u201a\u201b]", r"\g<0>\g<0>", text) + "'"


def _facts(facts: Facts, chosen: Mapping[str, Download]) -> Iterator[str]:
    yield f"# Installs {facts.name} {facts.version}: fetches the archive for this machine, checks it, installs it."
    yield "# For Windows PowerShell 5.1 and PowerShell 7; -Help tells more."
    yield "param([string]$To = '', [switch]$Help)"
    yield "& {"
    yield f"    $name = {quoted(facts.name)}"
    yield f"    $version = {quoted(facts.version)}"
    yield f"    $variable = {quoted(mirror(facts.name))}"
    yield "    $archives = @{"
    for target, download in chosen.items():
        binary = download.format == "binary"
        yield f"        {target} = @{{"
        yield f"            File = {quoted(download.name)}"
        yield f"            Url = {quoted(download.url)}"
        yield f"            Sha256 = {quoted(download.sha256)}"
        yield f"            Size = {download.size}"
        yield f"            Format = {quoted(download.format)}"
        paths = [f"{each.name}.exe" if binary else each.path for each in download.programs]
        yield f"            Programs = @({', '.join(quoted(str(PureWindowsPath(path))) for path in paths)})"
        yield "        }"
    yield "    }"
