from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.serve.files.listing import Listed, Order, arranged, document, html

ENTRIES = [
    Listed("b.txt", False, 2048, 1_000_000_000.0),
    Listed("a.txt", False, 5, 1_700_000_000.5),
    Listed("zoo", True, 4096, 1_600_000_000.0),
]


class Links(HTMLParser):
    """Which links a page holds, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


def parsed(page: str) -> Links:
    links = Links()
    links.feed(page)
    return links


@pytest.mark.parametrize(
    ("column", "direction", "names"),
    [
        pytest.param("name", "asc", ["zoo", "a.txt", "b.txt"], id="by name, folders first"),
        pytest.param("name", "desc", ["zoo", "b.txt", "a.txt"], id="by name, backwards"),
        pytest.param("size", "asc", ["zoo", "a.txt", "b.txt"], id="by size"),
        pytest.param("size", "desc", ["zoo", "b.txt", "a.txt"], id="biggest first"),
        pytest.param("time", "asc", ["zoo", "b.txt", "a.txt"], id="oldest first"),
        pytest.param("time", "desc", ["zoo", "a.txt", "b.txt"], id="newest first"),
        pytest.param("colour", "sideways", ["zoo", "a.txt", "b.txt"], id="nonsense is the default"),
    ],
)
def test_order(column, direction, names):
    assert [entry.name for entry in arranged(ENTRIES, Order.of_query(column, direction))] == names


def test_page():
    page = parsed(html("/files/", ENTRIES, Order()))
    assert page.links[3:] == ["../", "./zoo/", "./a.txt", "./b.txt"]
    assert page.links[:3] == ["?sort=name&order=desc", "?sort=size&order=asc", "?sort=time&order=asc"]
    assert "Index of /files/" in page.words
    assert "2 KiB" in page.words
    assert "2023-11-14 22:13:20" in page.words
    assert "1 folder, 2 files" in page.words


def test_the_top_has_no_way_up():
    assert "../" not in parsed(html("/", ENTRIES, Order())).links


@pytest.mark.parametrize(
    ("name", "href"),
    [
        pytest.param("<script>alert(1)</script>", "./%3Cscript%3Ealert%281%29%3C%2Fscript%3E", id="markup"),
        pytest.param('"onmouseover="x', "./%22onmouseover%3D%22x", id="quotes"),
        pytest.param("javascript:alert(1)", "./javascript%3Aalert%281%29", id="a scheme"),
        pytest.param("a?b#c%d", "./a%3Fb%23c%25d", id="url delimiters"),
        pytest.param("caf\udce9", "./caf%E9", id="not UTF-8"),
    ],
)
def test_names_are_escaped(name, href):
    page = html("/", [Listed(name, False, 1, 0.0)], Order())
    links = parsed(page)
    assert links.links[-1] == href
    assert "script" not in links.tags
    page.encode()


@given(st.text(min_size=1, max_size=30))
def test_no_name_makes_markup(name):
    links = parsed(html("/" + name, [Listed(name, False, 1, 0.0)], Order()))
    assert links.tags <= set(re.findall(r"<(\w+)", html("/", ENTRIES, Order())))
    assert len(links.links) == 5


def test_document():
    got = document("/files/", ENTRIES, Order())
    assert got["path"] == "/files/"
    assert got["entries"][0] == {"name": "zoo", "type": "folder", "size": None, "modified": "2020-09-13T12:26:40Z"}
    assert got["entries"][1] == {"name": "a.txt", "type": "file", "size": 5, "modified": "2023-11-14T22:13:20Z"}
