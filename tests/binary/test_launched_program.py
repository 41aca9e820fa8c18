"""`mode: launcher`: a program that the executable, which carries the launcher, makes with the real PyInstaller."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from .runtime import linux

pytestmark = linux
LIMIT_S = 60


@pytest.fixture
def start(acme_builds, tmp_path):
    """Run it under another name, at home."""
    program = tmp_path / "bin" / "renamed"
    program.parent.mkdir()
    shutil.copy(acme_builds[0].executable, program)
    program.chmod(0o755)
    (tmp_path / "home").mkdir(mode=0o700)

    def start(*words, **environ):
        ran = subprocess.run(
            [str(program), *words],
            env={"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", **environ},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
        return ran.stdout

    return start


def test_it_needs_no_glibc_of_the_system(acme_builds):
    told = acme_builds[0].told
    assert (told["glibc"], told["smoke"], told["folder"]) == (None, 1, False)


def test_the_c_library_is_in_the_inventory(acme_builds):
    libraries = {library["name"] for library in acme_builds[0].told["inventory"]["libraries"]}
    assert {"libc.so.6", "libz.so.1"} <= libraries


def test_two_builds_are_the_same_bytes(acme_builds):
    one, other = (built.executable.read_bytes() for built in acme_builds)
    assert one == other


def test_the_names_are_the_program_s(start, tmp_path):
    executable, argument, _ = json.loads(start("look"))
    assert executable == argument == str(tmp_path / "bin" / "renamed")
    assert [path.name for path in (tmp_path / "home" / ".cache").iterdir()] == ["acme"]
    start("look", ACME_RUNTIME_DIR=str(tmp_path / "chosen"))
    assert (tmp_path / "chosen").is_dir()


def test_children_get_the_caller_s_environment(start, tmp_path):
    start("say")
    given = {"OTHER": "x", "LD_LIBRARY_PATH": "/nowhere", "LD_LIBRARY_PATH_ORIG": "/other"}
    expected = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", **given}
    assert dict(line.split("=", 1) for line in start("child", "env", **given).splitlines()) == expected
    descriptors = start("child", "ls", "/proc/self/fd").split()
    assert descriptors == ["0", "1", "2", "3"]  # the last one is that of ls


def test_it_starts_itself(start):
    assert start("again", "a", "b") == "a b\n"
    assert start("workers", "fork", "spawn", "forkserver") == "fork [2]\nspawn [2]\nforkserver [2]\n"


def test_the_second_start_unpacks_nothing(start, tmp_path):
    start("say")
    place = tmp_path / "home" / ".cache" / "acme" / "runtime"
    before = {path: path.lstat().st_ino for path in place.rglob("*")}
    start("say")
    assert {path: path.lstat().st_ino for path in place.rglob("*")} == before


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_one_more_program_is_executed_and_no_other(start, acme_builds, tmp_path):
    """PyInstaller's own one folder executes itself again, with LD_LIBRARY_PATH."""
    start("say")
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-o", str(trace), "-e", "trace=execve", str(acme_builds[0].executable), "say"]
    subprocess.run(command, env={"HOME": str(tmp_path / "home")}, capture_output=True, timeout=LIMIT_S, check=True)
    assert trace.read_text().count("execve(") == 2
