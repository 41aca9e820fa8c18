"""What a handler gives cannot break out of its field."""

from __future__ import annotations

import re

import pytest

from wherry.net.h1.response import block, date_field


@pytest.mark.parametrize(
    "name, value",
    [
        pytest.param("x", "a\r\nset-cookie: b", id="CRLF in a value"),
        pytest.param("x", "a\nb", id="LF in a value"),
        pytest.param("x", "a\rb", id="CR in a value"),
        pytest.param("x", "a\n", id="LF at the end of a value"),
        pytest.param("x", "a\0b", id="NUL in a value"),
        pytest.param("x", "a\x1bb", id="escape in a value"),
        pytest.param("x", "a\u2028b", id="value beyond Latin-1"),
        pytest.param("x\r\ny", "a", id="CRLF in a name"),
        pytest.param("x\n", "a", id="LF at the end of a name"),
        pytest.param("x:", "a", id="colon in a name"),
        pytest.param("x y", "a", id="space in a name"),
        pytest.param("", "a", id="no name"),
        pytest.param("é", "a", id="name is not ASCII"),
        pytest.param("Content-Length", "3", id="Content-Length"),
        pytest.param("transfer-encoding", "chunked", id="Transfer-Encoding"),
        pytest.param("Connection", "upgrade", id="Connection: upgrade"),
    ],
)
def test_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        block(200, ((name, value),))


@pytest.mark.parametrize("status", [0, 100, 101, 199, 600, -200])
def test_status_is_final(status: int) -> None:
    with pytest.raises(ValueError, match="not the status of a final answer"):
        block(status, ())


def test_block() -> None:
    assert block(200, [("X-A", "é\tb"), ("x-a", "")]) == (b"HTTP/1.1 200 OK\r\nX-A: \xe9\tb\r\nx-a: \r\n", False, False)
    assert block(299, ()).text == b"HTTP/1.1 299 \r\n"
    assert block(413, ()).text == b"HTTP/1.1 413 Content Too Large\r\n"
    assert block(200, (("Date", "x"),)).dated
    assert block(200, (("Connection", "Close"),)) == (b"HTTP/1.1 200 OK\r\n", False, True)


def test_date() -> None:
    assert re.fullmatch(rb"date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n", date_field())
