"""Redirects, credentials, cookies and tokens, against real servers."""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")


def to(server: Any, location: str, status: int = 302, **more: Any) -> Any:
    return server.Reply(status, b"moved", [("Location", location), *more.get("headers", [])])


def test_a_redirect_is_followed(server: Any, request_: Any) -> None:
    server.replies = [to(server, "/next"), server.Reply(200, b"here")]
    ran = request_("GET", server.url, "-v")
    assert (ran.code, ran.out) == (0, b"here")
    assert f"wherry: request: redirected (302) to GET {server.url}/next" in ran.err


def test_no_follow(server: Any, request_: Any) -> None:
    server.replies = [to(server, "/next")]
    ran = request_("GET", server.url, "--no-follow", "-i")
    assert (ran.code, len(server.seen)) == (0, 1)
    assert ran.out.startswith(b"HTTP/1.1 302 Found\n")
    assert b"\nLocation: /next\n" in ran.out
    assert ran.out.endswith(b"\n\nmoved")


def test_a_redirect_that_is_expected_is_the_answer(server: Any, request_: Any) -> None:
    server.replies = [to(server, "/next", 301)]
    args = ("--expect", "status={in: [301, 308]}", "--expect", "header.location={matches: next$}")
    ran = request_("GET", server.url, *args)
    assert (ran.code, ran.out, len(server.seen)) == (0, b"moved", 1)


def test_307_sends_the_body_again_and_303_does_not(server: Any, request_: Any) -> None:
    server.replies = [to(server, "/2", 307), to(server, "/3", 303), server.Reply(200)]
    assert request_("POST", server.url, "--json", '{"a":1}').code == 0
    assert [(seen.method, seen.body) for seen in server.seen] == [
        ("POST", b'{"a":1}'),
        ("POST", b'{"a":1}'),
        ("GET", b""),
    ]
    assert "content-type" not in server.seen[2].headers


def test_credentials_and_cookies_stay_at_their_origin(server: Any, other: Any, request_: Any) -> None:
    server.replies = [to(server, f"{other.url}/there")]
    other.replies = [other.Reply(200, b"there")]
    ran = request_(
        "GET",
        server.url,
        "--bearer",
        "s3cret-token",
        "-H",
        "Cookie: a=b",
        "-H",
        "X-Api-Key: k",
        "-H",
        "X-Plain: p",
        "-v",
    )
    assert (ran.code, ran.out) == (0, b"there")
    assert server.seen[0].headers["authorization"] == "Bearer s3cret-token"
    assert not {"authorization", "cookie", "x-api-key"} & other.seen[0].headers.keys()
    assert other.seen[0].headers["x-plain"] == "p"
    assert "another origin: credentials are not sent there" in ran.err
    assert "s3cret" not in ran.err


def test_a_circle(server: Any, request_: Any) -> None:
    server.answer = lambda seen: to(server, "/b" if seen.path == "/a" else "/a")
    ran = request_("GET", f"{server.url}/a")
    assert ran.code == 3
    assert ran.err == (
        f"wherry: request: GET {server.url}/a: redirected in a circle: "
        f"{server.url}/a -> {server.url}/b -> {server.url}/a\n"
    )


def test_too_many(server: Any, request_: Any) -> None:
    server.answer = lambda seen: to(server, f"/{int(seen.path[1:]) + 1}")
    ran = request_("GET", f"{server.url}/1", "--max-redirects", "3")
    assert ran.code == 3
    assert len(server.seen) == 4
    assert f"redirected more than 3 times, last to {server.url}/5" in ran.err
    assert "--max-redirects" in ran.err


def test_a_place_that_is_no_http(server: Any, request_: Any) -> None:
    server.replies = [to(server, "file:///etc/passwd")]
    ran = request_("GET", server.url)
    assert (ran.code, ran.out) == (3, b"")
    assert "'file:///etc/passwd', which is no http or https URL" in ran.err


