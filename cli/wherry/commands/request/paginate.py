"""Where the next page is, and what in a page are its items."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from wherry.core.link import find_link
from wherry.core.record import Record
from wherry.core.redirect import resolve
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.expect.jsonpath import JsonPath

FORMS = "link, next:JSONPATH, cursor:JSONPATH:PARAMETER or page:PARAMETER"


class Style(StrEnum):
    """How an API tells the next page."""

    LINK = "link"
    NEXT = "next"
    CURSOR = "cursor"
    PAGE = "page"


class Pagination(Record):
    """``path`` (a JSONPath as typed) tells the next URL or cursor; ``parameter`` is the query's that carries it."""

    style: Style
    path: str = ""
    parameter: str = ""


def parse_pagination(text: str) -> Pagination:
    """Read ``--paginate``. Raises UsageError that shows the forms."""
    word, _, rest = text.partition(":")
    if word not in list(Style):
        raise UsageError(f"{text!r} is no way to paginate{did_you_mean(word, list(Style))}", hint=f"write {FORMS}")
    style = Style(word)
    path, parameter = "", ""
    match style:
        case Style.NEXT:
            path = rest
        case Style.CURSOR:
            # A JSONPath may hold colons, in slices and strings; a parameter hardly does.
            path, _, parameter = rest.rpartition(":")
        case Style.PAGE:
            parameter = rest
        case Style.LINK if rest:
            raise UsageError(f"{text!r}: link takes nothing after it")
    wanted = {Style.LINK: True, Style.NEXT: path, Style.CURSOR: path and parameter, Style.PAGE: parameter}
    if not wanted[style]:
        raise UsageError(f"{text!r} is incomplete", hint=f"write {FORMS}")
    return Pagination(style, path, parameter)


class Page(Record):
    """One page as it came: ``url`` is where from, ``links`` the values of its Link fields."""

    url: str
    links: Sequence[str]
    document: Any
    items: Sequence[Any]


def next_url(pagination: Pagination, path: JsonPath | None, page: Page) -> str | None:
    """Where the page after ``page`` is, None after the last. ``path`` is the pagination's, compiled.

    Raises WherryError where the answer makes no sense.
    """
    match pagination.style:
        case Style.LINK:
            target = find_link(page.links, "next")
            return None if target is None else resolve(page.url, target)
        case Style.PAGE:
            return _numbered(page.url, pagination.parameter) if page.items else None
    assert path is not None
    values = [value for value in path.nodes(page.document) if value not in (None, "", False)]
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], (str, int, float)) or values[0] is True:
        raise WherryError(f"{pagination.path} in the page selects no single text or number: {str(values)[:80]}")
    if pagination.style is Style.NEXT:
        return resolve(page.url, str(values[0]))
    return with_parameter(page.url, pagination.parameter, str(values[0]))


def items_of(document: Any, path: JsonPath | None) -> list[Any]:
    """The items of a page: what ``path`` selects (an array stands for its elements), else the page, an array.

    Raises UsageError where the page is no array and no path says where the items are.
    """
    if path is not None:
        values = list(path.nodes(document))
        return values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if isinstance(document, list):
        return document
    arrays = [key for key, value in document.items() if isinstance(value, list)] if isinstance(document, dict) else []
    raise UsageError(
        f"it is {_kind(document)}, not an array of items",
        hint=f"--items '$.{arrays[0]}' says where they are" if arrays else "--items JSONPATH says where they are",
    )


def with_parameter(url: str, name: str, value: str) -> str:
    """``url`` with the query parameter ``name`` set to ``value``, in its place or at the end."""
    parts = urlsplit(url)
    encoded = urlencode([(name, value)], quote_via=quote, safe="")
    fields = [field for field in parts.query.split("&") if field]
    places = [index for index, field in enumerate(fields) if _name(field) == name]
    if places:
        fields = [field for index, field in enumerate(fields) if index not in places[1:]]
        fields[places[0]] = encoded
    else:
        fields.append(encoded)
    return urlunsplit(parts._replace(query="&".join(fields)))


def _numbered(url: str, parameter: str) -> str:
    given = dict(parse_qsl(urlsplit(url).query)).get(parameter, "1")
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise UsageError(f"the query parameter {parameter!r} is {given!r}, which is no page number")
    return with_parameter(url, parameter, str(int(given) + 1))


def _name(field: str) -> str:
    pairs = parse_qsl(field, keep_blank_values=True)
    return pairs[0][0] if pairs else ""


def _kind(value: Any) -> str:
    return {dict: "an object", str: "a string", bool: "a boolean", type(None): "null"}.get(type(value), "a number")
