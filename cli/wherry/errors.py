"""Every error that wherry reports, and the exit code each one owns.

An error reads as a chain of causes, outermost first: each layer that knows
something about what was being done adds it with :meth:`WherryError.within`
(or the context manager :func:`doing`), the way Go wraps with ``%w``. The root
command alone turns an error into a line and an exit code.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ExitCode(IntEnum):
    """What the process says when it ends; `wherry help exit-codes` prints this table."""

    DONE = 0
    NO = 1
    USAGE = 2
    FAILED = 3
    DEADLINE = 124
    SIGINT = 130
    SIGPIPE = 141
    SIGTERM = 143


EXIT_CODES: dict[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.NO: "the answer is no: not met, a check failed, a gate crossed, HTTP status >= 400",
    ExitCode.USAGE: "usage, configuration or input invalid",
    ExitCode.FAILED: "could not be carried out: network, remote or file system",
    ExitCode.DEADLINE: "the deadline passed",
    ExitCode.SIGINT: "interrupted (SIGINT)",
    ExitCode.SIGPIPE: "whoever read standard output went away (SIGPIPE)",
    ExitCode.SIGTERM: "terminated (SIGTERM)",
}


class WherryError(Exception):
    """An expected failure: one line for the user, an exit code, perhaps a hint.

    ``message`` says what went wrong; ``hint`` (one sentence, or None) what to do about it.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.doing: list[str] = []

    def within(self, doing: str) -> WherryError:
        """Put what was being done in front of the chain; returns the same error."""
        self.doing.insert(0, doing)
        return self

    def __str__(self) -> str:
        return ": ".join([*self.doing, self.message])

    @property
    def advice(self) -> str:
        """The chain with the hint behind it, unless the message suggests something itself."""
        return f"{self}; {self.hint}" if self.hint and "did you mean" not in self.message else str(self)


class UsageError(WherryError):
    """The command line, a configuration file or an input is not valid."""

    exit_code = ExitCode.USAGE


class NotMet(WherryError):
    """The answer is no: the thing was carried out and the result is a refusal."""

    exit_code = ExitCode.NO


class DeadlinePassed(WherryError):
    """The deadline of the whole command passed before it was done."""

    exit_code = ExitCode.DEADLINE


class Interrupted(WherryError):
    """A signal ended the command; what was done by then has been reported."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__("interrupted" if exit_code is ExitCode.SIGINT else "terminated")
        self.exit_code = exit_code


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Name what the block does, in a gerund; any WherryError that leaves it says so."""
    try:
        yield
    except WherryError as exc:
        raise exc.within(what)  # noqa: B904  the same error, one link longer


def chain(error: WherryError) -> str:
    """The whole chain on one line, outermost first."""
    return " ".join(str(error).split("\n"))
