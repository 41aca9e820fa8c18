"""What a program with a launcher sees of itself, and its children of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from wherry.commands.release.launcher.hook import HOOK

# As PyInstaller's bootloader leaves things, before any hook.
PROGRAM = """
import json, os, sys
sys._MEIPASS = "/unpacked/_internal"
sys.executable = "/unpacked/acme"
sys.argv = ["{argv}", "x"]
exec({hook!r})
print(json.dumps([sys.executable, sys.argv, dict(os.environ), "_begin" in globals()]))
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="it is for Linux")


def begin(argv="acme", pass_fds=(), **environ):
    text = PROGRAM.format(argv=argv, hook=HOOK)
    environ = {"PATH": "/usr/bin:/bin", **environ}
    ran = subprocess.run(
        [sys.executable, "-I", "-c", text], env=environ, pass_fds=pass_fds, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    executable, arguments, after, left = json.loads(ran.stdout)
    assert not left
    after.pop("LC_CTYPE", None)  # which Python sets itself
    return executable, arguments, {name: value for name, value in after.items() if name != "PATH"}


@posix
def test_an_ordinary_program():
    executable, arguments, environ = begin(_WHERRY_LAUNCH="-1:-1:0:/opt/a:b/acme", _PYI_ARCHIVE_FILE="x", OTHER="y")
    assert (executable, arguments, environ) == ("/opt/a:b/acme", ["acme", "x"], {"OTHER": "y"})


@posix
def test_without_proc_its_first_argument_is_the_executable():
    _, arguments, _ = begin(argv="/unpacked/acme", _WHERRY_LAUNCH="-1:-1:0:/opt/acme")
    assert arguments == ["/opt/acme", "x"]


@posix
def test_executed_by_its_own_name():
    assert begin() == ("/unpacked/acme", ["acme", "x"], {})


@posix
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            {"LD_LIBRARY_PATH": "/unpacked/_internal:/a", "LD_LIBRARY_PATH_ORIG": "/a"},
            {"LD_LIBRARY_PATH": "/a"},
            id="changed by an older bootloader",
        ),
        pytest.param({"LD_LIBRARY_PATH": "/unpacked/_internal"}, {}, id="set by an older bootloader"),
        pytest.param({"LD_LIBRARY_PATH": "/a"}, {"LD_LIBRARY_PATH": "/a"}, id="the caller's"),
        pytest.param(
            {"LD_LIBRARY_PATH": "/a", "LD_LIBRARY_PATH_ORIG": "/b"},
            {"LD_LIBRARY_PATH": "/a", "LD_LIBRARY_PATH_ORIG": "/b"},
            id="that of a caller which is such a program",
        ),
    ],
)
def test_the_path_of_libraries(before, after):
    assert begin(**before)[2] == after


@posix
def test_children_do_not_hold_the_unpacked_files():
    reading, writing = os.pipe()
    try:
        text = PROGRAM.format(argv="acme", hook=HOOK) + f"print(os.get_inheritable({writing}))"
        ran = subprocess.run(
            [sys.executable, "-I", "-c", text], env={"_WHERRY_LAUNCH": f"{writing}:-1:0:/opt/acme"},
            pass_fds=[writing], capture_output=True, text=True, check=True,
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)
    assert ran.stdout.splitlines()[1] == "False"
