from __future__ import annotations

from typing import Any

import pytest

from wherry.commands.request.paginate import (
    Page,
    Pagination,
    Style,
    items_of,
    next_url,
    parse_pagination,
    with_parameter,
)
from wherry.core.expect.jsonpath import compile_path
from wherry.errors import UsageError, WherryError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("link", Pagination(Style.LINK)),
        ("next:$.links.next", Pagination(Style.NEXT, "$.links.next")),
        ("cursor:$.meta.cursor:after", Pagination(Style.CURSOR, "$.meta.cursor", "after")),
        ("cursor:$.items[0:1].id:after", Pagination(Style.CURSOR, "$.items[0:1].id", "after")),
        ("page:p", Pagination(Style.PAGE, "", "p")),
    ],
)
def test_parse(text: str, expected: Pagination) -> None:
    assert parse_pagination(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("links", 'is no way to paginate; did you mean "link"?'),
        ("link:x", "link takes nothing"),
        ("next", "incomplete"),
        ("cursor:$.a", "incomplete"),
        ("cursor:$.a:", "incomplete"),
        ("page:", "incomplete"),
        ("", "is no way to paginate"),
    ],
)
def test_parse_errors(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pagination(text)
    assert words in str(caught.value)


def page(
    document: Any = None, *, url: str = "http://a/items?size=2", links: tuple[str, ...] = (), items: Any = (1,)
) -> Page:
    return Page(url, links, document, items)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        pytest.param("link", page(links=('<?page=2>; rel="next"',)), "http://a/items?page=2", id="link"),
        pytest.param("link", page(links=('<?page=1>; rel="prev"',)), None, id="last-link"),
        pytest.param("next:$.next", page({"next": "/more"}), "http://a/more", id="next"),
        pytest.param("next:$.next", page({"next": None}), None, id="next-null"),
        pytest.param("next:$.next", page({"next": ""}), None, id="next-empty"),
        pytest.param("next:$.next", page({}), None, id="next-missing"),
        pytest.param("cursor:$.c:after", page({"c": "x y"}), "http://a/items?size=2&after=x%20y", id="cursor"),
        pytest.param("cursor:$.c:after", page({"c": 7}), "http://a/items?size=2&after=7", id="cursor-number"),
        pytest.param(
            "cursor:$.c:after",
            page({"c": "b"}, url="http://a/?after=a&z=1"),
            "http://a/?after=b&z=1",
            id="moves",
        ),
        pytest.param("cursor:$.c:after", page({"c": False}), None, id="cursor-false"),
        pytest.param("page:page", page(), "http://a/items?size=2&page=2", id="page-from-none"),
        pytest.param("page:page", page(url="http://a/?page=0"), "http://a/?page=1", id="page-from-zero"),
        pytest.param("page:page", page(items=()), None, id="empty-page"),
    ],
)
def test_next(text: str, given: Page, expected: str | None) -> None:
    pagination = parse_pagination(text)
    path = compile_path(pagination.path) if pagination.path else None
    assert next_url(pagination, path, given) == expected


@pytest.mark.parametrize("document", [{"next": {"href": "/x"}}, {"next": True}, {"next": ["a", "b"]}])
def test_a_next_that_is_no_single_text(document: Any) -> None:
    with pytest.raises(WherryError, match="selects no single text or number"):
        next_url(parse_pagination("next:$.next"), compile_path("$.next"), page(document))


def test_a_page_number_that_is_none() -> None:
    with pytest.raises(UsageError, match="'page' is 'first', which is no page number"):
        next_url(parse_pagination("page:page"), None, page(url="http://a/?page=first"))


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        pytest.param([1, 2], None, [1, 2], id="array"),
        pytest.param({"items": [1, 2]}, "$.items", [1, 2], id="path-to-array"),
        pytest.param({"items": [1, 2]}, "$.items[*]", [1, 2], id="path-to-elements"),
        pytest.param({"a": [1], "b": [2]}, "$.*", [[1], [2]], id="several-arrays-are-items"),
        pytest.param({"items": []}, "$.items", [], id="empty"),
        pytest.param({}, "$.items", [], id="missing"),
    ],
)
def test_items(document: Any, path: str | None, expected: list[Any]) -> None:
    assert items_of(document, compile_path(path) if path else None) == expected


@pytest.mark.parametrize(
    ("document", "words", "hint"),
    [
        ({"total": 1, "rows": []}, "it is an object", "--items '$.rows'"),
        ({"total": 1}, "it is an object", "--items JSONPATH"),
        ("x", "it is a string", "--items JSONPATH"),
        (None, "it is null", "--items JSONPATH"),
        (True, "it is a boolean", "--items JSONPATH"),
        (1.5, "it is a number", "--items JSONPATH"),
    ],
)
def test_a_page_without_items(document: Any, words: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        items_of(document, None)
    assert words in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_a_parameter_given_twice_is_set_once() -> None:
    assert with_parameter("http://a/?p=1&q=2&p=3", "p", "4") == "http://a/?p=4&q=2"
    assert with_parameter("http://a/", "p q", "&") == "http://a/?p%20q=%26"
