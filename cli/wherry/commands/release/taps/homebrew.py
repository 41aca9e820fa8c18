"""A formula for Homebrew. Pure.

What each line of it does is at https://docs.brew.sh/Formula-Cookbook.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.publish.downloads import first_of_each
from wherry.commands.release.taps.formula import class_name, quoted
from wherry.commands.release.taps.installing import lines as installing
from wherry.commands.release.taps.licence import flat
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.release.file import HomebrewFormula
    from wherry.commands.release.publish.downloads import Download, Facts

_SYSTEMS: Final = {"darwin": "macos", "linux": "linux"}
_PROCESSORS: Final = {"arm64": ("on_arm", ":arm64"), "amd64": ("on_intel", ":x86_64")}


def path(tap: HomebrewFormula, project: str) -> str:
    """Where the formula lies in the tap."""
    return str(PurePosixPath(tap.directory.strip("/"), f"{tap.name or project}.rb"))


def text(tap: HomebrewFormula, facts: Facts, downloads: Iterable[Download]) -> str:
    """The formula. Of several downloads for one target the first counts; those for Windows do not.

    Raises UsageError when there is none left, and for a name that no formula can have.
    """
    chosen = {
        target: download
        for target, download in first_of_each(downloads).items()
        if target.partition("_")[0] in _SYSTEMS
    }
    if not chosen:
        raise UsageError("Homebrew installs on macOS and Linux, and there is an archive for neither")
    return "\n".join(_lines(tap, facts, chosen)) + "\n"


def _lines(tap: HomebrewFormula, facts: Facts, chosen: Mapping[str, Download]) -> Iterator[str]:
    yield "# typed: false"
    yield "# frozen_string_literal: true"
    yield ""
    yield "# Written by `wherry release`, which writes it anew with each release."
    yield f"class {class_name(tap.name or facts.name)} < Formula"
    yield from _indented(_facts(tap, facts))
    yield ""
    yield from _indented(_platforms(chosen))
    if any(program.folder for download in chosen.values() for program in download.programs):
        yield ""
        # The libraries that PyInstaller lays beside a program find each other by @rpath; new names may not fit in them.
        yield "  preserve_rpath"
        yield '  skip_clean "libexec"'
    yield ""
    yield "  def install"
    yield from _indented(tap.install.splitlines() if tap.install else installing(chosen), 4)
    yield "  end"
    yield ""
    yield "  test do"
    yield from _indented(tap.test.splitlines() if tap.test else _test(chosen), 4)
    yield "  end"
    yield "end"


def _facts(tap: HomebrewFormula, facts: Facts) -> Iterator[str]:
    description = tap.description or facts.description
    if description:
        yield f"desc {quoted(' '.join(description.split()))}"
    homepage = tap.homepage or facts.homepage
    if homepage:
        yield f"homepage {quoted(homepage)}"
    yield f"version {quoted(facts.version)}"
    licence = tap.license or facts.license
    if licence:
        yield f"license {_licence(licence)}"


def _licence(expression: str) -> str:
    """A choice of licences as Homebrew has it; any other expression of SPDX as it is."""
    word, names = flat(expression)
    if not word:
        return quoted(expression)
    return f"{'any_of' if word == 'OR' else 'all_of'}: [{', '.join(map(quoted, names))}]"


def _platforms(chosen: Mapping[str, Download]) -> Iterator[str]:
    """Where each archive is.

    A formula must have an address wherever it is read, so one that is for one system, or one processor, is the same
    everywhere and says what it depends on.
    """
    systems = [system for system in _SYSTEMS if any(target.startswith(f"{system}_") for target in chosen)]
    for position, system in enumerate(systems):
        targets = {processor: f"{system}_{processor}" for processor in _PROCESSORS}
        lines = _processors({each: chosen[target] for each, target in targets.items() if target in chosen})
        if len(systems) == 1:
            yield f"depends_on :{_SYSTEMS[system]}"
            yield from lines
            return
        if position:
            yield ""
        yield f"on_{_SYSTEMS[system]} do"
        yield from _indented(lines)
        yield "end"


def _processors(chosen: Mapping[str, Download]) -> Iterator[str]:
    if len(chosen) == 1:
        ((processor, download),) = chosen.items()
        yield f"depends_on arch: {_PROCESSORS[processor][1]}"
        yield from _address(download)
        return
    for processor, download in chosen.items():
        yield f"{_PROCESSORS[processor][0]} do"
        yield from _indented(_address(download))
        yield "end"


def _address(download: Download) -> Iterator[str]:
    yield f"url {quoted(download.url)}"
    yield f"sha256 {quoted(download.sha256)}"


def _test(chosen: Mapping[str, Download]) -> Iterator[str]:
    names = dict.fromkeys(program.name for download in chosen.values() for program in download.programs)
    for name in names:
        yield f"assert_predicate bin/{quoted(name)}, :executable?"


def _indented(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    for line in lines:
        yield f"{' ' * by}{line}" if line.strip() else ""
