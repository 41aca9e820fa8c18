"""The line that repeats a check: it says what the check says, and a shell that runs it sends the same."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.check.suite.requestline import RequestLine, flow
from wherry.core.yaml import load, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEN: list[dict[str, object]] = []


class Recorder(BaseHTTPRequestHandler):
    """Takes note of every request and answers with JSON."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        SEEN.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
        answer = json.dumps({"items": [1, 2, 3], "say": "a \"quoted\" 'word' $HOME"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Version", "1.10")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="the line is for a POSIX shell")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("method: DELETE", id="a method"),
        pytest.param('headers: {X-A: "it''s $HOME `id` \\"x\\"", X-N: 1}', id="headers with everything a shell likes"),
        pytest.param("query: {q: \"a b&c='d'\", n: [1, 2]}", id="a query"),
        pytest.param("json: {a: \"it's\", b: [1, null, true], c: {d: 1.5}}", id="json"),
        pytest.param('json: "$(id) ; # \\n !"', id="json text"),
        pytest.param("form: {a: b c, d: 'e&f=g', s: [1, 2]}", id="a form"),
        pytest.param('body: "@not a file\\n; echo"', id="a text that looks like a file"),
        pytest.param('body: "-d"', id="a text that looks like an option"),
        pytest.param("body: {file: 'the data.json'}\n    method: PUT", id="a file"),
        pytest.param("auth: {bearer: 'env:TOKEN'}", id="a token"),
        pytest.param("auth: {basic: {user: ci, password: 'env:TOKEN'}}", id="a password"),
        pytest.param(
            "expect: {status: 2xx, time: {lt: 1m}, json.$.items: {length: {ge: 3}, not: {eq: [1]}}, size: {gt: 1}, "
            "header.x-version: '1.10', header.content-type: {contains: json}, "
            "\"json.$['say']\": {matches: 'a \"q.*E$'}}",
            id="expectations",
        ),
    ],
)  # fmt: skip
def test_a_shell_that_runs_it_sends_the_same(checks, folder, server, keys):
    (folder / "the data.json").write_text('{"a": 1}')
    (check,) = checks(
        f"checks:\n  - name: a\n    url: {server}/a'b/${{env:PART}}\n    {keys}", TOKEN="t0k-en", PART="c"
    )
    ready = check.resolve({})
    SEEN.clear()
    done = subprocess.run(
        ["sh", "-c", f'wherry() {{ "$PYTHON" -m wherry "$@"; }}; {ready.request}'],
        env={**os.environ, "PYTHON": sys.executable, "TOKEN": "t0k-en", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), ready.request
    (seen,) = SEEN
    call = ready.call
    assert (seen["method"], seen["body"]) == (call.method, call.body or b"")
    assert f"{server}{seen['path']}".replace("%27", "'") == ready.target.url.replace("%27", "'")
    sent = {str(name).lower(): value for name, value in dict(seen["headers"]).items()}  # type: ignore[call-overload]
    for name, value in call.headers:
        assert sent[name.lower()] == value


def test_an_expectation_that_is_not_met_is_not_met_there_either(checks, folder, server):
    (check,) = checks(f"checks: [{{name: a, url: '{server}/', expect: {{json.$.items: {{length: 4}}}}}}]")
    words = shlex.split(check.resolve({}).request)[1:]
    done = subprocess.run([sys.executable, "-m", "wherry", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "expected length 4, got length 3" in done.stderr


@pytest.mark.parametrize(
    "value, expected",
    [
        (200, "200"),
        ("2xx", "2xx"),
        ("12", '"12"'),
        ("true", '"true"'),
        ("", '""'),
        (None, "null"),
        (True, "true"),
        ("a b", '"a b"'),
        ("-", '"-"'),
        ({"lt": "800ms"}, "{lt: 800ms}"),
        ({"in": [200, "a: b"]}, '{in: [200, "a: b"]}'),
        ({"length": {"ge": 1}}, "{length: {ge: 1}}"),
    ],
)
def test_expected_values_are_written_as_people_do(value, expected):
    assert flow(value) == expected


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc:$ ", min_size=1), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(DATA)
def test_any_expected_value_is_read_as_it_was_written(value):
    assert plain(load(flow(value), source="")) == value


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_line_is_split_by_a_shell_into_what_it_was_made_of(text):
    line = str(RequestLine("GET", text, (("-H", text),), ()))
    assert shlex.split(line) == ["wherry", "request", "GET", text, "-H", text]
