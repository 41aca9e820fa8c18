"""Files that have changed since they were unpacked: damage is repaired, and what is only touched is kept."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from .runtime import contents, left_in, linux

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = linux

FILES = ["wherry", "modules", "lib/ld-linux*", "lib/libc.so*", "lib/libexpat*", "lib/_ssl*.so"]


def unpacked(person) -> Path:
    person.runs()
    return person.place / person.genuine.identity


def one_of(folder: Path, pattern: str) -> Path:
    [path] = folder.glob(pattern)
    return path


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def flip_a_byte(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        [byte] = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def flip_a_byte_and_hide_it(path: Path) -> None:
    about = path.stat()
    flip_a_byte(path)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0")


def remove(path: Path) -> None:
    path.unlink()


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def close_to_everybody(path: Path) -> None:
    path.chmod(0o000)


@pytest.mark.parametrize(
    "damage",
    [truncate, empty, flip_a_byte, flip_a_byte_and_hide_it, append, remove, replace_by_a_folder, close_to_everybody],
)
def test_damage_is_repaired(victim, damage):
    folder = unpacked(victim)
    before = contents(folder)
    for pattern in FILES:
        mode = one_of(folder, pattern).stat().st_mode
        damage(one_of(folder, pattern))
        victim.runs()
        assert contents(folder) == before, pattern
        assert one_of(folder, pattern).stat().st_mode == mode, pattern
        assert left_in(victim.place) == {folder.name}


def test_a_library_folder_that_is_gone(victim):
    folder = unpacked(victim)
    before = contents(folder)
    shutil.rmtree(folder / "lib")
    victim.runs()
    assert contents(folder) == before
    assert left_in(victim.place) == {folder.name}


def test_a_library_folder_that_is_closed(victim):
    folder = unpacked(victim)
    (folder / "lib").chmod(0o000)
    victim.runs()


@pytest.mark.parametrize(
    "seal",
    [None, b"", b"garbage", b"\0" * 100_000, "half", "too long"],
    ids=["none", "empty", "bad", "NUL", "half", "long"],
)
def test_a_seal_that_is_bad_is_made_again(victim, seal):
    folder = unpacked(victim)
    path = folder / ".sealed"
    before, whole = states(folder), path.read_bytes()
    if seal is None:
        path.unlink()
    else:
        path.write_bytes({"half": whole[: len(whole) // 2], "too long": whole * 2}.get(seal, seal))
    victim.runs()
    assert path.read_bytes() == whole
    assert states(folder) == before
    assert {one.name for one in folder.iterdir()} == {"wherry", "modules", "lib", ".sealed"}


def states(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and size in bytes of each file, without the seal."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_size)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".sealed"
    }


def test_files_that_were_only_touched_are_sealed_again(victim):
    folder = unpacked(victim)
    before, seal = states(folder), (folder / ".sealed").read_bytes()
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    victim.runs()
    assert states(folder) == before
    again = (folder / ".sealed").read_bytes()
    assert again != seal
    victim.runs()
    assert (folder / ".sealed").read_bytes() == again


def test_files_that_it_does_not_know_are_left_alone(victim):
    folder = unpacked(victim)
    before = states(folder)
    for name in ("extra", "lib/libextra.so.1", "lib/sitecustomize.py", "encodings.py"):
        (folder / name).write_bytes(b"raise SystemExit(9)")
    victim.runs()
    assert {name: state for name, state in states(folder).items() if name in before} == before


@pytest.mark.parametrize("old", ["moved", "copied", "copied, and the first one damaged"])
def test_a_place_that_is_now_elsewhere(victim, genuine, old):
    """The program names its loader and libraries by absolute paths; those of another place are not to be used."""
    folder = unpacked(victim)
    elsewhere = victim.home / "elsewhere"
    if old == "moved":
        victim.place.rename(elsewhere)
    else:
        shutil.copytree(victim.place, elsewhere, symlinks=True)
        victim.own(elsewhere)
    if old.endswith("damaged"):
        for library in (folder / "lib").iterdir():
            truncate(library)
    assert victim.program(WHERRY_RUNTIME_DIR=str(elsewhere)) == genuine.program_in(elsewhere)
    assert left_in(elsewhere) == {genuine.identity}


def test_damage_below_a_running_server(victim, genuine):
    """The repair puts a new folder there; who runs from the old one goes on."""
    ready = victim.home / "ready"
    with victim.start("serve", "--listen", "127.0.0.1:0", "--ready-file", str(ready)) as server:
        try:
            victim("wait", "--quiet", f"file:{ready}", "--deadline", "30s")
            url = ready.read_text().split()[0]
            (victim.place / genuine.identity / ".sealed").unlink()
            one_of(victim.place / genuine.identity, "lib/_ssl*.so").unlink()
            victim.runs()
            assert victim("request", f"{url}/json", "--retry", "0").returncode == 0
            assert genuine.identity in left_in(victim.place)
        finally:
            server.send_signal(signal.SIGTERM)
            _, words = server.communicate()
    assert "Traceback" not in words
