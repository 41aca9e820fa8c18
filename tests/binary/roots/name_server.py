"""A name server that knows a few addresses, on 127.0.0.1:53 of a network."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .network import Network

_TYPE_A = 1
_NO_SUCH_NAME = 3


@contextmanager
def name_server(network: Network, addresses: Mapping[str, str]) -> Iterator[list[str]]:
    """Answer with ``addresses``, IPv4 by name; yields the names that are asked for, as they come."""
    asked: list[str] = []
    with network.inside():
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with server:
        server.bind(("127.0.0.1", 53))
        thread = threading.Thread(target=_serve, args=(server, addresses, asked), daemon=True)
        thread.start()
        try:
            yield asked
        finally:
            # It says that there is no connection, and wakes the thread all the same.
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(server: socket.socket, addresses: Mapping[str, str], asked: list[str]) -> None:
    while True:
        try:
            question, sender = server.recvfrom(4096)
        except OSError:
            return
        if not question:
            return
        name, reply = _answer(question, addresses)
        asked.append(name)
        server.sendto(reply, sender)


def _answer(question: bytes, addresses: Mapping[str, str]) -> tuple[str, bytes]:
    """The name in ``question``, and the reply (RFC 1035, section 4)."""
    labels, at = [], 12
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode())
        at += 1 + length
    name = ".".join(labels)
    [kind] = struct.unpack_from("!H", question, at + 1)
    records = b""
    if name in addresses and kind == _TYPE_A:
        records = struct.pack("!HHHIH", 0xC00C, _TYPE_A, 1, 60, 4) + socket.inet_aton(addresses[name])
    flags = 0x8580 | (0 if name in addresses else _NO_SUCH_NAME)
    header = question[:2] + struct.pack("!HHHHH", flags, 1, bool(records), 0, 0)
    return name, header + question[12 : at + 5] + records
