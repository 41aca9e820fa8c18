from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.wire.talk import NotThisProtocol, glimpse, printable


@pytest.mark.parametrize(
    "data, shown",
    [
        pytest.param(b"", "''", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", "'HTTP/1.1 200 OK\\r\\n'", id="text"),
        pytest.param(b"\x00\xff\\", "'\\x00\\xff\\\\'", id="bytes"),
        pytest.param(b"x" * 33, f"'{'x' * 32}' ...", id="long"),
    ],
)
def test_glimpse(data, shown):
    assert glimpse(data) == shown


@pytest.mark.parametrize(
    "data, text",
    [
        pytest.param(b"the database\n is starting\0up ", "the database is starting up", id="one line"),
        pytest.param("déjà vu".encode(), "déjà vu", id="utf-8"),
        pytest.param(b"\xff", "\N{REPLACEMENT CHARACTER}", id="not utf-8"),
        pytest.param(b"x" * 301, "x" * 299 + "…", id="long"),
    ],
)
def test_printable(data, text):
    assert printable(data) == text


@given(st.binary(max_size=400))
def test_both_fit_on_one_line(data):
    assert glimpse(data).isprintable() and printable(data).isprintable()
    assert len(printable(data)) <= 300


@pytest.mark.parametrize(
    "received, more, words",
    [
        pytest.param(b"", b"", "not a cat", id="nothing said"),
        pytest.param(b"wo", b"of", "not a cat: it answered 'woof'", id="what was read and what came with it"),
        pytest.param(b"\x16", b"\x03\x03", "not a cat: it answered in TLS", id="tls"),
    ],
)
def test_not_this_protocol(received, more, words):
    assert NotThisProtocol("not a cat", received).words(more) == words
