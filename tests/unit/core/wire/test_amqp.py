from __future__ import annotations

import struct

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import amqp
from wherry.core.wire.talk import NotThisProtocol, PeerClosed


def text(value: bytes) -> bytes:
    return struct.pack("!I", len(value)) + value


def field(name: bytes, value: bytes, kind: bytes = b"S") -> bytes:
    return bytes((len(name),)) + name + kind + text(value)


PROPERTIES = (
    field(b"capabilities", b"\x12publisher_confirmst\x01", b"F")
    + field(b"product", b"RabbitMQ")
    + field(b"version", b"4.0.5")
)


def start(properties: bytes) -> bytes:
    payload = struct.pack("!2H2B", 10, 10, 0, 9) + text(properties) + text(b"PLAIN AMQPLAIN") + text(b"en_US")
    return struct.pack("!BHI", 1, 0, len(payload)) + payload + b"\xce"


@pytest.mark.parametrize(
    "received, ready, words",
    [
        pytest.param(start(PROPERTIES), True, "RabbitMQ 4.0.5", id="rabbitmq"),
        pytest.param(start(b""), True, "an AMQP server", id="no properties"),
        pytest.param(start(field(b"product", b"")), True, "an AMQP server", id="a product without a name"),
        pytest.param(start(field(b"product", b" ")), True, "an AMQP server", id="a product of a space"),
        pytest.param(
            start(field(b"product", b"Qpid") + b"\1xQ\0\0\0\1"), True, "Qpid", id="properties of another type"
        ),
        pytest.param(start(b"\xff" + b"x" * 10), True, "an AMQP server", id="properties that break off"),
        pytest.param(b"AMQP\x00\x01\x00\x00", False, "speaks AMQP 1.0.0, not 0-9-1", id="another version"),
        pytest.param(b"AMQP\x00\x00\x08\x00", False, "speaks AMQP 8-0, not 0-9-1", id="an older version"),
    ],
)
def test_answers(play, received, ready, words):
    played = play(amqp.talk(parse_target("amqp://mq")), received)
    assert (played.answer.ready, played.answer.words) == (ready, words)
    assert played.sent == [b"AMQP\x00\x00\x09\x01"]


def test_version_is_a_fact(play):
    assert play(amqp.talk(parse_target("amqp://mq")), start(PROPERTIES)).answer.facts == {"version": "4.0.5"}


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(b"\x01\0\0\xff\xff\xff\xff" + b"x" * 64, id="4 GiB announced"),
        pytest.param(b"\x01\0\0\0\0\0\x08\0\x0a\0\x32\0\0\0\0\xce", id="another method"),
        pytest.param(start(b"")[:-1] + b"\0", id="frame without its end"),
        pytest.param(b"\x08\0\0\0\0\0\0\xce", id="heartbeat"),
    ],
)
def test_not_amqp(play, received):
    with pytest.raises(NotThisProtocol) as caught:
        play(amqp.talk(parse_target("amqp://mq")), received)
    assert caught.value.words().startswith("not an AMQP server: it answered '")


def test_closed_in_the_middle(play):
    whole = start(PROPERTIES)
    for length in range(len(whole)):
        with pytest.raises(PeerClosed):
            play(amqp.talk(parse_target("amqp://mq")), whole[:length])
