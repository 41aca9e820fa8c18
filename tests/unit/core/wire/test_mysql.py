from __future__ import annotations

import struct

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import mysql
from wherry.core.wire.talk import NotThisProtocol, PeerClosed


def packet(payload: bytes, sequence: int = 0) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes((sequence,)) + payload


def greeting(version: bytes) -> bytes:
    rest = struct.pack("<I8sBHBHHB10x12sB", 7, b"saltsalt", 0, 0xFFFF, 45, 2, 0xC1FF, 21, b"saltsaltsalt", 0)
    return packet(b"\x0a" + version + b"\0" + rest + b"mysql_native_password\0")


DENIED = packet(b"\xff\x15\x04#28000Access denied for user 'wherry'@'10.0.0.1' (using password: NO)", 2)


@pytest.mark.parametrize(
    "received, ready, words, version",
    [
        pytest.param(greeting(b"8.4.3") + DENIED, True, "MySQL 8.4.3", "8.4.3", id="mysql"),
        pytest.param(
            greeting(b"11.8.6-MariaDB-0+deb13u1") + DENIED, True, "MariaDB 11.8.6", "11.8.6-MariaDB-0+deb13u1",
            id="mariadb",
        ),
        pytest.param(
            greeting(b"5.5.5-10.6.7-MariaDB") + DENIED, True, "MariaDB 10.6.7", "10.6.7-MariaDB", id="in disguise"
        ),
        pytest.param(greeting(b"8.0.36-28"), True, "MySQL 8.0.36-28", "8.0.36-28", id="hangs up after the greeting"),
        pytest.param(greeting(b"8.4.3") + b"HTTP/1.1 what", True, "MySQL 8.4.3", "8.4.3", id="garbage after it"),
        pytest.param(packet(b"\xff\x10\4Too many connections"), False, "Too many connections (1040)", None, id="full"),
        pytest.param(
            packet(b"\xff\x69\x04#HY000Host '10.0.0.1' is blocked because of many connection errors"), False,
            "Host '10.0.0.1' is blocked because of many connection errors (1129)", None, id="blocked",
        ),
        pytest.param(packet(b"\xff\x10\x04\0"), False, "an error without words (1040)", None, id="error without words"),
    ],
)  # fmt: skip
def test_answers(play, received, ready, words, version):
    answer = play(mysql.talk(parse_target("mysql://db")), received).answer
    assert (answer.ready, answer.words, answer.facts.get("version")) == (ready, words, version)


def test_the_handshake_is_brought_to_its_end(play):
    (response,) = play(mysql.talk(parse_target("mysql://db")), greeting(b"8.4.3") + DENIED).sent
    assert response[:4] == bytes((len(response) - 4, 0, 0, 1))
    capabilities, most, charset = struct.unpack_from("<IIB", response, 4)
    assert capabilities & 0x200 and not capabilities & 0x800  # protocol 4.1; no TLS was begun
    assert (most, charset) == (8192, 45)
    assert response[36:] == b"wherry\0\0mysql_native_password\0"


def test_another_method_of_authentication_gets_an_empty_response(play):
    switch = packet(b"\xfecaching_sha2_password\0saltsaltsaltsaltsalt\0", 2)
    _, empty = play(mysql.talk(parse_target("mysql://ann:pw@db")), greeting(b"8.4.3") + switch + DENIED).sent
    assert empty == b"\0\0\0\x03"


def test_a_session_that_was_opened_is_left(play):
    ok = packet(b"\0\0\0\2\0\0\0", 2)
    assert play(mysql.talk(parse_target("mysql://root@db")), greeting(b"8.4.3") + ok).sent[-1] == b"\1\0\0\0\1"


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n" + b"x" * 9000, id="ssh"),
        pytest.param(bytes.fromhex("050000000b08051a00"), id="mysql x protocol"),
        pytest.param(b"\xff\xff\xff\0" + b"x" * 64, id="16 MiB announced"),
        pytest.param(b"\0\0\0\0", id="empty packet"),
        pytest.param(packet(b"\x0a8.4.3"), id="version without an end"),
        pytest.param(packet(b"\xff\x10"), id="error without a code"),
        pytest.param(packet(b"\x09\x008.4.3\0"), id="protocol 9"),
    ],
)
def test_not_mysql(play, received):
    with pytest.raises(NotThisProtocol) as caught:
        play(mysql.talk(parse_target("mysql://db")), received)
    assert caught.value.words().startswith("not a MySQL or MariaDB server: it answered '")


def test_closed_in_the_greeting(play):
    for length in range(len(greeting(b"8.4.3"))):
        with pytest.raises(PeerClosed):
            play(mysql.talk(parse_target("mysql://db")), greeting(b"8.4.3")[:length])
