"""Whether a command succeeds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wherry.core.outcome import Outcome
from wherry.core.wire.talk import printable
from wherry.errors import WherryError
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry

# The end of the output is what says why a command failed.
_TAIL: Final = 64 * 1024
# A command that left something running behind it has handed it the output too: nobody waits for that to end.
_GRACE_S: Final = 0.2
# What is killed is gone at once, unless the system itself holds it up.
_DEATH_S: Final = 2.0
_LAST_LINE: Final = 200


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Run the command without a shell and without input; cancelled, it is killed with all that it started."""
    del network, inquiry
    trace.detail = "the command ran"
    run = _Run()
    # A group of its own, so that it can be ended as a whole and no terminal's Ctrl+C ends it before its time.
    apart: dict[str, Any] = {"creationflags": 0x200} if sys.platform == "win32" else {"start_new_session": True}
    try:
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: run,
            *target.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            **apart,
        )
    except (OSError, ValueError) as exc:
        why = (getattr(exc, "strerror", None) or str(exc)).lower()
        if getattr(exc, "filename", None) == os.devnull:  # its input, not the command
            why = f"{os.devnull}: {why}"
        raise WherryError(f"{target.argv[0]!r} cannot be run: {why}") from exc
    try:
        await run.exited.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await run.silent.wait()
    finally:
        if transport.get_returncode() is None:
            _kill(transport)
            with suppress(TimeoutError):
                async with asyncio.timeout(_DEATH_S):
                    await run.exited.wait()
        transport.close()
    code = transport.get_returncode()
    assert code is not None
    output = bytes(run.tail)
    facts = {"exit": code, "output": output.decode("utf-8", "replace")}
    return Look(Outcome.MET if code == 0 else Outcome.UNMET, _words(code, output), facts)


class _Run(asyncio.SubprocessProtocol):
    """Keeps the end of the output, and knows when the command and its output have ended."""

    def __init__(self) -> None:
        self.tail = bytearray()
        self.exited = asyncio.Event()
        self.silent = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.tail += data
        del self.tail[:-_TAIL]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self.silent.set()

    def process_exited(self) -> None:
        self.exited.set()


def _kill(transport: asyncio.SubprocessTransport) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            transport.kill()
        else:
            os.killpg(transport.get_pid(), signal.SIGKILL)


def _words(code: int, output: bytes) -> str:
    if code < 0:
        try:
            how = f"killed by {signal.Signals(-code).name}"
        except ValueError:
            how = f"killed by signal {-code}"
    else:
        how = f"exit code {code}"
    lines = output.rstrip().splitlines()
    said = printable(lines[-1], _LAST_LINE) if lines and code else ""
    return f"{how}: {said}" if said else how
