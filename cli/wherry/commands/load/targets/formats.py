"""What a file of targets can be written in, and how it is recognised."""

from __future__ import annotations

from typing import Final

# Those of vegeta, where each target has its own URL; and rows, which fill in one URL.
OF_TARGETS: Final = ("http", "json")
OF_ROWS: Final = ("csv", "jsonl")
FORMATS: Final = (*OF_TARGETS, *OF_ROWS)


def of_rows(name: str) -> bool:
    """Whether the file has rows that fill in a URL, and not targets."""
    return name in OF_ROWS


def recognised(path: str, beginning: bytes, *, rows: bool) -> str:
    """The format of the file at ``path`` by its ending, or else by its first bytes. ``rows``: it can only be of rows.

    With a URL on the command line a file holds rows, without one it holds targets; so an ending decides between two.
    """
    ending = path.rpartition(".")[2].lower()
    looks_like_json = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    if rows:
        if ending == "csv":
            return "csv"
        return "jsonl" if ending in ("jsonl", "ndjson", "json") or looks_like_json else "csv"
    if ending in ("http", "csv"):
        return ending
    return "json" if ending in ("json", "jsonl", "ndjson") or looks_like_json else "http"
