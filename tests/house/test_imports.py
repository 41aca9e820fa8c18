"""PLEASE READ before adding an import to a command's command.py or to app.py.

`wherry --help`, completion and every mistake on a command line pay for what these files import. What takes long to
load (an HTTP client, TLS, an event loop) is imported inside the function that needs it: usually `run`, from the
command's callback. These tests start a fresh interpreter for each case and look at what it has loaded.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from wherry.table import COMMANDS

# What takes milliseconds, or tens of them, and is of use to few runs.
RARE = {
    "httpx", "httpcore", "h2", "uvloop", "winloop", "msgspec", "yaml", "regex", "jsonpath_rfc9535", "ecdsa", "certifi",
    "dataclasses", "email", "http", "json", "tomllib", "multiprocessing", "unicodedata",
}  # fmt: skip
# What has to do with the network besides: nothing that only prints needs it.
HEAVY = RARE | {
    "ssl", "asyncio", "httptools", "socket", "subprocess", "logging", "urllib", "ipaddress", "tempfile", "pathlib",
    "platformdirs", "random",
}  # fmt: skip

REPORT = "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after ``code``."""
    process = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{REPORT}"], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    return set(process.stderr.splitlines()[-1].split())


def test_the_empty_program_is_light():
    """Otherwise, as with a sitecustomize that imports things, the tests below show nothing."""
    assert not loaded("pass") & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_importing_a_command_is_light(name):
    assert not loaded(f"import {COMMANDS[name].module}") & HEAVY


def test_importing_every_command_is_light():
    assert not loaded("\n".join(f"import {entry.module}" for entry in COMMANDS.values())) & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["--version"], id="version option"),
        pytest.param(["version"], id="version command"),
        pytest.param(["completion", "bash"], id="completion script"),
        pytest.param(["wiat"], id="unknown command"),
        *(pytest.param([name, "--help"], id=f"help of {name}") for name in COMMANDS),
    ],
)
def test_running_is_light(arguments):
    assert not loaded(f"from wherry.app import run\nrun({arguments!r})") & HEAVY


def test_help_imports_no_command():
    loaded(
        "from wherry.app import run\n"
        "run(['--help'])\n"
        "assert not [name for name in sys.modules if name.startswith('wherry.commands.')]"
    )


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args):
        pass


@pytest.fixture
def port():
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        pytest.param(["wait", "tcp://127.0.0.1:{port}"], RARE | {"httptools"}, id="wait tcp"),
        pytest.param(["wait", "http://127.0.0.1:{port}/"], RARE, id="wait http"),
        pytest.param(["request", "http://127.0.0.1:{port}/"], RARE, id="request"),
    ],
)
def test_a_plain_run_is_light(arguments, without, port, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    arguments = [argument.format(port=port) for argument in arguments]
    assert not loaded(f"from wherry.app import run\nassert run({arguments!r}) == 0") & without


def test_a_run_of_one_check_loads_what_reads_suites_and_no_more(port, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    suite = tmp_path / "suite.yaml"
    suite.write_text(f"version: 1\nchecks: [{{name: a, url: 'http://127.0.0.1:{port}/', expect: {{status: 200}}}}]\n")
    found = loaded(f"from wherry.app import run\nassert run(['check', {str(suite)!r}]) == 0")
    assert found & RARE <= {"msgspec", "yaml", "dataclasses", "json"}
