"""How a formula installs what is in an archive. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.taps.formula import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.commands.release.publish.downloads import Download, Inside

_MANUAL: Final = re.compile(r"(?:.*/)?man/[^/]+\.(?P<section>[1-8])(?:\.gz)?")
_CONDITIONS: Final = {
    "darwin_arm64": "OS.mac? && Hardware::CPU.arm?",
    "darwin_amd64": "OS.mac? && Hardware::CPU.intel?",
    "linux_arm64": "OS.linux? && Hardware::CPU.arm?",
    "linux_amd64": "OS.linux? && Hardware::CPU.intel?",
}


def lines(chosen: Mapping[str, Download]) -> Iterator[str]:
    """The body of ``install``, with a case for each target only where the archives differ in more than their names."""
    ways = {target: tuple(_lines(download)) for target, download in chosen.items()}
    if len(set(ways.values())) == 1:
        yield from next(iter(ways.values()))
        return
    word = "if"
    for target, way in ways.items():
        yield f"{word} {_CONDITIONS[target]}"
        yield from (f"  {line}" for line in way)
        word = "elsif"
    yield "end"


def _lines(download: Download) -> Iterator[str]:
    if download.format == "binary":
        for program in download.programs:
            yield f'bin.install Dir["*"].first => {quoted(program.name)}'
        return
    alone = len(download.programs) == 1 and not download.others
    for program in download.programs:
        yield from _program(program, alone=alone)
    names = [program.name for program in download.programs]
    wrapped = _wrapped(download.programs[0])
    for other in download.others:
        seen = _without_first(other) if wrapped else other
        yield from _completion(seen, names)
        if match := _MANUAL.fullmatch(seen):
            yield f"man{match['section']}.install {quoted(seen)}"


def _program(program: Inside, *, alone: bool) -> Iterator[str]:
    wrapped = _wrapped(program)
    path = _without_first(program.path) if wrapped else program.path
    if program.folder is None:
        renamed = f" => {quoted(program.name)}" if PurePosixPath(path).name != program.name else ""
        yield f"bin.install {quoted(path)}{renamed}"
        return
    folder = _without_first(program.folder) if wrapped else program.folder
    name = PurePosixPath(folder).name
    if alone and not wrapped:
        # Homebrew steps into the folder of an archive that has nothing else.
        yield f"if File.directory?({quoted(folder)})"
        yield f"  libexec.install {quoted(folder)}"
        yield "else"
        yield f'  (libexec/{quoted(name)}).install Dir["*"]'
        yield "end"
    else:
        yield f"libexec.install {quoted(folder)}"
    inside = PurePosixPath(path).relative_to(PurePosixPath(folder).parent)
    renamed = f" => {quoted(program.name)}" if inside.name != program.name else ""
    yield f"bin.install_symlink libexec/{quoted(str(inside))}{renamed}"


def _completion(path: str, names: list[str]) -> Iterator[str]:
    file = PurePosixPath(path)
    if file.parent.name != "completions":
        return
    for name in names:
        if file.name == f"{name}.bash":
            yield f"bash_completion.install {quoted(path)} => {quoted(name)}"
        elif file.name == f"_{name}":
            yield f"zsh_completion.install {quoted(path)}"
        elif file.name == f"{name}.zsh":
            yield f"zsh_completion.install {quoted(path)} => {quoted(f'_{name}')}"
        elif file.name == f"{name}.fish":
            yield f"fish_completion.install {quoted(path)}"


def _wrapped(program: Inside) -> bool:
    """Whether all of the archive is in one folder, into which Homebrew steps."""
    return "/" in (program.folder or program.path)


def _without_first(path: str) -> str:
    return path.partition("/")[2]
