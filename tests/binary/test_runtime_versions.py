"""Old versions go away when nobody has used them for two weeks; what somebody runs, and what is not ours, stays."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from .runtime import left_in, linux

if TYPE_CHECKING:
    from pathlib import Path

fcntl = pytest.importorskip("fcntl")
pytestmark = linux

DAY_S = 24 * 60 * 60
OLD = "0123456789abcdef" * 2


def age(path: Path, days: float) -> None:
    """As if it had not been used for so many days."""
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))


def put(person, name: str, *, days: float) -> Path:
    """A folder of another version in the place, last used so many days ago."""
    if not person.place.exists():
        person.place.mkdir(parents=True)
        person.own(person.home)
    folder = person.place / name
    (folder / "lib").mkdir(parents=True)
    for file in ("wherry", "modules", ".sealed", "lib/libc.so.6"):
        (folder / file).write_text("old")
    person.own(folder)
    age(folder, days)
    return folder


def unpack_again(person) -> None:
    (person.place / person.genuine.identity / "modules").unlink(missing_ok=True)
    person.runs()


@pytest.mark.parametrize(
    ("name", "days", "stays"),
    [
        pytest.param(OLD, 15, False, id="a version not used for 15 days"),
        pytest.param(OLD, 1000, False, id="a version not used for years"),
        pytest.param(OLD, 13, True, id="a version used 13 days ago"),
        pytest.param(OLD, 1, True, id="a version used yesterday"),
        pytest.param(OLD, -1, True, id="a version used tomorrow, by a clock that was wrong"),
        pytest.param(".new-0123456789abcdef", 0, False, id="unpacked in part"),
        pytest.param(".old-0123456789abcdef", 0, False, id="on its way out"),
        pytest.param("notes", 1000, True, id="a folder of the user's"),
        pytest.param(OLD[1:], 1000, True, id="a name too short"),
        pytest.param(OLD + "0", 1000, True, id="a name too long"),
        pytest.param(OLD.upper(), 1000, True, id="a name in capitals"),
    ],
)
def test_at_the_next_unpacking(victim, genuine, name, days, stays):
    put(victim, name, days=days)
    victim.runs()
    assert left_in(victim.place) == ({genuine.identity, name} if stays else {genuine.identity})


@pytest.mark.parametrize("name", [OLD, ".new-0123456789abcdef", ".old-0123456789abcdef"])
def test_what_somebody_holds_stays(victim, genuine, name):
    folder = put(victim, name, days=1000)
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_SH)
    victim.runs()
    assert (folder / "lib/libc.so.6").exists()
    os.close(held)
    unpack_again(victim)
    assert left_in(victim.place) == {genuine.identity}


def test_a_server_of_another_version_keeps_its_files(victim, genuine):
    ready = victim.home / "ready"
    with victim.start("serve", "--listen", "127.0.0.1:0", "--ready-file", str(ready)) as server:
        try:
            victim("wait", "--quiet", f"file:{ready}", "--deadline", "30s")
            folder = (victim.place / genuine.identity).rename(victim.place / OLD)
            age(folder, 100)
            victim.runs()
            assert (folder / "modules").exists()
            answer = victim("request", ready.read_text().split()[0] + "/ok", "--retry", "0")
            assert (answer.returncode, answer.stdout) == (0, "ok\n"), answer.stderr
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate()
    unpack_again(victim)
    assert left_in(victim.place) == {genuine.identity}


def test_a_command_after_it_does_not_keep_its_files(victim, genuine):
    """`wherry wait -- COMMAND` becomes COMMAND, which may run for months."""
    ready = victim.home / "ready"
    script = f"echo >{ready}; exec cat"
    with victim.start("wait", "--quiet", "file:/", "--", "sh", "-c", f"{script} /dev/zero >/dev/null") as process:
        try:
            victim("wait", "--quiet", f"file:{ready}", "--deadline", "30s")
            age((victim.place / genuine.identity).rename(victim.place / OLD), 100)
            victim.runs()
            assert left_in(victim.place) == {genuine.identity}
        finally:
            process.kill()
            process.communicate()


def test_the_day_of_use_is_noted_once_a_day(victim, genuine):
    victim.runs()
    folder = victim.place / genuine.identity
    age(folder, 0.5)
    noted = folder.stat().st_mtime
    victim.runs()
    assert folder.stat().st_mtime == noted
    age(folder, 2)
    victim.runs()
    assert folder.stat().st_mtime > noted


@pytest.mark.parametrize("since", ["nothing", "the machine was started again"])
def test_old_versions_go_once_a_day_too(victim, genuine, since):
    victim.runs()
    put(victim, OLD, days=15)
    put(victim, ".old-0123456789abcdef", days=0)
    if since != "nothing":
        (victim.place / genuine.identity / ".sealed").write_bytes(b"of another boot")
    age(victim.place / genuine.identity, 2)
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}


def test_what_links_lead_to_is_not_taken_away(victim, genuine):
    precious = victim.home / "precious"
    precious.mkdir()
    (precious / "file").write_text("precious")
    put(victim, OLD, days=15)
    (victim.place / OLD / "inside").symlink_to(precious)
    (victim.place / "f".rjust(32, "0")).symlink_to(precious)
    (victim.place / ".new-link").symlink_to(precious)
    age(precious, 1000)
    age(victim.place / OLD, 15)
    victim.own(victim.home)
    victim.runs()
    unpack_again(victim)
    assert (precious / "file").read_text() == "precious"
    assert OLD not in left_in(victim.place)


def test_a_version_with_folders_in_folders(victim, genuine):
    deep = put(victim, OLD, days=15)
    for name in "abcdefgh":
        deep /= name
        deep.mkdir()
        (deep / "file").write_text("deep")
    victim.own(victim.home)
    age(victim.place / OLD, 15)
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}
