"""Every test route, asked over a connection."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from wherry.commands.serve.routes.faults import FAULTS, GARBLED
from wherry.commands.serve.routes.status import MAX_KEYS, Tally
from wherry.commands.serve.routes.table import handler, routes


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def site(clock):
    return handler(routes(max_body=1000, ready_after_s=clock() + 5, now=clock), otherwise=None)


def document(answer):
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def test_ok(ask, site):
    answer = ask(site, "GET", "/ok")
    assert (answer.status, answer.body) == (200, b"ok\n")


def test_every_example_of_the_index_answers(ask, site, clock):
    clock.now += 10
    for route in routes(max_body=1, ready_after_s=0, now=clock):
        if route.name not in ("drip", "sse", "fault"):
            assert ask(site, "HEAD", route.example).status < 600


def test_index(ask, site):
    as_text, as_html = ask(site, "GET", "/"), ask(site, "GET", "/", accept="text/html,*/*")
    assert as_text.text.startswith("/ok ")
    assert "/flaky?fail=3&amp;key=x" in as_html.text
    assert as_html.headers["content-type"] == "text/html; charset=utf-8"
    assert as_html.headers["vary"] == as_text.headers["vary"] == "accept"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/ecoh", 'nothing is at "/ecoh"; did you mean "echo"?'),
        ("/%00", 'nothing is at "/%00"'),
        ("/auth/basic/u", "write /auth/bearer/TOKEN"),
        ("/fault/rest", 'unknown fault "rest"; did you mean "reset"?'),
        ("/cookies/eat", "cookies can be shown, set and deleted"),
        ("/flaky/3", "write /flaky?fail=3&key=x"),
    ],
)
def test_unknown(ask, site, target, words):
    answer = ask(site, "GET", target)
    assert answer.status == 404
    assert words in answer.text


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/status/99", "'99' is not a status"),
        ("/status/abc", "'abc' is not a status"),
        ("/status/200,", "'' is not a status"),
        ("/status/600", "'600' is not a status"),
        ("/status/503?retry-after=a%0Db", "control character"),
        ("/delay/soon", "'soon' is not a duration"),
        ("/delay/2d", "longer than a day"),
        ("/bytes/many", "'many' is not a size"),
        ("/bytes/2TiB", "more than 1 TiB"),
        ("/bytes/-1", "is not a size"),
        ("/redirect/0", "'0' is not a number from 1"),
        ("/redirect/x", "'x' is not a number from 1"),
        ("/redirect/1?status=200", "is not the status of a redirect"),
        ("/redirect/1?to=%0d%0aset-cookie:x", "control character"),
        ("/flaky?fail=-1", "'-1' is not a number"),
        ("/flaky?fail=1e9", "'1e9' is not a number"),
        ("/flaky?fails=1", 'unknown parameter "fails"; did you mean "fail"?'),
        ("/delay/1ms?x=1", 'unknown parameter "x"; known are status'),
        ("/cookies?a=b", 'unknown parameter "a"; this route has none'),
        ("/drip?bytes=1GiB", "a piece is at most"),
        ("/bytes/1?chunked=maybe", "'maybe' is neither 1 nor 0"),
        ("/headers?content-length=5", "written by the connection"),
        ("/headers?bad%20name=5", "is not a header name"),
        ("/headers?x=a%0d%0ab", "control character"),
        ("/cookies/set?a=b%3bc", "is not a cookie"),
        ("/cookies/set", "no cookie is named"),
        ("/pages?per=5000", "at most 1000"),
        ("/echo?" + "a&" * 1001, "too many fields"),
    ],
)
def test_nonsense_is_refused_in_words(ask, site, target, words):
    answer = ask(site, "GET", target)
    assert (answer.status, answer.text.count("\n")) == (400, 1)
    assert words in answer.text


# Echoes


def test_echo(ask, site):
    got = document(ask(site, "POST", "/echo/a%20b?x=1&y=2&x=3&z", b'{"a":1}', x_token="t"))
    assert got.pop("remote").startswith("127.0.0.1:")
    assert got.pop("headers") == {"host": "test", "connection": "close", "x-token": "t", "content-length": "7"}
    assert got == {
        "method": "POST",
        "path": "/echo/a b",
        "query": {"x": ["1", "3"], "y": "2", "z": ""},
        "body": '{"a":1}',
        "scheme": "http",
        "version": "1.1",
    }


def test_echo_of_bytes(ask, site):
    got = document(ask(site, "PUT", "/echo", b"\xff\x00"))
    assert got["body"] is None
    assert base64.b64decode(got["body_base64"]) == b"\xff\x00"


def test_echo_of_odd_bytes_in_fields(ask, site):
    got = document(ask(site, "GET", "/echo?a=%ff", x_latin="\xe9"))
    assert got["headers"]["x-latin"] == "\xe9"
    assert got["query"] == {"a": "\ufffd"}


def test_a_body_that_is_too_long(ask, site):
    assert ask(site, "POST", "/echo", b"x" * 1001).status == 413


def test_headers(ask, site):
    answer = ask(site, "GET", "/headers?X-One=1&Set-Cookie=a%3Db&Set-Cookie=c%3Dd", x_sent="s")
    assert answer.headers["x-one"] == "1"
    assert answer.headers.get_all("set-cookie") == ["a=b", "c=d"]
    assert document(answer)["x-sent"] == "s"
    assert ask(site, "GET", "/headers?content-type=text/x").headers.get_all("content-type") == ["text/x"]


def test_json(ask, site):
    assert document(ask(site, "GET", "/json"))["ship"]["name"] == "Wherry"
    assert document(ask(site, "POST", "/json", b' [1, {"a": null}] ')) == [1, {"a": None}]


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[" * 900], ids=["cut", "empty", "not UTF-8", "deep"])
def test_json_that_is_none(ask, site, body):
    assert ask(site, "POST", "/json", body, content_length=str(len(body))).status == 400


def test_cookies(ask, site):
    assert document(ask(site, "GET", "/cookies", cookie="a=b; c=d=e")) == {"cookies": {"a": "b", "c": "d=e"}}
    answer = ask(site, "GET", "/cookies/set?a=b&c=d")
    assert answer.headers.get_all("set-cookie") == ["a=b; Path=/", "c=d; Path=/"]
    assert ask(site, "GET", "/cookies/delete?a").headers["set-cookie"] == "a=; Path=/; Max-Age=0"


# Statuses


@pytest.mark.parametrize(
    ("target", "status", "field"),
    [
        ("/status/200", 200, None),
        ("/status/204", 204, None),
        ("/status/304", 304, None),
        ("/status/301", 301, ("location", "/ok")),
        ("/status/401", 401, ("www-authenticate", 'Basic realm="wherry"')),
        ("/status/503?retry-after=2", 503, ("retry-after", "2")),
        ("/status/599", 599, None),
    ],
)
def test_status(ask, site, target, status, field):
    answer = ask(site, "GET", target)
    assert answer.status == status
    if field:
        assert answer.headers[field[0]] == field[1]


def test_statuses_in_turn(ask, site):
    got = [ask(site, "GET", "/status/503,429,200").status for _ in range(4)]
    assert got == [503, 429, 200, 503]


def test_status_with_a_body(ask, site):
    assert ask(site, "GET", "/status/418?body=short%20and%20stout").body == b"short and stout"


def test_flaky(ask, site):
    assert [ask(site, "GET", "/flaky?fail=2&key=a").status for _ in range(3)] == [503, 503, 200]
    answer = ask(site, "GET", "/flaky?fail=1&key=b&status=429&retry-after=1")
    assert (answer.status, answer.headers["retry-after"], answer.text) == (429, "1", "failure 1 of 1\n")
    assert ask(site, "GET", "/flaky?fail=1&key=b&status=429").text == "ok, after 1 failure\n"


def test_the_table_of_keys_is_bounded():
    tally = Tally()
    for key in range(MAX_KEYS + 100):
        tally.next(str(key))
    assert tally.next("0") == 0
    assert tally.next(str(MAX_KEYS + 50)) == 1


def test_ready(ask, site, clock):
    early = ask(site, "GET", "/ready")
    assert (early.status, early.headers["retry-after"]) == (503, "6")
    clock.now += 5
    assert ask(site, "GET", "/ready").status == 200


def test_delay(ask, site):
    assert ask(site, "GET", "/delay/1ms?status=201").status == 201


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        ("/redirect/3", 302, "/redirect/2"),
        ("/redirect/1", 302, "/ok"),
        ("/redirect/2?to=/json&status=307", 307, "/redirect/1?to=/json&status=307"),
        ("/redirect/1?to=http://other.test/", 302, "http://other.test/"),
        ("/redirect/loop", 302, "/redirect/loop"),
    ],
)
def test_redirect(ask, site, target, status, location):
    answer = ask(site, "GET", target)
    assert (answer.status, answer.headers["location"]) == (status, location)


# Doors


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("target", "authorization", "status"),
    [
        ("/auth/bearer/s3cret", "Bearer s3cret", 200),
        ("/auth/bearer/s3cret", "bearer s3cret", 200),
        ("/auth/bearer/a%2Fb", "Bearer a/b", 200),
        ("/auth/bearer/s3cret", "Bearer other", 401),
        ("/auth/bearer/s3cret", "Basic s3cret", 401),
        ("/auth/bearer/s3cret", None, 401),
        ("/auth/basic/user/pass", basic("user:pass"), 200),
        ("/auth/basic/user/p:%2F", basic("user:p:/"), 200),
        ("/auth/basic/us%C3%A9r/p", basic("us\xe9r:p"), 200),
        ("/auth/basic/user/pass", basic("user:other"), 401),
        ("/auth/basic/user/pass", "Basic ???", 401),
        ("/auth/basic/user/pass", "Basic /w==", 401),
        ("/auth/basic/user/pass", None, 401),
    ],
)
def test_auth(ask, site, target, authorization, status):
    answer = ask(site, "GET", target, **({"authorization": authorization} if authorization else {}))
    assert answer.status == status
    assert ("www-authenticate" in answer.headers) is (status == 401)


def test_token(ask, site):
    form = b"grant_type=client_credentials&scope=read"
    got = document(ask(site, "POST", "/auth/token", form, authorization=basic("id:secret")))
    assert got == {"access_token": "demo-token", "token_type": "Bearer", "expires_in": 3600, "scope": "read"}
    assert ask(site, "POST", "/auth/token", form + b"&client_id=id").status == 200
    assert ask(site, "POST", "/auth/token", form).status == 401
    assert ask(site, "POST", "/auth/token", b"grant_type=password").status == 400
    assert ask(site, "GET", "/auth/token").status == 405


# Streams


def test_bytes_are_the_same_each_time_and_in_parts(ask, site):
    whole = ask(site, "GET", "/bytes/1MiB")
    assert len(whole.body) == 1024 * 1024
    assert ask(site, "GET", "/bytes/1MiB?chunked").body == whole.body
    assert ask(site, "GET", "/bytes/1MiB?seed=2").body != whole.body
    part = ask(site, "GET", "/bytes/1MiB", range="bytes=65000-400000")
    assert (part.status, part.headers["content-range"]) == (206, "bytes 65000-400000/1048576")
    assert part.body == whole.body[65000:400001]
    assert ask(site, "GET", "/bytes/1MiB", range="bytes=-5").body == whole.body[-5:]


def test_bytes_and_conditions(ask, site):
    etag = ask(site, "HEAD", "/bytes/10").headers["etag"]
    assert ask(site, "GET", "/bytes/10", if_none_match=etag).status == 304
    assert ask(site, "GET", "/bytes/10", if_match='"x"').status == 412
    assert ask(site, "GET", "/bytes/10", range="bytes=10-").headers["content-range"] == "bytes */10"
    assert ask(site, "GET", "/bytes/10", range="bytes=0-1", if_range='"x"').status == 200
    assert ask(site, "GET", "/bytes/0").body == b""
    head = ask(site, "HEAD", "/bytes/5MB")
    assert (head.headers["content-length"], head.headers["accept-ranges"]) == ("5000000", "bytes")


def test_drip(ask, site):
    answer = ask(site, "GET", "/drip?count=3&every=1ms&bytes=2")
    assert (answer.headers["content-length"], answer.body) == ("6", b"******")
    assert ask(site, "GET", "/drip?count=2&every=1ms&chunked").headers["transfer-encoding"] == "chunked"
    assert ask(site, "HEAD", "/drip").headers["content-length"] == "10"


def test_sse(ask, site):
    answer = ask(site, "GET", "/sse?count=2&every=1ms&retry=1s")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == (
        "retry: 1000\n\n"
        'id: 1\nevent: tick\ndata: {"number":1,"of":2}\n\n'
        'id: 2\nevent: tick\ndata: {"number":2,"of":2}\n\n'
    )
    assert ask(site, "GET", "/sse?count=2&every=1ms", last_event_id="1").text.startswith("id: 2\n")


def test_pages(ask, site):
    target, seen = "/pages?of=3&per=2", []
    while target:
        answer = ask(site, "GET", target)
        got = document(answer)
        seen += [item["id"] for item in got["items"]]
        assert answer.headers["link"] == (f'<{got["next"]}>; rel="next"' if got["next"] else None)
        target = got["next"]
    assert seen == [1, 2, 3, 4, 5, 6]
    assert document(ask(site, "GET", "/pages?cursor=4&of=3"))["items"] == []


# Faults


@pytest.mark.parametrize("name", GARBLED)
def test_garbled_answers_arrive_as_they_are_and_end_in_order(talk, site, name):
    raw, reset = talk(site, f"GET /fault/{name} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    assert (raw, reset) == (GARBLED[name].data, False)


def test_a_fault_is_the_last_answer_of_its_connection(talk, site):
    raw, _ = talk(site, b"GET /fault/truncate HTTP/1.1\r\nHost: test\r\n\r\nGET /ok HTTP/1.1\r\nHost: test\r\n\r\n")
    assert raw == GARBLED["truncate"].data


def test_reset(talk, site):
    raw, reset = talk(site, b"GET /fault/reset HTTP/1.1\r\nHost: test\r\n\r\n")
    assert reset
    assert raw.endswith(b"the next thing is a reset\n")


def test_bomb(ask, site):
    answer = ask(site, "GET", "/fault/bomb?size=3MiB")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 20_000
    assert gzip.decompress(answer.body) == bytes(3 * 1024 * 1024)


def test_the_list_of_faults(ask, site):
    assert document(ask(site, "GET", "/fault"))["faults"] == FAULTS
