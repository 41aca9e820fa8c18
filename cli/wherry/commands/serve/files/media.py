"""The media type of a file. The table of names is ours and Python's, never the machine's: the same everywhere."""

from __future__ import annotations

import codecs
import re
from mimetypes import MimeTypes
from typing import Final

_OURS: Final = {
    ".7z": "application/x-7z-compressed", ".avif": "image/avif", ".br": "application/x-brotli",
    ".bz2": "application/x-bzip2", ".cjs": "text/javascript", ".conf": "text/plain", ".flac": "audio/flac",
    ".geojson": "application/geo+json", ".gz": "application/gzip", ".ico": "image/vnd.microsoft.icon",
    ".ini": "text/plain", ".js": "text/javascript", ".json": "application/json", ".jsonl": "application/x-ndjson",
    ".log": "text/plain", ".map": "application/json", ".markdown": "text/markdown", ".md": "text/markdown",
    ".mjs": "text/javascript", ".ndjson": "application/x-ndjson", ".otf": "font/otf", ".pem": "text/plain",
    ".rst": "text/plain", ".sh": "text/plain", ".toml": "application/toml", ".ttf": "font/ttf",
    ".wasm": "application/wasm", ".webm": "video/webm", ".webmanifest": "application/manifest+json",
    ".webp": "image/webp", ".whl": "application/zip", ".woff": "font/woff", ".woff2": "font/woff2",
    ".xml": "application/xml", ".xz": "application/x-xz", ".yaml": "application/yaml", ".yml": "application/yaml",
    ".zst": "application/zstd",
}  # fmt: skip
_BYTES: Final = "application/octet-stream"
_PLAIN: Final = "text/plain; charset=utf-8"
_NOT_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
SNIFFED_BYTES: Final = 512


def _table() -> dict[str, str]:
    python = MimeTypes(filenames=())
    return {**python.types_map[True], **_OURS}


_TYPES: Final = _table()


def content_type(name: str) -> str | None:
    """The Content-Type field for a file called ``name``, None where its name says nothing; text is taken for UTF-8."""
    dot = name.rfind(".")
    kind = _TYPES.get(name[dot:].lower()) if dot > 0 else None
    return f"{kind}; charset=utf-8" if kind and kind.startswith("text/") else kind


def sniffed(head: bytes) -> str:
    """The Content-Type for content that begins with ``head`` (``SNIFFED_BYTES`` of it): text or bytes, nothing finer.

    Never HTML or script: what a browser would execute is only ever named by a file's name.
    """
    if _NOT_TEXT.search(head):
        return _BYTES
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _BYTES
    return _PLAIN
