"""A segment more, with readelf and the kernel as judges."""

from __future__ import annotations

import re

import pytest
from compiled import compile_c, needs_compiler, readelf, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wherry.commands.release.launcher import elf

SOURCE = 'int puts(const char *); int main(void) { puts("it runs"); return 0; }'
LOAD = re.compile(r"LOAD +(0x\w+) (0x\w+) 0x\w+ (0x\w+) (0x\w+) (...) (0x\w+)")


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    forms = {"static": ["-static-pie", "-s"], "dynamic": [], "old": ["-no-pie"]}
    return {name: compile_c(SOURCE, folder / name, *options) for name, options in forms.items()}


def loads(data, path):
    """Each segment to load: offset, address, size in the file, size in memory, flags, alignment."""
    found = LOAD.findall(readelf(data, path, "--program-headers"))
    return [(*(int(each, 16) for each in row[:4]), row[4].replace(" ", ""), int(row[5], 16)) for row in found]


@needs_compiler
@pytest.mark.parametrize("form", ["static", "dynamic", "old"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.one_of(st.integers(1, 3), st.integers(4090, 4100), st.integers(1, 1 << 20)), tail=st.integers(0, 5000))
def test_a_segment_of_any_size_behind_a_file_of_any_size(programs, tmp_path, form, size, tail):
    before = programs[form] + bytes(tail)
    content = bytes(index % 251 for index in range(size))
    added = elf.with_segment(before, content)
    old, new = loads(before, tmp_path / "before"), loads(added.data, tmp_path / "after")
    assert new[:-1] == old
    assert new[-1] == (added.offset, added.address, size, size, "R", new[-1][5])
    assert new[-1][0] % new[-1][5] == new[-1][1] % new[-1][5] == 0
    assert added.address >= max(address + memory for _, address, _, memory, _, _ in old)
    assert added.data[added.offset :] == content
    assert added.data.startswith(before[:16])
    ran = run(added.data, tmp_path / "program")
    assert (ran.stdout, ran.returncode) == ("it runs\n", 0)


@needs_compiler
def test_nothing_but_the_table_changes(programs):
    before = programs["static"]
    after = elf.with_segment(before, b"content").data
    table = range(64, 64 + 56 * len(elf.segments(before)))
    assert all(before[at] == after[at] for at in range(len(before)) if at not in table)


@needs_compiler
def test_two_segments_more(programs, tmp_path):
    """A file with two notes has room for two; then there is none."""
    one = elf.with_segment(programs["static"], b"one")
    two = elf.with_segment(one.data, b"two")
    assert [row[2] for row in loads(two.data, tmp_path / "two")][-2:] == [3, 3]
    assert run(two.data, tmp_path / "program").stdout == "it runs\n"
    with pytest.raises(ValueError, match="no header to spare"):
        elf.with_segment(two.data, b"three")


@needs_compiler
def test_the_libraries_that_a_program_needs(programs):
    assert [*elf.needed(programs["dynamic"])] == ["libc.so.6"]
    assert [*elf.needed(programs["static"])] == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"#!/bin/sh\n", id="a script"),
        pytest.param(b"\x7fELF\x01\x01" + bytes(100), id="32 bits"),
        pytest.param(b"\x7fELF\x02\x02" + bytes(100), id="the other byte order"),
        pytest.param(b"\x7fELF\x02\x01" + bytes(10), id="cut short"),
        pytest.param(b"\x7fELF\x02\x01" + bytes(26) + b"\xff" * 40, id="a table beyond the end"),
    ],
)
def test_what_is_no_such_file(data):
    with pytest.raises(ValueError, match=r"ELF|short|header"):
        elf.with_segment(data, b"content")
