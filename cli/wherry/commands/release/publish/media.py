"""What kind of file each of a release is, for those who serve it."""

from __future__ import annotations

from typing import Final

_TYPES: Final = {
    ".tar.gz": "application/gzip",
    ".zip": "application/zip",
    ".deb": "application/vnd.debian.binary-package",
    ".rpm": "application/x-rpm",
    ".cdx.json": "application/vnd.cyclonedx+json",
    ".spdx.json": "application/spdx+json",
    ".intoto.json": "application/vnd.in-toto+json",
    ".json": "application/json",
    ".sh": "application/x-sh",
    ".ps1": "text/plain",
    ".minisig": "text/plain",
    ".exe": "application/vnd.microsoft.portable-executable",
}


def media_type(name: str) -> str:
    """Of the file called ``name``, by its ending; a file of checksums, which has none, is text."""
    found = next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), None)
    return found or ("text/plain" if name.upper().endswith("SUMS") else "application/octet-stream")
