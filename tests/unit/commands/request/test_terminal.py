"""What a person sees: wherry on a real pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pty = pytest.importorskip("pty")

HOME = Path(__file__).resolve().parents[4]
JSON = [("Content-Type", "application/json")]
TEXT = [("Content-Type", "text/plain")]


def on_terminal(*args: str, cwd: Path, **environ: str) -> tuple[int, str, str]:
    """Run with standard output on a terminal; returns code, what the terminal got, and standard error."""
    master, slave = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-m", "wherry", "request", *args],
        stdout=slave, stderr=subprocess.PIPE, cwd=cwd,
        env={**clean, "TERM": "xterm", "PYTHONPATH": str(HOME / "cli"), **environ},
    ) as process:  # fmt: skip
        os.close(slave)
        shown = b""
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux says EIO at the end
                break
            if not data:
                break
            shown += data
        os.close(master)
        assert process.stderr is not None
        err = process.stderr.read().decode()
        process.wait(30)
    return process.returncode, shown.decode().replace("\r\n", "\n"), err


def test_json_is_indented_and_coloured(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b'{"a":[1]}', JSON)]
    code, shown, err = on_terminal(server.url, cwd=tmp_path)
    assert (code, err) == (0, "")
    assert shown == '{\n  \x1b[34;1m"a"\x1b[0m: [\n    \x1b[36m1\x1b[0m\n  ]\n}\n'


def test_no_color(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b'{"a":[1]}', JSON)]
    assert on_terminal(server.url, cwd=tmp_path, NO_COLOR="1")[1] == '{\n  "a": [\n    1\n  ]\n}\n'


def test_what_says_json_and_is_none_is_shown_as_it_is(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"{oops", JSON)]
    assert on_terminal(server.url, cwd=tmp_path)[1] == "{oops\n"


def test_no_server_moves_the_cursor(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"a\x1b[2Jb\tc\n", [*TEXT, ("X-Evil", "\x9b2J")])]
    code, shown, _ = on_terminal(server.url, "-i", cwd=tmp_path)
    assert code == 0
    assert shown.endswith("a\\x1b[2Jb\tc\n")
    assert "\x9b" not in shown
    assert "\x1b[1mHTTP/1.1 200 OK\x1b[0m" in shown


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfe\xfd"])
def test_binary_is_refused(server: Any, tmp_path: Path, body: bytes) -> None:
    server.replies = [server.Reply(200, body, [("Content-Type", "image/png")])]
    code, shown, err = on_terminal(server.url, cwd=tmp_path)
    assert (code, shown) == (2, "")
    assert "the body is binary (image/png, " in err
    assert "hint: -o FILE saves it; a pipe takes it as it is" in err


def test_text_in_another_encoding(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"caf\xe9\n", [("Content-Type", "text/plain; charset=iso-8859-1")])]
    assert on_terminal(server.url, cwd=tmp_path)[1] == "café\n"


def test_merged_pages_are_indented(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"[1]", JSON)]
    shown = on_terminal(server.url, "--paginate", "link", cwd=tmp_path, NO_COLOR="1")[1]
    assert shown == "[\n  1\n]\n"
