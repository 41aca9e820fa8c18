"""Programs that a build runs: hooks, Python, the result. What they print is kept, and shown when they fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final

from wherry.core.record import Record
from wherry.errors import WherryError
from wherry.ui.console import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_SHOWN_LINES: Final = 25
_SHOWN_BYTES: Final = 64_000


class Failed(WherryError):
    """A program ended with another code than 0, or not in time, or could not be started."""


class Runner(Record):
    """Runs programs in ``folder`` with ``environ``; ``show`` writes for people.

    With ``everything`` all that they print is shown, not only the end of what a failed one did.
    """

    folder: Path
    environ: Mapping[str, str]
    show: Callable[[str], None]
    everything: bool

    def __call__(
        self,
        command: Sequence[str],
        what: str,
        *,
        limit_s: float | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Run ``command``, which is called ``what`` in messages; ``variables`` are further ones of its environment.

        Raises Failed.
        """
        with tempfile.TemporaryFile() as output:
            problem = self._run(command, output, limit_s, {**self.environ, **(variables or {})})
            said = _end(output, None if self.everything else _SHOWN_LINES)
        if said and (problem or self.everything):
            self.show(said)
        if problem:
            raise Failed(f"{what}: {problem}")

    def _run(
        self, command: Sequence[str], output: IO[bytes], limit_s: float | None, environ: Mapping[str, str]
    ) -> str | None:
        try:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **_OWN_GROUP,
            )
        except (OSError, ValueError) as exc:
            return (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return f"it did not end in {limit_s:g} s"
        finally:
            _end_group(process)
        if code < 0:
            return f"it was ended by signal {-code}"
        return f"it ended with {code}" if code else None


# A group of its own, so that all that it started ends with it.
_OWN_GROUP: Final[dict[str, Any]] = {} if sys.platform == "win32" else {"start_new_session": True}


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the program, if it has not, and whatever it left."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end(output: IO[bytes], lines: int | None) -> str:
    """The last ``lines`` of it, all when None, safe for a terminal."""
    size = output.seek(0, os.SEEK_END)
    output.seek(0 if lines is None else max(0, size - _SHOWN_BYTES))
    text = output.read().decode("utf-8", "replace").rstrip()
    every = text.splitlines()
    return printable("\n".join(f"  {line}" for line in every[-(lines or len(every)) :]))
