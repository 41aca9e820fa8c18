"""The two streams: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from wherry.errors import WherryError
from wherry.ui.paint import Paint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from wherry.core.secret import Redactor

# C0 and C1 controls but tab and newline: what a hostile server may send to a terminal must not move its cursor.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_LONGEST_ERROR = 1000


class OutputError(WherryError):
    """Standard output cannot take what we have to say: disk full, closed."""


class Console:
    """Writes what others rendered; nothing here decides a word.

    Everything for people passes the redactor. Results pass as they are: they are the user's data.
    """

    def __init__(self, stdout: TextIO, stderr: TextIO, redactor: Redactor, environ: Mapping[str, str]) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self._redactor = redactor
        self._environ = environ
        self.quiet = False
        self.stdout_tty = stdout.isatty()
        self.stderr_tty = stderr.isatty()
        self.set_color("auto")

    @classmethod
    def of_process(cls, redactor: Redactor) -> Console:
        """The console of this process, UTF-8 on both streams whatever the locale says."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        return cls(sys.stdout, sys.stderr, redactor, os.environ)

    def set_color(self, when: str) -> None:
        """``when`` is auto, always or never; auto heeds NO_COLOR (https://no-color.org), TERM and the terminal."""
        plain = bool(self._environ.get("NO_COLOR")) or self._environ.get("TERM") == "dumb"
        self.paint_out = Paint(on=when == "always" or (when == "auto" and self.stdout_tty and not plain))
        self.paint_err = Paint(on=when == "always" or (when == "auto" and self.stderr_tty and not plain))

    def out(self, text: str) -> None:
        """One result, with a newline. Raises OutputError, or BrokenPipeError when the reader has gone."""
        self._write(text + "\n")

    def out_bytes(self, data: bytes) -> None:
        """A piece of a result as it is."""
        try:
            self._stdout.flush()
            self._stdout.buffer.write(data)
            self._stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as exc:
            raise _output_error(exc) from exc

    def json(self, value: Any) -> None:
        """One JSON document, on a line of its own."""
        import json

        self._write(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")

    def err(self, text: str) -> None:
        """Something for the person who watches; silent with --quiet."""
        if not self.quiet:
            self.alert(text)

    def alert(self, text: str) -> None:
        """Something that is said even with --quiet: warnings, errors."""
        try:
            self._stderr.write(self._redactor.mask(text) + "\n")
            self._stderr.flush()
        except (OSError, ValueError):
            pass  # nowhere is left to say that stderr is gone

    def error(self, path: str, words: str, hint: str | None) -> None:
        """The one line of an error, after the command's path, and its hint."""
        line = _shortened(" ".join(part for part in _CONTROL.sub(_escape, words).split("\n") if part))
        self.alert(self.paint_err(f"{path}:", "red") + f" {line}")
        if hint:
            self.alert(self.paint_err(f"  hint: {hint}", "dim"))

    def flush(self) -> None:
        """Push everything out. Raises as :meth:`out` does."""
        try:
            self._stdout.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as exc:
            raise _output_error(exc) from exc

    def _write(self, text: str) -> None:
        try:
            self._stdout.write(text)
            self._stdout.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as exc:
            raise _output_error(exc) from exc


def _shortened(line: str) -> str:
    """An error quotes what it was given; what it says of a megabyte stands at both ends."""
    return line if len(line) <= _LONGEST_ERROR else f"{line[: _LONGEST_ERROR - 300]} ... {line[-300:]}"


def _escape(match: re.Match[str]) -> str:
    return f"\\x{ord(match.group()):02x}"


def printable(text: str) -> str:
    """``text`` with control characters but tab and newline spelled out, safe for a terminal."""
    return _CONTROL.sub(_escape, text)


def _output_error(exc: BaseException) -> OutputError:
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return OutputError(f"writing standard output: {reason}")
