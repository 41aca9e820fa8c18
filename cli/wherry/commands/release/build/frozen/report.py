"""What pip says it installed from: the report of `pip install --report`.

https://pip.pypa.io/en/stable/reference/installation-report/
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import msgspec

from wherry.commands.release.inventory import normal
from wherry.core.record import Record
from wherry.errors import WherryError


class Archive(Record):
    """The file that a distribution was installed from, by its own name, and its SHA-256 in hex, where pip knew it."""

    name: str
    sha256: str | None


class _ArchiveInfo(msgspec.Struct):
    hashes: dict[str, str] = {}
    hash: str = ""
    """The same before pip 22.3, as ``sha256=HEX``."""


class _Download(msgspec.Struct):
    url: str
    archive_info: _ArchiveInfo | None = None


class _Metadata(msgspec.Struct):
    name: str


class _Install(msgspec.Struct):
    download_info: _Download
    metadata: _Metadata


class _Report(msgspec.Struct):
    install: tuple[_Install, ...]


def read(data: bytes) -> dict[str, Archive]:
    """By the normal name of each distribution that was installed from a file. Raises WherryError."""
    try:
        report = msgspec.json.decode(data, type=_Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise WherryError(f"reading the report of pip: {exc}") from None
    return {
        normal(each.metadata.name): Archive(_file_name(each.download_info.url), _sha256(info))
        for each in report.install
        if (info := each.download_info.archive_info) is not None
    }


def _file_name(url: str) -> str:
    """Without the rest of the URL, which may tell of a private index."""
    return unquote(PurePosixPath(urlsplit(url).path).name)


def _sha256(info: _ArchiveInfo) -> str | None:
    kind, _, value = info.hash.partition("=")
    return info.hashes.get("sha256") or (value if kind == "sha256" else None)
