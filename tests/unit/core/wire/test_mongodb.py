from __future__ import annotations

import struct

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import mongodb
from wherry.core.wire.talk import NotThisProtocol, PeerClosed


def document(*fields: bytes) -> bytes:
    body = b"".join(fields)
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def flag(name: bytes, value: bool) -> bytes:
    return b"\x08" + name + b"\0" + bytes((value,))


def text(name: bytes, value: bytes) -> bytes:
    return b"\x02" + name + b"\0" + struct.pack("<i", len(value) + 1) + value + b"\0"


def code(number: int) -> bytes:
    return b"\x10code\0" + struct.pack("<i", number)


OK = b"\x01ok\0" + struct.pack("<d", 1.0)
FAILED = b"\x01ok\0" + struct.pack("<d", 0.0)


def reply(*fields: bytes, to: int = 1, flags: int = 0, after: bytes = b"") -> bytes:
    body = struct.pack("<IB", flags, 0) + document(*fields) + after
    return struct.pack("<4i", 16 + len(body), 77, to, 2013) + body


NOT_FOUND = reply(FAILED, text(b"errmsg", b"no such command: 'hello'"), code(59))
SET = text(b"setName", b"rs0")


@pytest.mark.parametrize(
    "received, ready, words",
    [
        pytest.param(reply(flag(b"isWritablePrimary", True), OK), True, "standalone", id="standalone"),
        pytest.param(
            reply(flag(b"isWritablePrimary", True), text(b"msg", b"isdbgrid"), OK), True, "mongos", id="router"
        ),
        pytest.param(
            reply(flag(b"isWritablePrimary", True), SET, OK), True, "primary of replica set rs0", id="primary"
        ),
        pytest.param(
            reply(flag(b"isWritablePrimary", False), flag(b"secondary", True), SET, OK), True,
            "secondary of replica set rs0", id="secondary",
        ),
        pytest.param(
            reply(flag(b"isWritablePrimary", False), flag(b"secondary", False), SET, OK), False,
            "neither primary nor secondary of replica set rs0", id="starting or recovering",
        ),
        pytest.param(
            reply(flag(b"secondary", False), text(b"info", b"Does not have a valid replica set config"), OK), False,
            "neither primary nor secondary: Does not have a valid replica set config", id="not initiated",
        ),
        pytest.param(
            reply(flag(b"arbiterOnly", True), SET, OK), False, "an arbiter of replica set rs0: it holds no data",
            id="arbiter",
        ),
        pytest.param(NOT_FOUND + reply(flag(b"ismaster", True), OK, to=2), True, "standalone", id="before 4.4.2"),
        pytest.param(
            reply(FAILED, text(b"errmsg", b"shutting down"), code(91)), False, "shutting down", id="command failed"
        ),
        pytest.param(reply(FAILED), False, "refuses to say hello", id="failed without words"),
        pytest.param(
            reply(flag(b"isWritablePrimary", True), OK, flags=1, after=b"crc!"), True, "standalone", id="checksum"
        ),
    ],
)  # fmt: skip
def test_answers(play, received, ready, words):
    answer = play(mongodb.talk(parse_target("mongodb://m")), received).answer
    assert (answer.ready, answer.words) == (ready, words)


def test_what_is_sent(play):
    first, second = play(mongodb.talk(parse_target("mongodb://m")), NOT_FOUND + reply(OK, to=2)).sent
    body = b"\0\0\0\0\0\x1f\0\0\0\x10hello\0\1\0\0\0\x02$db\0\6\0\0\0admin\0\0"
    assert first == struct.pack("<4i", 16 + len(body), 1, 0, 2013) + body
    assert b"isMaster" in second and second[4:8] == b"\2\0\0\0"


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(struct.pack("<4i", 0x7FFFFFFF, 1, 1, 2013) + b"x" * 64, id="2 GiB announced"),
        pytest.param(struct.pack("<4i", 16, 1, 1, 2013) + b"x" * 64, id="shorter than a message"),
        pytest.param(reply(OK, to=9), id="answer to another request"),
        pytest.param(reply(OK).replace(struct.pack("<i", 2013), struct.pack("<i", 1)), id="OP_REPLY"),
        pytest.param(struct.pack("<4iIB", 26, 1, 1, 2013, 0, 1) + b"\0" * 5, id="another section"),
    ],
)
def test_not_mongodb(play, received):
    with pytest.raises(NotThisProtocol) as caught:
        play(mongodb.talk(parse_target("mongodb://m")), received)
    assert caught.value.words().startswith("not a MongoDB server: it answered '")


def test_answer_that_is_no_bson(play):
    with pytest.raises(NotThisProtocol, match="its answer is no BSON"):
        play(mongodb.talk(parse_target("mongodb://m")), reply(b"\x99"))


def test_closed_in_the_middle(play):
    whole = reply(flag(b"isWritablePrimary", True), OK)
    for length in range(len(whole)):
        with pytest.raises(PeerClosed):
            play(mongodb.talk(parse_target("mongodb://m")), whole[:length])
