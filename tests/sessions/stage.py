"""Where a session is played: a folder of its own, wherry first on PATH, a server where one is asked for."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from session import Command, File, Printed, Session, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT_S = 60  # of one command; a session that waits longer is wrong
IN_DOCUMENTS = {
    "http://127.0.0.1:8080": "[SERVE]",
    "127.0.0.1:8080": "[SERVE_AT]",
    "127.0.0.1:9999": "127.0.0.1:[PORT_CLOSED]",
}


class Result(NamedTuple):
    """What a command printed: as it was, and with the session's variables where their values were."""

    raw: Printed
    named: Printed


def play(session: Session, folder: Path, wherry: list[str]) -> Iterator[tuple[Command, Printed, Result]]:
    """Run each command of ``session``; yields it, what it should print, and what it did."""
    with ExitStack() as stack:
        stage = Stage(session, folder, wherry, stack)
        for step in session.steps:
            if isinstance(step, File):
                file = stage.here / stage.filled(step.name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(stage.filled(step.text), encoding="utf-8")
            else:
                printed = stage.run(step)
                yield step, stage.expected(step), Result(printed, mapped(printed, stage.named))


class Stage:
    """The folder, environment and variables of one session."""

    def __init__(self, session: Session, folder: Path, wherry: list[str], stack: ExitStack) -> None:
        self.merged = session.merged
        self.here = folder / "here"
        self.here.mkdir()
        self._code = 0
        self._stack = stack
        self._environ = _environ(folder, wherry)
        text = self._in_variables(session.text)
        self.variables = {"[TMP]": str(self.here)}
        if "[SERVE" in text:
            url = stack.enter_context(serving(wherry, folder, self._environ))
            self.variables |= {"[SERVE]": url, "[SERVE_AT]": url.removeprefix("http://")}
        if "[PORT_CLOSED]" in text:
            self.variables["[PORT_CLOSED]"] = str(stack.enter_context(closed_port()))

    def filled(self, text: str) -> str:
        """``text`` with the values of this session's variables."""
        text = self._in_variables(text)
        for variable, value in self.variables.items():
            text = text.replace(variable, value)
        return text

    def _in_variables(self, text: str) -> str:
        """In documents, which are for reading, well-known addresses stand for the variables."""
        for literal, variable in IN_DOCUMENTS.items() if self.merged else ():
            text = text.replace(literal, variable)
        return text

    def named(self, text: str) -> str:
        """The other way: values give way to the variables that stand for them."""
        for variable, value in self.variables.items():
            text = text.replace(value, variable)
        return text

    def expected(self, command: Command) -> Printed:
        """What ``command`` should print here."""
        return mapped(command.expected, self.filled)

    def run(self, command: Command) -> Printed:
        """Run one command in bash, where ``$?`` is the code of the one before; the session's end ends what it left."""
        out, err = self.here.parent / "stdout", self.here.parent / "stderr"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                ["bash", "-c", f"(exit {self._code})\n{self.filled(command.text)}"],
                cwd=self.here,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stdout if self.merged else stderr,
                start_new_session=True,
            )
            self._stack.callback(_end_group, process.pid)
            try:
                self._code = process.wait(LIMIT_S)
            except subprocess.TimeoutExpired:
                _end_group(process.pid)
                raise
        return Printed(_lines(out), _lines(err), self._code)


def mapped(printed: Printed, change: Callable[[str], str]) -> Printed:
    """``printed`` with each line changed."""
    return Printed(tuple(map(change, printed.out)), tuple(map(change, printed.err)), printed.code)


def _lines(file: Path) -> tuple[str, ...]:
    return trimmed(tuple(file.read_text(encoding="utf-8", errors="backslashreplace").splitlines()))


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _environ(folder: Path, wherry: list[str]) -> dict[str, str]:
    """A user's environment with nothing in it that changes what is printed."""
    home, programs = folder / "home", folder / "bin"
    home.mkdir()
    programs.mkdir()
    shim = programs / "wherry"
    shim.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in wherry) + ' "$@"\n')
    shim.chmod(0o755)
    python = Path(sys.executable).parent  # sessions may call python3 for a small server
    return {
        "PATH": f"{programs}:{python}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
    }


@contextmanager
def serving(wherry: list[str], folder: Path, environ: dict[str, str]) -> Iterator[str]:
    """`wherry serve` with its default routes on a free port; the URL it listens on."""
    ready, log = folder / "ready", folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*wherry, "serve", "--listen", "127.0.0.1:0", "--ready-file", str(ready)],
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield _address(process, ready, log)
        finally:
            _end_group(process.pid)
            process.wait()


def _address(process: subprocess.Popen[bytes], ready: Path, log: Path) -> str:
    """The URL in the ready file, once it is there."""
    until = time.monotonic() + LIMIT_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"wherry serve did not start: {log.read_text()}")
        time.sleep(0.01)
    [place] = re.findall(r"127\.0\.0\.1:\d+", ready.read_text())
    return f"http://{place}"


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections and that nobody else can take meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