@pytest.mark.parametrize(
    ("args", "environ", "expected"),
    [
        pytest.param(["-u", "me:hunter2"], {}, "Basic bWU6aHVudGVyMg==", id="basic"),
        pytest.param(["-u", "me:"], {}, "Basic bWU6", id="empty-password"),
        pytest.param(["-u", "me:env:PW"], {"PW": "hunter2"}, "Basic bWU6aHVudGVyMg==", id="from-env"),
        pytest.param(["--bearer", "file:token.txt"], {}, "Bearer t0ken", id="from-file"),
        pytest.param(["--bearer", "exec:echo t0ken"], {}, "Bearer t0ken", id="from-command"),
        pytest.param(["-H", "Authorization: Custom x"], {}, "Custom x", id="own-header"),
    ],
)
@posix
def test_credentials(
    server: Any,
    request_: Any,
    monkeypatch: Any,
    tmp_path: Path,
    args: list[str],
    environ: dict[str, str],
    expected: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "token.txt").write_text("t0ken\n")
    server.replies = [server.Reply(200)]
    ran = request_("GET", server.url, *args, "-v")
    assert ran.code == 0
    assert server.seen[0].headers["authorization"] == expected
    assert expected.split()[1] not in ran.err


def test_a_url_with_user(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200)]
    assert request_(server.url.replace("//", "//me:hunter2@")).code == 0
    assert server.seen[0].headers["authorization"] == "Basic bWU6aHVudGVyMg=="


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("env:NOWHERE_SET", "environment variable NOWHERE_SET is not set or empty"),
        ("file:/no/such", "reading a secret: /no/such: No such file"),
        ("exec:false", "command 'false' exited with 1"),
        ("exec:/no/such", "reading a secret: /no/such: No such file"),
    ],
)
@posix
def test_a_secret_that_is_not_there(server: Any, request_: Any, secret: str, words: str) -> None:
    ran = request_("GET", server.url, "--bearer", secret)
    assert ran.code in (2, 3)
    assert words in ran.err
    assert server.seen == []


@posix
def test_a_slow_secret_meets_the_deadline(server: Any, request_: Any) -> None:
    ran = request_("GET", server.url, "--bearer", "exec:sleep 60", "-T", "200ms")
    assert ran.code == 124
    assert "the deadline passed before anything could be sent" in ran.err


OAUTH = ("--oauth-client-id", "id", "--oauth-client-secret", "s3cret!", "--oauth-scope", "read write")


def tokens(server: Any, *, lifetime: int | None = 3600) -> None:
    """An API that wants the newest token, and the endpoint that gives them."""
    given: list[str] = []

    def answer(seen: Any) -> Any:
        if seen.path == "/token":
            given.append(f"token-{len(given) + 1}")
            document: dict[str, Any] = {"access_token": given[-1], "token_type": "Bearer"}
            if lifetime is not None:
                document["expires_in"] = lifetime
            return server.Reply(200, json.dumps(document).encode(), [("Content-Type", "application/json")])
        if seen.path == "/forget":
            given.append("revoked")
            return server.Reply(200)
        ok = given and seen.headers.get("authorization") == f"Bearer {given[-1]}"
        return server.Reply(200 if ok else 401, b"in" if ok else b"out")

    server.answer = answer


@posix
def test_a_token_is_fetched_kept_and_renewed(server: Any, request_: Any, tmp_path: Path) -> None:
    tokens(server)
    args = (f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH)
    assert request_("GET", *args, "-v").out == b"in"
    asked = server.seen[0]
    assert asked.headers["authorization"] == "Basic aWQ6czNjcmV0JTIx"
    assert asked.body == b"grant_type=client_credentials&scope=read+write"
    (kept,) = (tmp_path / "cache" / "wherry" / "tokens").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "s3cret" not in kept.name + kept.read_text()

    assert request_("GET", *args).out == b"in"
    assert [seen.path for seen in server.seen] == ["/token", "/api", "/api"]

    assert request_(f"{server.url}/forget").code == 0
    ran = request_("GET", *args, "-v")
    assert ran.out == b"in"
    assert [seen.path for seen in server.seen[-3:]] == ["/api", "/token", "/api"]
    assert "fetched a token from" in ran.err
    assert "token-" not in ran.err.replace("/token-", "")


@posix
def test_a_token_that_others_could_have_written_is_not_used(server: Any, request_: Any, tmp_path: Path) -> None:
    tokens(server)
    args = (f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH)
    assert request_(*args).code == 0
    (kept,) = (tmp_path / "cache" / "wherry" / "tokens").iterdir()
    kept.chmod(0o664)
    assert request_(*args).code == 0
    assert [seen.path for seen in server.seen] == ["/token", "/api", "/token", "/api"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"access_token": 1}'])
