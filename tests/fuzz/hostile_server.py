"""An HTTP server that does harm: what each path answers, and answers that are broken at random.

In threads of the test, on 127.0.0.1. Whoever does not read is left when the server ends.
"""

from __future__ import annotations

import gzip
import random
import socketserver
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_OK: Final = b"HTTP/1.1 200 OK\r\n"
_CHUNKED: Final = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_MEGABYTE: Final = 1 << 20
_DRIP_S: Final = 0.2


@dataclass(frozen=True)
class Endless:
    """``head`` once, then ``piece`` for as long as somebody takes it."""

    head: bytes
    piece: bytes


def _json(body: bytes) -> bytes:
    return _OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def _moved(where: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n"


# More than two hundred times as long unpacked.
_BOMB: Final = gzip.compress(bytes(256 * _MEGABYTE), 1)

ANSWERS: Final[dict[str, bytes | Endless]] = {
    "one huge field": _OK + b"X-Huge: " + b"x" * (8 * _MEGABYTE) + b"\r\n\r\n",
    "a hundred thousand fields": _OK + b"X-Many: y\r\n" * 100_000 + b"\r\n",
    "fields without end": Endless(_OK, b"X-More: " + b"y" * 1000 + b"\r\n"),
    "a field without end": Endless(_OK + b"X-Long: ", b"z" * 65536),
    "a status line without end": Endless(b"HTTP/1.1 200 ", b"O" * 65536),
    "continue without end": Endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "a body without end": Endless(_OK + b"\r\n", b"b" * 65536),
    "chunks without end": Endless(_CHUNKED, b"1000\r\n" + b"c" * 4096 + b"\r\n"),
    "a chunk size that is none": _CHUNKED + b"five\r\nhello\r\n0\r\n\r\n",
    "a negative chunk size": _CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "a chunk of all the world": _CHUNKED + b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "a chunk size of many digits": _CHUNKED + b"0" * 100_000 + b"5\r\nhello\r\n0\r\n\r\n",
    "a chunk without its end": _CHUNKED + b"5\r\nhelloworld\r\n0\r\n\r\n",
    "trailers without end": Endless(_CHUNKED + b"0\r\n", b"X-Trailer: " + b"t" * 1000 + b"\r\n"),
    "two lengths": _OK + b"Content-Length: 2\r\nContent-Length: 12\r\n\r\n{}",
    "a length and chunks": _OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    "a negative length": _OK + b"Content-Length: -1\r\n\r\n{}",
    "a length of all the world": _OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "no HTTP": bytes(range(256)) * 40,
    "nothing": b"",
    "half a status line": b"HTTP/1.",
    "a status of six digits": b"HTTP/1.1 200200 OK\r\n\r\n",
    "a status of no number": b"HTTP/1.1 two OK\r\n\r\n",
    "HTTP/9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "an unasked upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "a redirect to a file": _moved(b"file:///etc/passwd"),
    "a redirect to a script": _moved(b"javascript:alert(1)"),
    "a redirect to nowhere": _moved(b"http://"),
    "a redirect to a bad port": _moved(b"http://127.0.0.1:99999/"),
    "a redirect of a megabyte": _moved(b"/" + b"r" * _MEGABYTE),
    "a redirect with a NUL": _moved(b"/\x00"),
    "binary for JSON": _json(bytes(range(256))),
    "JSON that ends early": _json(b'{"ok": tru'),
    "deep JSON": _json(b"[" * 1_000_000 + b"]" * 1_000_000),
    "deep objects": _json(b'{"ok":' * 200_000 + b"1" + b"}" * 200_000),
    "a number of a million digits": _json(b'{"ok": ' + b"9" * 1_000_000 + b"}"),
    "a number beyond all": _json(b'{"ok": 1e999999}'),
    "a lone surrogate": _json(b'{"ok": "\\ud800"}'),
    "NaN for JSON": _json(b'{"ok": NaN}'),
    "two values of JSON": _json(b'{"ok": true}{"ok": true}'),
    "no JSON but its name twice": _json(b'{"ok": true, "ok": false}'),
    "a terminal's commands": _OK + b"X-Evil: \x1b]0;owned\x07\r\nContent-Length: 9\r\n\r\n\x1b[2Jowned",
    "a packed bomb": _OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_BOMB) + _BOMB,
    "packed badly": _OK + b"Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\nnot gzp",
    "packed unknown": _OK + b"Content-Encoding: rot13\r\nContent-Length: 12\r\n\r\n{\"bx\": gehr}",
    "a hundred thousand cookies": _OK + b"Set-Cookie: a=b\r\n" * 100_000 + b"Content-Length: 0\r\n\r\n",
}  # fmt: skip
DRIPPING: Final = "a byte at a time"

_GOOD: Final = (
    _json(b'{"ok": true}'),
    _CHUNKED + b'6\r\n{"ok":\r\n6\r\n true}\r\n0\r\n\r\n',
    _OK + b'Connection: close\r\n\r\n{"ok": true}',
    b"HTTP/1.1 204 No Content\r\n\r\n",
    _moved(b"/mutated/0"),
    b"HTTP/1.1 100 Continue\r\n\r\n" + _json(b'{"ok": true}'),
)
_TOKENS: Final = (
    b"\r\n", b"\r", b"\n", b"\0", b":", b" ", b"\xff", b"\xe2\x28\xa1", b"0", b"-1", b"{", b"[", b'"', b"\x1b[31m",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"HTTP/1.1 200 OK\r\n",
)  # fmt: skip


def mutated(seed: int) -> bytes:
    """A good answer with a few pieces cut out, doubled, changed or put in."""
    dice = random.Random(seed)
    data = bytearray(dice.choice(_GOOD))
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        end = min(at + dice.randint(0, 9), len(data))
        data[at:end] = dice.choice((b"", data[at:end] * 3, dice.choice(_TOKENS), bytes((dice.randrange(256),))))
    return bytes(data)


class _Harm(socketserver.StreamRequestHandler):
    """One request a connection."""

    server: _Server

    def handle(self) -> None:
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        with suppress(OSError):
            self._answer(path.strip("/").replace("%20", " "))

    def _answer(self, name: str) -> None:
        if name.startswith("mutated/"):
            self.wfile.write(mutated(int(name.partition("/")[2])))
            return
        if name == DRIPPING:
            for byte in _json(b'{"ok": true}'):
                self.wfile.write(bytes((byte,)))
                self.server.ending.wait(_DRIP_S)
            return
        answer = ANSWERS.get(name, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if isinstance(answer, bytes):
            self.wfile.write(answer)
            return
        self.wfile.write(answer.head)
        while not self.server.ending.is_set():
            self.wfile.write(answer.piece)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Harm)
        self.ending = threading.Event()

    def handle_error(self, *_: object) -> None:
        """A client that went is no error of this server's."""


@contextmanager
def hostile_server() -> Iterator[str]:
    """Its URL; ``/NAME`` is one of ANSWERS, ``/mutated/SEED`` a broken one."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
