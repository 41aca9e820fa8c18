from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.serve.files.address import Address, Refusal, href, read_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/", Address((), True), id="the top"),
        pytest.param("/a/b.txt", Address(("a", "b.txt"), False), id="a file"),
        pytest.param("/a/b/", Address(("a", "b"), True), id="a folder"),
        pytest.param("/a%20b/%C3%A4", Address(("a b", "ä"), False), id="encoded"),
        pytest.param("/%2e%2e%2f", Refusal.MALFORMED, id="encoded dots and slash"),
        pytest.param("/..", Refusal.TRAVERSAL, id="dotdot"),
        pytest.param("/../etc/passwd", Refusal.TRAVERSAL, id="dotdot first"),
        pytest.param("/a/../../b", Refusal.TRAVERSAL, id="dotdot inside"),
        pytest.param("/a/%2e%2E/b", Refusal.TRAVERSAL, id="dotdot encoded"),
        pytest.param("/a/.%2e", Refusal.TRAVERSAL, id="dotdot half encoded"),
        pytest.param("/./a", Refusal.TRAVERSAL, id="dot"),
        pytest.param("/%252e%252e/a", Address(("%2e%2e", "a"), False), id="decoded once only"),
        pytest.param("/a%2Fb", Refusal.MALFORMED, id="an encoded slash"),
        pytest.param("/..%5c..%5cboot.ini", Refusal.MALFORMED, id="an encoded backslash"),
        pytest.param("/a\\b", Refusal.MALFORMED, id="a backslash"),
        pytest.param("/a%00.txt", Refusal.MALFORMED, id="nul"),
        pytest.param("//evil.test/", Refusal.MALFORMED, id="an empty name, which a redirect would make a host"),
        pytest.param("/a//b", Refusal.MALFORMED, id="an empty name inside"),
        pytest.param("/a//", Refusal.MALFORMED, id="an empty name at the end"),
        pytest.param("/a%", Refusal.MALFORMED, id="a lone percent"),
        pytest.param("/a%zz", Refusal.MALFORMED, id="a percent before no digits"),
        pytest.param("a", Refusal.MALFORMED, id="no slash first"),
        pytest.param("*", Refusal.MALFORMED, id="asterisk form"),
        pytest.param("", Refusal.MALFORMED, id="empty"),
        pytest.param("/.git/config", Refusal.HIDDEN, id="hidden folder"),
        pytest.param("/a/.env", Refusal.HIDDEN, id="hidden file"),
        pytest.param("/%2egit/config", Refusal.HIDDEN, id="hidden, encoded"),
        pytest.param("/.well-known/x", Address((".well-known", "x"), False), id="well-known (RFC 8615)"),
        pytest.param("/...", Refusal.HIDDEN, id="three dots are a hidden name"),
        pytest.param("/C:/x", Address(("C:", "x"), False), id="a colon, where it means nothing"),
    ],
)
def test_read(path, expected):
    assert read_path(path, hidden=False, windows=False) == expected


def test_hidden_names_can_be_served():
    assert read_path("/.git/config", hidden=True, windows=False) == Address((".git", "config"), False)


@pytest.mark.parametrize(
    "path",
    ["/C:/x", "/file.txt::$DATA", "/con", "/CON.txt", "/a/nul", "/com1.log", "/a.", "/a%20", "/a*", "/lpt%C2%B9"],
)
def test_what_windows_would_read_otherwise_is_refused_there(path):
    assert read_path(path, hidden=False, windows=True) is Refusal.MALFORMED


@given(st.text(max_size=30))
def test_no_name_ever_leads_out(path):
    read = read_path("/" + path, hidden=True, windows=False)
    if isinstance(read, Address):
        assert all(name and name not in (".", "..") and not set("/\\\0") & set(name) for name in read.names)
        assert not read.location.startswith("//")


@given(st.binary(min_size=1, max_size=20).filter(lambda name: not set(b"/\\\0") & set(name)))
def test_any_name_survives_its_url(name):
    text = os.fsdecode(name)
    read = read_path("/" + href(text), hidden=True, windows=False)
    assert read == (Refusal.TRAVERSAL if name in (b".", b"..") else Address((text,), False))
