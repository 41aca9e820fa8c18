"""Rows of single requests, from the workers' files to one stream by time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.commands.load.report import rows as module
from wherry.commands.load.report.rows import Raw, Row, RowFile, Sorted
from wherry.errors import WherryError

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")
ROWS = st.builds(
    Row,
    st.integers(0, 2**62), st.integers(0, 2**62), st.none() | st.integers(0, 2**62), st.integers(0, 999),
    st.integers(0, 2**40), st.integers(0, 2**40),
    st.sampled_from(["", "timeout"]), st.text(max_size=20), st.just("GET"), st.text(max_size=20),
)  # fmt: skip


def row(at_ns: int) -> Row:
    return Row(at_ns, 2_000_000, 1_000_000, 200, 0, 13, "", "", "GET", "http://127.0.0.1/")


def kept(path, *blocks):
    file = RowFile(path)
    for block in blocks:
        file.add(block)
    file.close()
    return path


@given(blocks=st.lists(st.lists(ROWS, max_size=5), max_size=6), workers=st.integers(1, 3))
@settings(max_examples=50)
def test_all_rows_of_all_workers_come_by_time(tmp_path_factory, blocks, workers):
    folder = tmp_path_factory.mktemp("rows")
    paths = [kept(folder / str(worker), *blocks[worker::workers]) for worker in range(workers)]
    read = list(Raw(paths).rows())
    assert [r.at_ns for r in read] == sorted(r.at_ns for block in blocks for r in block)
    assert sorted(read, key=repr) == sorted((r for block in blocks for r in block), key=repr)


def test_a_plain_tuple_is_a_row(tmp_path):
    path = kept(tmp_path / "rows", [(5, 2_000_000, 1_000_000, 200, 0, 13, "", "", "GET", "http://127.0.0.1/")])
    assert list(Raw([path]).rows()) == [row(5)]


def test_text_that_is_none_does_not_end_the_run(tmp_path):
    path = kept(tmp_path / "rows", [(5, 2, 1, 0, 0, 0, "connect", "\udc80", "GET", "unix:\udcff")])
    (read,) = Raw([path]).rows()
    assert (read.error, read.url) == ("\\udc80", "unix:\\udcff")


@pytest.mark.parametrize("count", [9, 10, 11, 20, 35, 123])
def test_more_than_is_sorted_at_once(tmp_path, monkeypatch, count):
    monkeypatch.setattr(module, "_SORTED_AT_ONCE", 10)
    monkeypatch.setattr(module, "_MERGED_AT_ONCE", 3)
    monkeypatch.setattr(module, "_MOST_RUNS", 3)
    paths = [kept(tmp_path / str(w), [row(at) for at in range(count - 1, -1, -1) if at % 2 == w]) for w in (0, 1)]
    assert [r.at_ns for r in Raw(paths).rows()] == list(range(count))


def test_rows_can_be_had_again(monkeypatch):
    monkeypatch.setattr(module, "_SORTED_AT_ONCE", 10)
    with Sorted(row(at) for at in range(35, 0, -1)) as ordered:
        for _ in range(2):
            assert [each.at_ns for each in ordered.rows()] == list(range(1, 36))


@pytest.mark.parametrize("lost", [1, 4, 6, 40])
def test_a_file_that_is_cut_off_is_told_of(tmp_path, lost):
    path = kept(tmp_path / "rows", [row(1)])
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(WherryError, match="not whole"):
        list(Raw([path]).rows())


def test_a_file_that_is_gone_is_told_of(tmp_path):
    with pytest.raises(WherryError, match="No such file"):
        list(Raw([tmp_path / "rows"]).rows())


@posix
def test_a_full_disk_does_not_end_the_run():
    file = RowFile(Path("/dev/full"))
    for _ in range(100):
        file.add([row(1)] * 100)
    file.close()
