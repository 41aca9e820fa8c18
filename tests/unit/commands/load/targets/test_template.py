from __future__ import annotations

import json
import pickle
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.targets.template import (
    Filler,
    Marks,
    Place,
    Unfit,
    as_json,
    cut_json,
    cut_text,
    names_in,
    unescaped,
)

ROW = {"id": "7", "text": 'say "hi"\n', "path": "a/b?c=d&e#f g%", "n": "-1.5e3", "é": "ü"}


@pytest.mark.parametrize(
    ("text", "place", "filled"),
    [
        pytest.param("/x/{id}", Place.URL, b"/x/7", id="plain"),
        pytest.param("{path}", Place.URL, b"a%2Fb%3Fc%3Dd%26e%23f%20g%25", id="url"),
        pytest.param("{path}", Place.FORM, b"a%2Fb%3Fc%3Dd%26e%23f+g%25", id="form"),
        pytest.param("{é}", Place.URL, b"%C3%BC", id="not-ascii"),
        pytest.param("a {id} b {id}", Place.HEADER, b"a 7 b 7", id="twice"),
        pytest.param("{{id}} {id}", Place.TEXT, b"{id} 7", id="literal"),
        pytest.param("{ id } {} {1} {a b} {", Place.TEXT, b"{ id } {} {1} {a b} {", id="braces-are-text"),
        pytest.param("{text}", Place.TEXT, b'say "hi"\n', id="text"),
    ],
)
def test_text(text: str, place: Place, filled: bytes) -> None:
    assert Filler(cut_text(text, place), typed=False).fill(ROW) == filled


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        pytest.param('{"t": "{text}"}', {"t": 'say "hi"\n'}, id="in-a-string"),
        pytest.param('{"t": "a {id} b"}', {"t": "a 7 b"}, id="within-one"),
        pytest.param('{"a": {"b": {n}}}', {"a": {"b": -1500.0}}, id="a-value"),
        pytest.param('{"{id}": [{id}]}', {"7": [7]}, id="a-key"),
        pytest.param('{"q\\"{id}\\\\": {id}}', {'q"7\\': 7}, id="escapes-in-the-template"),
        pytest.param('{"t": "{{id}}"}', {"t": "{id}"}, id="literal"),
    ],
)
def test_json(text: str, filled: object) -> None:
    pieces = cut_json(text)
    assert json.loads(Filler(pieces, typed=False).fill(ROW)) == filled
    json.loads(as_json(pieces))


@pytest.mark.parametrize(
    ("text", "row", "filled"),
    [
        ('{"v": {v}}', {"v": {"a": [1, None]}}, {"v": {"a": [1, None]}}),
        ('{"v": {v}}', {"v": "7"}, {"v": "7"}),
        ('{"v": "{v}"}', {"v": 7}, {"v": "7"}),
        ('{"v": "{v}"}', {"v": True}, {"v": "true"}),
    ],
)
def test_values_of_json_keep_their_type_where_they_can(text: str, row: dict[str, Any], filled: object) -> None:
    assert json.loads(Filler(cut_json(text), typed=True).fill(row)) == filled


@pytest.mark.parametrize(
    ("text", "place", "row", "words"),
    [
        pytest.param("{ids}", Place.URL, {"id": "1"}, "there is no 'ids'; did you mean \"id\"?", id="no-column"),
        pytest.param(
            "{a}",
            Place.HEADER,
            {"a": "x\r\ny"},
            "'a' has a line break or a control character, which has no place in a header",
            id="header",
        ),
        pytest.param("{a}", Place.URL, {"a": None}, "'a' is null, which has no place in a URL", id="null"),
        pytest.param("{a}", Place.TEXT, {"a": []}, "'a' is a list, which has no place in text", id="list"),
        pytest.param("{a}", Place.FORM, {"a": {}}, "'a' is an object, which has no place in a form", id="object"),
    ],
)
def test_rows_that_do_not_fit(text: str, place: Place, row: dict[str, Any], words: str) -> None:
    with pytest.raises(Unfit) as caught:
        Filler(cut_text(text, place), typed=True).fill(row)
    assert str(caught.value) == words


@pytest.mark.parametrize("cell", ["x", "007", "1.", "True", "", "1 "])
def test_a_cell_that_is_no_json_needs_quotes(cell: str) -> None:
    with pytest.raises(Unfit, match="'a' is not a number, true, false or null; a text needs quotes"):
        Filler(cut_json('{"a": {a}}'), typed=False).fill({"a": cell})


def test_names() -> None:
    assert list(names_in("/{a}/{{b}}?x={c.d}&y={e-f}")) == ["a", "c.d", "e-f"]
    assert unescaped("/{a}/{{b}}") == "/{a}/{b}"


def test_marks_survive_and_are_found_again() -> None:
    marks = Marks("wherryslot0z {id}", "{text}")
    url = marks.put("wherryslot0z {id}", Place.URL)
    header = marks.put("{text}", Place.HEADER)
    assert marks.are_in(url.upper())
    assert not marks.are_in("wherryslot0z")
    assert marks.shown(url) == "wherryslot0z {id}"
    pieces = marks.cut(f"GET /{url}\r\nX: {header}\r\n".encode())
    assert Filler(pieces, typed=False).fill({"id": "/", "text": "t"}) == b"GET /wherryslot0z %2F\r\nX: t\r\n"


def test_a_filler_goes_to_another_process() -> None:
    filler = Filler(cut_json('{"a": {n}, "b": "{text}"}'), typed=False)
    assert pickle.loads(pickle.dumps(filler)).fill(ROW) == filler.fill(ROW)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_value_leaves_its_place(value: str) -> None:
    row = {"v": value}
    in_url = Filler(cut_text("{v}", Place.URL), typed=False).fill(row).decode()
    assert not set(in_url) & set("/?#&=+ \r\n")
    assert unquote(in_url) == value
    assert json.loads(Filler(cut_json('["{v}", 1]'), typed=False).fill(row)) == [value, 1]
