"""A GitHub on sockets of 127.0.0.1: its interface, its host for uploads, and another origin that has the bytes.

It keeps state as GitHub does (`github_state`, `github_git`), and fails as it is told by :class:`Fault`. Each request,
and each answer, is judged by GitHub's OpenAPI description; what is wrong stands in ``wrong``.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from github_answers import Answers
from github_git import Objects, Repository
from github_routes import Routes
from github_state import Refusal, Releases
from github_wire import Answer, Asked
from openapi import judge

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSED = "closed"
"""The connection is closed once the head of the request is read; nothing is done."""
HALF = "half"
"""The connection is reset in the middle of the request's body, and what came stays as a ``starter``."""
LOST = "lost"
"""All is done, and the connection closed without an answer."""
SHORT = "short"
"""All is done, and the connection closed in the middle of the answer's body."""


@dataclass
class Fault:
    """What happens at the ``nth`` request (from 1) whose ``METHOD TARGET`` has ``pattern`` in it.

    ``kind`` is one of the above, or a status; with ``after``, the request is obeyed all the same.
    """

    pattern: str
    kind: str | int
    nth: int = 1
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    document: Any = None
    count: int = 0

    def strikes(self, line: str) -> bool:
        if not re.search(self.pattern, line):
            return False
        self.count += 1
        return self.count == self.nth


class GitHubServer:
    """``tokens`` may write, ``readers`` only read, ``apps`` write and are told of no permission.

    ``page`` is the most that a page holds. ``arrived`` is called with each request before anything is done, ``obeyed``
    before it is answered, with the connection that it came by still open.
    """

    def __init__(self, owner: str = "acme", name: str = "rocket") -> None:
        self.tokens, self.readers, self.apps = {"good-token"}, {"reading-token"}, {"app-token"}
        self.releases = Releases()
        self.objects = Objects()
        self.repositories: dict[str, Repository] = {}
        self.home = self.add(owner, name)
        self.page = 100
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.arrived: Callable[[Asked], None] = lambda _asked: None
        self.obeyed: Callable[[Asked], None] = lambda _asked: None
        self._lock = threading.Lock()
        self._servers = {origin: _listen(self, origin) for origin in ("api", "uploads", "storage")}
        self.api, self.uploads, self.storage = (self.url(origin) for origin in ("api", "uploads", "storage"))
        self.answers = Answers(self.api, self.uploads, "https://github.invalid")
        self.routes = Routes(self, self.answers)

    def url(self, origin: str) -> str:
        return f"http://127.0.0.1:{self._servers[origin].server_port}"

    def add(self, owner: str, name: str, parent: Repository | None = None) -> Repository:
        made = Repository(owner, name, self.objects, parent, refs=dict(parent.refs) if parent else {})
        self.repositories[made.full_name] = made
        return made

    @property
    def lines(self) -> list[str]:
        return [asked.line for asked in self.asked]

    def close(self) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def fault_of(self, asked: Asked) -> Fault | None:
        with self._lock:
            return next((fault for fault in self.faults if fault.strikes(asked.line)), None)

    def answer(self, asked: Asked) -> Answer:
        """Obey ``asked``, one at a time."""
        with self._lock:
            self.asked.append(asked)
            if asked.origin == "storage":
                if "authorization" in asked.headers:
                    self.wrong.append(f"{asked.line}: the token went to another origin")
                return self.routes.stored(asked)
            law = judge()
            if law is not None:
                self.wrong += law.request(asked.origin, asked.method, asked.target, asked.headers, asked.body)
            try:
                answer = self.routes.answer(asked)
            except Refusal as exc:
                answer = Answer(exc.status, exc.document)
            if law is not None and answer.document is not None and '"starter"' not in json.dumps(answer.document):
                # GitHub's description knows no starter, though GitHub sends it.
                self.wrong += law.response(asked.method, asked.path, answer.status, answer.document)
            limits = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4999", "x-ratelimit-reset": "1800000000"}
            answer.headers = {**limits, **answer.headers}
            return answer

    def half(self, asked: Asked, data: bytes) -> None:
        """Keep what came of an upload, as GitHub does."""
        with self._lock, suppress(Refusal):
            self.asked.append(asked)
            self.routes.attach(asked, data, whole=False)


def _listen(owner: GitHubServer, origin: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.obey
            raise AttributeError(name)

        def obey(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(origin, self.command, self.path, headers)
            owner.arrived(asked)
            fault = owner.fault_of(asked)
            length = int(headers.get("content-length", 0))
            if fault is not None and fault.kind == CLOSED:
                return self.hang_up()
            if fault is not None and fault.kind == HALF:
                owner.half(asked, self.rfile.read(length // 2))
                owner.obeyed(asked)
                return self.hang_up()
            asked.body = self.rfile.read(length)
            if len(asked.body) < length:
                owner.half(asked, asked.body)
                owner.obeyed(asked)
                return self.hang_up()
            if fault is not None and isinstance(fault.kind, int):
                if fault.after:
                    owner.answer(asked)
                else:
                    owner.asked.append(asked)
                return self.send(Answer(fault.kind, fault.document, headers=fault.headers))
            answer = owner.answer(asked)
            owner.obeyed(asked)
            if fault is not None and fault.kind == LOST:
                return self.hang_up()
            return self.send(answer, short=fault is not None)

        def send(self, answer: Answer, *, short: bool = False) -> None:
            body = answer.body if answer.document is None else json.dumps(answer.document).encode()
            self.send_response(answer.status)
            if answer.document is not None:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if short else body)
            if short:
                self.close_connection = True

        def hang_up(self) -> None:
            """With a reset, as a machine does that goes away."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Http(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Clients that go away are what is tested."""

    server = Http(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server
