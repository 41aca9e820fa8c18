from __future__ import annotations

import pytest

from wherry.commands.serve.files.media import content_type, sniffed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("INDEX.HTML", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("data.json", "application/json"),
        ("notes.md", "text/markdown; charset=utf-8"),
        ("image.svg", "image/svg+xml"),
        ("module.wasm", "application/wasm"),
        ("archive.tar.gz", "application/gzip"),
        ("feed.xml", "application/xml"),
        ("README", None),
        (".json", None),
        ("thing.unheard-of", None),
        ("trailing.", None),
    ],
)
def test_by_name(name, expected):
    assert content_type(name) == expected


@pytest.mark.parametrize(
    ("head", "text"),
    [
        pytest.param(b"", True, id="empty"),
        pytest.param(b"all: build\n\tcc x.c\n", True, id="a makefile"),
        pytest.param("Fährmann €".encode(), True, id="utf-8"),
        pytest.param("€".encode()[:2], True, id="a character cut at the end"),
        pytest.param(b"\x1b[31mred", True, id="terminal colours"),
        pytest.param(b"<script>alert(1)</script>", True, id="never more than plain text"),
        pytest.param(b"\x7fELF", False, id="a program"),
        pytest.param(b"text\x00text", False, id="nul"),
        pytest.param("Fähre".encode("latin-1"), False, id="latin-1"),
    ],
)
def test_by_content(head, text):
    assert sniffed(head) == ("text/plain; charset=utf-8" if text else "application/octet-stream")
