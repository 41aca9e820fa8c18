"""The executable as the only file there is."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import re
import shutil
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .root import NOBODY, Root

MOUNTS = [(), ("proc",), ("dev",), ("tmp",), ("proc", "dev", "tmp")]
UNPACKED_NOWHERE = re.compile(r"wherry: cannot unpack itself: .+\n  hint: set WHERRY_RUNTIME_DIR .+\n")

mounted = pytest.mark.parametrize("mounts", MOUNTS, ids=lambda mounts: " ".join(mounts) or "nothing mounted")


@pytest.fixture
def nobodys_root(empty_root: Root) -> Root:
    """For a user who may write nowhere in it."""
    return dataclasses.replace(empty_root, user=NOBODY, read_only=True)


def get(root: Root, url: str) -> tuple[int, bytes]:
    """What a client outside the root gets."""
    place = urlsplit(url)
    with root.network.inside():
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        connection.request("GET", place.path)
        with connection.getresponse() as answer:
            found = answer.status, answer.read()
        connection.close()
    return found


@mounted
def test_version_again_and_again(empty_root, mounts):
    empty_root.mounts = mounts
    first, second = empty_root.wherry("version"), empty_root.wherry("version")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("wherry ")
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")


@pytest.mark.parametrize(
    ("mounts", "home"),
    [
        pytest.param(("proc", "dev", "tmp"), "/", id="as a container has it"),
        pytest.param(("proc", "dev"), None, id="no HOME, no tmp"),
        pytest.param(("proc",), "/nonexistent", id="HOME that is not there"),
        pytest.param(("tmp",), None, id="no HOME, no proc"),
        pytest.param((), "/root", id="chroot from a shell of root's"),
        pytest.param((), None, id="nothing at all"),
    ],
)
def test_without_a_home(empty_root, mounts, home):
    empty_root.mounts = mounts
    empty_root.environ = {} if home is None else {"HOME": home}
    process = empty_root.wherry("version")
    assert (process.returncode, process.stderr) == (0, "")


@mounted
def test_serve_request_and_wait(empty_root, mounts):
    empty_root.mounts = mounts
    with empty_root.serving() as (process, url):
        assert get(empty_root, f"{url}/status/201")[0] == 201
        arguments = ["POST", f"{url}/json", "--json", '{"answer": [1, 42]}', "--extract", "$.answer[1]"]
        answer = empty_root.wherry("request", *arguments)
        assert (answer.stdout, answer.returncode) == ("42\n", 0), answer.stderr
        assert empty_root.wherry("request", f"{url}/status/503", "--retry", "0").returncode == 1
        assert empty_root.wherry("wait", f"{url}/ok", url.replace("http", "tcp", 1)).returncode == 0
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=60)
        assert process.returncode == 143, words
        assert "Traceback" not in words


def test_each_page_of_help(empty_root):
    for arguments in (
        ["--help"],
        ["wait", "--help"],
        ["help", "exit-codes"],
        ["completion", "bash"],
        ["schema", "config"],
    ):
        process = empty_root.wherry(*arguments)
        assert (process.returncode, process.stderr) == (0, ""), arguments


def test_doctor(empty_root):
    empty_root.mounts = ("proc", "dev", "tmp")
    process = empty_root.wherry("doctor")
    assert "Traceback" not in process.stderr
    assert process.returncode in (0, 1), process.stderr


def test_a_command_after_it_is_not_there(empty_root):
    with empty_root.serving() as (_, url):
        process = empty_root.wherry("wait", f"{url}/ok", "--quiet", "--", "/bin/sh")
        assert process.returncode == 2, process.stderr
        assert "Traceback" not in process.stderr


def test_wherry_after_wherry(empty_root):
    with empty_root.serving() as (_, url):
        process = empty_root.wherry("wait", f"{url}/ok", "--quiet", "--", "/wherry", "version")
        assert process.stdout == empty_root.wherry("version").stdout, process.stderr


def test_nobody_in_a_root_that_cannot_be_written(nobodys_root):
    nobodys_root.mounts = ("proc",)
    process = nobodys_root.wherry("version", "-o", "json")
    assert (process.returncode, process.stderr) == (0, "")
    assert json.loads(process.stdout)["frozen"] is True
    with nobodys_root.serving() as (server, url):
        assert get(nobodys_root, f"{url}/status/200")[0] == 200
        assert nobodys_root.wherry("request", f"{url}/json").returncode == 0
        assert nobodys_root.wherry("wait", f"{url}/ok").returncode == 0
        command = nobodys_root.wherry("wait", f"{url}/ok", "--quiet", "--", "/wherry", "version")
        assert command.stdout.startswith("wherry "), command.stderr
        server.send_signal(signal.SIGTERM)
        _, words = server.communicate(timeout=60)
        assert server.returncode == 143, words


def test_nobody_in_a_container_whose_root_cannot_be_written(nobodys_root):
    nobodys_root.mounts = ("proc", "dev", "tmp")
    process = nobodys_root.wherry("version")
    assert (process.returncode, process.stderr) == (0, "")


@pytest.mark.parametrize("environ", [{}, {"WHERRY_RUNTIME_DIR": "/cache"}])
def test_no_place_at_all_is_said_in_one_line(nobodys_root, environ):
    process = nobodys_root.wherry("version", **environ)
    assert process.returncode == 3
    assert process.stdout == ""
    assert UNPACKED_NOWHERE.fullmatch(process.stderr), process.stderr


def test_the_first_process_of_a_container(empty_root):
    """Process 1 ends by a signal only where it has a handler for it."""
    empty_root.mounts = ("proc", "dev", "tmp")
    empty_root.first_process = True
    with empty_root.serving() as (unshare, url):
        assert get(empty_root, f"{url}/status/200")[0] == 200
        [first] = Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children").read_text().split()
        assert Path(f"/proc/{first}/status").read_text().split("NSpid:")[1].split()[:2] == [first, "1"]
        os.kill(int(first), signal.SIGTERM)
        _, words = unshare.communicate(timeout=60)
        assert unshare.returncode == 143, words


def test_a_deadline_as_the_first_process(empty_root):
    empty_root.first_process = True
    empty_root.mounts = ("proc",)
    process = empty_root.wherry("wait", "tcp://127.0.0.1:1", "--deadline", "300ms")
    assert process.returncode == 124, process.stderr


def test_it_runs_from_another_name_in_another_folder(empty_root):
    empty_root.write("/opt/a b'ü/tool", b"")
    shutil.copy(empty_root.folder / "wherry", empty_root.folder / "opt/a b'ü/tool")
    process = empty_root.run("/opt/a b'ü/tool", "version")
    assert (process.returncode, process.stderr) == (0, "")
