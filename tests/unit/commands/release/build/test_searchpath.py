"""Folders that ELF files look for libraries in: built files in every form, garbage, and what gcc has linked."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress

import pytest
from elf_files import elf
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.build.elf import DT_STRTAB, Elf, ElfError, needed_versions, soname
from wherry.commands.release.build.searchpath import clean, without_absolute
from wherry.errors import WherryError

NEEDED, SONAME, RPATH, RUNPATH = 1, 14, 15, 29


def names(data, *tags):
    """The texts of the entries with one of the ``tags``."""
    read = Elf(data)
    entries = list(read.dynamic())
    table = next(read.offset(value) for _, tag, value in entries if tag == DT_STRTAB)
    return [read.text(table + value) for _, tag, value in entries if tag in tags]


@pytest.mark.parametrize("wide", [True, False], ids=["64 bits", "32 bits"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize("tag", [RPATH, RUNPATH], ids=["RPATH", "RUNPATH"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/home/ada/python/lib", []),
        (b"lib", []),
        (b"", []),
        (b":", []),
        (b"$ORIGIN", ["$ORIGIN"]),
        (b"$ORIGIN/../lib:${ORIGIN}", ["$ORIGIN/../lib:${ORIGIN}"]),
        (b"$ORIGIN/../lib:/home/ada", ["$ORIGIN/../lib"]),
        (b"$ORIGIN:lib", ["$ORIGIN"]),
        (b"/home/ada:$ORIGIN/../lib", ["$ORIGIN/../lib"]),
        (b"/a:$ORIGIN:/b:$ORIGIN/c:/d", ["$ORIGIN:$ORIGIN/c"]),
        (b"/a:$ORIGIN:/b:$ORIGIN/c", ["$ORIGIN:$ORIGIN/c"]),
    ],
)
def test_what_is_relative_to_the_file_stays(wide, order, tag, old, new):
    data = elf(wide=wide, order=order, entries=[(NEEDED, b"libz.so.1"), (tag, old), (SONAME, b"libacme.so")])
    cleaned = without_absolute(data)
    assert names(cleaned, RPATH, RUNPATH) == new
    assert names(cleaned, NEEDED) == ["libz.so.1"]
    assert (soname(cleaned), needed_versions(cleaned)) == ("libacme.so", needed_versions(data))
    assert b"/home" not in cleaned
    assert len(cleaned) == len(data)
    assert without_absolute(cleaned) == cleaned


def test_a_name_that_is_the_end_of_a_folder_stays():
    data = elf(entries=[(RUNPATH, b"/home/ada/lib"), (NEEDED, b"ada/lib"), (SONAME, b"lib")])
    cleaned = without_absolute(data)
    assert names(cleaned, NEEDED, SONAME, RUNPATH) == ["ada/lib", "lib"]
    assert b"/home" not in cleaned


def test_a_folder_that_is_the_end_of_a_name_is_dropped_and_no_more():
    data = elf(entries=[(NEEDED, b"/opt/acme/lib"), (RUNPATH, b"/acme/lib")])
    assert names(without_absolute(data), NEEDED, RUNPATH) == ["/opt/acme/lib"]


def test_both_kinds():
    data = elf(entries=[(RPATH, b"/home/ada/lib"), (RUNPATH, b"/home/ada/lib"), (SONAME, b"libacme.so")])
    cleaned = without_absolute(data)
    assert names(cleaned, RPATH, RUNPATH, SONAME) == ["libacme.so"]


def test_files(tmp_path):
    (tmp_path / "inner").mkdir()
    data = elf(entries=[(RUNPATH, b"/home/ada/lib")])
    for name, contents in (("a.so", data), ("inner/b.so", data), ("c.txt", b"/home/ada/lib"), ("d.so", elf())):
        (tmp_path / name).write_bytes(contents)
    (tmp_path / "a.so").chmod(0o555)
    (tmp_path / "link.so").symlink_to("a.so")
    clean(tmp_path)
    for name in ("a.so", "inner/b.so"):
        assert (tmp_path / name).read_bytes() == without_absolute(data)
    assert (tmp_path / "a.so").stat().st_mode & 0o777 == 0o555
    assert (tmp_path / "c.txt").read_bytes() == b"/home/ada/lib"
    assert (tmp_path / "link.so").is_symlink()
    (tmp_path / "inner" / "b.so").write_bytes(data[:150])
    with pytest.raises(WherryError, match=r"^inner/b.so is no sound ELF file: it is cut short$"):
        clean(tmp_path)


@given(
    st.booleans(),
    st.sampled_from("<>"),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_few_bytes_damaged_are_no_more_than_an_error(wide, order, changes):
    data = bytearray(elf(wide=wide, order=order, entries=[(RPATH, b"/a:$ORIGIN/lib"), (RUNPATH, b"/home/ada/lib")]))
    for offset, value in changes:
        data[offset % len(data)] = value
    with suppress(ElfError):
        assert len(without_absolute(bytes(data))) == len(data)


@pytest.mark.skipif(not shutil.which("gcc") or not shutil.which("readelf"), reason="gcc and readelf are not installed")
def test_a_program_that_is_linked_still_finds_its_library(tmp_path):
    (tmp_path / "lib.c").write_text("int lib(void) { return 7; }\n")
    (tmp_path / "main.c").write_text("int lib(void);\nint main(void) { return lib(); }\n")
    where = f"-Wl,-rpath,{tmp_path}/lib:$ORIGIN/inner:/nowhere"
    for command in (
        ["gcc", "-shared", "-fPIC", "-Wl,-rpath,/nowhere/lib", "-o", "liblib.so", "lib.c"],
        ["gcc", "-o", "program", "main.c", "-L.", "-llib", where],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / "inner").mkdir()
    (tmp_path / "liblib.so").rename(tmp_path / "inner" / "liblib.so")
    clean(tmp_path)
    assert subprocess.run([tmp_path / "program"], check=False).returncode == 7
    for file, told in (("program", "[$ORIGIN/inner]"), ("inner/liblib.so", None)):
        read = subprocess.run(["readelf", "-dW", tmp_path / file], check=True, capture_output=True, text=True)
        paths = [line.split(": ")[1] for line in read.stdout.splitlines() if "PATH)" in line]
        assert (paths, read.stderr) == ([told] if told else [], "")
