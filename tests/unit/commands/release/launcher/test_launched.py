"""The real launcher with a program of C that is laid out as PyInstaller lays out its own."""

from __future__ import annotations

import functools
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from compiled import compile_c, needs_compiler

from wherry.commands.release.launcher import folder
from wherry.commands.release.launcher.carrying import carrying
from wherry.commands.release.launcher.payload import Packed, encode, plain

BUILD = Path(__file__).parents[5] / "build"
PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
const char *word(void);
int main(int argc, char **argv, char **environ)
{
    char own[4096] = "";
    readlink("/proc/self/exe", own, sizeof own - 1);
    printf("%s\n%s\n%s\n", word(), argc ? argv[0] : "", own);
    for (; *environ; environ++)
        puts(*environ);
    return 5;
}
"""

pytestmark = needs_compiler


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """The launcher and the compressor, as build/executable.py compiles them."""
    made = tmp_path_factory.mktemp("tools")
    script = "import sys; sys.path.insert(0, sys.argv[1]); import executable as e; e.prepare(e.Path(sys.argv[2]))"
    ran = subprocess.run(
        [sys.executable, "-c", script, str(BUILD), str(made)], capture_output=True, text=True, check=False
    )
    if ran.returncode != 0 and "zstd" in ran.stderr and not os.environ.get("CI"):
        pytest.skip("the static library of zstd is not installed")
    assert ran.returncode == 0, ran.stderr
    return made


@pytest.fixture(scope="module")
def one_folder(tmp_path_factory):
    """A program, its library behind a link and deeper, data, and an empty file."""
    made = tmp_path_factory.mktemp("acme")
    inner = made / "_internal" / "acme.libs" / "deep"
    inner.mkdir(parents=True)
    compile_c(
        'const char *word(void) { return "hello"; }', inner / "libword.so", "-shared", "-fPIC", "-Wl,-soname,libword.so"
    )
    (made / "_internal" / "libword.so").symlink_to("acme.libs/deep/libword.so")
    (made / "_internal" / "data.txt").write_bytes(b"data")
    (made / "_internal" / "py.typed").touch()
    compile_c(PROGRAM, made / "acme", f"-L{inner}", "-lword")
    return made


def launched(tools, one_folder, name="acme", **changes):
    program = folder.program(one_folder, "acme")._replace(**changes)
    pressed = compressed(tools / "compress", plain(program))
    return carrying((tools / "stub").read_bytes(), name, 126, encode(program, pressed))


@functools.cache
def compressed(tool, data):
    """Seconds for each; the same for most tests."""
    return subprocess.run([tool], input=data, capture_output=True, check=True).stdout


@pytest.fixture
def start(tmp_path):
    """Write an executable and run it at home; what it printed, as lines."""
    (tmp_path / "home").mkdir(mode=0o700)

    def start(data, *, path="acme", words=("given",), code=5, **environ):
        file = tmp_path / path
        file.write_bytes(data)
        file.chmod(0o755)
        ran = subprocess.run(
            words, executable=file, env={"HOME": str(tmp_path / "home"), **environ}, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        assert ran.returncode == code, ran.stderr
        return (ran.stdout or ran.stderr).splitlines()

    return start


def unpacked(place):
    [made] = (path for path in place.iterdir() if path.name != ".lock")
    return made


def test_it_is_unpacked_into_a_cache_of_the_program_s_name_and_executed(tools, one_folder, start, tmp_path):
    word, name, own, *environ = start(launched(tools, one_folder), path="other")
    made = unpacked(tmp_path / "home" / ".cache" / "acme" / "runtime")
    assert (word, name, own) == ("hello", "given", str(made / "acme"))
    assert set(environ) >= {f"_PYI_ARCHIVE_FILE={own}", "_PYI_PARENT_PROCESS_LEVEL=0"}
    assert any(each.startswith("_WHERRY_LAUNCH=") and each.endswith(f":{tmp_path / 'other'}") for each in environ)


def test_every_file_is_as_it_was(tools, one_folder, start, tmp_path):
    start(launched(tools, one_folder))
    made = unpacked(tmp_path / "home" / ".cache" / "acme" / "runtime")
    inner, was = made / "_internal", one_folder / "_internal"
    assert (inner / "libword.so").readlink() == Path("acme.libs/deep/libword.so")
    for name in ("acme.libs/deep/libword.so", "data.txt", "py.typed"):
        assert (inner / name).read_bytes() == (was / name).read_bytes()
    assert stat.S_IMODE((inner / "data.txt").stat().st_mode) == 0o600
    assert {"libc.so.6", "libresolv.so.2"} <= {path.name for path in inner.iterdir()}


def test_the_second_start_unpacks_nothing(tools, one_folder, start, tmp_path):
    data = launched(tools, one_folder)
    start(data)
    made = unpacked(tmp_path / "home" / ".cache" / "acme" / "runtime")
    before = {path: path.lstat().st_ino for path in made.rglob("*")}
    start(data)
    assert {path: path.lstat().st_ino for path in made.rglob("*")} == before


@pytest.mark.parametrize("damage", ["missing", "changed", "link", "mode", "no longer empty"])
def test_damage_is_noticed(tools, one_folder, start, tmp_path, damage):
    data = launched(tools, one_folder)
    start(data)
    place = tmp_path / "home" / ".cache" / "acme" / "runtime"
    inner = unpacked(place) / "_internal"
    if damage == "missing":
        (inner / "data.txt").unlink()
    elif damage == "changed":
        (inner / "data.txt").write_bytes(b"DATA")
    elif damage == "link":
        (inner / "libword.so").unlink()
        (inner / "libword.so").symlink_to("/nowhere/deep/libword.so")
    elif damage == "mode":
        (inner / "data.txt").chmod(0o644)
    else:
        (inner / "py.typed").write_bytes(b"x")
    assert start(data)[0] == "hello"
    inner = unpacked(place) / "_internal"
    assert (inner / "data.txt").read_bytes() == b"data"
    assert stat.S_IMODE((inner / "data.txt").stat().st_mode) == 0o600
    assert (inner / "libword.so").readlink() == Path("acme.libs/deep/libword.so")
    assert (inner / "py.typed").read_bytes() == b""


def test_the_variable_of_the_program_s_name_chooses_the_folder(tools, one_folder, start, tmp_path):
    own = start(launched(tools, one_folder, "my-tool"), MY_TOOL_RUNTIME_DIR=str(tmp_path / "chosen"))[2]
    assert Path(own).parents[1] == tmp_path / "chosen"
    assert not (tmp_path / "home" / ".cache").exists()


def test_what_it_says_when_nothing_can_be_written(tools, one_folder, start):
    lines = start(launched(tools, one_folder, "my-tool"), code=126, MY_TOOL_RUNTIME_DIR="/proc/nowhere")
    assert lines[0].startswith("my-tool: cannot unpack itself: /proc/nowhere")
    assert lines[1] == "  hint: set MY_TOOL_RUNTIME_DIR to a folder that can be written and executed from"


def test_what_the_caller_has_of_its_variables_is_replaced(tools, one_folder, start):
    """The caller may be a program of PyInstaller's itself."""
    stale = {"_PYI_ARCHIVE_FILE": "/x", "_PYI_PARENT_PROCESS_LEVEL": "1", "_PYI_APPLICATION_HOME_DIR": "/y"}
    _, _, own, *environ = start(launched(tools, one_folder), OTHER="z", **stale)
    assert sorted(each for each in environ if not each.startswith("_WHERRY")) == sorted(
        [
            *(each for each in environ if each.startswith("HOME=")),
            "OTHER=z",
            f"_PYI_ARCHIVE_FILE={own}",
            "_PYI_PARENT_PROCESS_LEVEL=0",
        ]
    )


def test_a_disk_that_is_too_small_is_left_empty(tools, one_folder, start, tmp_path):
    """Nothing of what was begun stays: the longest name comes last and cannot be made."""
    files = [*folder.program(one_folder, "acme").files, Packed("z/" + "y" * 300, stat.S_IFREG | 0o600, b"x")]
    lines = start(launched(tools, one_folder, files=files), code=126, ACME_RUNTIME_DIR=str(tmp_path / "chosen"))
    assert "File name too long" in lines[0]
    assert {path.name for path in (tmp_path / "chosen").iterdir()} <= {".lock"}


def test_two_are_the_same_bytes(tools, one_folder, tmp_path):
    shutil.copytree(one_folder, tmp_path / "copy", symlinks=True)
    assert launched(tools, one_folder) == launched(tools, tmp_path / "copy")


def test_a_damaged_file_is_not_executed(tools, one_folder, start):
    data = bytearray(launched(tools, one_folder))
    data[-100] ^= 1
    lines = start(bytes(data), code=126)
    assert lines[0].startswith("acme: cannot unpack itself: ")


def test_the_launcher_alone(tools, start):
    assert start((tools / "stub").read_bytes(), code=3) == ["the launcher carries no program"]
