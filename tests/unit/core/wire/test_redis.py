from __future__ import annotations

import pytest

from wherry.core.target import parse_target
from wherry.core.wire import redis
from wherry.core.wire.talk import NotThisProtocol, PeerClosed

PING = b"*1\r\n$4\r\nPING\r\n"


@pytest.mark.parametrize(
    "url, received, ready, words",
    [
        pytest.param("redis://h", b"+PONG\r\n", True, "PONG", id="pong"),
        pytest.param("redis://h/0", b"+PONG\r\n", True, "PONG", id="database 0 is the one we are in"),
        pytest.param("redis://h/3", b"+PONG\r\n+OK\r\n", True, "PONG", id="database"),
        pytest.param(
            "redis://h/99", b"+PONG\r\n-ERR DB index is out of range\r\n", False,
            "database 99: ERR DB index is out of range", id="no such database",
        ),
        pytest.param("redis://:pw@h", b"+OK\r\n+PONG\r\n", True, "PONG", id="password"),
        pytest.param(
            "redis://h", b"-LOADING Redis is loading the dataset in memory\r\n", False,
            "LOADING Redis is loading the dataset in memory", id="loading",
        ),
        pytest.param(
            "redis://:pw@h/3", b"+OK\r\n-LOADING Redis is loading the dataset in memory\r\n", False,
            "LOADING Redis is loading the dataset in memory", id="loading, logged in",
        ),
        pytest.param(
            "redis://h", b"-MASTERDOWN Link with MASTER is down\r\n", False,
            "MASTERDOWN Link with MASTER is down", id="replica without its primary",
        ),
        pytest.param(
            "redis://h", b"-MISCONF Redis is configured to save RDB snapshots\r\n", False,
            "MISCONF Redis is configured to save RDB snapshots", id="cannot write its disk",
        ),
        pytest.param(
            "redis://h", b"-DENIED Redis is running in protected mode\r\n", False,
            "DENIED Redis is running in protected mode", id="protected mode",
        ),
        pytest.param(
            "redis://h", b"-ERR max number of clients reached\r\n", False, "ERR max number of clients reached",
            id="full",
        ),
        pytest.param(
            "redis://h/3", b"-NOAUTH Authentication required.\r\n", True, "answers, and wants a password",
            id="no password given",
        ),
        pytest.param(
            "redis://u:pw@h", b"+OK\r\n-NOPERM User u has no permissions to run the 'ping' command\r\n", True,
            "answers, and lets this user not PING", id="not allowed to ping",
        ),
        pytest.param(
            "redis://:pw@h", b"-WRONGPASS invalid username-password pair or user is disabled.\r\n", False,
            "refuses the password: WRONGPASS invalid username-password pair or user is disabled.", id="wrong password",
        ),
        pytest.param(
            "redis://:pw@h", b"-ERR AUTH <password> called without any password configured\r\n", False,
            "refuses the password: ERR AUTH <password> called without any password configured", id="has no password",
        ),
        pytest.param("redis://h", b"-\r\n", False, "an error without words", id="empty error"),
        pytest.param("redis://h", b"-ERR a\x1b[31m\x00b\r\n", False, "ERR a [31m b", id="control characters"),
    ],
)  # fmt: skip
def test_answers(play, url, received, ready, words):
    answer = play(redis.talk(parse_target(url)), received).answer
    assert (answer.ready, answer.words) == (ready, words)


@pytest.mark.parametrize(
    "url, received, sent",
    [
        pytest.param("redis://h", b"+PONG\r\n", [PING], id="ping"),
        pytest.param(
            "redis://u:p%20w@h/2", b"+OK\r\n+PONG\r\n+OK\r\n",
            [b"*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$3\r\np w\r\n", PING, b"*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"],
            id="all three",
        ),
        pytest.param(
            "redis://:%C3%A9@h", b"+OK\r\n+PONG\r\n", [b"*2\r\n$4\r\nAUTH\r\n$2\r\n\xc3\xa9\r\n", PING],
            id="lengths count bytes",
        ),
    ],
)  # fmt: skip
def test_what_is_sent(play, url, received, sent):
    assert play(redis.talk(parse_target(url)), received).sent == sent


@pytest.mark.parametrize(
    "received, words",
    [
        pytest.param(
            b"HTTP/1.1 400 Bad Request\r\n",
            "not a Redis server: it answered 'HTTP/1.1 400 Bad Request\\r\\n'",
            id="http",
        ),
        pytest.param(b"+PONG\n", "not a Redis server: it answered '+PONG\\n'", id="bare LF"),
        pytest.param(b"$4\r\n", "not a Redis server: it answered '$4\\r\\n'", id="another type"),
        pytest.param(b"\x15\x03\x03\x00\x02\x02\n", "not a Redis server: it answered in TLS", id="tls alert"),
        pytest.param(b"+" + b"x" * 9000, f"not a Redis server: it answered '+{'x' * 31}' ...", id="endless line"),
    ],
)
def test_not_redis(play, received, words):
    with pytest.raises(NotThisProtocol) as caught:
        play(redis.talk(parse_target("redis://h")), received)
    assert caught.value.words(received[len(caught.value.received) :]) == words


def test_closed_before_an_answer(play):
    with pytest.raises(PeerClosed):
        play(redis.talk(parse_target("redis://h")), b"+PON")
