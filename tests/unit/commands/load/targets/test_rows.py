from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.targets.call import Fault
from wherry.commands.load.targets.lines import lines_of
from wherry.commands.load.targets.rows import CsvRows, JsonRows


def rows(reader: CsvRows | JsonRows, data: bytes) -> list[tuple[int, Any, float | None]]:
    return [(line.number, *reader.read(line.data)) for line in reader.records(lines_of(io.BytesIO(data)))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"id,name\n1,a\n2,b\n", [(2, {"id": "1", "name": "a"}), (3, {"id": "2", "name": "b"})], id="plain"
        ),
        pytest.param(b"\xef\xbb\xbfid\r\n1\r\n\r\n2", [(2, {"id": "1"}), (4, {"id": "2"})], id="excel"),
        pytest.param(
            b'id,t\n1,"a,""b""\nc"\n2,x\n', [(2, {"id": "1", "t": 'a,"b"\nc'}), (4, {"id": "2", "t": "x"})], id="quotes"
        ),
        pytest.param(b'"id", t \n1,\n', [(2, {"id": "1", "t": ""})], id="empty-cell-and-space-around-a-name"),
        pytest.param("id\nü\n".encode(), [(2, {"id": "ü"})], id="utf-8"),
        pytest.param(b"id\n", [], id="no-rows"),
    ],
)
def test_csv(data: bytes, expected: list[tuple[int, dict[str, str]]]) -> None:
    assert [(line, row) for line, row, _ in rows(CsvRows(["id"]), data)] == expected


def test_a_weight_is_a_column_like_the_others() -> None:
    assert rows(CsvRows(["id"]), b"id,weight\n1,0.5\n") == [(2, {"id": "1", "weight": "0.5"}, 0.5)]
    assert rows(JsonRows(), b'{"id": 1, "weight": 3}') == [(1, {"id": 1, "weight": 3}, 3)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"ids\n1\n", "there is no column 'id'; did you mean \"ids\"?; there are ids", id="no-column"),
        pytest.param(b"id,id\n", "two columns are named 'id'", id="twice"),
        pytest.param(b"id,\n", "column 2 has no name", id="no-name"),
        pytest.param(b"id,b\n1\n", "1 field, where the first line names 2 columns", id="too-few"),
        pytest.param(b"id\n1,2\n", "2 fields, where the first line names 1 column", id="too-many"),
        pytest.param(b'id\n"1\n2\n', "a quote is not closed", id="open-quote"),
        pytest.param(b'id\n"1"2\n', "',' expected after '\"'", id="after-a-quote"),
        pytest.param(b"id\n\xff\n", "not UTF-8 text", id="no-text"),
        pytest.param(b"id,weight\n1,x\n", "the weight 'x' is not a number", id="weight"),
    ],
)
def test_what_is_wrong_with_csv(data: bytes, words: str) -> None:
    with pytest.raises(Fault) as caught:
        rows(CsvRows(["id"]), data)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"[1]", 'a row is a JSON object, such as {"id": 1}', id="list"),
        pytest.param(b"{", "not JSON: Input data was truncated", id="cut"),
        pytest.param(b'{"a": "\xff"}', "not UTF-8 text", id="no-text"),
        pytest.param(b'{"weight": true}', "the weight True is not a number", id="weight"),
        pytest.param(b"[" * 100_000, "not JSON: ", id="deep"),
    ],
)
def test_what_is_wrong_with_json(data: bytes, words: str) -> None:
    with pytest.raises(Fault) as caught:
        rows(JsonRows(), data)
    assert str(caught.value).startswith(words)


_CELL = st.text(alphabet=st.sampled_from('ab,"\n\r ü'), max_size=5)


@given(st.lists(st.lists(_CELL, min_size=2, max_size=2), max_size=5))
def test_what_a_table_holds_is_what_was_written(table: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *table])
    found = rows(CsvRows(["a"]), file.getvalue().encode())
    assert [[row["a"], row["b"]] for _, row, _ in found] == table
