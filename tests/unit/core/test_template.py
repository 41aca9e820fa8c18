"""Names in the values of a file, known now or later."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.template import Filled, Later, Meaning, fill, later_in, node_of, secrets_in, shown, within
from wherry.core.yaml import Entries, Scalar, load, plain
from wherry.errors import UsageError

NOWHERE = Scalar(None, "", 0, 0)
KNOWN = {
    "host": Meaning(node_of("db", NOWHERE)),
    "port": Meaning(Scalar(5432, "5432", 0, 0)),
    "version": Meaning(Scalar(1.1, "1.10", 0, 0)),
    "trick": Meaning(node_of("${host}", NOWHERE)),
    "list": Meaning(node_of([1, {"a": "b"}], NOWHERE)),
    "null": Meaning(Scalar(None, "null", 0, 0)),
    "token": Meaning(node_of("s3cr3t", NOWHERE), secret=True),
    "pin": Meaning(node_of(1234, NOWHERE), secret=True),
}


def names(name: str) -> Meaning | Later:
    if name.startswith("later"):
        return Later(name)
    if name not in KNOWN:
        raise UsageError(f"{name} stands for nothing")
    return KNOWN[name]


def filled(text: str):
    wrong: list[tuple[int, int, str]] = []
    node = fill(load(text, source="f.yaml"), names, lambda node, words: wrong.append((node.line, node.column, words)))
    assert wrong == []
    return node


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("a", "a", id="nothing to fill in"),
        pytest.param("${host}", "db", id="a text"),
        pytest.param("${port}", 5432, id="a whole plain value keeps its type"),
        pytest.param('"${port}"', "5432", id="in quotes it is text"),
        pytest.param("${version}", 1.1, id="a number"),
        pytest.param("v${version}", "v1.10", id="within text it is as it was written"),
        pytest.param("http://${host}:${port}/", "http://db:5432/", id="two in a text"),
        pytest.param("1${port}", 15432, id="a plain value is read as YAML reads it"),
        pytest.param("$${host}", "${host}", id="a dollar and a brace"),
        pytest.param("${trick}", "${host}", id="what was put in is not searched"),
        pytest.param("a ${trick}", "a ${host}", id="nor within text"),
        pytest.param("${list}", [1, {"a": "b"}], id="a list"),
        pytest.param('"${list}"', [1, {"a": "b"}], id="a list from quotes"),
        pytest.param("${null}", None, id="nothing"),
        pytest.param("{a: [1, '${host}'], b: c}", {"a": [1, "db"], "b": "c"}, id="deep down"),
        pytest.param("${token}", "s3cr3t", id="a secret"),
        pytest.param("${pin}", 1234, id="a secret number"),
    ],
)
def test_what_is_known_is_put_in(text: str, expected: object) -> None:
    assert plain(filled(text)) == expected


@pytest.mark.parametrize(
    "text, line, column, words",
    [
        pytest.param("a: ${x}", 1, 4, "x stands for nothing", id="unknown"),
        pytest.param("a:\n  - b\n  - c ${x}", 3, 5, "x stands for nothing", id="its place"),
        pytest.param("a: ${x", 1, 4, "${x has no closing brace; write $${ for a dollar and a brace", id="open"),
        pytest.param("a: b${list}", 1, 4, "${list} is a list, which cannot be part of a text", id="a list"),
        pytest.param("a: b${null}", 1, 4, "${null} is nothing, which cannot be part of a text", id="nothing"),
    ],
)
def test_what_is_wrong_has_a_place(text: str, line: int, column: int, words: str) -> None:
    wrong: list[tuple[int, int, str]] = []
    fill(load(text, source="f.yaml"), names, lambda node, words: wrong.append((node.line, node.column, words)))
    assert wrong == [(line, column, words)]


def test_everything_that_is_wrong_is_told() -> None:
    wrong: list[str] = []
    fill(load("{a: '${x}', b: ['${y}', '${host}']}", source=""), names, lambda _, words: wrong.append(words))
    assert wrong == ["x stands for nothing", "y stands for nothing"]


def test_nothing_is_copied_where_there_is_nothing_to_fill_in() -> None:
    node = load("{a: [1, {b: c}], d: '${host}'}", source="f.yaml")
    assert isinstance(node, Entries)
    new = fill(node, names, lambda *_: None)
    assert isinstance(new, Entries)
    assert new.values["a"] is node.values["a"]
    untouched = load("{a: [1, {b: c}]}", source="f.yaml")
    assert fill(untouched, names, lambda *_: None) is untouched


def test_what_is_not_known_yet_is_filled_in_later() -> None:
    node = filled("{a: '${later.id}', b: 'x ${host} ${later.id}', c: d}")
    assert isinstance(node, Entries)
    assert [(value.line, name) for value, name in later_in(node)] == [(1, "later.id"), (1, "later.id")]
    assert shown(node.values["b"]) == "x db ${later.id}"  # type: ignore[arg-type]
    whole = fill(node, lambda _: Meaning(node_of(7, NOWHERE)), lambda *_: None)
    assert plain(whole) == {"a": "7", "b": "x db 7", "c": "d"}


@pytest.mark.parametrize("text", ["$${host}", "${trick}", "a $${host}", "a ${trick}"])
def test_what_was_filled_in_is_not_searched_when_the_rest_is(text: str) -> None:
    node = filled(text)
    assert fill(node, names, lambda *_: None) is node


@pytest.mark.parametrize("value", [7, 1.5, True, None, "text", [1, 2], {"a": {"b": 1}}])
def test_a_whole_plain_value_keeps_its_type_later_too(value: object) -> None:
    node = filled("${later}")
    assert type(node) is Filled
    assert plain(fill(node, lambda _: Meaning(node_of(value, NOWHERE)), lambda *_: None)) == value


def test_what_is_secret_is_never_shown() -> None:
    node = filled("{a: 'Bearer ${token} for ${host}', b: 1, c: '${later} ${token}'}")
    assert isinstance(node, Entries)
    assert plain(node)["a"] == "Bearer s3cr3t for db"
    assert shown(node.values["a"]) == "Bearer ${token} for db"  # type: ignore[arg-type]
    assert list(secrets_in(node)) == ["s3cr3t", "s3cr3t"]
    whole = fill(node, lambda _: Meaning(node_of("pin", NOWHERE), secret=True), lambda *_: None)
    assert shown(whole.values["c"]) == "${later} ${token}"  # type: ignore[union-attr, arg-type]
    assert list(secrets_in(whole)) == ["s3cr3t", "pin", "s3cr3t"]


def test_secrecy_is_handed_on_by_what_a_secret_is_part_of() -> None:
    outer = Meaning(filled("Bearer ${token}"))
    node = fill(load("x ${header}", source=""), lambda _: outer, lambda *_: None)
    assert isinstance(node, Scalar)
    assert (node.text, shown(node)) == ("x Bearer s3cr3t", "x Bearer ${token}")
    whole = fill(load("${header}", source=""), lambda _: outer, lambda *_: None)
    assert isinstance(whole, Scalar)
    assert (whole.text, shown(whole)) == ("Bearer s3cr3t", "Bearer ${token}")


def test_every_text_of_a_secret_object_is_secret() -> None:
    user = Meaning(node_of({"name": "ci", "roles": ["admin"], "on": True}, NOWHERE), secret=True)
    node = fill(load("${login.user}", source=""), lambda _: user, lambda *_: None)
    assert plain(node) == {"name": "ci", "roles": ["admin"], "on": True}
    assert list(secrets_in(node)) == ["ci", "admin"]


def test_the_default_of_a_secret_is_not_shown_either() -> None:
    secret = Meaning(node_of("hunter2", NOWHERE), secret=True)
    node = fill(load("${env:PASS:-hunter2}", source=""), lambda _: secret, lambda *_: None)
    assert isinstance(node, Scalar)
    assert shown(node) == "${env:PASS}"


@pytest.mark.parametrize(
    "path, expected",
    [
        pytest.param("", {"a": [{"b": 1}, 2]}, id="all of it"),
        pytest.param("a.0.b", 1, id="keys and places"),
        pytest.param("a.1", 2, id="a place"),
        pytest.param("a.2", "it.a has 2 items, and none at 2; the first is at 0", id="a place too far"),
        pytest.param("a.99999999999", "it.a has 2 items, and none at 99999999999; the first is at 0", id="far too far"),
        pytest.param("a.b", "it.a is a list, which has no 'b'", id="a key of a list"),
        pytest.param("aa", "it has no 'aa'; did you mean \"a\"?", id="a slip"),
        pytest.param("a.1.c", "it.a.1 is a single value, which has no 'c'", id="a key of a number"),
    ],
)
def test_what_stands_below_a_name(path: str, expected: object) -> None:
    node = node_of({"a": [{"b": 1}, 2]}, NOWHERE)
    steps = path.split(".") if path else []
    if isinstance(expected, str):
        with pytest.raises(UsageError) as caught:
            within(node, steps, "it")
        assert str(caught.value) == expected
    else:
        assert plain(within(node, steps, "it")) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_a_json_value_is_the_same_as_a_node(value: object) -> None:
    assert plain(node_of(value, NOWHERE)) == value


@given(JSON)
def test_whatever_is_captured_is_put_in_whole(value: object) -> None:
    node = fill(load("${later}", source=""), lambda _: Meaning(node_of(value, NOWHERE)), lambda *_: None)
    assert plain(node) == value


@given(st.text(), st.text())
def test_any_text_is_put_into_any_text(before: str, value: str) -> None:
    """Whatever stands around it, and whatever it looks like: it is not read again."""
    text = json.dumps(before.replace("${", "$") + "${x}" + before.replace("${", "$"))
    node = fill(
        Scalar(json.loads(text), json.loads(text), 1, 1, plain=False),
        lambda _: Meaning(node_of(value, NOWHERE)),
        lambda *_: None,
    )
    assert isinstance(node, Scalar)
    around = before.replace("${", "$")
    # "$" just before the braces makes them text: $${ is how a dollar and a brace are written.
    assert node.text == ("".join((around[:-1], "${x}", around)) if around.endswith("$") else around + value + around)
    assert node.value == node.text


@given(st.text())
def test_no_text_can_break_it(text: str) -> None:
    """Every text is filled in or refused in words."""
    said: list[str] = []
    node = fill(Scalar(text, text, 1, 1, plain=False), names, lambda _, words: said.append(words))
    assert isinstance(node, Scalar)
    assert said or "${" not in text or "$${" in text
