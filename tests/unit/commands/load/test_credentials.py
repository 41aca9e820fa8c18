from __future__ import annotations

import sys

import pytest

from wherry.commands.load.credentials import authorization_of, hide_headers
from wherry.core.credential import Basic, Bearer, Credential, OAuth2, parse_source
from wherry.core.secret import Secret
from wherry.errors import DeadlinePassed, UsageError

PRINTS = parse_source(f"exec:{sys.executable} -c 'print(4711)'")
WAITS = parse_source(f"exec:{sys.executable} -c 'import threading; threading.Event().wait()'")


@pytest.mark.parametrize(
    ("credential", "expected", "hidden"),
    [
        pytest.param(None, None, [], id="nobody"),
        pytest.param(Bearer(parse_source("env:T")), "Bearer t0ken", ["t0ken"], id="bearer"),
        pytest.param(Basic("me", parse_source("pw")), "Basic bWU6cHc=", ["pw", "bWU6cHc="], id="basic"),
        pytest.param(Bearer(PRINTS), "Bearer 4711", ["4711"], id="command"),
    ],
)
def test_authorization(credential: Credential | None, expected: str | None, hidden: list[str]) -> None:
    told: list[str] = []
    found = authorization_of(credential, {"T": "t0ken"}, told.append, None)
    assert found == (Secret(expected) if expected else None)
    assert told == hidden


def test_a_command_has_no_more_time_than_the_run() -> None:
    with pytest.raises(DeadlinePassed, match="the deadline passed before anything could be sent"):
        authorization_of(Bearer(WAITS), {}, lambda _: None, 0.01)


def test_no_server_is_asked_for_a_token() -> None:
    credential = OAuth2("https://id.example/t", "me", parse_source("s"))
    with pytest.raises(UsageError, match="OAuth 2"):
        authorization_of(credential, {}, lambda _: None, None)


def test_headers_named_like_credentials_are_hidden() -> None:
    told: list[str] = []
    hide_headers((("Accept", "a"), ("authorization", "Bearer s3cret"), ("X-Api-Key", "k3y")), told.append)
    assert told == ["Bearer s3cret", "s3cret", "k3y", "k3y"]
