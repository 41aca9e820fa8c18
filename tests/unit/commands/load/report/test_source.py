"""What a file is, by its content: a record, or single results, with the line of what is wrong."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from load_samples import OPEN, ROWS
from vegeta_samples import CSV_LINE, JSON_LINE, READ

from wherry.commands.load.record import Record
from wherry.commands.load.report import source
from wherry.commands.load.report.document import render
from wherry.commands.load.report.source import opened
from wherry.commands.load.report.vegeta import csv_lines, json_lines
from wherry.errors import UsageError

DOCUMENT = render(OPEN).encode()
LAID_OUT = json.dumps(json.loads(DOCUMENT), indent=2).encode()
JSON = "".join(json_lines(ROWS, "night")).encode()
CSV = "".join(csv_lines(ROWS, "night")).encode()
# The first bytes of a file that `vegeta attack` wrote.
GOB = b"\x7f\xff\x81\x03\x01\x01\x06Result\x01\xff\x82\x00\x01\x0c\x01\x06Attack\x01\x0c\x00\x01\x03Seq\x01\x06\x00\n"


def content(path):
    with opened(str(path)) as found:
        return found if isinstance(found, Record) else list(found)


@pytest.fixture
def file(tmp_path):
    """Writes a file and names it."""

    def write(data: bytes):
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("data", [
    pytest.param(DOCUMENT, id="as it is written"),
    pytest.param(DOCUMENT[:-1], id="without a newline"),
    pytest.param(LAID_OUT, id="laid out for people"),
    pytest.param(b"\xef\xbb\xbf" + DOCUMENT, id="with a byte order mark"),
    pytest.param(b"\n\n" + DOCUMENT, id="after blank lines"),
])  # fmt: skip
def test_a_record(file, data):
    assert content(file(data)) == OPEN


@pytest.mark.parametrize("data", [
    pytest.param(JSON, id="JSON lines"),
    pytest.param(JSON[:-1], id="without the last newline"),
    pytest.param(JSON.replace(b"\n", b"\r\n\r\n"), id="with blank lines of Windows"),
    pytest.param(b"\xef\xbb\xbf" + JSON, id="with a byte order mark"),
])  # fmt: skip
def test_results_in_json(file, data):
    assert content(file(data)) == [(row, "night") for row in ROWS]


@pytest.mark.parametrize("data", [
    pytest.param(CSV, id="CSV"),
    pytest.param(CSV[:-1], id="without the last newline"),
    pytest.param(CSV.replace(b"\n", b"\r\n"), id="with newlines of Windows"),
    pytest.param(CSV.replace(b",", b", "), id="with spaces after commas"),
])  # fmt: skip
def test_results_in_csv(file, data):
    found = content(file(data))
    assert [(row.at_ns, row.latency_ns, row.code, name) for row, name in found] == [
        (row.at_ns, row.latency_ns, row.code, "night") for row in ROWS
    ]


def test_what_vegeta_wrote(file):
    assert content(file(JSON_LINE * 3)) == [(READ, "a")] * 3
    assert content(file((CSV_LINE + "\n").encode() * 3)) == [(READ, "a")] * 3


def test_an_error_of_two_lines_in_csv(file):
    data = b'1,0,5,0,0,"a\nb",,n,0,GET,http://h/,\n' * 2 + b"x\n"
    with pytest.raises(UsageError, match="line 5: not a result of vegeta: 1 columns"):
        content(file(data))


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JSON)))
    assert len(content("-")) == len(ROWS)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(UsageError, match=r"^standard input: there is nothing in it$"):
        content("-")


@pytest.mark.parametrize("data, advice", [
    pytest.param(b"", "there is nothing in it", id="empty"),
    pytest.param(b"\n \n", "there is nothing in it", id="blank"),
    pytest.param(b"Requests  [total]\n", "line 1: neither a record of `wherry load` nor a result of vegeta", id="text"),
    pytest.param(b"\n<html>", "line 2: neither a record of `wherry load` nor a result of vegeta", id="a page"),
    pytest.param(b"\x00\x01", "line 1: neither a record", id="binary"),
    pytest.param(b"[1]", "line 1: neither a record", id="an array"),
    pytest.param(GOB, "it is in vegeta's own encoding, gob, which only Go reads; "
                 "encode it first: vegeta encode --to json FILE", id="gob"),
    pytest.param(b"\x1f\x8b\x08", "it is compressed; gunzip -c FILE | wherry load report -", id="gzip"),
    pytest.param(b'{"latencies":{},"requests":1,"status_codes":{}}\n', "these are vegeta's figures, of which no report "
                 "can be made; give the results; encode it first: vegeta encode --to json FILE", id="figures"),
    pytest.param(b"{}", "line 1: not a result of vegeta: Object missing required field `code`", id="another object"),
    pytest.param(b'{"a"', "line 1: not a result of vegeta: Input data was truncated", id="half an object"),
    pytest.param(b'{"format":"wherry.load/9"}', "a record of the form 'wherry.load/9'; this version of wherry reads "
                 "'wherry.load/1'", id="another version"),
    pytest.param(LAID_OUT[:-20], "line 1: not a result", id="half a record"),
    pytest.param(JSON + b"{\n", "line 4: not a result of vegeta: Input data was truncated", id="half a line"),
    pytest.param(JSON[:-9] + b"\n" + JSON, "line 3: not a result of vegeta", id="a line that is cut off"),
    pytest.param(JSON + CSV, "line 4: not a result of vegeta", id="both"),
    pytest.param(CSV + b'1,200,5,0,0,"x', "line 4: unexpected end of data", id="a quote that does not end"),
    pytest.param(CSV + b'1,200,5,0,0,x"y"\n"z"a', "line 5: ", id="a quote that ends too early"),
    pytest.param(CSV + b"1,200,5,0,0,\xff\n", "line 4: it is not UTF-8", id="no UTF-8"),
    pytest.param(b"timestamp,code\n", "line 1: neither a record", id="a heading"),
    pytest.param(b"1,2,3\n", "line 1: not a result of vegeta: 3 columns, where it writes 12", id="another CSV"),
])  # fmt: skip
def test_what_is_neither(file, data, advice):
    path = file(data)
    with pytest.raises(UsageError) as caught:
        content(path)
    assert caught.value.advice.startswith(f"{path}: {advice}")


@pytest.mark.parametrize("data", [
    pytest.param(b"{" + b" " * 2000, id="JSON"),
    pytest.param(JSON + b"{" + b" " * 2000, id="a later line"),
    pytest.param(CSV + b'"' + b"a,b\n" * 1000, id="a quote that never ends"),
    pytest.param(b"{\n" + b" \n" * 3000, id="a document"),
])  # fmt: skip
def test_what_never_ends_is_given_up(file, data, monkeypatch):
    monkeypatch.setattr(source, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(source, "_LONGEST_DOCUMENT", 5000)
    with pytest.raises(UsageError, match=r"longer than 1000 B|field larger than|does not end here"):
        content(file(data))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"no: reading the file: No such file or directory$"):
        content(tmp_path / "no")
    with pytest.raises(UsageError, match=r"reading the file: Is a directory$"):
        content(tmp_path)


@given(st.one_of(
    st.binary(max_size=60),
    st.tuples(st.sampled_from([JSON, CSV, DOCUMENT, GOB]), st.integers(0, 400), st.binary(max_size=3)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
    ),
))  # fmt: skip
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    try:
        content(path)
    except UsageError as error:
        assert str(error).startswith(f"{path}: ")
