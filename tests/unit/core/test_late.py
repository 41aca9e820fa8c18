"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from wherry.core.late import late_pattern


def test_it_does_what_a_pattern_does() -> None:
    late, pattern = late_pattern("(?P<a>x)+|y"), re.compile("(?P<a>x)+|y")
    for text in ("", "x", "xxy", "yy"):
        for method in ("search", "match", "fullmatch"):
            found, expected = getattr(late, method)(text), getattr(pattern, method)(text)
            assert (found and found.span()) == (expected and expected.span())
        assert late.sub("z", text) == pattern.sub("z", text)
        assert late.findall(text) == pattern.findall(text)
    assert (late.pattern, late.groupindex) == (pattern.pattern, pattern.groupindex)


def test_flags() -> None:
    assert late_pattern("a.b", re.DOTALL).fullmatch("a\nb")
    assert not late_pattern("a.b").fullmatch("a\nb")


def test_it_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or compile_(*given))
    late = late_pattern("a")
    assert not compiled
    assert [bool(late.search(text)) for text in "abc"] == [True, False, False]
    assert late.match("a")
    assert compiled == [("a", 0)]


def test_a_mistake_is_told_at_the_first_use() -> None:
    late = late_pattern("(")
    with pytest.raises(re.error):
        late.search("")
