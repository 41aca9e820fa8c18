"""Strict YAML: what the scalars are, where everything stands, and what is refused."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.yaml import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Entries,
    Items,
    Node,
    Scalar,
    YamlError,
    load,
    plain,
    scalar,
)
from wherry.core.yaml.packed import pack, unpack


def read(text: str | bytes) -> Any:
    return plain(load(text, source="f.yaml"))


@pytest.mark.parametrize(
    "text, value",
    [
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("tRUE", "tRUE"),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"),
        ("null", None), ("~", None), ("", None), ("Null", None), ("nil", "nil"),
        ("0", 0), ("12", 12), ("-12", -12), ("+12", 12), ("010", 10), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
        ("1_000", "1_000"), ("0o18", "0o18"), ("1:30", "1:30"), ("-", "-"), ("+", "+"), ("0x", "0x"),
        ("1.5", 1.5), ("-1.5e3", -1500.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), (".", "."),
        ("e3", "e3"), ("1.2.3", "1.2.3"),
        (".inf", math.inf), ("-.INF", -math.inf), ("inf", "inf"), ("nan", "nan"),
        ("2024-01-01", "2024-01-01"), ("800ms", "800ms"), ("1" * 301, "1" * 301), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_scalars(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_not_a_number() -> None:
    number = scalar(".nan")
    assert isinstance(number, float)
    assert math.isnan(number)


@pytest.mark.parametrize(
    "text, value",
    [
        pytest.param("a: 1\nb: [x, 'true', \"5\"]\n", {"a": 1, "b": ["x", "true", "5"]}, id="quotes make text"),
        pytest.param("on: yes\n", {"on": "yes"}, id="no truth in words"),
        pytest.param("200: ok\n1.5: x\n", {"200": "ok", "1.5": "x"}, id="numbers as keys are text"),
        pytest.param("'': 1\n'~': 2\n", {"": 1, "~": 2}, id="quoted keys"),
        pytest.param("a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}, id="blocks are text"),
        pytest.param("a: |\n  5\n", {"a": "5\n"}, id="a block is not a number"),
        pytest.param("a: !!str 5\nb: ! 5\n", {"a": "5", "b": "5"}, id="the tag of text"),
        pytest.param("a: &x {k: 1}\nb: *x\n", {"a": {"k": 1}, "b": {"k": 1}}, id="alias"),
        pytest.param("a: &x 1\nb: &y 2\nc: [*x, *y]\n", {"a": 1, "b": 2, "c": [1, 2]}, id="aliases of scalars"),
        pytest.param(
            "d: &d {a: 1, b: 2}\nx:\n  <<: *d\n  b: 3\n", {"d": {"a": 1, "b": 2}, "x": {"b": 3, "a": 1}}, id="merge"
        ),
        pytest.param("x: {<<: [{a: 1}, {a: 2, b: 2}]}\n", {"x": {"a": 1, "b": 2}}, id="merge of several"),
        pytest.param("x: {'<<': 1}\n", {"x": {"<<": 1}}, id="a quoted << is a key"),
        pytest.param("--- \na: 1\n...\n", {"a": 1}, id="marks of one document"),
        pytest.param("", None, id="empty"),
        pytest.param("# nothing\n", None, id="a comment alone"),
        pytest.param("\ufeffa: 1", {"a": 1}, id="byte order mark"),
        pytest.param(b"\xef\xbb\xbfa: \xc3\xa9\r\n", {"a": "é"}, id="bytes"),
        pytest.param("a: 1 # why\n", {"a": 1}, id="comment"),
        pytest.param("{a: , b: ~}", {"a": None, "b": None}, id="nothing"),
        pytest.param("a: ${env:X:-5}\n", {"a": "${env:X:-5}"}, id="an expression needs no quotes"),
    ],
)
def test_documents(text: str | bytes, value: object) -> None:
    assert read(text) == value


def test_everything_knows_its_place() -> None:
    node = load("version: 1\nchecks:\n  - url: 'x'\n    tags: [a, b]\n", source="f.yaml")
    assert isinstance(node, Entries)
    assert (node.line, node.column) == (1, 1)
    assert (node.keys["checks"].line, node.keys["checks"].column) == (2, 1)
    checks = node.values["checks"]
    assert isinstance(checks, Items)
    assert (checks.line, checks.column) == (3, 3)
    check = checks.items[0]
    assert isinstance(check, Entries)
    assert check.values["url"] == Scalar("x", "x", 3, 10, plain=False)
    assert check.values["tags"].line == 4


@pytest.mark.parametrize(
    "text, line, problem",
    [
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "the key 'a' is given twice, first on line 1", id="duplicate key"),
        pytest.param("5: 1\n'5': 2\n", 2, "the key '5' is given twice, first on line 1", id="duplicate as text"),
        pytest.param("x:\n  <<: {a: 1}\n  <<: {b: 1}\n", 3, "the key '<<' is given twice", id="merged twice"),
        pytest.param("a: 1\n---\nb: 1\n", 2, "a second document; a file holds one", id="two documents"),
        pytest.param("---\n---\n", 2, "a second document; a file holds one", id="two empty documents"),
        pytest.param("a:\n\t- 1\n", 2, "a tab; YAML is indented with spaces", id="tab"),
        pytest.param("a:\n  b: 1\n\tc: 2\n", 3, "a tab; YAML is indented with spaces", id="tab, later"),
        pytest.param(b"a: 1\nb: \xff\n", 2, "the byte 0xff is not UTF-8", id="not UTF-8"),
        pytest.param(b"a: \xc3", 1, "the byte 0xc3 is not UTF-8", id="cut within a character"),
        pytest.param("a: 1\nb: \0\n", 2, "the control character U+0000", id="NUL"),
        pytest.param("a: \x1b[31m\n", 1, "the control character U+001B", id="escape"),
        pytest.param("a: \udcff\n", 1, "the control character U+DCFF", id="lone surrogate"),
        pytest.param(
            "a: !!python/object:os.system x\n", 1, "the tag !!python/object:os.system is not allowed", id="Python tag"
        ),
        pytest.param("a: !x 1\n", 1, "the tag !x is not allowed", id="unknown tag"),
        pytest.param("a: !!set {x}\n", 1, "the tag !!set is not allowed", id="tag of a map"),
        pytest.param("a: *x\n", 1, "the alias *x has no anchor before it", id="alias of nothing"),
        pytest.param("a: &x [*x]\n", 1, "the alias *x stands within its own anchor", id="alias of itself"),
        pytest.param("a: &x 1\nb: &x 2\n", 2, "the anchor &x is set twice", id="anchor twice"),
        pytest.param("x: {<<: 1}\n", 1, "<< takes a map or a list of maps", id="merge of a number"),
        pytest.param(
            "? [a]\n: 1\n", 1, "a key is text, not a list; put it in quotes if it is meant as text", id="list as key"
        ),
        pytest.param(
            "true: 1\n", 1, "a key is text, not true; put it in quotes if it is meant as text", id="truth as key"
        ),
        pytest.param(
            "? \n: 1\n", 1, "a key is text, not nothing; put it in quotes if it is meant as text", id="no key"
        ),
        pytest.param(
            "a: b: c\n", 1, "a colon where no key can stand; quote a text that contains a colon and a space", id="colon"
        ),
        pytest.param("a: 1\nb: @c\n", 2, "a value cannot start with '@'; put it in quotes", id="at sign"),
        pytest.param(
            "a: [1\n",
            2,
            "a comma is missing here, or the end of the list or map that begins on line 1",
            id="list left open",
        ),
        pytest.param('a: "1\n', 2, "the quotes that begin on line 1 have no end", id="quotes left open"),
        pytest.param(
            "a: {b: ${c}}\n",
            1,
            "within {} and [] a text that contains ${...} stands in quotes",
            id="expression in a flow",
        ),
        pytest.param("[" * (MAX_DEPTH + 1), 1, f"nested more than {MAX_DEPTH} levels deep", id="deep"),
        pytest.param("[" * 500_000, 1, f"nested more than {MAX_DEPTH} levels deep", id="too deep for any stack"),
        pytest.param("- " * 5000 + "x", 1, f"nested more than {MAX_DEPTH} levels deep", id="deep in blocks"),
        pytest.param(" " * (MAX_BYTES + 1), 1, "the file is larger than 4 MiB", id="large"),
    ],
)
def test_what_is_refused(text: str | bytes, line: int, problem: str) -> None:
    with pytest.raises(YamlError) as caught:
        load(text, source="f.yaml")
    assert str(caught.value) == f"f.yaml: line {line}: {problem}"
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_a_few_lines_cannot_stand_for_gigabytes() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(YamlError, match=f"more than {MAX_NODES} values, aliases included"):
        load("\n".join(lines), source="f.yaml")


def test_a_bomb_in_merges_is_one_too() -> None:
    lines = ["a0: &a0 {k: 1}"]
    lines += [f"a{n}: &a{n} {{{', '.join(f'k{m}: *a{n - 1}' for m in range(10))}}}" for n in range(1, 30)]
    with pytest.raises(YamlError, match="aliases included"):
        load("\n".join(lines), source="f.yaml")


def test_without_libyaml_the_same_is_read_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    assert read("a: &x [1, yes, '2']\nb: *x\n") == {"a": [1, "yes", "2"], "b": [1, "yes", "2"]}
    for text in ("a: b: c", "a: 1\na: 2", "a:\n\t- 1", "--- 1\n--- 2", "[" * 5000, "a: @x", "a: [1"):
        with pytest.raises(YamlError, match=r"^f.yaml: line \d: "):
            read(text)


def test_what_is_shown_of_a_text_without_end_is_short() -> None:
    for text in ("a: !" + "t" * 9999, "a: *" + "t" * 9999, f"? {'k' * 2000}\n: 1\n? {'k' * 2000}\n: 2"):
        with pytest.raises(YamlError) as caught:
            read(text)
        assert len(str(caught.value)) < 200


@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@?,<~ \n\t1", max_size=40))
def test_any_text_is_a_document_or_one_clear_line(text: str) -> None:
    try:
        plain(load(text, source="f.yaml"))
    except YamlError as exc:
        assert str(exc).startswith("f.yaml: line ")
        assert "\n" not in str(exc)


# libyaml knows no surrogate pairs in escapes, which is how JSON writes what lies beyond the first 65536 characters.
_TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
_TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(_TREES)
def test_json_is_yaml(tree: object) -> None:
    import json

    assert read(json.dumps(tree)) == tree


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &x 1\nl:\n- {k: *x, 'q': '1', <<: {m: ~}}\n- [1, [], {}]\n- .inf\n- ''\n", id="of all kinds"),
        pytest.param("l: []\n", id="none"),
        pytest.param("l: {a: [1]}\n", id="no list"),
        pytest.param("a: {l: [1]}\n", id="not of the root"),
        pytest.param("a: &a [1]\nl: *a\n", id="an alias"),
        pytest.param("[l, [1]]", id="no map"),
    ],
)
def test_packed_items_are_the_same(text: str) -> None:
    assert listed(load(text, source="f.yaml", packed="l")) == listed(load(text, source="f.yaml"))


def listed(node: Node) -> Node:
    """With ordinary lists, which alone equal each other."""
    if isinstance(node, Items):
        return Items(tuple(map(listed, node.items)), node.line, node.column, node.count)
    if isinstance(node, Entries):
        return node.with_values({key: listed(value) for key, value in node.values.items()})
    return node


def test_packed_items_are_a_sequence() -> None:
    node = load("l: [a, 1, {b: c}]", source="f.yaml", packed="l")
    assert isinstance(node, Entries)
    found = node.values["l"]
    assert isinstance(found, Items)
    items = found.items
    assert (len(items), items[1], plain(items[-1]), len(items[1:])) == (3, Scalar(1, "1", 1, 8), {"b": "c"}, 2)
    assert items[0] is not items[0]


@given(_TREES)
def test_what_was_packed_is_what_it_was(tree: object) -> None:
    import json

    node = load(json.dumps(tree), source="f.yaml")
    assert unpack(pack(node)) == node
