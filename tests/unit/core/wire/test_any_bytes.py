"""Whatever a server sends: an answer, NotThisProtocol or PeerClosed, and never more than 1 MiB read at once."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.target import parse_target
from wherry.core.wire import amqp, kafka, mongodb, mysql, postgres, redis
from wherry.core.wire.talk import NotThisProtocol, PeerClosed

_FIELDS = b"\7productS\0\0\0\1Q\7versionS\0\0\0\0011"
_AMQP_START = struct.pack("!2H2BI", 10, 10, 0, 9, len(_FIELDS)) + _FIELDS + bytes(8)
_HELLO = b"\x08secondary\0\1\x01ok\0\0\0\0\0\0\0\xf0\x3f\x0ax\0\x03d\0\5\0\0\0\0\x05b\0\1\0\0\0\0a"

# Of each protocol, a server's half of a talk: what is fuzzed is mostly near to it.
TALKS = [
    pytest.param(redis.talk, "redis://u:p@h/2", b"+OK\r\n+PONG\r\n-ERR DB index is out of range\r\n", id="redis"),
    pytest.param(
        postgres.talk, "postgres://h",
        b"E\0\0\0\x37SFATAL\0VFATAL\0C57P03\0Mthe system is starting up\0L24\0\0", id="postgres",
    ),
    pytest.param(
        postgres.talk, "postgres://h?sslmode=prefer",
        b"Nv\0\0\0\x0c\0\0\0\0\0\0\0\0R\0\0\0\x0c\0\0\0\5salt", id="postgres tls",
    ),
    pytest.param(
        mysql.talk, "mysql://h",
        b"\x14\0\0\0\x0a5.5.5-10.6-MariaDB\0" + b"\x08\0\0\2\xfesha2\0ab" + b"\x09\0\0\4\xff\x15\4#28000", id="mysql",
    ),
    pytest.param(
        amqp.talk, "amqp://h", struct.pack("!BHI", 1, 0, len(_AMQP_START)) + _AMQP_START + b"\xce", id="amqp"
    ),
    pytest.param(
        kafka.talk, "kafka://h",
        b"\0\0\0\x10\0\0\0\1\0\0\0\0\0\1\0\3\0\0\0\4"
        b"\0\0\0\x15\0\0\0\2\0\0\0\1\0\0\0\1\0\1k\0\0\x23\x84\xff\xff", id="kafka",
    ),
    pytest.param(
        mongodb.talk, "mongodb://h",
        struct.pack("<4iIBi", 26 + len(_HELLO), 9, 1, 2013, 0, 0, len(_HELLO) + 5) + _HELLO + b"\0", id="mongodb",
    ),
]  # fmt: skip


@st.composite
def _damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """``whole`` with a few bytes changed, put in, taken out or cut off."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(["change", "insert", "remove", "cut"]))
        if how == "cut":
            del data[at:]
        elif how == "insert":
            data[at:at] = draw(st.binary(max_size=4))
        elif how == "remove":
            del data[at : at + draw(st.integers(1, 4))]
        else:
            new = draw(
                st.sampled_from([b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff"])
                | st.binary(min_size=1, max_size=1)
            )
            data[at : at + len(new)] = new
    return bytes(data)


def _ends(play, talk, url: str, received: bytes, some: int) -> None:
    try:
        play(talk(parse_target(url)), received, some=some)
    except NotThisProtocol as exc:
        assert exc.words(b"more").isprintable()
    except PeerClosed:
        pass


@pytest.mark.parametrize("talk, url, whole", TALKS)
def test_any_bytes(play, talk, url, whole):
    @given(st.binary(max_size=200), st.integers(1, 200))
    def run(received: bytes, some: int) -> None:
        _ends(play, talk, url, received, some)

    run()


@pytest.mark.parametrize("talk, url, whole", TALKS)
def test_nearly_right_bytes(play, talk, url, whole):
    @given(_damaged(whole), st.integers(1, 200))
    def run(received: bytes, some: int) -> None:
        _ends(play, talk, url, received, some)

    run()


@pytest.mark.parametrize("talk, url, whole", TALKS)
def test_the_undamaged_bytes_give_an_answer(play, talk, url, whole):
    assert play(talk(parse_target(url)), whole).answer is not None
