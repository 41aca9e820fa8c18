"""Symbol versions that ELF files need: real ones, built ones in every form, and garbage."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from elf_files import elf
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.build.elf import ElfError, needed_versions, soname


@pytest.mark.parametrize("wide", [True, False], ids=["64 bits", "32 bits"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_each_form(wide, order):
    assert needed_versions(elf(wide=wide, order=order)) == {"GLIBC_2.2.5", "GLIBC_2.34", "GCC_3.0"}


@pytest.mark.parametrize("wide", [True, False], ids=["64 bits", "32 bits"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_its_own_name(wide, order):
    assert soname(elf(wide=wide, order=order, entries=[(14, b"libown.so.1")])) == "libown.so.1"
    assert soname(elf(wide=wide, order=order)) is None


@pytest.mark.parametrize("data", [b"\x7fELF", elf()[:100]], ids=["four bytes", "cut short"])
def test_damage_is_no_name(data):
    with pytest.raises(ElfError):
        soname(data)


def test_nothing_is_needed_without_a_dynamic_section():
    data = bytearray(elf())
    struct.pack_into("<H", data, 56, 1)  # only the first segment counts
    assert needed_versions(bytes(data)) == frozenset()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has ELF files")
def test_the_same_as_readelf_says():
    program = Path(sys.executable).resolve()
    try:
        said = subprocess.run(["readelf", "-V", program], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("no readelf (binutils)")
    needs = said.partition("Version needs section")[2]
    assert needed_versions(program.read_bytes()) == set(re.findall(r"Name: (\S+)", needs))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"#!/bin/sh\n", id="a script"),
        pytest.param(b"\x7fELF\x03\x01" + bytes(100), id="no class"),
        pytest.param(elf()[:200], id="cut"),
        pytest.param(elf(base=1 << 40).replace(struct.pack("<Q", 1 << 40), bytes(8)), id="addresses in no segment"),
        pytest.param(elf()[:-1].replace(b"\0GCC_3.0\0", b"\0" + b"G" * 8), id="cut in the table"),
    ],
)
def test_damage(data):
    with pytest.raises(ElfError):
        needed_versions(data)


@given(st.binary(max_size=300), st.sampled_from([b"\x01\x01", b"\x01\x02", b"\x02\x01", b"\x02\x02"]))
def test_garbage_is_an_error_of_its_own_or_nothing(data, form):
    with suppress(ElfError):
        needed_versions(b"\x7fELF" + form + data)


@given(
    st.booleans(),
    st.sampled_from("<>"),
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_few_bytes_damaged_are_no_more_than_an_error(wide, order, changes):
    data = bytearray(elf(wide=wide, order=order))
    for offset, value in changes:
        data[offset % len(data)] = value
    with suppress(ElfError):
        needed_versions(bytes(data))
