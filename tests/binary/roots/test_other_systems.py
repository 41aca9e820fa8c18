"""The same file on an older Debian, and where the C library is musl."""

from __future__ import annotations

from pathlib import Path

import pytest

from .root import NOBODY, Root
from .test_name_look_up import ASKING, HOSTS, SWITCHES, look_up

# What each system shows that it is: a program of it, and words that it prints.
SYSTEMS = {"debian": (["/usr/bin/ldd", "--version"], "GLIBC 2.31"), "musl": (["/bin/sh", "/loader"], "musl libc")}
everywhere = pytest.mark.parametrize("root", SYSTEMS, indirect=True)


from_each_place = pytest.mark.parametrize("place", ["a folder", "memory"])


def in_place(root: Root, place: str) -> None:
    """Leave the executable only this kind of place to unpack itself to."""
    root.mounts = ("proc",)
    if place == "memory":
        root.user, root.read_only = NOBODY, True


@pytest.mark.parametrize(("root", "name"), [(name, name) for name in SYSTEMS], indirect=["root"])
def test_the_system_is_what_it_should_be(root, name):
    command, words = SYSTEMS[name]
    root.write("/loader", "exec /lib/ld-musl-*.so.1\n")
    process = root.run(*command)
    assert words in process.stdout + process.stderr


@everywhere
@from_each_place
def test_serve_and_request(root, place):
    in_place(root, place)
    version = root.wherry("version")
    assert (version.returncode, version.stderr) == (0, "")
    with root.serving() as (_, url):
        answer = root.wherry("request", "POST", f"{url}/json", "--json", '{"answer": 42}', "--extract", "$.answer")
        assert (answer.stdout, answer.returncode) == ("42\n", 0), answer.stderr


@everywhere
@pytest.mark.parametrize("switch", ["its own", "modules of systemd", "long gone modules"])
def test_names(root, authority, tls_port, asked, switch):
    root.write("/etc/hosts", HOSTS)
    root.write("/etc/resolv.conf", ASKING)
    if content := SWITCHES.get(switch):
        root.write("/etc/nsswitch.conf", content)
    look_up(root, authority, tls_port)
    assert set(asked) == {"asked.test"}


@everywhere
@from_each_place
@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="usual"),
        pytest.param({"LD_LIBRARY_PATH": "/usr/local/lib"}, id="LD_LIBRARY_PATH"),
        pytest.param({"LD_PRELOAD": ""}, id="LD_PRELOAD"),
    ],
)
def test_a_command_after_it_gets_the_callers_environment(root, place, environ):
    in_place(root, place)
    root.environ |= environ
    with root.serving() as (_, url):
        process = root.wherry("wait", f"{url}/ok", "--quiet", "--", "env", "-0")
    assert process.returncode == 0, process.stderr
    got = dict(entry.split("=", 1) for entry in process.stdout.split("\0") if entry)
    assert got == root.environ


@everywhere
@from_each_place
def test_a_command_after_it_gets_no_open_files(root, place):
    in_place(root, place)
    command = ["/bin/sh", "-c", "ls /proc/self/fd"]
    with root.serving() as (_, url):
        process = root.wherry("wait", f"{url}/ok", "--quiet", "--", *command)
    assert process.stdout == root.run(*command).stdout, process.stderr


@everywhere
def test_a_probe_is_a_program_of_the_system(root):
    root.mounts = ("proc", "dev", "tmp")
    process = root.wherry("wait", 'exec:sh -c "test -x /bin/sh"', "--deadline", "60s")
    assert process.returncode == 0, process.stderr


@from_each_place
def test_nothing_of_the_system_is_loaded(debian_root, place):
    in_place(debian_root, place)
    with debian_root.serving() as (process, _):
        loaded = Path(f"/proc/{process.pid}/maps").read_text()
    assert "libc.so.6" in loaded or "memfd:" in loaded
    assert "-linux-gnu/" not in loaded


def test_a_module_of_the_systems_own_c_library_is_asked_for(debian_root):
    """An old Debian's `compat` is a module of a C library that is not ours; without HOME the user is looked up."""
    debian_root.write("/etc/nsswitch.conf", SWITCHES["long gone modules"] or b"")
    debian_root.environ = {"PATH": "/usr/bin:/bin"}
    process = debian_root.wherry("request", "http://127.0.0.1:1", "--cacert", "~/ca.pem", "--retry", "0")
    assert process.returncode in (2, 3), process.stderr
    assert process.stderr.startswith("wherry: "), process.stderr


def test_a_library_of_the_system_is_preloaded(debian_root):
    """It wants libdl, which the old C library still had as a file of its own."""
    [pam] = debian_root.folder.glob("lib/*-linux-gnu/libpam.so.0")
    process = debian_root.wherry("version", LD_PRELOAD=f"/{pam.relative_to(debian_root.folder)}")
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("wherry ")
