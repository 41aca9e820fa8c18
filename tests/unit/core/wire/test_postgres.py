from __future__ import annotations

import struct

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import postgres
from wherry.core.wire.talk import NotThisProtocol, PeerClosed, StartTls

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
START_UP = bytes.fromhex("0000004100030000") + (b"user\0postgres\0database\0postgres\0application_name\0wherry\0\0")
TERMINATE = b"X\0\0\0\4"


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def authentication(method: int, rest: bytes = b"") -> bytes:
    return message(b"R", struct.pack("!I", method) + rest)


def error(state: str, text: str) -> bytes:
    return message(b"E", f"SFATAL\0VFATAL\0C{state}\0M{text}\0Fpostmaster.c\0L2415\0RProcessStartupPacket\0\0".encode())


@pytest.mark.parametrize(
    "received, ready, words",
    [
        pytest.param(authentication(0), True, "accepts connections", id="trust"),
        pytest.param(authentication(3), True, "accepts connections, and wants a password", id="clear text"),
        pytest.param(authentication(5, b"salt"), True, "accepts connections, and wants a password", id="md5"),
        pytest.param(
            authentication(10, b"SCRAM-SHA-256\0\0"), True, "accepts connections, and wants a password", id="scram"
        ),
        pytest.param(authentication(7), True, "accepts connections", id="gss"),
        pytest.param(
            message(b"v", struct.pack("!2I", 0, 0)) + authentication(0), True, "accepts connections", id="negotiates"
        ),
        pytest.param(
            error("57P03", "the database system is starting up"), False, "the database system is starting up",
            id="starting",
        ),
        pytest.param(
            error("57P03", "the database system is shutting down"), False, "the database system is shutting down",
            id="stopping",
        ),
        pytest.param(
            error("57P03", "el sistema de base de datos está iniciándose"), False,
            "el sistema de base de datos está iniciándose", id="the code counts, not the words",
        ),
        pytest.param(
            error("57P01", "terminating connection due to administrator command"), False,
            "terminating connection due to administrator command", id="stopped meanwhile",
        ),
        pytest.param(
            error("28000", 'no pg_hba.conf entry for host "10.0.0.1"'), True,
            'accepts connections, and says: no pg_hba.conf entry for host "10.0.0.1"', id="not let in",
        ),
        pytest.param(
            error("3D000", 'database "x" does not exist'), True,
            'accepts connections, and says: database "x" does not exist', id="no database",
        ),
        pytest.param(
            b"Ecould not fork new process for connection: Cannot allocate memory\n\0", False,
            "could not fork new process for connection: Cannot allocate memory", id="no process for us",
        ),
    ],
)  # fmt: skip
def test_answers(play, received, ready, words):
    for some in (1, 1 << 20):
        answer = play(postgres.talk(parse_target("postgres://db")), received, some=some).answer
        assert (answer.ready, answer.words) == (ready, words)


@pytest.mark.parametrize(
    "query, reply, sent, tls",
    [
        pytest.param("", b"", [START_UP], [], id="no sslmode"),
        pytest.param("?sslmode=disable", b"", [START_UP], [], id="disable"),
        pytest.param("?sslmode=allow", b"", [START_UP], [], id="allow"),
        pytest.param("?sslmode=prefer", b"N", [SSL_REQUEST, START_UP], [], id="prefer, not had"),
        pytest.param("?sslmode=prefer", b"S", [SSL_REQUEST, START_UP], [StartTls(False, False)], id="prefer"),
        pytest.param("?sslmode=require", b"S", [SSL_REQUEST, START_UP], [StartTls(False, False)], id="require"),
        pytest.param("?sslmode=verify-ca", b"S", [SSL_REQUEST, START_UP], [StartTls(True, False)], id="verify-ca"),
        pytest.param("?sslmode=verify-full", b"S", [SSL_REQUEST, START_UP], [StartTls(True, True)], id="verify-full"),
    ],
)
def test_encryption(play, query, reply, sent, tls):
    played = play(postgres.talk(parse_target(f"postgres://db{query}")), reply + authentication(5, b"salt"))
    assert (played.answer.ready, played.sent, played.tls) == (True, sent, tls)


def test_encryption_is_demanded_but_not_had(play):
    played = play(postgres.talk(parse_target("postgres://db?sslmode=require")), b"N")
    assert (played.answer.ready, played.answer.words) == (False, "speaks no TLS, and sslmode is require")
    assert played.sent == [SSL_REQUEST]


def test_no_encryption_over_a_unix_socket(play):
    target = parse_target("postgres+unix://%2Frun%2Fpg.sock/db?sslmode=require")
    assert SSL_REQUEST not in play(postgres.talk(target), authentication(3)).sent


def test_error_in_place_of_the_reply_to_the_request_for_encryption(play):
    target = parse_target("postgres://db?sslmode=prefer")
    answer = play(postgres.talk(target), error("57P03", "the database system is starting up")).answer
    assert (answer.ready, answer.words) == (False, "the database system is starting up")


@pytest.mark.parametrize(
    "url, fields",
    [
        pytest.param("postgres://ann:pw@db/app", b"user\0ann\0database\0app\0", id="both"),
        pytest.param("postgres://ann@db", b"user\0ann\0database\0ann\0", id="the database is called like the user"),
        pytest.param("postgresql+asyncpg://db/app", b"user\0postgres\0database\0app\0", id="driver in the URL"),
    ],
)
def test_user_and_database(play, url, fields):
    (sent,) = play(postgres.talk(parse_target(url)), authentication(3)).sent
    assert fields in sent and b"pw" not in sent


def test_a_session_is_left_politely(play):
    assert play(postgres.talk(parse_target("postgres://db")), authentication(0)).sent == [START_UP, TERMINATE]


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="http"),
        pytest.param(b"EHLO is unknown", id="a text that begins with E and has no end"),
        pytest.param(b"E\x00\x00\x00\x0c\xff\xfe\xfd\xfc\x00\x00\x00\x00", id="error without a state"),
        pytest.param(b"R\xff\xff\xff\xff" + b"x" * 64, id="4 GiB announced"),
        pytest.param(b"R\x00\x00\x00\x04", id="too short to name a method"),
        pytest.param(message(b"v", b"\0" * 8) * 2, id="negotiates twice"),
    ],
)
def test_not_postgres(play, received):
    with pytest.raises(NotThisProtocol) as caught:
        play(postgres.talk(parse_target("postgres://db")), received)
    assert caught.value.words().startswith("not a PostgreSQL server: it answered '")


@pytest.mark.parametrize("length", range(len(error("57P03", "starting"))))
def test_closed_in_the_middle(play, length):
    with pytest.raises((PeerClosed, NotThisProtocol)):
        play(postgres.talk(parse_target("postgres://db")), error("57P03", "starting")[:length])
