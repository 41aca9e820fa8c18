"""An HTTP server that answers as no good one does, byte by byte as it is told here, in threads of the test."""

from __future__ import annotations

import gzip
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTED: Final = b'{"user":"ci"}'
SLOW_S: Final = 0.3

_OK: Final = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
_ANSWERS: Final = {
    "/old": b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nold\n",
    "/until-close": _OK + b"\r\nno length\n",
    "/chunked": _OK + b"Transfer-Encoding: chunked\r\n\r\n6\r\nin two\r\n7\r\n pieces\r\n0\r\n\r\n",
    "/cut-off": _OK + b"Content-Length: 100\r\n\r\nonly this",
    "/closed": b"",
    "/no-http": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
}


class _Answering(socketserver.StreamRequestHandler):
    """One request a connection."""

    server: _Server

    def handle(self) -> None:
        line = self.rfile.readline()
        fields = {}
        while field := self.rfile.readline().strip():
            name, _, value = field.partition(b":")
            fields[name.lower()] = value.strip()
        body = self.rfile.read(int(fields.get(b"content-length", 0)))
        path = line.split(b" ")[1].decode() if line.count(b" ") == 2 else ""
        self.wfile.write(self._answer(path, fields, body))
        if path in ("/never", "/half"):
            self.server.ending.wait()

    def _answer(self, path: str, fields: dict[bytes, bytes], body: bytes) -> bytes:
        if path == "/slow":
            self.server.ending.wait(SLOW_S)
            return _OK + b"Content-Length: 5\r\n\r\nlate\n"
        if path == "/half":
            return _OK + b"Content-Length: 100\r\n\r\nonly this, and then nothing"
        if path == "/never":
            return b""
        if path.startswith("/gzip"):
            packed = gzip.compress(b"packed well\n")
            length = b"Content-Length: %d\r\n" % len(packed) if path == "/gzip/length" else b""
            return _OK + length + b"Content-Encoding: gzip\r\n\r\n" + packed
        if path == "/posted":
            return _status(body == POSTED and fields.get(b"content-type") == b"application/json")
        if path == "/bearer":
            return _status(fields.get(b"authorization") == b"Bearer s3cr3t")
        if path == "/own-header":
            return _status(fields.get(b"x-tenant") == b"acme")
        return _ANSWERS[path]


def _status(good: bool) -> bytes:
    return _OK + b"Content-Length: 0\r\n\r\n" if good else b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class _Server(socketserver.ThreadingTCPServer):
    """``ending`` lets go of those who are kept waiting."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.ending = threading.Event()

    def handle_error(self, *_: object) -> None:
        """A client that went is no error of this server's."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[int]:
    """``server`` in a thread; its port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def odd_server() -> Iterator[int]:
    """Answers by path, see above; its port."""
    server = _Server()
    try:
        with running(server) as port:
            yield port
    finally:
        server.ending.set()
