"""A shop as the examples take one for granted: health, log-in, orders with pages, search, statistics."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PASSWORD = "s3cret-password"
TOKEN = "t0ken-of-a-session"
ORDERS = {number: {"id": number, "item": "lamp", "cents": number * 100} for number in range(1, 6)}
NOT_FOUND = {"type": "about:blank", "title": "Not Found", "status": 404}
PER_PAGE = 3


class Shop:
    """``down`` so many requests are answered with 503 before all is well; ``broken`` orders forget what was ordered."""

    def __init__(self, *, down: int = 0, broken: bool = False) -> None:
        self.down = down
        self.broken = broken
        self.orders: dict[int, dict[str, Any]] = dict(ORDERS)
        self.sessions = {TOKEN}
        self.seen: list[str] = []
        self.url = ""

    def answer(self, method: str, path: str, query: dict[str, list[str]], headers: Any, body: Any) -> tuple:
        """Status, headers and body."""
        self.seen.append(f"{method} {path}")
        if self.down:
            self.down -= 1
            return 503, {}, {"error": "starting"}
        if method == "GET" and path in PAGES:
            return PAGES[path]
        if (method, path) == ("POST", "/login"):
            known = body == {"user": "ci", "password": PASSWORD}
            return (200, {}, {"token": TOKEN}) if known else (403, {}, {"error": "no"})
        if headers.get("Authorization") not in {f"Bearer {token}" for token in self.sessions}:
            if path == "/orders" and headers.get("X-Canary"):
                return PAGES["/"]
            return 401, {"WWW-Authenticate": 'Bearer realm="shop"'}, {"error": "who are you?"}
        if (method, path) == ("DELETE", "/session"):
            self.sessions.clear()
            return 204, {}, None
        if (method, path) == ("POST", "/orders"):
            return self._order(body)
        if path == "/orders":
            return self._page(int(query.get("page", ["1"])[0]), headers)
        return self._one(method, path)

    def _order(self, body: dict[str, Any]) -> tuple:
        number = max(self.orders) + 1
        kept = {"item": "nothing"} if self.broken else body
        self.orders[number] = {"id": number, "cents": 0, **kept}
        return 201, {"Location": f"/orders/{number}"}, {"id": number}

    def _page(self, page: int, headers: Any) -> tuple:
        if headers.get("If-None-Match") == '"v1"':
            return 304, {"ETag": '"v1"'}, None
        numbers = sorted(self.orders)[(page - 1) * PER_PAGE : page * PER_PAGE]
        document = {"page": page, "items": [self.orders[number] for number in numbers], "next": None}
        if page * PER_PAGE < len(self.orders):
            document["next"] = f"/orders?page={page + 1}&status=open&status=sent"
        return 200, {"ETag": '"v1"', "Cache-Control": "private, no-store"}, document

    def _one(self, method: str, path: str) -> tuple:
        match = re.fullmatch(r"/orders/([0-9]+)", path)
        number = int(match[1]) if match else 0
        if number not in self.orders:
            return 404, {"Content-Type": "application/problem+json"}, NOT_FOUND
        if method == "DELETE":
            del self.orders[number]
            return 204, {}, None
        return 200, {}, self.orders[number]


HTML = {"Content-Type": "text/html"}
PAGES = {
    "/": (200, HTML, "<html>Lamps</html>"),
    "/search": (200, HTML, "<html>1 lamp</html>"),
    "/health": (200, {}, {"status": "up"}),
    "/version": (200, {}, {"version": "1.4.2"}),
    "/stats": (200, {}, {"requests": 5000, "error_rate": 0.002}),
}


@contextmanager
def serving(shop: Shop, context=None):
    """Serve it on the loopback; with ``context`` over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            status, headers, found = shop.answer(self.command, parts.path, parse_qs(parts.query), self.headers, body)
            data = b"" if found is None else found.encode() if isinstance(found, str) else json.dumps(found).encode()
            own = {"X-Request-Id": "7", "X-Served-By": "canary-1", "Strict-Transport-Security": "max-age=31536000"}
            if data:
                own["Content-Type"] = "application/json"
            self.send_response(status)
            for name, value in (own | headers).items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        shop.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
