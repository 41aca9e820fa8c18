"""A network of a test's own: a loopback interface and nothing else. Port 53 is free in it, and nothing leaves it."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1


class Network:
    """A network namespace of Linux. Raises OSError where this process may not make one."""

    def __init__(self) -> None:
        self._outside = _current()
        try:
            _call("unshare", _CLONE_NEWNET)
        except OSError:
            os.close(self._outside)
            raise
        try:
            self._own = _current()
            _raise_loopback()
        finally:
            _call("setns", self._outside, _CLONE_NEWNET)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Sockets that this thread makes, and programs that it starts, are of this network, and stay so afterwards."""
        _call("setns", self._own, _CLONE_NEWNET)
        try:
            yield
        finally:
            _call("setns", self._outside, _CLONE_NEWNET)

    def close(self) -> None:
        os.close(self._own)
        os.close(self._outside)


def _current() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _call(name: str, *arguments: int) -> None:
    # os.unshare and os.setns came with Python 3.12.
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _raise_loopback() -> None:
    assert sys.platform == "linux"
    import fcntl

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
