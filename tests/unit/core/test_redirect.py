from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.redact import is_secret_header
from wherry.core.redirect import (
    REDIRECT_STATUSES,
    RedirectError,
    Trail,
    is_redirect,
    next_method,
    origin,
    resolve,
)

SECRETS = (
    ("Authorization", "Bearer s"),
    ("Cookie", "a=b"),
    ("Proxy-Authorization", "Basic s"),
    ("X-Api-Key", "k"),
    ("X-Auth-Token", "t"),
)
PLAIN = (("Accept", "application/json"), ("Range", "bytes=5-"))


@pytest.mark.parametrize(
    ("status", "method", "expected"),
    [
        pytest.param(301, "POST", "GET", id="301-post"),
        pytest.param(302, "POST", "GET", id="302-post"),
        pytest.param(301, "PUT", "PUT", id="301-put-stays"),
        pytest.param(302, "DELETE", "DELETE", id="302-delete-stays"),
        pytest.param(303, "PUT", "GET", id="303-any"),
        pytest.param(303, "HEAD", "HEAD", id="303-head-stays"),
        pytest.param(307, "POST", "POST", id="307-stays"),
        pytest.param(308, "PATCH", "PATCH", id="308-stays"),
    ],
)
def test_method_after(status: int, method: str, expected: str) -> None:
    assert next_method(status, method) == expected


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        pytest.param(302, "/a", True, id="found"),
        pytest.param(302, None, False, id="no-location"),
        pytest.param(302, " ", False, id="empty-location"),
        pytest.param(300, "/a", False, id="multiple-choices"),
        pytest.param(304, "/a", False, id="not-modified"),
        pytest.param(201, "/a", False, id="created"),
    ],
)
def test_is_redirect(status: int, location: str | None, expected: bool) -> None:
    assert is_redirect(status, location) is expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        pytest.param("/next", "http://a.example/next", id="absolute-path"),
        pytest.param("next", "http://a.example/dir/next", id="relative"),
        pytest.param("../x?y=1", "http://a.example/x?y=1", id="dots-and-query"),
        pytest.param("//b.example/x", "http://b.example/x", id="scheme-relative"),
        pytest.param("https://b.example", "https://b.example/", id="bare-host"),
        pytest.param("?page=2", "http://a.example/dir/here?page=2", id="query-only"),
        pytest.param("/a b", "http://a.example/a%20b", id="space"),
        pytest.param("/caf\u00e9", "http://a.example/caf%C3%A9", id="not-ascii"),
        pytest.param("/a%20b", "http://a.example/a%20b", id="encoded-already"),
        pytest.param("http://eve:pw@b.example/", "http://b.example/", id="userinfo-dropped"),
    ],
)
def test_resolve(location: str, expected: str) -> None:
    assert resolve("http://a.example/dir/here", location) == expected


def test_the_fragment_is_inherited_unless_there_is_one() -> None:
    assert resolve("http://a.example/x#part", "/y") == "http://a.example/y#part"
    assert resolve("http://a.example/x#part", "/y#own") == "http://a.example/y#own"


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://a/", "https:///x", "http://a:port/", "javascript:alert(1)", "http://[::1"]
)
def test_places_that_are_no_http_url(location: str) -> None:
    with pytest.raises(RedirectError, match="redirected to"):
        resolve("http://a.example/", location)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("http://a/x", "http://A:80/y", True, id="case-and-default-port"),
        pytest.param("http://a/", "https://a/", False, id="scheme"),
        pytest.param("http://a/", "http://a:81/", False, id="port"),
        pytest.param("http://a/", "http://b.a/", False, id="subdomain"),
        pytest.param("https://a./", "https://a/", True, id="root-dot"),
    ],
)
def test_origin(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same


def test_the_same_origin_keeps_credentials() -> None:
    trail = Trail.begin("GET", "http://a/x", (*SECRETS, *PLAIN)).follow(302, "/y")
    assert trail.headers == (*SECRETS, *PLAIN)
    assert (trail.crossed, trail.home, trail.hops) == (False, True, 1)


def test_another_origin_gets_nothing_secret_and_coming_back_does_not_restore_it() -> None:
    there = Trail.begin("GET", "http://a/x", (*SECRETS, ("Host", "virtual"), *PLAIN)).follow(302, "http://b/y")
    assert there.headers == PLAIN
    assert (there.crossed, there.home) == (True, False)
    back = there.follow(302, "http://b/z").follow(302, "http://a/w")
    assert back.headers == PLAIN
    assert back.home is False


def test_a_body_that_is_not_sent_takes_its_fields_along() -> None:
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", "1"), ("Accept", "*/*"))
    post = Trail.begin("POST", "http://a/x", headers, has_body=True)
    assert post.follow(302, "/y").headers == (("Accept", "*/*"),)
    assert post.follow(302, "/y").has_body is False
    assert post.follow(307, "/y").headers == headers
    assert post.follow(307, "/y").has_body is True


def test_a_circle_is_told_as_one() -> None:
    trail = Trail.begin("GET", "http://a/1").follow(302, "/2")
    with pytest.raises(RedirectError) as caught:
        trail.follow(302, "/1")
    assert str(caught.value) == "redirected in a circle: http://a/1 -> http://a/2 -> http://a/1"


def test_a_long_circle_is_shortened() -> None:
    trail = Trail.begin("GET", "http://a/1")
    for number in range(2, 7):
        trail = trail.follow(302, f"/{number}")
    with pytest.raises(RedirectError, match=r"http://a/1 -> http://a/2 -> \(4 more\) -> http://a/1$"):
        trail.follow(302, "/1")


def test_coming_back_with_a_new_cookie_is_no_circle() -> None:
    assert Trail.begin("GET", "http://a/1").follow(302, "/1", cookies_set=True).hops == 1


def test_a_post_answered_by_its_own_page_is_no_circle() -> None:
    assert Trail.begin("POST", "http://a/form", has_body=True).follow(303, "/form").method == "GET"


@pytest.mark.parametrize(("limit", "words"), [(0, "0 times"), (1, "once"), (3, "3 times")])
def test_the_limit(limit: int, words: str) -> None:
    trail = Trail.begin("GET", "http://a/0")
    for number in range(limit):
        trail = trail.follow(302, f"/{number + 1}", limit=limit)
    with pytest.raises(RedirectError, match=f"redirected more than {words}, last to http://a/end"):
        trail.follow(302, "/end", limit=limit)


NAMES = st.sampled_from(["Authorization", "cookie", "X-Secret-Thing", "x-api-key", "Accept", "Host", "X-Request-Id"])
URLS = st.builds("{}://{}{}/{}".format, st.sampled_from(["http", "https"]), st.sampled_from("abc"),
                 st.sampled_from(["", ":80", ":8080"]), st.integers(0, 10**6))  # fmt: skip


@given(
    st.lists(st.tuples(NAMES, st.just("v")), max_size=6),
    URLS,
    st.lists(st.tuples(st.sampled_from(sorted(REDIRECT_STATUSES)), URLS), max_size=6),
)
def test_nothing_secret_ever_leaves_its_origin(
    headers: list[tuple[str, str]], start: str, hops: list[tuple[int, str]]
) -> None:
    trail = Trail.begin("POST", start, tuple(headers), has_body=True)
    for status, url in hops:
        trail = trail.follow(status, url, cookies_set=True)
        if origin(trail.url) != origin(start):
            assert not any(is_secret_header(name) for name, _ in trail.headers)
            assert trail.home is False
