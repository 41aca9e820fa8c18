"""The executable in unusual surroundings, and what it leaves behind in usual ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX environments")


@posix
@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"PATH": "/nonexistent"}, id="PATH without python"),
        pytest.param({"PATH": None}, id="no PATH"),
        pytest.param({"HOME": "/nonexistent"}, id="HOME that is not there"),
        pytest.param({"HOME": None}, id="no HOME"),
        pytest.param({"HOME": "/proc"}, id="HOME that cannot be written"),
        pytest.param({"TMPDIR": "/nonexistent"}, id="TMPDIR that is not there"),
        pytest.param({"TMPDIR": None}, id="no TMPDIR"),
        pytest.param({"LANG": "C", "LC_ALL": "C"}, id="C locale"),
        pytest.param({"LC_ALL": "xx_XX.ISO-8859-1"}, id="locale that is not there"),
        pytest.param({"PYTHONHOME": "/nonexistent", "PYTHONPATH": "/nonexistent"}, id="PYTHONHOME"),
        pytest.param({"PYTHONWARNINGS": "error", "PYTHONVERBOSE": "1", "PYTHONDEVMODE": "1"}, id="settings of Python"),
        pytest.param({"PYTHONINSPECT": "1", "PYTHONSTARTUP": "/etc/passwd"}, id="an interactive Python"),
        pytest.param({"LD_LIBRARY_PATH": "/nonexistent"}, id="LD_LIBRARY_PATH"),
        pytest.param({"VIRTUAL_ENV": "/nonexistent"}, id="VIRTUAL_ENV"),
    ],
)
def test_version_runs(wherry, environ):
    usual = wherry("version")
    unusual = wherry("version", **environ)
    assert (unusual.returncode, unusual.stdout, unusual.stderr) == (0, usual.stdout, "")


@posix
def test_a_temporary_folder_with_an_odd_name(wherry, tmp_path):
    odd = tmp_path / "a b'ü$(x)\n"
    odd.mkdir()
    assert wherry("version", TMPDIR=str(odd)).returncode == 0
    assert not list(odd.iterdir())


@posix
def test_nothing_is_left_in_the_temporary_folder(wherry, open_port):
    assert wherry("wait", f"tcp://{open_port}").returncode == 0
    assert wherry("wait", f"tcp://{open_port}", "--", "false").returncode == 1
    assert not list(wherry.temporary.iterdir())


@posix
def test_twenty_at_once(wherry):
    with ThreadPoolExecutor(20) as pool:
        processes = list(pool.map(lambda _: wherry("version"), range(20)))
    assert {process.returncode for process in processes} == {0}
    assert not list(wherry.temporary.iterdir())


@posix
@pytest.mark.parametrize("library_path", [None, "/opt/somewhere/lib"])
def test_a_command_after_it_gets_the_callers_environment(wherry, open_port, library_path):
    environ = {"LD_LIBRARY_PATH": library_path, "WITH": "an = sign", "EMPTY": ""}
    process = wherry("wait", f"tcp://{open_port}", "--quiet", "--", "env", "-0", **environ)
    assert process.returncode == 0, process.stderr
    got = dict(entry.split("=", 1) for entry in process.stdout.split("\0") if entry)
    assert got == wherry.changed(environ)


@posix
def test_a_command_that_is_probed_gets_the_callers_environment(wherry):
    process = wherry("wait", 'exec:sh -c "test -z $LD_LIBRARY_PATH$_PYI_ARCHIVE_FILE"', "--deadline", "5s")
    assert process.returncode == 0, process.stderr


@posix
def test_a_command_after_it_gets_no_open_files(wherry, open_port):
    process = wherry("wait", f"tcp://{open_port}", "--quiet", "--", "sh", "-c", "ls /proc/self/fd")
    plain = subprocess.run(
        ["sh", "-c", "ls /proc/self/fd"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    assert process.stdout == plain.stdout


@posix
def test_wherry_after_wherry(wherry, open_port):
    process = wherry("wait", f"tcp://{open_port}", "--quiet", "--", str(wherry.path), "version")
    assert process.stdout == wherry("version").stdout


@posix
@pytest.mark.parametrize("stream", ["0", "1", "2"])
def test_a_closed_stream(wherry, stream):
    command = ["sh", "-c", f"exec '{wherry.path}' version {stream}>&-"]
    process = subprocess.run(command, env=wherry.environ, capture_output=True, text=True, check=False)
    assert process.returncode in ((0, 3) if stream == "1" else (0,))
    assert "Traceback" not in process.stderr


@posix
@pytest.mark.parametrize("by", ["another file", "nothing"])
def test_a_running_server_outlives_its_executable(wherry, tmp_path, by):
    """An upgrade puts a new file where the old one was; what is imported later must still come from the old one."""
    (tmp_path / "old").mkdir()
    copy = tmp_path / "wherry"
    shutil.copy(wherry.path, copy)
    old = type(wherry)(copy, tmp_path / "old")
    with old.serving() as (process, url):
        copy.unlink()
        if by == "another file":
            copy.write_bytes(b"not wherry" * 1_000_000)
        for route in ("/", "/echo", "/json", "/bytes/10", "/nowhere"):
            code = 1 if route == "/nowhere" else 0
            assert wherry("request", f"{url}{route}", "--retry", "0").returncode == code, route
        process.terminate()
        _, words = process.communicate()
        assert process.returncode in (0, 143), words
        assert "Traceback" not in words


@posix
def test_a_folder_that_is_gone(wherry, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["sh", "-c", f"cd '{gone}' && rmdir '{gone}' && exec '{wherry.path}' version"]
    process = subprocess.run(command, env=wherry.environ, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr


@posix
def test_it_is_found_by_a_relative_name_and_through_a_link(wherry, tmp_path):
    (tmp_path / "other").symlink_to(wherry.path)
    command = ["sh", "-c", f"cd '{tmp_path}' && ./other version && PATH=. && other version"]
    process = subprocess.run(command, env=wherry.environ, capture_output=True, text=True, check=False)
    assert process.stdout == wherry("version").stdout * 2, process.stderr


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_runs_it(wherry, tmp_path):
    """One that owns nothing here and may not write where it stands."""
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(wherry.path), "version"]
    process = subprocess.run(command, env={"PATH": "/usr/bin"}, cwd="/", capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
