"""The worker processes of a run: started, spoken with, and never left behind.

Each has a pipe of its own, on which it tells what it measured and hears when to begin and when to stop; both ends are
read by a thread, for a pipe of Windows cannot be watched by a loop. A worker whose pipe ends stops at once, so that
none outlives a coordinator that was killed.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing import connection
    from typing import TypeAlias

    if sys.platform == "win32":
        Pipe: TypeAlias = connection.PipeConnection
    else:
        Pipe: TypeAlias = connection.Connection

# A forked worker shares the memory of what is imported by now and starts at once; elsewhere threads of the system's
# own libraries make forking unsafe, or there is no such thing.
METHOD: Final = "fork" if sys.platform == "linux" else "spawn"
# How long a worker that was told to end may take before it is made to.
_PATIENCE_S: Final = 2.0


class WorkerLost(WherryError):
    """A worker ended before it was done: a bug, or somebody ended it, the system for want of memory perhaps."""


class Crew:
    """Some workers. Started before the event loop is: a loop does not survive being forked.

    ``main(number, connection, given)`` is what a worker runs; it must be importable, and ``given`` is pickled where
    workers are not forked.
    """

    def __init__(self, count: int, main: Callable[[int, Pipe, Any], None], given: object) -> None:
        context = multiprocessing.get_context(METHOD)
        self._processes = []
        self._pipes: list[Pipe] = []
        self._listening: list[threading.Thread] = []
        with _signals_held():
            for number in range(count):
                ours, theirs = context.Pipe()
                self._pipes.append(ours)
                # A forked worker has our ends too, and would not see its own pipe end while it held the other side.
                inherited = self._pipes if METHOD == "fork" else []
                process = context.Process(  # type: ignore[attr-defined]  # every context has it but the base class
                    target=_work, args=(main, number, theirs, given, inherited), name=f"load-{number}", daemon=True
                )
                process.start()
                theirs.close()  # or the end of the worker would not be the end of the pipe
                self._processes.append(process)

    def __len__(self) -> int:
        return len(self._processes)

    def listen(self, told: Callable[[int, bytes], None], ended: Callable[[int], None]) -> None:
        """From now on call ``told`` with each message of a worker, ``ended`` when its pipe has; in the running loop."""
        loop = asyncio.get_running_loop()

        def hear(number: int, pipe: Pipe) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                for message in messages(pipe):
                    loop.call_soon_threadsafe(told, number, message)
                loop.call_soon_threadsafe(ended, number)

        for number, pipe in enumerate(self._pipes):
            thread = threading.Thread(target=hear, args=(number, pipe), name=f"hear load-{number}", daemon=True)
            thread.start()
            self._listening.append(thread)

    def tell(self, number: int, message: bytes) -> None:
        """Say something to a worker; to one that has ended it says nothing."""
        with suppress(OSError):
            self._pipes[number].send_bytes(message)

    def tell_all(self, message: bytes) -> None:
        """Say the same to each worker."""
        for number in range(len(self)):
            self.tell(number, message)

    def lost(self, number: int) -> WorkerLost:
        """Why the worker ended before its time."""
        process = self._processes[number]
        process.join(_PATIENCE_S)
        code = process.exitcode
        if code is not None and code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        else:
            how = "stopped without a word" if code is None else f"ended with {code}"
        return WorkerLost(f"a worker process {how}")

    def dismiss(self) -> None:
        """See every worker end: each is given a moment, then made to. Idempotent."""
        for process in self._processes:
            process.join(_PATIENCE_S)
            if process.exitcode is None:
                process.kill()
                process.join()
        for thread in self._listening:
            thread.join(_PATIENCE_S)  # the pipe has ended, and with it the thread
        for pipe in self._pipes:
            pipe.close()

    def end(self) -> None:
        """End every worker now, whatever it does."""
        for process in self._processes:
            process.kill()
        self.dismiss()


def _work(
    main: Callable[[int, Pipe, Any], None],
    number: int,
    pipe: Pipe,
    given: object,
    inherited: list[Pipe],
) -> None:
    for end in inherited:
        end.close()
    main(number, pipe, given)


def messages(pipe: Pipe) -> Iterator[bytes]:
    """What comes from the other side, until that has gone."""
    with suppress(EOFError, OSError):
        while True:
            yield pipe.recv_bytes()


@contextmanager
def _signals_held() -> Iterator[None]:
    """No signal comes between a worker's birth and its own say in what signals do to it."""
    if sys.platform == "win32":
        yield
    else:
        held = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, held)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, held)
