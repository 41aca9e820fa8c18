from __future__ import annotations

import pickle
from typing import Any

import pytest

from wherry.about import USER_AGENT
from wherry.commands.load.targets.call import Call
from wherry.commands.load.targets.making import Common, Maker
from wherry.commands.load.targets.prepared import Origin, Prepared
from wherry.core.secret import Secret
from wherry.errors import UsageError
from wherry.net.proxies import ProxyChoice

DIRECT = ProxyChoice({})


def make(method: str, url: str, *headers: tuple[str, str], body: bytes | None = None, **common: Any) -> Prepared:
    return Maker(Common(**common), DIRECT).make(Call(method, url, headers, body))


def lines(prepared: Prepared) -> list[str]:
    head, _, _ = prepared.data.partition(b"\r\n\r\n")
    return head.decode().split("\r\n")


def test_a_get_is_what_users_of_the_others_expect() -> None:
    prepared = make("GET", "http://127.0.0.1:8080/a?b=c")
    assert prepared.data.decode() == (
        "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
        f"User-Agent: {USER_AGENT}\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
    )
    assert prepared.origin == Origin(tls=False, host="127.0.0.1", port=8080)
    assert (prepared.head, prepared.idempotent, prepared.body_size, prepared.number) == (False, True, 0, 0)


def test_a_body() -> None:
    prepared = make("POST", "https://a.example/x", body=b"\x00\xff")
    assert prepared.data.endswith(b"\r\nContent-Length: 2\r\n\r\n\x00\xff")
    assert (prepared.origin, prepared.idempotent, prepared.body_size) == (Origin(True, "a.example", 443), False, 2)


@pytest.mark.parametrize(
    ("method", "url", "data"),
    [
        pytest.param("GET", "http://a.example", "GET / HTTP/1.1\r\nHost: a.example", id="no-path"),
        pytest.param(
            "GET", "http://ä.example/ü x#y", "GET /%C3%BC%20x HTTP/1.1\r\nHost: xn--4ca.example", id="unicode"
        ),
        pytest.param("GET", "http://[::1]:81/", "GET / HTTP/1.1\r\nHost: [::1]:81", id="ipv6"),
        pytest.param("GET", "http://a.example:80/", "GET / HTTP/1.1\r\nHost: a.example", id="default-port"),
        pytest.param("DELETE", "http://a.example/", "DELETE / HTTP/1.1\r\nHost: a.example", id="delete"),
    ],
)
def test_first_lines(method: str, url: str, data: str) -> None:
    assert make(method, url).data.decode().startswith(data + "\r\n")


def test_post_without_a_body_says_so() -> None:
    assert "Content-Length: 0" in lines(make("POST", "http://a.example/"))


def test_the_body_for_all_and_its_type() -> None:
    maker = Maker(Common(body=b"{}", content_type="application/json"), DIRECT)
    assert maker.make(Call("PUT", "http://a.example/")).data.endswith(
        b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
    own = maker.make(Call("PUT", "http://a.example/", (), b"[]"))
    assert own.data.endswith(b"\r\n\r\n[]")
    assert not any(line.startswith("Content-Type") for line in lines(own))


@pytest.mark.parametrize("path", ["/", "/a"], ids=["first", "known-head"])
def test_headers_of_a_target_take_the_place_of_those_for_all(path: str) -> None:
    maker = Maker(
        Common(
            inherited=(("X-Team", "core"), ("X-Low", "p")),
            headers=(("x-low", "c"), ("Accept", "a/b")),
            without=frozenset({"accept-encoding", "user-agent", "host"}),
        ),
        DIRECT,
    )
    maker.make(Call("GET", "http://a.example/", (("Accept", "own"), ("X-Case", "1"))))
    prepared = maker.make(Call("GET", f"http://a.example{path}", (("Accept", "own"), ("X-Case", "1"))))
    assert lines(prepared) == [
        f"GET {path} HTTP/1.1", "Host: a.example", "X-Team: core", "x-low: c", "Accept: own", "X-Case: 1"
    ]  # fmt: skip


def test_a_known_head_is_not_taken_for_another() -> None:
    maker = Maker(Common(body=b"12", content_type="a/b"), DIRECT)
    calls = [
        Call("POST", "http://a.example/"),
        Call("POST", "http://a.example/", (), b"34"),
        Call("POST", "http://a.example/", (), b""),
        Call("PUT", "http://a.example/"),
        Call("POST", "http://b.example/"),
        Call("POST", "http://a.example/", (("X", "1"),)),
    ]
    for call in calls * 2:
        alone = Maker(Common(body=b"12", content_type="a/b"), DIRECT).make(call)
        assert maker.make(call._replace(url=call.url + "x")).data == alone.data.replace(b" / ", b" /x ")


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        pytest.param("http://a.example/", (), "Bearer t", id="for-all"),
        pytest.param("http://me:pw@a.example/", (), "Basic bWU6cHc=", id="in-the-url"),
        pytest.param("http://a.example/", (("authorization", "own"),), "own", id="own-header"),
    ],
)
def test_authorization(url: str, headers: tuple[tuple[str, str], ...], expected: str) -> None:
    prepared = make("GET", url, *headers, authorization=Secret("Bearer t"))
    found = [line.partition(": ")[2] for line in lines(prepared) if line.lower().startswith("authorization")]
    assert found == [expected]
    assert "pw" not in prepared.url


