"""Becoming another command: what it gets is what it would have got without wherry in front of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Python ignores these in itself as it starts; a program that is executed would go on ignoring them. Whether the caller
# had ignored them too is known in the Linux executable alone (build/launcher/program.c).
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ", "SIGXFZ")


class Handover(Record):
    """Taken before the event loop sets its own signal handlers, used after it has gone.

    ``ignored`` are the signals that whoever started wherry had ignored, as nohup does, and that stay so.
    """

    ignored: tuple[signal.Signals, ...]

    @classmethod
    def prepare(cls) -> Handover:
        """Remember what this process was started with."""
        watched = [signal.SIGINT, signal.SIGTERM]
        return cls(tuple(number for number in watched if signal.getsignal(number) == signal.SIG_IGN))

    def become(self, command: Sequence[str]) -> int:
        """Execute ``command`` in place of this process; where the system cannot, run it and return its exit code.

        The streams must have been flushed. Raises WherryError where it cannot be started.
        """
        try:
            if sys.platform == "win32":
                return _run(command)
            else:  # noqa: RET505  so that mypy sees each platform's own branch
                self._restore_signals()
                os.execvp(command[0], list(command))  # noqa: S606  no shell is what is wanted
        except OSError as exc:
            raise WherryError(f"starting {command[0]!r}: {exc.strerror or exc}", hint=_hint(exc)) from exc

    def _restore_signals(self) -> None:
        ignored = getattr(sys, "ignored_by_caller", ())
        for name in _IGNORED_BY_PYTHON:
            number = getattr(signal, name, None)
            if number is not None and number not in ignored:
                signal.signal(number, signal.SIG_DFL)
        for number in self.ignored:
            signal.signal(number, signal.SIG_IGN)


def _run(command: Sequence[str]) -> int:
    """Windows has no exec that keeps the process; Ctrl+C reaches the command by itself."""
    with subprocess.Popen(list(command)) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue


def _hint(exc: OSError) -> str | None:
    import errno

    return "does its first line name an interpreter, such as #!/bin/sh?" if exc.errno == errno.ENOEXEC else None
