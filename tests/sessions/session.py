"""Golden sessions as data: how one is written, and whether what was printed is what it says. Pure.

A session is a list of commands, each with the lines that it prints::

    # words about it
    % file suite.yaml
        version: 1
    $ wherry version
    wherry 0.1.0
    ! a line on standard error
    [exit 2]

``[..]`` stands for anything within a line, a line ``...`` for any number of lines; ``[exit 0]`` is left out. In
a Markdown document the same is written in fences marked ``console``, as a terminal shows it: the two streams
in one, and an exit code only where it is the point. ``> `` continues a command that is not finished. A fence of another
kind whose first line is the comment ``# NAME.yaml`` is that file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

_NAME_OF_FILE: Final = re.compile(r"# ([\w./-]+\.ya?ml)")


@dataclass(frozen=True, slots=True)
class File:
    """A file that is there before the commands after it run."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed, or should; ``code`` None is any."""

    out: tuple[str, ...] = ()
    err: tuple[str, ...] = ()
    code: int | None = 0


@dataclass(frozen=True, slots=True)
class Command:
    """A shell command of a session and what it should print."""

    line: int
    text: str
    expected: Printed


@dataclass(slots=True)
class Session:
    """A session file: its steps in order, and the lines as they stand."""

    name: str
    merged: bool  # standard output and error are one, as on a terminal
    steps: list[File | Command] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that the session says, to see which variables it uses."""
        return "\n".join(step.text + "\n" + "\n".join(_lines(step)) for step in self.steps)


def _lines(step: File | Command) -> tuple[str, ...]:
    return () if isinstance(step, File) else (*step.expected.out, *step.expected.err)


def parse(name: str, text: str) -> Session:
    """Read a session file. Raises ValueError, with the line, for what is none."""
    session = Session(name, merged=False)
    _read(session, [(number, line) for number, line in enumerate(text.splitlines(), 1)])
    return session


def parse_markdown(name: str, text: str) -> Session:
    """Read the fences of a document that are ``console``, or a file."""
    session = Session(name, merged=True)
    kind: str | None = None
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if kind is None and line.lstrip().startswith("```"):
            kind, block = line.strip().removeprefix("```"), []
        elif kind is not None and line.strip() == "```":
            if kind == "console":
                _read(session, block)
            elif block and (named := _NAME_OF_FILE.fullmatch(block[0][1])):
                session.steps.append(File(named[1], "".join(f"{inner}\n" for _, inner in block)))
            kind = None
        elif kind is not None:
            block.append((number, line))
    return session


def _read(session: Session, lines: list[tuple[int, str]]) -> None:
    command: Command | None = None
    file: File | None = None
    after_blank = True

    def close() -> None:
        nonlocal command, file
        step = command or file
        if step is not None:
            session.steps.append(step)
        command = file = None

    for number, line in lines:
        if line.startswith("$ "):
            close()
            command = Command(number, line[2:], Printed(code=None if session.merged else 0))
        elif line.startswith("% file "):
            close()
            file = File(line.removeprefix("% file ").strip(), "")
        elif file is not None and (line.startswith("    ") or not line.strip()):
            file = replace(file, text=file.text + line[4:] + "\n")
        elif line.startswith("#") and after_blank and not session.merged:
            close()
            continue  # the next line may be a comment too
        elif command is not None:
            command = replace(command, **_grown(command, line, merged=session.merged))
        elif line.strip():
            raise ValueError(f"{session.name}: line {number}: neither a command nor what one prints: {line!r}")
        after_blank = not line.strip()
    close()
    session.steps[:] = [_trimmed(step) for step in session.steps]


def _grown(command: Command, line: str, *, merged: bool) -> dict[str, object]:
    expected = command.expected
    exit_code = re.fullmatch(r"\[exit (\d+)\]", line)
    if line.startswith("> ") and not expected.out and not expected.err and unfinished(command.text):
        return {"text": f"{command.text}\n{line[2:]}"}
    if exit_code:
        return {"expected": replace(expected, code=int(exit_code[1]))}
    if not merged and (line == "!" or line.startswith("! ")):
        return {"expected": replace(expected, err=(*expected.err, line[2:].rstrip()))}
    return {"expected": replace(expected, out=(*expected.out, line.rstrip()))}


def unfinished(text: str) -> bool:
    """Whether the shell would ask for another line, as far as sessions go.

    So after ``\\``, ``|`` or ``&&``, in quotes and in a here-document. Otherwise ``> `` is what a command prints, as
    `wherry request --verbose` does.
    """
    document = re.search(r"<<'?(\w+)", text)
    if document:
        return text.splitlines()[-1] != document[1]
    return text.endswith(("\\", "|", "&&")) or text.count("'") % 2 == 1


def _trimmed(step: File | Command) -> File | Command:
    """Without the blank lines that separate it from the next step."""
    if isinstance(step, File):
        return replace(step, text=step.text.rstrip("\n") + "\n")
    return replace(step, expected=replace(step.expected, out=trimmed(step.expected.out)))


def trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without blank ones at the end, which separate a step from the next."""
    last = max((index for index, line in enumerate(lines, 1) if line.strip()), default=0)
    return lines[:last]


def matches(expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
    """Whether ``actual`` is what ``expected`` says, wildcards heeded."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else _line_pattern(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in actual)) is not None


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("[..]"))


def met(expected: Printed, actual: Printed) -> bool:
    """Whether a command printed what its session says and ended as it says."""
    return (
        matches(expected.out, actual.out) and matches(expected.err, actual.err) and expected.code in (None, actual.code)
    )


def shown(command: str, printed: Printed) -> list[str]:
    """A step as it is written in a session file."""
    lines = [f"$ {command}".replace("\n", "\n> "), *printed.out, *(f"! {line}".rstrip() for line in printed.err)]
    return lines if printed.code in (0, None) else [*lines, f"[exit {printed.code}]"]


def rewritten(text: str, actual: dict[int, Printed]) -> str:
    """The session file ``text`` with what the commands at these lines printed; comments and the rest stay."""
    old = text.splitlines()
    starts = sorted({command.line for command in parse("", text).steps if isinstance(command, Command)})
    new: list[str] = []
    position = 0
    for start in starts:
        new += old[position : start - 1]
        end = start
        while end < len(old) and not (
            old[end].startswith(("$ ", "% file ")) or (old[end].startswith("#") and not old[end - 1].strip())
        ):
            end += 1
        block = old[start - 1 : end]
        position = end
        if start in actual:
            blank = next((index for index, line in enumerate(reversed(block)) if line), 0)
            command = next(c for c in parse("", text).steps if isinstance(c, Command) and c.line == start)
            block = shown(command.text, actual[start]) + [""] * blank
        new += block
    return "\n".join([*new, *old[position:]]) + "\n"
