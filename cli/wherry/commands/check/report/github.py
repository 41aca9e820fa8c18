"""Annotations of a run of GitHub Actions, as workflow commands, and a summary of the step."""

from __future__ import annotations

from os.path import relpath, sep
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.detail import Titles, detail, said
from wherry.ui.plain import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.report.stepsummary import StepSummary
    from wherry.commands.check.results import Result, Summary

# GitHub shows so many errors and so many warnings of a step, and says nothing of the others.
_SHOWN: Final = 10
_LONGEST: Final = 4000
_ABOUT_ALL: Final = {"title": "wherry check"}
_IN_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


class Github:
    """An error for each check that fails, a warning for what only warns or is flaky, each at its line of the suite.

    ``place`` makes a path of a suite one that is relative to the repository. The last annotation there is room for
    says how many more there are.
    """

    def __init__(self, write: Write, summary: StepSummary | None, place: Callable[[str], str]) -> None:
        self._write = write
        self._summary = summary
        self._place = place
        self._titles = Titles(())
        self._told = {"error": 0, "warning": 0}
        self._held: dict[str, str] = {}

    def begin(self, planned: Sequence[Line]) -> None:
        self._titles = Titles(planned)

    def result(self, result: Result) -> None:
        if self._summary is not None:
            self._summary.add(result, self._titles.of(result))
        level = "error" if result.fails else "warning" if result.warns or result.flaky else None
        if level is None:
            return
        self._told[level] += 1
        if self._told[level] < _SHOWN:
            self._write(self._annotation(level, result))
        elif self._told[level] == _SHOWN:
            self._held[level] = self._annotation(level, result)

    def end(self, summary: Summary) -> None:
        for level, annotation in self._held.items():
            more = self._told[level] - _SHOWN + 1
            self._write(annotation if more == 1 else command(level, _ABOUT_ALL, f"and {more} more: the log shows them"))
        if summary.ended:
            self._write(command("notice", _ABOUT_ALL, f"ended early: {one_line(summary.ended)}"))
        if self._summary is not None:
            self._summary.write(summary)

    def _annotation(self, level: str, result: Result) -> str:
        told = [said(result), *(line for line, *_ in detail(result))]
        where = {"file": self._place(result.file), "line": str(result.line)} if result.file else {}
        return command(level, where | {"title": self._titles.of(result)}, cut("\n".join(told), _LONGEST))


def within(file: str, folder: str, workspace: str | None) -> str:
    """``file``, named from ``folder``, as GitHub knows it: from the repository's root, with slashes.

    A file outside of ``workspace`` keeps its name, and its annotation shows at no line.
    """
    if workspace is None:
        return file
    try:
        path = relpath(Path(folder) / file, workspace)
    except ValueError:  # on another drive of Windows
        return file
    return file if path == ".." or path.startswith(f"..{sep}") else path.replace(sep, "/")


def command(name: str, properties: Mapping[str, str], message: str) -> str:
    """A workflow command on its line, escaped as actions/toolkit does (packages/core/src/command.ts)."""
    words = ",".join(f"{key}={one_line(value).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {words}::{message.translate(_IN_DATA)}\n"
