"""Lines of single requests, as vegeta writes and reads them."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vegeta_samples import AT, CSV_LINE, JSON_LINE, READ

from wherry.commands.load.record import ErrorClass
from wherry.commands.load.report.rows import Row
from wherry.commands.load.report.vegeta import csv_lines, from_csv, from_json, json_lines

ROW = Row(AT, 2_500_000, 2_000_000, 200, 7, 13, "", "", "GET", "http://127.0.0.1:8080/")
REFUSED = Row(AT + 10**9, 90, 80, 0, 0, 0, "connect", 'a "b", c', "POST", "http://127.0.0.1:8080/")

texts = st.text(st.characters(codec="utf-8"), max_size=12)
rows = st.builds(
    Row, st.integers(-(2**60), 2**62), st.integers(0, 2**62), st.none() | st.integers(0, 2**62),
    st.just(0) | st.integers(100, 599), st.integers(0, 2**40), st.integers(0, 2**40),
    st.sampled_from(["", *ErrorClass]), texts, st.sampled_from(["GET", "POST"]), texts,
)  # fmt: skip


def split(line: str) -> list[str]:
    (columns,) = csv.reader([line], strict=True)
    return columns


def test_json_as_it_is_written():
    assert "".join(json_lines([ROW, REFUSED], "night")).splitlines() == [
        '{"attack":"night","seq":0,"code":200,"timestamp":"2026-11-24T15:20:42.1234567Z","latency":2500000,'
        '"bytes_out":7,"bytes_in":13,"error":"","body":"","method":"GET","url":"http://127.0.0.1:8080/",'
        '"headers":null,"service":2000000,"kind":""}',
        '{"attack":"night","seq":1,"code":0,"timestamp":"2026-11-24T15:20:43.1234567Z","latency":90,'
        '"bytes_out":0,"bytes_in":0,"error":"a \\"b\\", c","body":"","method":"POST","url":"http://127.0.0.1:8080/",'
        '"headers":null,"service":80,"kind":"connect"}',
    ]


def test_csv_as_it_is_written():
    assert "".join(csv_lines([ROW, REFUSED], "night")).splitlines() == [
        "1795533642123456700,200,2500000,7,13,,,night,0,GET,http://127.0.0.1:8080/,",
        '1795533643123456700,0,90,0,0,"a ""b"", c",,night,1,POST,http://127.0.0.1:8080/,',
    ]


def test_what_vegeta_wrote_is_read():
    assert from_json(JSON_LINE) == (READ, "a")
    assert from_csv(split(CSV_LINE)) == (READ, "a")


@pytest.mark.parametrize("text, ns", [
    pytest.param("1970-01-01T00:00:00Z", 0, id="the epoch"),
    pytest.param("1970-01-01T00:00:00.000000001Z", 1, id="a nanosecond"),
    pytest.param("1970-01-01T00:00:00.5Z", 500_000_000, id="one digit"),
    pytest.param("1970-01-01T01:00:00+01:00", 0, id="east"),
    pytest.param("1969-12-31T19:30:00-04:30", 0, id="west"),
    pytest.param("1969-12-31T23:59:59.999999999Z", -1, id="before"),
    pytest.param("1970-01-01t00:00:00z", 0, id="small letters"),
])  # fmt: skip
def test_timestamps(text, ns):
    row, _ = from_json(json.dumps({"timestamp": text, "code": 200, "latency": 1}).encode())
    assert row.at_ns == ns


@given(st.lists(rows, max_size=4), texts)
def test_json_reads_as_it_was(given_rows, attack):
    lines = "".join(json_lines(given_rows, attack))
    assert lines.replace("\n", "").isprintable()
    read = [from_json(line.encode()) for line in lines.splitlines()]
    assert read == [(row, attack) for row in given_rows]


@given(st.lists(rows, max_size=4), texts)
def test_csv_has_twelve_columns_a_line_and_its_numbers_read_as_they_were(given_rows, attack):
    lines = "".join(csv_lines(given_rows, attack)).split("\n")[:-1]
    assert len(lines) == len(given_rows)
    for seq, (line, before) in enumerate(zip(lines, given_rows, strict=True)):
        assert line.isprintable()
        columns = split(line)
        assert len(columns) == 12
        assert columns[8] == str(seq)
        row, _ = from_csv(columns)
        assert (row.at_ns, row.code, row.latency_ns, row.bytes_out, row.bytes_in, row.method) == (
            before.at_ns, before.code, before.latency_ns, before.bytes_out, before.bytes_in, before.method,
        )  # fmt: skip


@pytest.mark.parametrize("code, error, kind", [
    pytest.param(200, "", "", id="answered"),
    pytest.param(304, "", "", id="not modified"),
    pytest.param(200, "body: x", "expect", id="not as expected"),
    pytest.param(404, "404 Not Found", "status", id="status"),
    pytest.param(500, "", "status", id="status without words"),
    pytest.param(100, "100 Continue", "status", id="no success"),
    pytest.param(0, 'Get "http://h/": dial tcp: lookup h: no such host', "dns", id="dns"),
    pytest.param(0, 'Get "http://h/": dial tcp 127.0.0.1:1: connect: connection refused', "connect", id="connect"),
    pytest.param(0, 'Get "http://h/": dial tcp 127.0.0.1:1: i/o timeout', "timeout", id="time-out of dial"),
    pytest.param(0, 'Get "http://h/": context deadline exceeded (Client.Timeout exceeded)', "timeout", id="time-out"),
    pytest.param(0, 'Get "https://h/": x509: certificate signed by unknown authority', "tls", id="certificate"),
    pytest.param(0, 'Get "https://h/": tls: first record does not look like a TLS handshake', "tls", id="tls"),
    pytest.param(0, 'Get "http://h/": proxyconnect tcp: dial tcp: refused', "proxy", id="proxy"),
    pytest.param(0, "read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer", "reset", id="reset"),
    pytest.param(0, 'Get "http://h/": EOF', "closed", id="closed"),
    pytest.param(0, 'Get "http://h/": malformed HTTP response "x"', "protocol", id="protocol"),
    pytest.param(0, "", "protocol", id="nothing is known"),
])  # fmt: skip
def test_the_class_of_a_failure_by_its_words(code, error, kind):
    row, _ = from_csv(["0", str(code), "1", "0", "0", error])
    assert row.kind == kind


@pytest.mark.parametrize("line, words", [
    pytest.param(b"", "Input data was truncated", id="empty"),
    pytest.param(b"{", "Input data was truncated", id="half"),
    pytest.param(b"[1]", "Expected `object`, got `array`", id="no object"),
    pytest.param(b"\xff", "JSON is malformed", id="no UTF-8"),
    pytest.param(b'{"a":"\xff"}', "not a result", id="no UTF-8 in a string"),
    pytest.param(b'{"code":200,"latency":1}', "missing required field `timestamp`", id="no timestamp"),
    pytest.param(b'{"code":"200","timestamp":"","latency":1}', "Expected `int`, got `str`", id="another type"),
    pytest.param(b'{"code":200,"timestamp":"yesterday","latency":1}', "the timestamp is 'yesterday'", id="no time"),
    pytest.param(b'{"code":200,"timestamp":"2026-02-30T00:00:00Z","latency":1}', "the timestamp is", id="no day"),
    pytest.param(b'{"code":200,"timestamp":"9999-01-01T00:00:00Z","latency":1}', "the timestamp is", id="far off"),
    pytest.param(b'{"code":200,"timestamp":"2026-02-03T00:00:00Z","latency":-1}', "the latency is -1", id="negative"),
    pytest.param(b'{"code":1000,"timestamp":"2026-02-03T00:00:00Z","latency":1}', "the code is 1000", id="no status"),
    pytest.param(b'{"code":200,"timestamp":"2026-02-03T00:00:00Z","latency":9223372036854775808}', "the latency is",
                 id="huge"),
    pytest.param(b'{"code":200,"timestamp":"2026-02-03T00:00:00Z","latency":1,"service":-2}', "the service time is -2",
                 id="negative service"),
])  # fmt: skip
def test_malformed_json(line, words):
    with pytest.raises(ValueError, match=r"^not a result of vegeta: ") as caught:
        from_json(line)
    assert words in str(caught.value)


@pytest.mark.parametrize("columns, words", [
    pytest.param([], "0 columns, where it writes 12", id="empty"),
    pytest.param(["1", "200", "1", "0", "0"], "5 columns", id="too few"),
    pytest.param(["timestamp", "code", "latency", "0", "0", ""], "the timestamp is 'timestamp'", id="a heading"),
    pytest.param(["1", "2_00", "1", "0", "0", ""], "the code is '2_00'", id="what only Python reads"),
    pytest.param(["1", "200", "1.5", "0", "0", ""], "the latency is '1.5', which is no whole number", id="fraction"),
    pytest.param(["1", "200", "-1", "0", "0", ""], "the latency is -1", id="negative"),
    pytest.param(["1", "200", "1", "0", "\u0661", ""], "the bytes in is", id="a digit of another script"),
])  # fmt: skip
def test_malformed_csv(columns, words):
    with pytest.raises(ValueError, match=r"^not a result of vegeta: ") as caught:
        from_csv(columns)
    assert words in str(caught.value)
