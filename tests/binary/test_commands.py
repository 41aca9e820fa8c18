"""Each command does its job from the executable: what it needs is inside."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest


def test_version_knows_that_it_is_frozen_and_from_which_commit(wherry):
    facts = json.loads(wherry("version", "-o", "json").stdout)
    assert facts["frozen"] is True
    assert facts["commit"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], [], ["help"], ["wait", "--help"], ["request", "--help"], ["serve", "--help"]]
)
def test_help(wherry, arguments):
    process = wherry(*arguments)
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.startswith("Usage: wherry")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["wiat"], 2, id="unknown command"),
        pytest.param(["wait"], 2, id="no target"),
        pytest.param(["version", "--nope"], 2, id="unknown option"),
        pytest.param(["version", b"\xff\xfe"], 2, id="argument that is not UTF-8"),
        pytest.param(["config", "check", "/nonexistent/config.toml"], 2, id="file that is not there"),
    ],
)
def test_mistakes_are_one_line_and_a_code(wherry, arguments, code):
    process = wherry(*arguments)
    assert process.returncode == code, process.stderr
    assert process.stderr.startswith("wherry: ")
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


def test_wait_for_an_open_port(wherry, open_port):
    process = wherry("wait", f"tcp://{open_port}", "--deadline", "30s")
    assert process.returncode == 0, process.stderr


def test_wait_for_a_closed_port(wherry, closed_port):
    process = wherry("wait", f"tcp://{closed_port}", "--deadline", "300ms")
    assert process.returncode == 124
    assert "refused" in process.stderr


def test_serve_and_request(wherry):
    with wherry.serving() as (_, url):
        answer = wherry("request", "POST", f"{url}/json", "--json", '{"answer": [1, 42]}', "--extract", "$.answer[1]")
        assert (answer.stdout, answer.returncode) == ("42\n", 0), answer.stderr
        assert wherry("request", "GET", f"{url}/status/503", "--retry", "0").returncode == 1


def test_tls_from_end_to_end(wherry):
    """OpenSSL, certificates and trust come out of the archive when they are asked for."""
    with wherry.serving("--tls-self-signed") as (_, url):
        url = url.replace("http:", "https:")
        unknown = wherry("request", "GET", f"{url}/status/200", "--retry", "0")
        assert unknown.returncode == 3, unknown.stderr
        assert "certificate" in unknown.stderr
        assert wherry("request", "GET", f"{url}/status/200", "--insecure").returncode == 0


def test_doctor(wherry):
    process = wherry("doctor")
    assert "Traceback" not in process.stderr
    assert process.returncode in (0, 1), process.stderr


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="needs bash")
def test_completion_answers_in_bash(wherry):
    script = f"""
        source <('{wherry.path}' completion bash) || exit 9
        complete -p wherry
        export _WHERRY_COMPLETE=bash_complete COMP_WORDS='wherry ver' COMP_CWORD=1
        exec '{wherry.path}'
    """
    process = subprocess.run(["bash", "-c", script], env=wherry.environ, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert "version" in process.stdout.splitlines()[-1]