@posix
def test_a_token_file_that_is_none_is_passed_over(server: Any, request_: Any, tmp_path: Path, content: bytes) -> None:
    tokens(server)
    args = (f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH)
    assert request_(*args).code == 0
    (kept,) = (tmp_path / "cache" / "wherry" / "tokens").iterdir()
    kept.write_bytes(content)
    assert request_(*args).out == b"in"


def test_a_refused_token_is_renewed_once(server: Any, request_: Any) -> None:
    document = b'{"access_token":"t0ken","token_type":"bearer","expires_in":60}'
    server.answer = lambda seen: server.Reply(200, document) if seen.path == "/token" else server.Reply(401, b"no")
    ran = request_("GET", f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH)
    assert ran.code == 1
    assert [seen.path for seen in server.seen] == ["/token", "/api", "/token", "/api"]


@posix
def test_a_token_of_unknown_lifetime_is_not_kept(server: Any, request_: Any, tmp_path: Path) -> None:
    tokens(server, lifetime=None)
    assert request_(f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH).out == b"in"
    assert not (tmp_path / "cache" / "wherry" / "tokens").exists()


def test_a_server_that_wants_the_secret_in_the_form(server: Any, request_: Any) -> None:
    def answer(seen: Any) -> Any:
        if seen.path != "/token":
            return server.Reply(200, b"in")
        if b"client_secret=s3cret%21" not in seen.body:
            return server.Reply(401, b'{"error":"invalid_client"}')
        return server.Reply(200, b'{"access_token":"t"}')

    server.answer = answer
    assert request_(f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH).out == b"in"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            400,
            b'{"error":"invalid_scope","error_description":"no such scope"}',
            "HTTP 400 Bad Request: invalid_scope: no such scope",
        ),
        (401, b'{"error":"invalid_client"}', "HTTP 401 Unauthorized: invalid_client"),
        (200, b"<html>", "the answer holds no access_token"),
        (200, b'{"access_token":"t","token_type":"mac"}', "the token is of type 'mac'"),
    ],
)
def test_no_token(server: Any, request_: Any, status: int, body: bytes, words: str) -> None:
    server.replies = [server.Reply(status, body)]
    ran = request_(f"{server.url}/api", "--oauth-token-url", f"{server.url}/token", *OAUTH)
    assert ran.code == 3
    assert f"fetching a token from {server.url}/token: {words}" in ran.err


def test_cookies_last_from_run_to_run(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [to(server, "/home", headers=[("Set-Cookie", "sid=abc; Path=/")]), server.Reply(200, b"welcome")]
    assert request_("POST", f"{server.url}/login", "--cookie-jar", "jar.txt").out == b"welcome"
    assert server.seen[1].headers["cookie"] == "sid=abc"
    assert request_(server.url, "--cookie-jar", "jar.txt").code == 0
    assert server.seen[2].headers["cookie"] == "sid=abc"
    assert "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tabc" in (tmp_path / "jar.txt").read_text()


@posix
def test_a_jar_that_cannot_be_saved(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x", [("Set-Cookie", "a=1")])]
    ran = request_(server.url, "--cookie-jar", "no/such/jar.txt")
    assert ran.code == 3
    assert "writing the cookie jar no/such/jar.txt: No such file or directory" in ran.err
    server.replies = [server.Reply(404, b"x", [("Set-Cookie", "a=1")])]
    ran = request_(server.url, "--cookie-jar", "no/such/jar.txt")
    assert ran.code == 1
    assert ran.err.endswith("HTTP 404 Not Found\n")


def test_a_redirect_to_itself_that_sets_a_cookie_is_no_circle(server: Any, request_: Any) -> None:
    def answer(seen: Any) -> Any:
        if "cookie" in seen.headers:
            return server.Reply(200, b"in")
        return to(server, seen.path, headers=[("Set-Cookie", "seen=1")])

    server.answer = answer
    assert request_(f"{server.url}/gate", "--cookie-jar", "jar.txt").out == b"in"
