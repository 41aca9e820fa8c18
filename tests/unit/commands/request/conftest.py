"""A real server on the loopback, whose answers the test writes, and wherry run in this process."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from wherry import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Seen:
    """One request as the server read it; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass
class Reply:
    """What the server says. ``cut``: promise so many bytes more than are sent, then close; ``reset``: with a RST.

    ``hang``: say nothing; ``stall``: say no more after the body.
    """

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    cut: int = 0
    reset: bool = False
    hang: bool = False
    stall: bool = False


class Server:
    """``answer`` makes the reply to a request, or ``replies`` are given one after the other, the last for ever."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.replies: list[Reply] = []
        self.answer: Callable[[Seen], Reply] = self._next
        self.released = threading.Event()
        self.stalled = threading.Event()
        self.Reply = Reply
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self.reply
                raise AttributeError(name)

            def reply(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self._chunked() if "transfer-encoding" in headers else self._counted(headers)
                seen = Seen(self.command, self.path, headers, body)
                server.seen.append(seen)
                self.send(server.answer(seen))

            def _counted(self, headers: dict[str, str]) -> bytes:
                return self.rfile.read(int(headers.get("content-length", 0)))

            def _chunked(self) -> bytes:
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def send(self, reply: Reply) -> None:
                if reply.hang:
                    server.released.wait(30)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                names = {name.lower() for name, _ in reply.headers}
                for name, value in reply.headers:
                    self.send_header(name, value)
                if "content-length" not in names and reply.status not in (204, 304):
                    self.send_header("Content-Length", str(len(reply.body) + reply.cut))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply.body)
                if reply.stall:
                    self.wfile.flush()
                    server.stalled.set()
                    server.released.wait(30)
                if reply.cut or reply.reset:
                    self.close_connection = True
                if reply.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

            def log_message(self, *_: object) -> None:
                pass

        class Http(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Clients that leave early are what is tested here; standard error is wherry's."""

        self._http = Http(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def _next(self, _seen: Seen) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def close(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


@pytest.fixture
def other() -> Iterator[Server]:
    """Another origin."""
    found = Server()
    yield found
    found.close()


@dataclass
class Ran:
    """What a run of wherry came to."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


@pytest.fixture
def request_(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """Runs ``wherry request ARGS`` in ``tmp_path``, with retries that do not wait."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(*args: str) -> Ran:
        capfdbinary.readouterr()
        code = app.run(["request", "--retry-base", "1ms", *args])
        out, err = capfdbinary.readouterr()
        return Ran(code, out, err.decode())

    return run
