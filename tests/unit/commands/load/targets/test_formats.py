from __future__ import annotations

import pytest

from wherry.commands.load.targets.formats import FORMATS, of_rows, recognised


@pytest.mark.parametrize(
    ("path", "beginning", "rows", "expected"),
    [
        ("t.http", b"{", False, "http"),
        ("t.json", b"GET", False, "json"),
        ("T.JSONL", b"", False, "json"),
        ("t", b' \n{"method"', False, "json"),
        ("t", b"\xef\xbb\xbf{", False, "json"),
        ("t.txt", b"GET http://", False, "http"),
        ("t.csv", b"id", False, "csv"),
        ("", b"# words", False, "http"),
        ("r.csv", b"{", True, "csv"),
        ("r.jsonl", b"", True, "jsonl"),
        ("r.ndjson", b"", True, "jsonl"),
        ("r.json", b"", True, "jsonl"),
        ("", b'{"id": 1}', True, "jsonl"),
        ("r.txt", b"id,name", True, "csv"),
    ],
)
def test_recognised(path: str, beginning: bytes, rows: bool, expected: str) -> None:
    assert recognised(path, beginning, rows=rows) == expected


def test_rows() -> None:
    assert [name for name in FORMATS if of_rows(name)] == ["csv", "jsonl"]
