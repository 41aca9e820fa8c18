"""install.sh, for Linux and macOS. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.install.posix import STEPS
from wherry.commands.release.install.variable import mirror
from wherry.commands.release.publish.downloads import first_of_each
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.release.publish.downloads import Download, Facts


def text(facts: Facts, downloads: Iterable[Download]) -> str:
    """The script. Of several downloads for one target the first counts; those for Windows do not.

    Raises UsageError when there is none left.
    """
    chosen = {
        target: download
        for target, download in first_of_each(downloads).items()
        if target.startswith(("linux_", "darwin_"))
    }
    if not chosen:
        raise UsageError("install.sh installs on Linux and macOS, and there is an archive for neither")
    return "\n".join(_facts(facts, chosen)) + STEPS


def quoted(text: str) -> str:
    """``text`` as one word of a shell that stands for just that (POSIX.1-2024, 2.2.2)."""
    return "'" + text.replace("'", "'\\''") + "'"


def _facts(facts: Facts, chosen: Mapping[str, Download]) -> Iterator[str]:
    yield "#!/bin/sh"
    yield f"# Installs {facts.name} {facts.version}: fetches the archive for this machine, checks it, installs it."
    yield "# With --help it tells more."
    yield ""
    yield "facts() {"
    yield f"  name={quoted(facts.name)}"
    yield f"  version={quoted(facts.version)}"
    yield f"  variable={mirror(facts.name)}"
    yield f"  mirror=${{{mirror(facts.name)}:-}}"
    yield f"  supported={quoted(', '.join(chosen))}"
    yield "}"
    yield ""
    yield "known() { # TARGET: what there is for it"
    yield "  case $1 in"
    for target, download in chosen.items():
        yield f"    {target})"
        yield f"      file={quoted(download.name)}"
        yield f"      url={quoted(download.url)}"
        yield f"      sha256={download.sha256}"
        yield f"      size={download.size}"
        yield f"      format={download.format}"
        yield f"      tree={'yes' if any(program.folder for program in download.programs) else 'no'}"
        yield "      ;;"
    yield "    *) return 1 ;;"
    yield "  esac"
    yield "}"
    yield ""
    yield "programs() { # COMMAND: runs it with the name of each program, and where that lies in the archive"
    yield "  case $target in"
    for target, download in chosen.items():
        yield f"    {target})"
        for program in download.programs:
            path = download.name if download.format == "binary" else program.path
            yield f'      "$1" {quoted(program.name)} {quoted(path)}'
        yield "      ;;"
    yield "  esac"
    yield "}"
    yield ""
