"""Which connection a check is sent over."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from wherry import app


class Ok(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.callers.append(self.client_address)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Ok) as server:
        server.callers = []
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "subject, connections",
    [
        pytest.param("time", 1, id="of the whole exchange"),
        pytest.param("time.first_byte", 1, id="of a phase that each request has"),
        pytest.param("time.connect", 3, id="of opening a connection"),
    ],
)
def test_time(server, tmp_path, monkeypatch, subject, connections):
    """What judges how long a connection takes to open opens its own, whichever check came before it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    suite = tmp_path / "suite.yaml"
    suite.write_text(
        "version: 1\nchecks:\n  - name: a\n    foreach: [1, 2, 3]\n"
        f"    url: http://127.0.0.1:{server.server_port}/\n    expect: {{{subject}: {{lt: 20s}}}}\n",
        "utf-8",
    )
    assert app.run(["check", str(suite), "--jobs", "1", "--quiet"]) == 0
    assert len(set(server.callers)) == connections
