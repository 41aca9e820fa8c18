"""Reading responses, however their bytes are cut, and whether or not they were there before."""

from __future__ import annotations

import gc
import weakref
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.net.failure import Reason
from wherry.net.h1.client.connection import ClientConnection
from wherry.net.h1.client.response import final_head


class Nowhere:
    """A transport whose other end takes everything."""

    def __init__(self):
        self.aborted = False
        self.written = []
        self.write = self.written.append

    def is_closing(self):
        return self.aborted

    def abort(self):
        self.aborted = True


class Telling(ClientConnection):
    """Keeps what it is told. ``tells`` is not given what says how the bytes were cut."""

    def __init__(self):
        super().__init__()
        self.tells = []
        self.body = b""

    def body_received(self, data):
        self.body += data

    def response_ended(self):
        self.tells.append((self.status, self.body, self.body_size, self.wire_size, self.reusable))
        self.body = b""

    def response_failed(self, failure):
        self.tells.append((failure.reason, failure.phase, str(failure)))

    def connection_ended(self):
        self.tells.append("ended")


class Forgetful(Telling):
    remembers = False


class Unread(ClientConnection):
    """As for load: nobody wants the body."""

    def __init__(self):
        super().__init__()
        self.tells = []

    def response_ended(self):
        self.tells.append((self.status, self.body_size, self.wire_size, self.reusable))

    def response_failed(self, failure):
        self.tells.append(failure.reason)


def opened(kind=Telling):
    connection = kind()
    connection.connection_made(Nowhere())
    return connection


def pieces(data, cuts):
    bounds = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    return [data[a:b] for a, b in pairwise(bounds) if a < b]


def told(data, cuts=(), *, head=False, end=None, kind=Forgetful, connection=None):
    """What is said of one response; ``end`` is how the connection ends after it."""
    connection = connection or opened(kind)
    connection.send(b"request", head=head)
    for piece in pieces(data, cuts):
        if not connection.closed:
            connection.data_received(piece)
    if end == "close":
        connection.eof_received()
        connection.connection_lost(None)
    elif end == "reset":
        connection.connection_lost(ConnectionResetError())
    return connection.tells


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
RESPONSES = {
    "length": OK + b"Content-Length: 5\r\nX-Y: a b\r\n\r\nhello",
    "chunked": CHUNKED + b"3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nT: r\r\n\r\n",
    "1xx": b"HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx",
    "until close": b"HTTP/1.0 500 A long reason\r\nServer: x\r\n\r\nuntil the end",
    "gzip last": OK + b"Transfer-Encoding: chunked, gzip\r\n\r\nuntil the end",
    "no content": b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
    "1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab",
    "1.0 kept": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab",
    "close": OK + b"Connection: a, Close\r\nContent-Length: 2\r\n\r\nab",
    "empty line before": b"\r\n" + OK + b"Content-Length: 0\r\n\r\n",
    "short": OK + b"Content-Length: 9\r\n\r\nabc",
    "no last chunk": CHUNKED + b"3\r\nabc\r\n",
    "half a head": OK + b"X: 1\r\n",
    "upgrade offered": OK + b"Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nab",
    "switching": b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "many 1xx": b"HTTP/1.1 100 C\r\n\r\n" * 20,
}
requested = st.sampled_from([False, True])


def headed(data):
    """What comes of it where the request is a HEAD: up to the empty line after the final head, if that is there."""
    found = final_head(data)
    return data[: data.index(found) + len(found) + 4] if found else data


@pytest.mark.parametrize("data", RESPONSES.values(), ids=RESPONSES)
@pytest.mark.parametrize("head", [False, True], ids=["GET", "HEAD"])
@pytest.mark.parametrize("end", ["close", "reset"])
def test_cut_at_every_byte_it_is_the_same(data, head, end):
    data = headed(data) if head else data
    whole = told(data, head=head, end=end)
    assert told(data, range(len(data)), head=head, end=end) == whole
    for cut in range(1, len(data)):
        assert told(data, [cut], head=head, end=end) == whole


@given(data=st.sampled_from([*RESPONSES.values()]), cuts=st.lists(st.integers(1, 100), max_size=8), head=requested)
def test_where_the_bytes_are_cut_does_not_matter(data, cuts, head):
    data = headed(data) if head else data
    assert told(data, cuts, head=head, end="close") == told(data, head=head, end="close")


sequences = st.lists(
    st.tuples(st.sampled_from([*RESPONSES.values()]), st.lists(st.integers(1, 100), max_size=2), requested), max_size=8
)


@given(sequences)
def test_a_response_that_was_there_before_is_what_a_new_one_would_be(sequence):
    remembering, forgetting = opened(Unread), opened(type("Forgetting", (Unread,), {"remembers": False}))
    for data, cuts, head in sequence:
        if not remembering.reusable and remembering.tells:
            break
        for connection in (remembering, forgetting):
            told(data, cuts, head=head, connection=connection)
        assert remembering.tells == forgetting.tells
        assert remembering.closed is forgetting.closed


def test_a_repeated_response_is_not_parsed():
    connection = opened(Unread)
    told(RESPONSES["length"], connection=connection)
    connection._feed = None
    told(RESPONSES["length"], connection=connection)
    assert connection.tells == [(200, 5, len(RESPONSES["length"]), True)] * 2


def test_the_same_bytes_are_another_response_to_head():
    data = OK + b"Content-Length: 5\r\n\r\n"
    connection = opened(Unread)
    for head in (True, True, False):
        told(data, head=head, connection=connection)
    assert connection.tells == [(200, 0, len(data), True)] * 2
    connection.data_received(b"hello")
    assert connection.tells[2:] == [(200, 5, len(data) + 5, True)]


