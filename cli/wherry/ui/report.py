"""Which reports are wanted, and where they go: ``--report FORMAT[=FILE]``."""

from __future__ import annotations

from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wherry.ui.wholefile import WholeFile

_STDOUT: Final = "-"


class Choice(Record):
    """A report and where it goes: to the file at ``path``, or where it is None to the stream of its format."""

    format: str
    path: str | None = None

    @property
    def on_stdout(self) -> bool:
        """GitHub reads its commands from both streams, so they leave standard output to a report that needs it."""
        return self.path == _STDOUT or (self.path is None and self.format != "github")


def parse(
    values: Iterable[str], formats: Sequence[str], *, output: str = "text", option: str = "--report"
) -> tuple[Choice, ...]:
    """The reports that ``values`` of ``option`` ask for; text on standard output where no other goes there.

    ``output`` is what all commands have: json is short for a report of that format on standard output. Raises
    UsageError for what is not among ``formats``, and where two reports would go to one place.
    """
    choices = [_choice(value, formats, option) for value in values]
    if output == "json" and Choice("json") not in choices:
        choices.insert(0, Choice("json"))
    shown = [choice.format for choice in choices if choice.on_stdout]
    if len(shown) > 1:
        raise UsageError(
            f"{option}: {' and '.join(shown)} would both go to standard output",
            hint=f"give one of them a file: {option} {shown[-1]}=FILE",
        )
    paths = [normpath(choice.path) for choice in choices if choice.path not in (None, _STDOUT)]
    twice = next((path for index, path in enumerate(paths) if path in paths[:index]), None)
    if twice is not None:
        raise UsageError(f"{option}: two reports would go to {twice}")
    return tuple(choices) if shown else (Choice("text"), *choices)


def report_file(choice: Choice, option: str = "--report") -> WholeFile:
    """The file that a report goes to, for a choice with a path. Raises WherryError where none can be made there."""
    from wherry.ui.wholefile import WholeFile

    assert choice.path is not None
    path = Path(choice.path)
    if not path.parent.is_dir():
        raise WherryError(
            f"{option} {choice.format}={choice.path}: there is no folder {path.parent}", hint="make the folder first"
        )
    return WholeFile(path)


def _choice(value: str, formats: Sequence[str], option: str) -> Choice:
    name, equals, path = value.partition("=")
    if name not in formats:
        raise UsageError(
            f"{option}: there is no report {name!r}{did_you_mean(name, formats)}", hint=f"one of {', '.join(formats)}"
        )
    if equals and not path:
        raise UsageError(f"{option}: {value} names no file", hint=f"write {name}=FILE, or {name} alone")
    return Choice(name, path if equals and (path != _STDOUT or name == "github") else None)
