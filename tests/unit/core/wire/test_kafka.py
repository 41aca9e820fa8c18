from __future__ import annotations

import struct

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import kafka
from wherry.core.wire.talk import NotThisProtocol, PeerClosed


def response(correlation: int, body: bytes) -> bytes:
    return struct.pack("!ii", len(body) + 4, correlation) + body


def versions(*entries: tuple[int, int, int], code: int = 0) -> bytes:
    packed = b"".join(struct.pack("!hhh", *entry) for entry in entries)
    return response(1, struct.pack("!hi", code, len(entries)) + packed)


def text(value: bytes | None) -> bytes:
    return struct.pack("!h", -1) if value is None else struct.pack("!h", len(value)) + value


def metadata(brokers: int, *, version: int = 1) -> bytes:
    body = struct.pack("!i", 0) if version >= 3 else b""
    body += struct.pack("!i", brokers)
    body += b"".join(
        struct.pack("!i", n) + text(b"kafka-%d" % n) + struct.pack("!i", 9092) + text(None) for n in range(brokers)
    )
    body += text(b"cluster") if version >= 2 else b""
    return response(2, body + struct.pack("!ii", 0, 0))


ALL = versions((0, 0, 11), (3, 0, 13), (18, 0, 4))


@pytest.mark.parametrize(
    "received, ready, words",
    [
        pytest.param(ALL + metadata(1), True, "1 broker", id="one broker"),
        pytest.param(ALL + metadata(3), True, "3 brokers", id="brokers"),
        pytest.param(ALL + metadata(0), False, "knows no brokers yet", id="no brokers yet"),
        pytest.param(versions((3, 4, 13)) + metadata(2, version=4), True, "2 brokers", id="oldest versions dropped"),
        pytest.param(versions((3, 2, 2)) + metadata(2, version=2), True, "2 brokers", id="version 2"),
        pytest.param(versions((3, 9, 13)), True, "answers; it cannot be asked for its brokers", id="versions to come"),
        pytest.param(versions((18, 0, 4)), True, "answers; it cannot be asked for its brokers", id="a controller"),
        pytest.param(ALL, True, "answers, and wants a log-in", id="hangs up at metadata: SASL"),
        pytest.param(versions(code=35), False, "refuses ApiVersions with error 35", id="error"),
    ],
)
def test_answers(play, received, ready, words):
    answer = play(kafka.talk(parse_target("kafka://k")), received).answer
    assert (answer.ready, answer.words) == (ready, words)


@pytest.mark.parametrize(
    "received, request_body",
    [
        pytest.param(ALL + metadata(1), b"\0\3\0\1\0\0\0\2\0\6wherry\0\0\0\0", id="version 1"),
        pytest.param(
            versions((3, 4, 13)) + metadata(1, version=4), b"\0\3\0\4\0\0\0\2\0\6wherry\0\0\0\0\0", id="version 4"
        ),
    ],
)
def test_requests(play, received, request_body):
    first, second = play(kafka.talk(parse_target("kafka://k")), received).sent
    assert first == b"\0\0\0\x10\0\x12\0\0\0\0\0\1\0\6wherry"
    assert second == struct.pack("!i", len(request_body)) + request_body


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(struct.pack("!ii", 0x7FFFFFFF, 1) + b"x" * 64, id="2 GiB announced"),
        pytest.param(struct.pack("!ii", -1, 1) + b"x" * 64, id="negative size"),
        pytest.param(response(9, b"\0" * 6), id="answer to another request"),
        pytest.param(response(1, b"\0\0\0\0\0\5" + b"\0" * 6), id="five versions announced, one there"),
        pytest.param(response(1, b"\0\0"), id="no count"),
        pytest.param(ALL + response(2, struct.pack("!i", 0x7FFFFFFF)), id="2 G brokers announced"),
        pytest.param(ALL + response(2, b"\0\0"), id="no count of brokers"),
    ],
)
def test_not_kafka(play, received):
    with pytest.raises(NotThisProtocol) as caught:
        play(kafka.talk(parse_target("kafka://k")), received)
    assert caught.value.words().startswith("not a Kafka broker: it answered '")


def test_closed_before_the_versions(play):
    for length in range(len(ALL)):
        with pytest.raises(PeerClosed):
            play(kafka.talk(parse_target("kafka://k")), ALL[:length])
