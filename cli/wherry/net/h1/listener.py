"""Bound sockets to listen on."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

_TRIES = 10


async def bind(loop: asyncio.AbstractEventLoop, host: str | None, port: int) -> list[socket.socket]:
    """A socket for each address of ``host``, all on one port; 0 is any free one. Raises WherryError."""
    where = f"{host or '*'}:{port}"
    try:
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as exc:
        raise WherryError(f"listen on {where}: {exc.strerror or exc}") from exc
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    tries = _TRIES if port == 0 and len(addresses) > 1 else 1
    for left in reversed(range(tries)):
        sockets: list[socket.socket] = []
        try:
            for family, address in addresses:
                taken = sockets[0].getsockname()[1] if sockets and port == 0 else address[1]
                _add(sockets, family, (address[0], taken, *address[2:]), alone=len(addresses) == 1)
            return sockets
        except OSError as exc:
            for sock in sockets:
                sock.close()
            # A free port of the first address need not be free at the next one.
            if exc.errno == errno.EADDRINUSE and left:
                continue
            raise _failure(where, exc) from exc
    raise AssertionError


def _add(sockets: list[socket.socket], family: int, address: tuple[object, ...], *, alone: bool) -> None:
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        if alone:
            raise
        return  # a machine without IPv6 may still have a name for ::1
    sockets.append(sock)
    if sys.platform != "win32":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setblocking(False)
    try:
        sock.bind(address)
    except OSError as exc:
        if exc.errno == errno.EADDRNOTAVAIL and not alone and len(sockets) > 1:
            sockets.pop().close()
            return
        raise


def bind_unix(path: Path, mode: int | None) -> socket.socket:
    """A Unix socket at ``path``; a file left over from a server that is gone is replaced.

    Raises WherryError, and UsageError on Windows.
    """
    if sys.platform == "win32":
        raise UsageError("Unix sockets are not supported on Windows")
    else:  # noqa: RET506  mypy takes what follows the raise for unreachable there
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            if path.is_socket() and not _answers(path):
                path.unlink()
            old = os.umask(0o777 & ~mode) if mode is not None else None  # never open wider than it will be
            try:
                sock.bind(str(path))
            finally:
                if old is not None:
                    os.umask(old)
        except OSError as exc:
            sock.close()
            raise _failure(f"unix:{path}", exc) from exc
        return sock


if sys.platform != "win32":

    def _answers(path: Path) -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            return probe.connect_ex(str(path)) != errno.ECONNREFUSED


def _failure(where: str, exc: OSError) -> WherryError:
    hint = None
    if exc.errno == errno.EADDRINUSE:
        hint = "another process listens there; choose another port, or 0 for a free one"
    elif exc.errno == errno.EACCES:
        hint = "ports below 1024 need a privilege"
    if where.startswith("unix:"):
        hint = None
    return WherryError(f"listen on {where}: {os.strerror(exc.errno) if exc.errno else exc}", hint=hint)
