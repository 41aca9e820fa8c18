"""install.sh in an empty home: real shells, real tools, a real server."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from machines import FILE, SHELLS, TREE, of_shell, releases

from wherry.commands.release.publish.downloads import Inside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the archives are for Linux")
shells = pytest.mark.parametrize("shell", SHELLS)
WRAPPED = (Inside("acme", "acme_1.2.3/acme/acme", "acme_1.2.3/acme"),)
TWO = (*TREE, Inside("acmed", "acmed", None))


@shells
@pytest.mark.parametrize(
    ("programs", "kind", "tree"),
    [
        pytest.param(FILE, "tar.gz", False, id="file"),
        pytest.param((Inside("acme", "top/acme-cli", None),), "zip", False, id="file in a folder, zip"),
        pytest.param(FILE, "binary", False, id="binary"),
        pytest.param(TREE, "tar.gz", True, id="folder"),
        pytest.param(WRAPPED, "zip", True, id="folder in a folder, zip"),
        pytest.param(TWO, "tar.gz", True, id="folder and file"),
    ],
)
def test_an_empty_home(person, place, shell, programs, kind, tree):
    code, out, err = person.run(place.script(programs, kind=kind), shell=shell)
    names = [each.name for each in programs]
    assert (code, out) == (0, "".join(f"installed acme 1.2.3: {person.bin}/{name}\n" for name in names))
    (path,) = place.asked
    assert err.splitlines() == [
        f"acme: fetching {place.url}{path}",
        f'acme: {person.bin} is not on the PATH; this adds it: export PATH="{person.bin}:$PATH"',
    ]
    assert [person.says(person.bin / name) for name in names] == [f"{name} 1.2.3" for name in names]
    outside = [each for each in person.has() if not each.startswith(".local/lib/acme/1.2.3.")]
    assert outside == [f".local/bin/{name}" for name in names]
    assert len(releases(person)) == tree


@shells
def test_piped_from_a_server_to_a_folder(person, place, shell):
    place.files["/install.sh"] = place.script(TREE).encode()
    of_shell(shell)
    to = "a 'folder' $HOME of `mine`"
    command = f'curl -fsSL {place.url}/install.sh | {" ".join(SHELLS[shell])} -s -- --to "$TO"'
    person.env["TO"] = to
    person.have(SHELLS[shell][0])
    code, out, err = person.run(command)
    folder = person.home / to
    assert (code, out) == (0, f"installed acme 1.2.3: {folder}/acme\n")
    assert person.says(folder / "acme") == "acme 1.2.3"
    assert {each.name for each in folder.iterdir()} == {"acme", ".acme"}
    assert len(releases(person, f"{to}/.acme")) == 1
    assert "is not on the PATH" in err


@pytest.mark.parametrize("to", ["-dash", "deep/deeper/deepest/", "..//a home/x/", "\N{SNOWMAN}"])
def test_folders_by_awkward_names(person, place, to):
    assert person.run(place.script(), "--to", to)[0] == 0
    assert person.says(person.home / to / "acme") == "acme 1.2.3"


def test_a_folder_on_the_path(person, place):
    person.env["PATH"] += f":{person.bin}"
    code, _, err = person.run(place.script(TREE))
    assert (code, len(err.splitlines())) == (0, 1)
    person.answer("acme", "echo another")
    _, _, err = person.run(place.script(TREE))
    assert err.splitlines()[1:] == [f"acme: {person.tools}/acme comes before it on the PATH"]


def test_a_mirror(person, place):
    script = place.script()
    (name,) = place.files
    place.files = {f"/mirror{name}": place.files[name]}
    for url in (f"{place.url}/mirror", f"{place.url}/mirror/"):
        person.env["ACME_INSTALL_URL"] = url
        assert person.run(script)[0] == 0
    assert place.asked == [f"/mirror{name}"] * 2


@pytest.mark.parametrize("lacking", [("sha256sum",), ("sha256sum", "shasum")], ids="-".join)
def test_other_tools_that_check(person, place, lacking):
    person.have("shasum", "openssl", "perl")
    person.lack(*lacking)
    script = place.script()
    assert person.run(script)[0] == 0
    (name,) = place.files
    place.files[name] = place.files[name][:-1] + b"x"
    assert person.run(script)[0] == 1


@pytest.mark.parametrize("wget", ["wget", "busybox"])
def test_wget(person, place, wget):
    person.lack("curl", "wget")
    if shutil.which(wget) is None:
        pytest.skip(f"{wget} is not installed")
    (person.tools / "wget").symlink_to(shutil.which(wget))
    person.answer("sleep", ":")
    script = place.script()
    (name,) = place.files
    content = place.files.pop(name)
    code, _, err = person.run(script)
    assert (code, place.asked, person.has()) == (3, [name], [])
    assert "404" in err.splitlines()[-1]
    replies = iter([lambda request: request.send_error(503), lambda request: request.cut(content)])
    place.files[name] = lambda request: next(replies, lambda last: last.answer(content))(request)
    code, _, err = person.run(script)
    assert (code, place.asked) == (0, [name] * 4)
    assert err.count("trying again") == 2
    assert person.says(person.bin / "acme") == "acme 1.2.3"


def test_versions_follow_each_other(person, place):
    """The release before stays for what still runs from it, older ones go, and what others put there stays."""
    for version in ("1.2.3", "1.2.4", "1.2.4", "1.3.0"):
        assert person.run(place.script(TREE, version))[0] == 0
        foreign = person.home / ".local/lib/acme/1.0.foreign"
        foreign.mkdir(exist_ok=True)
    assert [each.name[:5] for each in releases(person)] == ["1.2.4", "1.3.0"]
    assert foreign.is_dir()
    assert person.says(person.bin / "acme") == "acme 1.3.0"


def test_a_folder_becomes_a_file_and_a_folder_again(person, place):
    for programs, version, left in ((TREE, "1", 1), (FILE, "2", 1), (FILE, "3", 0), (TREE, "4", 1)):
        assert person.run(place.script(programs, version))[0] == 0
        assert person.says(person.bin / "acme") == f"acme {version}"
        assert len(releases(person)) == left
    assert person.bin.joinpath("acme").is_symlink()


def test_a_running_program_goes_on(person, place):
    """Of one file: the system forbids writing to it. Of a folder: it reads from there later."""
    assert person.run(place.script(files={"acme": Path(shutil.which("cat")).read_bytes()}))[0] == 0
    with running(person.bin / "acme") as first:
        first.stdin.write("running\n")
        first.stdin.flush()
        assert first.stdout.readline() == "running\n"
        tree = {
            "acme/acme": b'#!/bin/sh\nat=$(dirname "$(readlink -f "$0")")\necho running\nread -r _\ncat "$at/words"\n',
            "acme/words": b"of the second\n",
        }
        assert person.run(place.script(TREE, files=tree))[0] == 0
        with running(person.bin / "acme") as second:
            assert second.stdout.readline() == "running\n"
            assert person.run(place.script(TREE, "1.3.0"))[0] == 0
            assert first.communicate("still here")[0] == "still here"
            assert second.communicate("go\n")[0] == "of the second\n"
    assert person.says(person.bin / "acme") == "acme 1.3.0"


def running(program):
    env = {"PATH": "/usr/bin:/bin"}
    return subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)


@pytest.mark.parametrize("programs", [FILE, TREE], ids=["file", "folder"])
def test_several_at_once(person, place, programs):
    scripts = [place.script(programs, f"1.2.{number}") for number in range(6)]
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(person.start(script)) for script in scripts]
        said = [process.communicate()[1] for process in started]
        assert [process.returncode for process in started] == [0] * 6, said
    assert person.says(person.bin / "acme") in {f"acme 1.2.{number}" for number in range(6)}
    assert not [each for each in person.bin.iterdir() if each.name != "acme"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root installs for all")
@pytest.mark.parametrize("programs", [FILE, TREE], ids=["file", "folder"])
def test_root_installs_for_all(place, programs):
    """Where /usr/local is another one, which nobody else sees."""
    inside = 'mount -t tmpfs none /usr/local && "$@" && /usr/local/bin/acme && find /usr/local -type f'
    command = ["unshare", "--mount", "sh", "-c", inside, "sh", *of_shell("dash"), "-s"]
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("mount namespaces are not allowed here")
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    script = place.script(programs)
    ran = subprocess.run(command, input=script, capture_output=True, text=True, check=False, env=env)
    said, version, *files = ran.stdout.splitlines()
    assert (said, version) == ("installed acme 1.2.3: /usr/local/bin/acme", "acme 1.2.3"), ran.stderr
    expected = "/usr/local/bin/acme" if programs is FILE else "/usr/local/lib/acme/1.2.3."
    assert all(file.startswith(expected) for file in files)
    assert ran.stderr.splitlines() == [f"acme: fetching {place.url}{place.asked[0]}"]


def test_help(person, place):
    code, out, err = person.run(place.script(), "--help")
    assert (code, err, place.asked, person.has()) == (0, "", [], [])
    for word in ("--to DIR", "$HOME/.local/bin", "ACME_INSTALL_URL", "acme 1.2.3", "Exit codes: 0"):
        assert word in out


def test_the_archive_belongs_to_who_installs(person, place):
    assert person.run(place.script(TREE))[0] == 0
    assert {each.lstat().st_uid for each in person.home.rglob("*")} == {person.user}
    assert {each.stat().st_mode & 0o777 for each in person.home.rglob("*") if each.is_dir()} == {0o755}
