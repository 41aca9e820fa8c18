"""What another user puts in the way is neither executed nor written to; the next place is used.

The places outside the home are the machine's own, under the number of a user that does not exist. That the next place
is used is seen from the file that is executed in the end.
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from .runtime import LAST_RESORTS, as_root, give, left_in, linux, plant, why_refused

pytestmark = [linux, as_root]

FIRST, SECOND, THIRD = LAST_RESORTS


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o1777, 0o700], ids=oct)
def test_a_folder_of_another_user(victim, attacker, genuine, mode):
    planted = victim.last_resort(FIRST)
    plant(planted, genuine, attacker)
    planted.chmod(mode)
    assert victim.program(HOME=None) == genuine.program_in(victim.last_resort(SECOND))
    assert left_in(planted) == {genuine.identity}


def test_folders_of_another_user_everywhere(victim, attacker, genuine):
    for parent in LAST_RESORTS:
        plant(victim.last_resort(parent), genuine, attacker)
    assert victim.program(HOME=None).startswith("/memfd:")


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777, 0o720, 0o702], ids=oct)
def test_a_folder_that_others_may_write_to(victim, genuine, mode):
    planted = victim.last_resort(FIRST)
    plant(planted, genuine, victim.uid)
    planted.chmod(mode)
    assert victim.program(HOME=None) == genuine.program_in(victim.last_resort(SECOND))
    assert left_in(planted) == {genuine.identity}


@pytest.mark.parametrize("to", ["the attacker's folder", "the victim's folder", "nothing"])
def test_a_link_of_another_user(victim, attacker, genuine, grounds, to):
    target = grounds / "target"
    if to != "nothing":
        plant(target, genuine, attacker if to == "the attacker's folder" else victim.uid)
    planted = victim.last_resort(FIRST)
    planted.symlink_to(target)
    give(attacker, planted)
    assert victim.program(HOME=None) == genuine.program_in(victim.last_resort(SECOND))
    assert not target.exists() or left_in(target) == {genuine.identity}


@pytest.mark.parametrize("kind", ["file", "pipe", "socket"])
@pytest.mark.parametrize("whose", ["the attacker's", "the victim's"])
def test_something_that_is_no_folder(victim, attacker, genuine, kind, whose):
    planted = victim.last_resort(FIRST)
    if kind == "file":
        planted.write_text("theirs")
    elif kind == "pipe":
        os.mkfifo(planted)
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(planted))
    give(attacker if whose == "the attacker's" else victim.uid, planted)
    assert victim.program(HOME=None) == genuine.program_in(victim.last_resort(SECOND))


@pytest.mark.parametrize("component", ["home", ".cache", "wherry", "runtime"])
@pytest.mark.parametrize("how", ["0777", "0770", "owner", "link"])
def test_each_component_of_the_way_to_the_cache(victim, attacker, genuine, component, how):
    plant(victim.place, genuine, victim.uid)
    victim.own(victim.home)
    path = victim.home
    while path.name != component and component != "home":
        path /= {".cache": "wherry", "wherry": "runtime"}.get(path.name, ".cache")
    if how.isdigit():
        path.chmod(int(how, 8))
    elif how == "owner":
        give(attacker, path)
        path.chmod(0o755)
    else:
        path.rename(path.with_name("moved"))
        path.symlink_to("moved")
        give(attacker, path)
    assert victim.program() == genuine.program_in(victim.last_resort(FIRST))


@pytest.mark.parametrize(
    ("mode", "whose", "used"),
    [
        pytest.param(0o777, "root", False, id="that everybody may write to"),
        pytest.param(0o775, "root", False, id="that a group may write to"),
        pytest.param(0o755, "the attacker", False, id="of another user"),
        pytest.param(0o1777, "the attacker", False, id="of another user, sticky"),
        pytest.param(0o1777, "root", True, id="like /tmp"),
        pytest.param(0o755, "the victim", True, id="of one's own"),
    ],
)
def test_a_home_in_a_folder(victim, attacker, genuine, grounds, mode, whose, used):
    parent = grounds / "parent"
    parent.mkdir()
    parent.chmod(mode)
    owner = {"root": 0, "the attacker": attacker, "the victim": victim.uid}[whose]
    os.chown(parent, owner, owner)
    home = victim.home.rename(parent / "home")
    expected = home / ".cache/wherry/runtime" if used else victim.last_resort(FIRST)
    assert victim.program(HOME=str(home)) == genuine.program_in(expected)
    assert used or not list(home.iterdir())


@pytest.mark.parametrize("whose", ["root", "the victim"])
def test_a_link_of_ones_own_or_of_the_administrator_is_followed(victim, genuine, grounds, whose):
    """A cache on a scratch disk, or /home itself somewhere else."""
    scratch = grounds / "scratch"
    scratch.mkdir(mode=0o700)
    victim.own(scratch)
    link = victim.home / ".cache"
    link.symlink_to(scratch)
    if whose == "the victim":
        victim.own(link)
    assert victim.program() == genuine.program_in(scratch / "wherry/runtime")


def test_links_that_lead_to_each_other(victim, genuine):
    (victim.home / ".cache").symlink_to("other")
    (victim.home / "other").symlink_to(".cache")
    victim.own(victim.home)
    assert victim.program() == genuine.program_in(victim.last_resort(FIRST))


def test_a_link_of_ones_own_into_a_folder_of_another_user(victim, attacker, genuine, grounds):
    theirs = grounds / "theirs"
    plant(theirs / "wherry/runtime", genuine, victim.uid)
    give(attacker, theirs)
    (victim.home / ".cache").symlink_to(theirs)
    victim.own(victim.home / ".cache")
    assert victim.program() == genuine.program_in(victim.last_resort(FIRST))


def test_the_chosen_folder_of_another_user_is_refused(victim, attacker, genuine, grounds):
    planted = grounds / "planted"
    plant(planted, genuine, attacker)
    why = why_refused(victim("version", WHERRY_RUNTIME_DIR=str(planted)))
    assert str(planted) in why
    assert str(attacker) in why
    assert not victim.place.exists()


@pytest.mark.parametrize("what", ["", "lib", "wherry", "modules"])
@pytest.mark.parametrize("how", ["owner", "link", "0777"])
def test_unpacked_files_that_are_another_users_are_unpacked_again(victim, attacker, genuine, what, how):
    """Whoever has lost control of these files for a while must not run what is in them now."""
    victim.runs()
    folder = victim.place / genuine.identity
    path = folder / what
    if how == "link":
        moved = victim.home / "moved"
        path.rename(moved)
        path.symlink_to(moved)
        give(attacker, path, moved)
    elif how == "owner":
        give(attacker, path)
        (path if path.is_dir() else path.parent).chmod(0o755)
    else:
        path.chmod(0o777)
    victim.runs()
    assert genuine.identity in left_in(victim.place)
    for one in (folder, *folder.rglob("*")):
        about = one.lstat()
        assert about.st_uid == victim.uid, one
        assert not stat.S_ISLNK(about.st_mode), one
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("kind", ["file", "pipe", "link to a file", "link to a pipe", "folder"])
@pytest.mark.parametrize("name", [".lock", "ID"])
def test_something_else_where_a_file_of_its_own_should_be(victim, genuine, kind, name):
    """It neither hangs, nor writes to what a link leads to."""
    victim.place.mkdir(parents=True, mode=0o700)
    path = victim.place / name.replace("ID", genuine.identity)
    target = victim.home / "target"
    if kind == "folder":
        path.mkdir()
    elif "pipe" in kind:
        os.mkfifo(target if "link" in kind else path)
    else:
        (target if "link" in kind else path).write_text("precious")
    if "link" in kind:
        path.symlink_to(target)
    victim.own(victim.home)
    victim.runs()
    victim.runs()
    if kind == "link to a file":
        assert target.read_text() == "precious"
    if name == "ID":
        assert left_in(victim.place) == {genuine.identity}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
def test_nobody_else_can_look_into_it(victim, genuine, umask):
    process = victim("version", before=["sh", "-c", f'umask {umask:o}; exec "$@"', "sh"])
    assert process.stdout == genuine.version, process.stderr
    for path in (victim.place, victim.place / genuine.identity, victim.place / genuine.identity / "lib"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in victim.place.rglob("*"):
        assert not path.stat().st_mode & 0o022, path
    for parent in (victim.home / ".cache", victim.home / ".cache/wherry"):
        assert stat.S_IMODE(parent.stat().st_mode) == 0o700, parent


def test_no_descriptor_of_another_users_folder_is_kept(victim, attacker, genuine, grounds):
    """What was looked at and refused is not open in the program that runs then."""
    for parent in (FIRST, SECOND):
        plant(victim.last_resort(parent), genuine, attacker)
    listing = grounds / "open"
    listing.mkdir(mode=0o700)
    victim.own(listing)
    words = f'exec:sh -c "ls -l /proc/$PPID/fd >{listing}/files"'
    process = victim("wait", "--quiet", words, HOME=None)
    assert process.returncode == 0, process.stderr
    assert f"wherry-{victim.uid}" not in Path(listing / "files").read_text().replace(f"{THIRD}/wherry-{victim.uid}", "")
