"""Which reports are wanted, and where they go: ``--report FORMAT[=FILE]``."""

from __future__ import annotations

from os.path import normpath
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMATS: Final = ("text", "json", "jsonl", "junit", "tap", "prom", "github", "html")
_STDOUT: Final = "-"


class Choice(Record):
    """A report and where it goes: to the file at ``path``, or where it is None to the stream of its format."""

    format: str
    path: str | None = None

    @property
    def on_stdout(self) -> bool:
        """GitHub reads its commands from both streams, so they leave standard output to a report that needs it."""
        return self.path == _STDOUT or (self.path is None and self.format != "github")


def parse(values: Iterable[str], *, output: str = "text") -> tuple[Choice, ...]:
    """The reports that ``values`` ask for; text on standard output where no other goes there.

    ``output`` is what all commands have: json is short for a report of that format on standard output. Raises
    UsageError for an unknown format, and where two reports would go to one place.
    """
    choices = [_choice(value) for value in values]
    if output == "json" and Choice("json") not in choices:
        choices.insert(0, Choice("json"))
    shown = [choice.format for choice in choices if choice.on_stdout]
    if len(shown) > 1:
        raise UsageError(
            f"--report: {' and '.join(shown)} would both go to standard output",
            hint=f"give one of them a file: --report {shown[-1]}=FILE",
        )
    paths = [normpath(choice.path) for choice in choices if choice.path not in (None, _STDOUT)]
    twice = next((path for index, path in enumerate(paths) if path in paths[:index]), None)
    if twice is not None:
        raise UsageError(f"--report: two reports would go to {twice}")
    return tuple(choices) if shown else (Choice("text"), *choices)


def _choice(value: str) -> Choice:
    name, equals, path = value.partition("=")
    if name not in FORMATS:
        raise UsageError(
            f"--report: there is no report {name!r}{did_you_mean(name, FORMATS)}", hint=f"one of {', '.join(FORMATS)}"
        )
    if equals and not path:
        raise UsageError(f"--report: {value} names no file", hint=f"write {name}=FILE, or {name} alone")
    return Choice(name, path if equals and (path != _STDOUT or name == "github") else None)
