"""The newest glibc of a program's files, and the limit."""

from __future__ import annotations

import pytest
from elf_files import elf

from wherry.commands.release.build.glibc import newest, order
from wherry.commands.release.build.program import Program, check_glibc, glibc
from wherry.errors import NotMet


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([], None, id="static"),
        pytest.param(["GCC_3.0", "GLIBC_PRIVATE", "GLIBCXX_3.4"], None, id="of others"),
        pytest.param(["GLIBC_2.9", "GLIBC_2.17", "GLIBC_2.2.5"], "2.17", id="as numbers"),
        pytest.param(["GLIBC_2.34", "GLIBC_ABI_DT_RELR"], "2.36", id="packed relocations"),
    ],
)
def test_newest(versions, expected):
    need = newest("file", versions)
    assert (need and need.version) == expected


def test_order():
    assert order("2.9") < order("2.17") < order("2.17.1") < order("3.0")


def program(path):
    return Program("acme", "acme", path, path / "acme", path)


def test_over_every_file_of_a_folder(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "acme").write_bytes(elf([("libc.so.6", ["GLIBC_2.17"])]))
    (tmp_path / "lib" / "a.so").write_bytes(elf([("libc.so.6", ["GLIBC_2.38", "GLIBC_2.4"])]))
    (tmp_path / "lib" / "text").write_text("GLIBC_2.99")
    need = glibc(program(tmp_path))
    assert (need.file, need.symbol, need.version) == ("lib/a.so", "GLIBC_2.38", "2.38")
    check_glibc(need, "2.38")
    with pytest.raises(NotMet, match=r"^lib/a\.so needs GLIBC_2\.38, and glibc_max is 2\.28$"):
        check_glibc(need, "2.28")


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "acme").write_bytes(elf()[:100])
    with pytest.raises(NotMet, match="acme is no sound ELF file"):
        glibc(program(tmp_path))


def test_a_script_needs_none(tmp_path):
    (tmp_path / "acme").write_text("#!/bin/sh\n")
    need = glibc(Program("acme", "acme", tmp_path / "acme", tmp_path / "acme", tmp_path / "acme"))
    assert need is None
    check_glibc(need, "2.1")
