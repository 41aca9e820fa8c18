"""Pagination against a real server."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


def document(server: Any, value: Any, *headers: tuple[str, str]) -> Any:
    return server.Reply(200, json.dumps(value).encode(), [("Content-Type", "application/json"), *headers])


def query(seen: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(seen.target).query).items()}


def linked(server: Any, pages: int, *headers: tuple[str, str]) -> None:
    """An API of ``pages`` pages of two items each, told by Link."""

    def answer(seen: Any) -> Any:
        number = int(query(seen).get("page", 1))
        link = [("Link", f'<?page={number + 1}>; rel="next"')] if number < pages else []
        return document(server, [{"id": number * 10}, {"id": number * 10 + 1}], *link, *headers)

    server.answer = answer


def test_links_are_merged(server: Any, request_: Any) -> None:
    linked(server, 3)
    ran = request_(server.url, "--paginate", "link")
    assert (ran.code, ran.err) == (0, "")
    assert ran.text == '[{"id":10},{"id":11},{"id":20},{"id":21},{"id":30},{"id":31}]\n'


def test_extraction_from_all_pages(server: Any, request_: Any) -> None:
    linked(server, 2)
    assert request_(server.url, "--paginate", "link", "--extract", "$[*].id").text == "10\n11\n20\n21\n"


def test_stream(server: Any, request_: Any) -> None:
    linked(server, 2)
    ran = request_(server.url, "--paginate", "link", "--stream")
    assert ran.text == '{"id":10}\n{"id":11}\n{"id":20}\n{"id":21}\n'
    assert request_(server.url, "--paginate", "link", "--stream", "--extract", "$[*].id").text == "10\n11\n20\n21\n"


def test_into_a_file(server: Any, request_: Any, tmp_path: Any) -> None:
    linked(server, 2)
    for more in ((), ("--stream",)):
        ran = request_(server.url, "--paginate", "link", "--extract", "$[*].id", "-o", "ids.txt", *more)
        assert (ran.code, ran.out) == (0, b"")
        assert (tmp_path / "ids.txt").read_text() == "10\n11\n20\n21\n"


def test_max_pages(server: Any, request_: Any) -> None:
    linked(server, 9)
    ran = request_(server.url, "--paginate", "link", "--max-pages", "2", "--extract", "$[*].id")
    assert (ran.code, ran.text) == (0, "10\n11\n20\n21\n")
    assert ran.err == "wherry: request: stopped after 2 pages; there are more\n"


def test_a_next_url_in_the_body(server: Any, request_: Any) -> None:
    server.replies = [
        document(server, {"items": [1, 2], "next": "/two"}), document(server, {"items": [3], "next": None})
    ]  # fmt: skip
    assert request_(server.url, "--paginate", "next:$.next", "--items", "$.items").text == "[1,2,3]\n"
    assert server.seen[1].target == "/two"


def test_a_cursor(server: Any, request_: Any) -> None:
    server.replies = [
        document(server, {"rows": [1], "meta": {"after": "a b"}}), document(server, {"rows": [2], "meta": {}})
    ]  # fmt: skip
    ran = request_(f"{server.url}/?size=1", "--paginate", "cursor:$.meta.after:after", "--items", "$.rows[*]")
    assert ran.text == "[1,2]\n"
    assert server.seen[1].target == "/?size=1&after=a%20b"


def test_page_numbers_end_at_an_empty_page(server: Any, request_: Any) -> None:
    server.answer = lambda seen: document(server, [query(seen)["p"]] if int(query(seen)["p"]) < 3 else [])
    assert request_(server.url, "--query", "p=1", "--paginate", "page:p").text == '["1","2"]\n'


def test_a_server_that_does_not_know_the_parameter(server: Any, request_: Any) -> None:
    server.replies = [document(server, [1])]
    ran = request_(server.url, "--paginate", "page:p")
    assert (ran.code, ran.out) == (3, b"")
    assert "page 2: is the same as the one before; does the server know 'p'?" in ran.err


def test_a_circle(server: Any, request_: Any) -> None:
    server.answer = lambda seen: document(
        server, [1], ("Link", "</b>; rel=next" if seen.path == "/a" else "</a>; rel=next")
    )
    ran = request_(f"{server.url}/a", "--paginate", "link")
    assert (ran.code, ran.out) == (3, b"")
    assert f"page 2 leads back to page 1, {server.url}/a" in ran.err


def test_an_object_without_items(server: Any, request_: Any) -> None:
    server.replies = [document(server, {"total": 1, "rows": []})]
    ran = request_(server.url, "--paginate", "link")
    assert ran.code == 2
    assert "page 1: it is an object, not an array of items" in ran.err
    assert "--items '$.rows' says where they are" in ran.err


def test_a_failing_page_prints_nothing_of_those_before(server: Any, request_: Any) -> None:
    server.replies = [document(server, [1], ("Link", "</2>; rel=next")), server.Reply(500, b"oops")]
    ran = request_(server.url, "--paginate", "link", "--retry", "0")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.splitlines() == [
        "oops",
        f"wherry: request: GET {server.url}/: page 2: HTTP 500 Internal Server Error",
    ]


def test_a_failing_page_is_tried_again(server: Any, request_: Any) -> None:
    server.replies = [document(server, [1], ("Link", "</2>; rel=next")), server.Reply(503), document(server, [2])]
    assert request_(server.url, "--paginate", "link").text == "[1,2]\n"


def test_expectations_hold_for_each_page(server: Any, request_: Any) -> None:
    server.replies = [document(server, [1], ("Link", "</2>; rel=next")), document(server, [])]
    ran = request_(server.url, "--paginate", "link", "--expect", "json.$={length: {ge: 1}}")
    assert (ran.code, ran.out) == (1, b"")
    assert "page 2: json.$: expected" in ran.err


def test_another_origin_gets_no_credentials(server: Any, other: Any, request_: Any) -> None:
    server.replies = [document(server, [1], ("Link", f"<{other.url}/2>; rel=next"))]
    other.replies = [document(other, [2])]
    ran = request_(server.url, "--paginate", "link", "--bearer", "t0ken", "-H", "X-Api-Key: k", "-H", "X-Plain: p")
    assert ran.text == "[1,2]\n"
    assert server.seen[0].headers["authorization"] == "Bearer t0ken"
    assert not {"authorization", "x-api-key"} & other.seen[0].headers.keys()
    assert other.seen[0].headers["x-plain"] == "p"
    assert f"the next page is at another origin, {other.url}/2; credentials are not sent there" in ran.err


def test_a_rate_limit_used_up_is_waited_for(server: Any, request_: Any) -> None:
    linked(server, 2, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "0.01"))
    ran = request_(server.url, "--paginate", "link", "--extract", "$[*].id")
    assert ran.text == "10\n11\n20\n21\n"
    assert ran.err == "wherry: request: the rate limit is used up; waiting 10ms\n"


@pytest.mark.parametrize(("args", "code"), [((), 3), (("-T", "60s"), 124)])
def test_a_rate_limit_that_takes_too_long(server: Any, request_: Any, args: tuple[str, ...], code: int) -> None:
    linked(server, 2, ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time.time()) + 3000)))
    ran = request_(server.url, "--paginate", "link", *args)
    assert (ran.code, ran.out) == (code, b"")
    assert "the rate limit is used up: " in ran.err


def test_403_with_nothing_remaining_is_waited_for(server: Any, request_: Any) -> None:
    limit = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "0")]
    server.replies = [server.Reply(403, b"rate limit exceeded", limit), document(server, [1])]
    assert request_(server.url, "--paginate", "link").text == "[1]\n"


def test_a_report_of_pages(server: Any, request_: Any) -> None:
    linked(server, 2)
    report = json.loads(request_(server.url, "--paginate", "link", "--report", "json").text)
    assert report["pages"] == 2
    assert len(report["response"]["body"]) == 4
    assert report["error"] is None
