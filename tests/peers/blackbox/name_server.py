"""A name server that knows a few names below .test, in threads of the test."""

from __future__ import annotations

import os
import socketserver
import struct
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from odd_server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_APART: Final = 'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"'
# By name and type (RFC 1035 section 3.2.2): 1 is A, 15 is MX, 16 is TXT.
_RECORDS: Final = {
    ("web.test", 1): (bytes((127, 0, 0, 1)),),
    ("one.test", 1): (bytes((192, 0, 2, 1)),),
    ("three.test", 1): (bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2)), bytes((192, 0, 2, 3))),
    ("mail.test", 15): (b"\x00\x0a\x02mx\x04test\x00",),
    ("one.test", 16): (b"\x0bv=spf1 -all",),
}
_CODES: Final = {
    "broken.test": 2, "refused.test": 5, "web.test": 0, "one.test": 0, "three.test": 0, "mail.test": 0,
}  # fmt: skip
_NO_SUCH_NAME: Final = 3


class _Naming(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        message, sock = self.request
        end = message.index(b"\0", 12) + 5
        labels, position = [], 12
        while length := message[position]:
            labels.append(message[position + 1 : position + 1 + length].decode())
            position += 1 + length
        name, (kind,) = ".".join(labels).lower(), struct.unpack("!H", message[end - 4 : end - 2])
        if name == "silent.test":
            return
        records = _RECORDS.get((name, kind), ())
        header = struct.pack("!2s5H", message[:2], 0x8180 | _CODES.get(name, _NO_SUCH_NAME), 1, len(records), 0, 0)
        answers = b"".join(b"\xc0\x0c" + struct.pack("!2HIH", kind, 1, 60, len(one)) + one for one in records)
        sock.sendto(header + message[12:end] + answers, self.client_address)


@contextmanager
def name_server(address: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[int]:
    """Its UDP port."""
    with running(socketserver.ThreadingUDPServer(address, _Naming)) as port:
        yield port


@contextmanager
def names_of_the_test(folder: Path) -> Iterator[list[str]]:
    """The words to put before a command so that its system's resolver asks this server; none where that cannot be.

    The command has a mount namespace of its own, and there another /etc/resolv.conf: a name that does not exist is to
    be asked of nobody else.
    """
    apart = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", _APART, "sh", str(folder / "resolv.conf")]
    server = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"  # port 53, and nobody else's
    (folder / "resolv.conf").write_text(f"nameserver {server}\n")
    if sys.platform != "linux" or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        yield []
        return
    with name_server((server, 53)):
        yield apart