def test_a_profiles_secrets_go_to_its_own_origin_only() -> None:
    common: dict[str, Any] = {
        "base_url": "https://api.example/v1",
        "inherited": (("X-Team", "core"), ("X-Api-Key", "k")),
        "inherited_authorization": Secret("Bearer p"),
    }
    at_home = lines(make("GET", "/items", **common))
    assert at_home[0] == "GET /v1/items HTTP/1.1"
    assert {"X-Team: core", "X-Api-Key: k", "Authorization: Bearer p"} <= set(at_home)
    elsewhere = lines(make("GET", "https://other.example/", **common))
    assert "X-Team: core" in elsewhere
    assert not {"X-Api-Key: k", "Authorization: Bearer p"} & set(elsewhere)


def test_a_proxy_is_told_the_whole_url() -> None:
    maker = Maker(Common(), ProxyChoice({}, "http://me:pw@127.0.0.1:3128", None))
    plain = maker.make(Call("GET", "http://a.example/x"))
    assert lines(plain)[0] == "GET http://a.example/x HTTP/1.1"
    assert "Proxy-Authorization: Basic bWU6cHc=" in lines(plain)
    assert maker.make(Call("GET", "http://a.example/y/z")).data == plain.data.replace(b"/x ", b"/y/z ")
    tunnelled = maker.make(Call("GET", "https://a.example/x"))
    assert lines(tunnelled)[0] == "GET /x HTTP/1.1"
    assert tunnelled.origin.proxy is not None
    assert not any(line.startswith("Proxy") for line in lines(tunnelled))


def test_a_socket() -> None:
    assert make("GET", "http+unix://%2Frun%2Fa.sock/x").origin == Origin(False, "localhost", 80, "/run/a.sock")
    assert make("GET", "http://a.example/", unix_socket="/s").origin == Origin(False, "a.example", 80, "/s")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("GET", "ftp://a/"), "ftp is no scheme of HTTP"),
        (Call("GET", "http://\x80.example/"), "is not a host name"),
        (Call("G T", "http://a.example/"), "'G T' is not an HTTP method"),
        (Call("GET", "http://a.example/", (("X", "a\nb"),)), "the value of header X contains a line break"),
        (Call("GET", "http://a.example/", (("Content-Length", "1"),)), "the header Content-Length is set by wherry"),
    ],
)
def test_what_http_cannot_carry(call: Call, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Maker(Common(), DIRECT).make(call)


def test_a_template_is_filled_in() -> None:
    maker = Maker(
        Common(headers=(("X-Id", "{id}"),), body=b'{"t": "{t}", "n": {id}}', content_type="application/json"), DIRECT
    )
    template = maker.template(Call("POST", "http://a.example/{t}?q={id}&token={t}"), typed=False)
    assert template.columns == {"id", "t"}
    prepared = template.fill({"id": "7", "t": 'a/"b"'})
    body = b'{"t": "a/\\"b\\"", "n": 7}'
    assert prepared.data.startswith(b"POST /a%2F%22b%22?q=7&token=a%2F%22b%22 HTTP/1.1\r\nHost: a.example\r\n")
    assert b"\r\nX-Id: 7\r\n" in prepared.data
    assert prepared.data.endswith(b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert (prepared.body_size, prepared.url) == (len(body), "http://a.example/{t}?q={id}&token=***")
    assert pickle.loads(pickle.dumps(template)).fill({"id": "7", "t": "x"}) == template.fill({"id": "7", "t": "x"})


def test_a_template_without_a_body_is_what_the_request_is() -> None:
    maker = Maker(Common(), DIRECT)
    template = maker.template(Call("GET", "http://a.example/{{x}}/{id}"), typed=True)
    expected = maker.make(Call("GET", "http://a.example/%7Bx%7D/1"))
    assert template.fill({"id": 1}).data == expected.data


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        ("text/plain", b"a=x&y z"),
        ("application/x-www-form-urlencoded", b"a=x%26y+z"),
        ("application/problem+json; charset=utf-8", b"a=x&y z"),
    ],
)
def test_the_type_of_a_body_says_how_it_is_filled_in(kind: str, filled: bytes) -> None:
    maker = Maker(
        Common(headers=(("content-type", kind),), body=b"a={v}" if "json" not in kind else b'"a={v}"'), DIRECT
    )
    prepared = maker.template(Call("POST", "http://a.example/"), typed=False).fill({"v": "x&y z"})
    assert prepared.data.partition(b"\r\n\r\n")[2].strip(b'"') == filled


@pytest.mark.parametrize("url", ["http://{h}.example/", "{h}/x", "http://{u}:{p}@a.example/"])
def test_rows_do_not_say_where_requests_go(url: str) -> None:
    with pytest.raises(UsageError, match="rows fill in the path and the query of a URL, and not its host"):
        Maker(Common(), DIRECT).template(Call("GET", url), typed=False)


def test_a_password_beside_a_placeholder_is_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Maker(Common(), DIRECT).template(Call("GET", "http://{u}:hunter2@a.example/"), typed=False)
    assert "hunter2" not in str(caught.value)


def test_a_body_that_is_no_text_is_not_filled_in() -> None:
    with pytest.raises(UsageError, match="must be UTF-8 text"):
        Maker(Common(body=b"\xff{a}"), DIRECT).template(Call("POST", "http://a.example/"), typed=False)
