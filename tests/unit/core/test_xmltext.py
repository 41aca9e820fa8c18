"""XML that is read as it was meant."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given

from wherry.core.xmltext import element, text


@given(...)
def test_what_is_escaped_reads_as_it_was(value: str):
    inside = ElementTree.fromstring(element("a", {"b": value}, text(value)))
    assert inside.get("b") == (inside.text or "")
    if value.isprintable():
        assert inside.get("b") == value


def test_newlines_and_tabs_stay_in_attributes():
    assert ElementTree.fromstring(element("a", {"b": "1\n2\t3\r4"})).get("b") == "1\n2\t3\r4"
