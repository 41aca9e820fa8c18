"""A server on a real socket, and `wherry check` run in this process."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from wherry import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What is answered. ``hold``: not before the server ends."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    hold: bool = False


class Server:
    """``routes`` make the reply by path; what has none is answered with 200 and nothing."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.routes: dict[str, Callable[[Seen], Reply]] = {}
        self.connections = 0
        self.released = threading.Event()
        self.held = threading.Event()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                server.connections += 1

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self.reply
                raise AttributeError(name)

            def reply(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                seen = Seen(self.command, self.path, headers, body)
                with server._lock:
                    server.seen.append(seen)
                    server._at_once += 1
                    server.most_at_once = max(server.most_at_once, server._at_once)
                route = server.routes.get(self.path.partition("?")[0])
                reply = route(seen) if route is not None else Reply()
                with server._lock:
                    server._at_once -= 1
                if reply.hold:
                    server.held.set()
                    server.released.wait(30)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                pass

        class Http(ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """Clients that leave early are what is tested here; standard error is wherry's."""

        self._http = Http(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def fails(self, path: str, times: int, status: int = 503) -> None:
        """Answer ``path`` with ``status`` so often, and well after that."""
        replies = iter([Reply(status)] * times)
        self.routes[path] = lambda _seen: next(replies, Reply())

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
def reply() -> type[Reply]:
    return Reply


class Ran:
    """What a run came to; ``results`` are those of its JSON report, by name."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        return {result["name"]: result for result in self.document["checks"]}

    @property
    def statuses(self) -> dict[str, str]:
        return {name: result["status"] for name, result in self.results.items()}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to run in, and no settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def check(here: Path, server: Server, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `wherry check suite.yaml ARGS`, where the suite has the checks given and ``${env:URL}`` is the server."""
    monkeypatch.setenv("URL", server.url)

    def run(checks: str, *args: str, report: str = "json", head: str = "") -> Ran:
        (here / "suite.yaml").write_text(f"version: 1\n{head}\nchecks:\n{checks}\n", encoding="utf-8")
        capfd.readouterr()
        code = app.run(["check", "suite.yaml", "--report", report, *args])
        return Ran(code, *capfd.readouterr())

    return run


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
