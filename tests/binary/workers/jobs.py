"""What workers do. It stands beside the program, since a worker does not run the program's first file."""

from __future__ import annotations

import os
import sys
from multiprocessing.shared_memory import SharedMemory


def about(_=None):
    """What a worker knows of itself."""
    return {
        "frozen": getattr(sys, "frozen", False),
        "executable": sys.executable,
        "arguments": sys.argv,
        "environment": dict(os.environ),
        "pid": os.getpid(),
    }


def tell(queue):
    queue.put(about())


def answer(connection, descriptor):
    connection.send(descriptor)
    connection.send(connection.recv() * 2)


def write(name, lock):
    with lock:
        memory = SharedMemory(name)
        memory.buf[0] += 1
        memory.close()


def square(number):
    return number * number


def fail(number):
    raise ValueError(number)


def end(code):
    sys.exit(code)
