"""Arguments and environment may be odd: it works with any, and commands get the environment as it is.

Each is looked at in a first start, which unpacks, and in a later one, which does not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .runtime import LIMIT_S, as_root, left_in, linux

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = linux

SHOW_ENVIRONMENT = [b"wherry", b"wait", b"--quiet", b"file:/", b"--", b"cat", b"/proc/self/environ"]


def execve(path: Path, arguments: list[bytes], environ: list[bytes]) -> subprocess.CompletedProcess[bytes]:
    """Run a program with exactly these arguments and this environment, however odd."""
    code = f"""
import ctypes
def block(entries):
    return (ctypes.c_char_p * (len(entries) + 1))(*entries, None)
ctypes.CDLL(None).execve({os.fsencode(path)!r}, block({arguments!r}), block({environ!r}))
"""
    return subprocess.run(
        [sys.executable, "-I", "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.fixture
def home(grounds) -> bytes:
    """HOME=..., of the user who runs this test."""
    return b"HOME=" + os.fsencode(grounds)


@pytest.mark.parametrize(
    "arguments", [[], [b""], [b"", b"version"], [b"odd name", b"version"], [b"-wherry", b"version"]]
)
def test_whatever_it_is_called(genuine, home, arguments):
    for _ in range(2):
        process = execve(genuine.executable, arguments, [home])
        assert (process.returncode, process.stderr) == (0, b"")
        expected = genuine.version if b"version" in arguments else "Usage: "
        assert process.stdout.decode().startswith(expected)


@as_root
def test_without_any_environment(victim, genuine):
    before = ["env", "-i"]
    for _ in range(2):
        victim.runs(before=before)
    assert left_in(victim.last_resort("/var/tmp")) == {genuine.identity}


ENVIRONMENTS = [
    pytest.param([], id="usual"),
    pytest.param([b"EMPTY=", b"WITH=an = sign", b"NEWLINE=a\nb", b"\xff=\xfe", "Ü=€".encode()], id="odd values"),
    pytest.param([b"no equals sign"], id="no equals sign"),
    pytest.param([b"=starts with it", b"="], id="no name"),
    pytest.param([b""], id="an empty entry"),
    pytest.param([b"A=1", b"B=2", b"A=3", b"A=1"], id="duplicates"),
    pytest.param([b"LONG=" + b"x" * 100_000], id="long"),
    pytest.param([b"LD_LIBRARY_PATH=/nonexistent", b"LD_PRELOAD="], id="of the loader"),
    pytest.param(
        [b"LD_BIND_NOW=1", b"LD_ORIGIN_PATH=/x", b"GLIBC_TUNABLES=glibc.malloc.check=1"], id="more of the loader"
    ),
    pytest.param([b"PYTHONHOME=/x", b"PYTHONPATH=/x", b"PYTHONUTF8=0", b"_PYI_ARCHIVE_FILE=/x"], id="of Python"),
    pytest.param([b"LC_ALL=C", b"LC_CTYPE=POSIX", b"LANGUAGE=xx"], id="of the locale"),
]


@pytest.mark.parametrize("entries", ENVIRONMENTS)
def test_a_command_after_it_gets_the_callers_environment(genuine, home, entries):
    environ = [b"PATH=/usr/bin:/bin", *entries, home]
    for _ in range(2):
        process = execve(genuine.executable, [*SHOW_ENVIRONMENT], environ)
        assert (process.returncode, process.stderr) == (0, b"")
        assert process.stdout == b"".join(entry + b"\0" for entry in environ)


@pytest.mark.parametrize(
    "value", [b"", b"0:/nonexistent", b"1:-1:0:/x", b"2:0:1000:/x", b"3:3:1:/x", b"\xff", b"9" * 5000]
)
def test_what_it_tells_itself_is_not_for_others_to_tell(genuine, home, value):
    """It closes nothing and believes nothing that a caller puts into its own variable, and passes it to nobody."""
    told = [b"_WHERRY_LAUNCH=" + value, b"_WHERRY_LD_PRELOAD=LD_PRELOAD=/x", b"_WHERRY_LAUNCH=" + value]
    environ = [told[0], b"PATH=/usr/bin:/bin", *told[1:], home]
    process = execve(genuine.executable, [*SHOW_ENVIRONMENT], environ)
    assert (process.returncode, process.stderr) == (0, b"")
    assert process.stdout == b"PATH=/usr/bin:/bin\0" + home + b"\0"


def test_libraries_of_the_caller_are_not_loaded(victim, grounds):
    """An LD_LIBRARY_PATH for another program may hold anything."""
    folder = grounds / "lib"
    folder.mkdir()
    for library in ("libc.so.6", "libm.so.6", "libz.so.1", "libssl.so.3", "libcrypto.so.3", "libpython3.11.so.1.0"):
        (folder / library).write_bytes(b"no library")
    for _ in range(2):
        victim.runs(LD_LIBRARY_PATH=str(folder))
