"""The chunked coding, cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.net.h1.chunked import ChunkDecoder
from wherry.net.h1.refused import Refused

_LIMIT = 200


def decode(pieces: list[bytes]) -> tuple[bytes, bytes, bool]:
    decoder = ChunkDecoder(_LIMIT)
    out: list[bytes] = []
    rest = b""
    for piece in pieces:
        assert not rest
        rest = decoder.feed(piece, out) if not decoder.done else piece
    return b"".join(out), rest, decoder.done


def bytewise(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


@pytest.mark.parametrize(
    "data, body, rest",
    [
        pytest.param(b"0\r\n\r\n", b"", b"", id="empty"),
        pytest.param(b"3\r\nabc\r\n0\r\n\r\nGET", b"abc", b"GET", id="what follows is left"),
        pytest.param(b"003\r\nabc\r\n000\r\n\r\n", b"abc", b"", id="leading zeros"),
        pytest.param(
            b"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", b"01234567890123456789", b"", id="hexadecimal"
        ),
        pytest.param(b'3;a=b;c="d e"\r\nabc\r\n0;x\r\n\r\n', b"abc", b"", id="extensions are skipped"),
        pytest.param(b"3\r\nabc\r\n0\r\nX: y\r\nHost: b\r\n\r\n", b"abc", b"", id="trailers are dropped"),
        pytest.param(b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n", b"", id="data that looks like framing"),
    ],
)
def test_good(data: bytes, body: bytes, rest: bytes) -> None:
    assert decode([data]) == (body, rest, True)
    whole = data[: len(data) - len(rest)]
    assert decode(bytewise(whole)) == (body, b"", True)


@pytest.mark.parametrize(
    "data, status",
    [
        pytest.param(b"3\nabc\r\n0\r\n\r\n", 400, id="bare LF after the size"),
        pytest.param(b"3\r\nabc\n0\r\n\r\n", 400, id="bare LF after the data"),
        pytest.param(b"3\r\nabc\r\n0\r\n\n", 400, id="bare LF at the end"),
        pytest.param(b"3\r\nabcd\r\n0\r\n\r\n", 400, id="longer than its size"),
        pytest.param(b"3\r\nab\r\n0\r\n\r\n", 400, id="shorter than its size"),
        pytest.param(b"3 \r\nabc\r\n", 400, id="space after the size"),
        pytest.param(b" 3\r\nabc\r\n", 400, id="space before the size"),
        pytest.param(b"3 ;a\r\nabc\r\n", 400, id="space before the extension"),
        pytest.param(b"0x3\r\nabc\r\n", 400, id="0x"),
        pytest.param(b"+3\r\nabc\r\n", 400, id="plus"),
        pytest.param(b"-3\r\nabc\r\n", 400, id="minus"),
        pytest.param(b"1_0\r\nabc\r\n", 400, id="underscore"),
        pytest.param(b"\r\nabc\r\n", 400, id="no size"),
        pytest.param(b"g\r\nabc\r\n", 400, id="no hexadecimal digit"),
        pytest.param(b"ffffffffffffffff\r\n", 400, id="beyond 2**63"),
        pytest.param(b"3;a\rb\r\nabc\r\n", 400, id="CR in an extension"),
        pytest.param(b"3;a\0b\r\nabc\r\n", 400, id="NUL in an extension"),
        pytest.param(b"3;" + b"a" * 5000, 400, id="endless extension"),
        pytest.param(b"1;aaaaaaaaaa\r\nx\r\n" * 20, 431, id="many extensions"),
        pytest.param(b"0\r\nX: " + b"a" * _LIMIT + b"\r\n\r\n", 431, id="large trailers"),
        pytest.param(b"0\r\nX: y\r\n z\r\n\r\n", 400, id="obs-fold in a trailer"),
        pytest.param(b"0\r\nX : y\r\n\r\n", 400, id="space before a trailer's colon"),
        pytest.param(b"0\r\nX\r\n\r\n", 400, id="trailer without a colon"),
        pytest.param(b"0\r\nX: \0\r\n\r\n", 400, id="NUL in a trailer"),
        pytest.param(b"0\r\nGET / HTTP/1.1\r\n\r\n", 400, id="request in place of a trailer"),
    ],
)
def test_refused(data: bytes, status: int) -> None:
    for pieces in ([data], bytewise(data)):
        with pytest.raises(Refused) as caught:
            decode(pieces)
        assert caught.value.status == status


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=8),
    st.lists(st.integers(1, 30), max_size=30),
    st.binary(max_size=5),
)
def test_any_cut_gives_the_same(chunks: list[bytes], cuts: list[int], behind: bytes) -> None:
    data = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    decoder, out, at = ChunkDecoder(_LIMIT), [], 0
    for cut in cuts:
        piece = data[at : at + cut]
        at += len(piece)
        assert decoder.feed(piece, out) == b""
    assert decoder.feed(data[at:] + behind, out) == behind
    assert decoder.done
    assert b"".join(out) == b"".join(chunks)
