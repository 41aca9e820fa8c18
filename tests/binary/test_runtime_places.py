"""Which place is used, whatever the home is called and wherever it leads."""

from __future__ import annotations

import os
import stat

import pytest

from .runtime import LAST_RESORTS, as_root, left_in, linux, ran, why_refused

pytestmark = linux


def test_the_cache_below_the_home(victim, genuine):
    assert victim.program() == genuine.program_in(victim.place)
    assert {path.name for path in victim.place.iterdir()} == {genuine.identity, ".lock"}


def test_the_cache_folder_of_xdg(victim, genuine):
    cache = victim.home / "not" / "there"
    assert victim.program(XDG_CACHE_HOME=str(cache)) == genuine.program_in(cache / "wherry/runtime")
    assert victim.program(XDG_CACHE_HOME=str(cache), HOME=None) == genuine.program_in(cache / "wherry/runtime")
    assert not victim.place.exists()


@pytest.mark.parametrize("cache", ["", "relative/cache", "~/.cache"])
def test_a_cache_folder_that_is_not_absolute_is_as_good_as_none(victim, genuine, cache):
    assert victim.program(XDG_CACHE_HOME=cache) == genuine.program_in(victim.place)


def test_the_chosen_folder(victim, genuine):
    chosen = victim.home / "not" / "there"
    assert victim.program(WHERRY_RUNTIME_DIR=str(chosen)) == genuine.program_in(chosen)
    assert {path.name for path in chosen.iterdir()} == {genuine.identity, ".lock"}
    assert not victim.place.exists()


def test_an_empty_choice_is_none(victim, genuine):
    assert victim.program(WHERRY_RUNTIME_DIR="") == genuine.program_in(victim.place)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        pytest.param("relative/folder", "absolute", id="not absolute"),
        pytest.param("/proc/wherry", "/proc/wherry", id="that cannot be made"),
        pytest.param("/dev/null", "/dev/null", id="that is no folder"),
        pytest.param("/tmp", "written by others", id="that is everybody's"),
        pytest.param("/" + "a" * 300, "too long", id="with a long name"),
        pytest.param("/" + "a/" * 2500, "too long", id="with a long path"),
    ],
)
def test_a_chosen_folder_that_cannot_be_used_is_an_error(victim, chosen, reason):
    why = why_refused(victim("version", WHERRY_RUNTIME_DIR=chosen))
    assert reason in why
    assert why.startswith(f"wherry: cannot unpack itself: {chosen[:100]}")
    assert not victim.place.exists()


@as_root
@pytest.mark.parametrize(
    "home",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("relative", id="relative"),
        pytest.param("/nonexistent", id="not there"),
        pytest.param("/", id="the root folder"),
        pytest.param("/proc", id="where nothing can be made"),
        pytest.param("/dev/null", id="no folder"),
        pytest.param("/" + "a" * 300, id="a long name"),
        pytest.param("/" + "a/" * 2100, id="longer than a path can be"),
        pytest.param("/tmp/../nonexistent", id="with .. in it"),
    ],
)
def test_a_home_that_is_none(victim, genuine, home):
    assert victim.program(HOME=home) == genuine.program_in(victim.last_resort(LAST_RESORTS[0]))
    assert stat.S_IMODE(victim.last_resort(LAST_RESORTS[0]).stat().st_mode) == 0o700


@pytest.mark.parametrize("spelling", ["{}/", "{}//", "/{}", "{}/."])
def test_a_home_spelt_otherwise(victim, genuine, spelling):
    assert victim.program(HOME=spelling.format(victim.home)) == genuine.program_in(victim.place)


@as_root
@pytest.mark.parametrize("length", [500, 900, 1100, 3000, 4000, 4060])
def test_a_home_with_a_long_path(victim, genuine, length):
    home = victim.home
    while length - len(str(home)) > 100:
        home /= "a" * 80
    home /= "a" * (length - len(str(home)) - 1)
    home.mkdir(parents=True)
    victim.own(victim.home)
    possible = (home / ".cache/wherry/runtime", victim.last_resort(LAST_RESORTS[0]))
    assert victim.program(HOME=str(home)) in [genuine.program_in(place) for place in possible]
    victim.runs(HOME=str(home))


@as_root
@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "a\nb",
        "a\tb",
        "a\\b",
        "a'b\"c`d",
        "a:b",
        "a;b",
        "a,b=c",
        "$ORIGIN",
        "${LIB}",
        "$HOME",
        "%s%n",
        "*?[a]",
        "-a",
        "ü€𝄞",
        "a\udcff\udcfeb",
        "a\x01\x7fb",
    ],
    ids=repr,
)
def test_a_home_with_an_odd_name(victim, genuine, name):
    """Some characters mean something to the loader; what it would find then must not be loaded."""
    home = victim.home / name
    home.mkdir(mode=0o700)
    victim.own(home)
    (victim.home / "a").mkdir(mode=0o700)
    for library in ("libc.so.6", "libpython3.11.so.1.0", "libz.so.1"):
        (victim.home / "a" / library).write_bytes(b"no library")
    victim.own(victim.home / "a")
    possible = (home / ".cache/wherry/runtime", victim.last_resort(LAST_RESORTS[0]))
    assert victim.program(HOME=str(home)) in [genuine.program_in(place) for place in possible]
    victim.runs(HOME=str(home))


def test_a_reason_stays_on_one_line(victim):
    """Whatever is in the name of the place."""
    why_refused(victim("version", WHERRY_RUNTIME_DIR="/proc/a\nb"))


@as_root
def test_a_working_folder_that_cannot_be_read(victim, genuine, grounds):
    closed = grounds / "closed"
    closed.mkdir(mode=0o711)
    process = victim("version", before=["env", "-C", str(closed)])
    ran(process, genuine)


def test_it_starts_again_where_nothing_may_be_written_any_more(victim, genuine):
    victim.runs()
    folder = victim.place / genuine.identity
    for path in (folder / "lib", folder, victim.place, victim.home):
        path.chmod(0o500)
    assert victim.program() == genuine.program_in(victim.place)
    for path in (victim.home, victim.place, folder, folder / "lib"):
        path.chmod(0o700)
    assert left_in(victim.place) == {genuine.identity}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX")
def test_a_first_start_in_a_folder_that_is_gone(victim, genuine):
    gone = victim.home / "gone"
    gone.mkdir()
    victim.own(gone)
    script = 'cd "$0" && rmdir "$0" && exec "$@"'
    for chosen in (None, "relative"):
        process = victim("version", before=["sh", "-c", script, str(gone)], WHERRY_RUNTIME_DIR=chosen)
        assert process.returncode == (3 if chosen else 0), process.stderr
        gone.mkdir(exist_ok=True)
        victim.own(gone)
