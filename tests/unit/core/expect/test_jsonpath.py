"""Paths of names and indices are gone without the library; they must lead where it leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpath_rfc9535 import DEFAULT_ENV, JSONPathError

from wherry.core.expect.jsonpath import compile_path
from wherry.errors import UsageError

NAMES = st.sampled_from(["a", "b", "_c", "d1", "x-y", "x y", "x.y", "", "0", "length", "é", "true"])
DOCUMENTS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
SEGMENTS = st.one_of(
    NAMES.map(lambda name: f".{name}"),
    NAMES.map(lambda name: f"['{name}']"),
    NAMES.map(lambda name: f'["{name}"]'),
    st.sampled_from(
        ["[0]", "[1]", "[2]", "[-1]", "[00]", "[ 0 ]", "[*]", ".*", "..a", "[0,1]", "[1:]", " .a", ".", "[", "]"]
    ),
)


@given(DOCUMENTS, st.lists(SEGMENTS, max_size=5).map("".join))
def test_leads_where_the_library_leads(document, path):
    source = f"${path}"
    try:
        query = DEFAULT_ENV.compile(source)
    except JSONPathError:
        with pytest.raises(UsageError):
            compile_path(source)
        return
    ours = compile_path(source)
    assert ours.singular is query.singular_query()
    assert list(ours.nodes(document)) == query.find(document).values()


@pytest.mark.parametrize("source", ["$", "$.a", "$.a_1[0]['x-y'].b", "a", "[0]", "$['']", "$[999999999]"])
def test_most_paths_need_no_library(source):
    assert compile_path(source).query is None


@pytest.mark.parametrize("source", ["$[-1]", '$["a"]', "$[9999999999]", "$['\\n']", "$.é", "$..a", "$ .a", "$[?@.a]"])
def test_the_others_are_the_librarys(source):
    assert compile_path(source).steps is None