@pytest.mark.parametrize(
    ("data", "head", "reusable"),
    [
        pytest.param(RESPONSES["length"], False, True, id="length"),
        pytest.param(RESPONSES["chunked"], False, True, id="chunked"),
        pytest.param(RESPONSES["1xx"], False, True, id="1xx"),
        pytest.param(RESPONSES["no content"], False, True, id="204 with a length"),
        pytest.param(RESPONSES["not modified"], False, True, id="304"),
        pytest.param(RESPONSES["1.0"], False, False, id="1.0"),
        pytest.param(RESPONSES["1.0 kept"], False, True, id="1.0 kept"),
        pytest.param(RESPONSES["close"], False, False, id="close"),
        pytest.param(OK + b"Content-Length: 5\r\n\r\n", True, True, id="HEAD"),
        pytest.param(OK + b"X: y\r\n\r\n", True, True, id="HEAD without a length"),
        pytest.param(OK + b"Connection: close\r\n\r\n", True, False, id="HEAD and close"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n", True, False, id="HEAD in 1.0"),
        pytest.param(RESPONSES["length"], True, False, id="HEAD with a body"),
        pytest.param(CHUNKED + b"0\r\n\r\n", True, False, id="HEAD with a chunk"),
        pytest.param(RESPONSES["no content"] + b"hello", False, False, id="204 with a body"),
        pytest.param(RESPONSES["length"] + b"x", False, False, id="excess"),
        pytest.param(RESPONSES["length"] + b"HTTP/1.1 2", False, False, id="the beginning of another"),
        pytest.param(RESPONSES["length"] * 2, False, False, id="an answer to nothing"),
        pytest.param(RESPONSES["length"] + RESPONSES["1xx"], False, False, id="an interim answer to nothing"),
        pytest.param(RESPONSES["close"] + b"x", False, False, id="excess after close"),
    ],
)
def test_whether_another_request_may_follow(data, head, reusable):
    status, *_, found = told(data, head=head)[0]
    assert status in (200, 204, 304, 404)
    assert found is reusable
    assert told(data, head=head)[1:] == []


@pytest.mark.parametrize("excess", [b"x", RESPONSES["length"], b"HTTP/1.1 408 Timeout\r\n\r\n"])
def test_what_comes_while_nothing_is_asked_closes_the_connection(excess):
    connection = opened()
    told(RESPONSES["length"], connection=connection)
    assert connection.reusable
    connection.data_received(excess)
    assert connection.tells[1:] == ["ended"]
    assert connection.closed
    assert not connection.reusable
    assert connection.transport.aborted
    with pytest.raises(RuntimeError, match="not open"):
        connection.send(b"request")


def test_what_comes_before_any_request_closes_the_connection():
    connection = opened()
    connection.data_received(RESPONSES["length"])
    assert connection.tells == ["ended"]


@pytest.mark.parametrize("end", ["close", "reset"])
def test_the_end_of_an_idle_connection(end):
    assert told(RESPONSES["length"], end=end)[1:] == ["ended"]


@pytest.mark.parametrize(
    ("before", "data", "end", "outdated"),
    [
        pytest.param(True, b"", "close", True, id="kept, closed"),
        pytest.param(True, b"", "reset", True, id="kept, reset"),
        pytest.param(False, b"", "reset", False, id="new"),
        pytest.param(True, b"H", "reset", False, id="something came"),
        pytest.param(True, b"SSH-2.0", "close", False, id="something else came"),
    ],
)
def test_a_kept_connection_that_is_dead(before, data, end, outdated):
    connection = opened()
    if before:
        told(RESPONSES["length"], connection=connection)
    told(data, connection=connection, end=end)
    assert connection.outdated is outdated


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "timed out after 2s while waiting for the first byte", id="nothing"),
        pytest.param(OK, "timed out after 2s while waiting for the first byte", id="half a head"),
        pytest.param(OK + b"Content-Length: 2\r\n\r\na", "timed out after 2s while receiving the response", id="body"),
    ],
)
def test_the_time_is_over(data, words):
    connection = opened()
    told(data, connection=connection)
    connection.time_out(2.0)
    assert [(reason, text) for reason, _, text in connection.tells] == [(Reason.TIMEOUT, words)]
    assert connection.closed


@pytest.mark.parametrize("how", ["aborted", "ended", "failed"])
def test_a_closed_connection_leaves_nothing_to_the_garbage_collector(how):
    """Load is made with it switched off."""
    gc.disable()
    try:
        connection = opened(Unread)
        told(RESPONSES["length"], connection=connection)
        if how == "failed":
            connection.send(b"request")
        if how == "aborted":
            connection.abort()
        connection.connection_lost(None)
        left = weakref.ref(connection)
        del connection
        assert left() is None
    finally:
        gc.enable()


def test_who_has_aborted_hears_no_more():
    class Aborting(Telling):
        def body_received(self, data):
            super().body_received(data)
            self.abort()

    connection = opened(Aborting)
    told(CHUNKED + b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n", end="close", connection=connection)
    assert connection.tells == []
    assert connection.body == b"a"


@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda tail: OK + tail),
        st.binary(max_size=100).map(lambda tail: CHUNKED + tail),
        st.tuples(st.sampled_from([*RESPONSES.values()]), st.integers(0, 90), st.integers(0, 255)).map(
            lambda t: t[0][: t[1]] + bytes([t[2]]) + t[0][t[1] + 1 :]
        ),
    ),
    cuts=st.lists(st.integers(0, 50), max_size=3),
    head=requested,
)
def test_whatever_comes_is_a_response_or_a_failure_in_words(data, cuts, head):
    tells = told(data, cuts, head=head, end="close")
    first = tells[0]
    assert len(tells) <= 2
    assert (0 <= first[0] <= 999) if isinstance(first[0], int) else "\n" not in first[2]
