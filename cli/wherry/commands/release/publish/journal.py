"""What a run that publishes has done, kept in a file, so that the next run goes on where it was ended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import msgspec

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Entries(msgspec.Struct, forbid_unknown_fields=True):
    """The file. ``sha256`` of the file of checksums says of which files it is; ``taps`` maps a tap to what was made."""

    version: Literal[1]
    tag: str
    to: str
    sha256: str
    verified: dict[str, str] = msgspec.field(default_factory=dict)
    """The digest of each file that was fetched from there and found to be the same, by the asset's id."""
    url: str | None = None
    """Of the release, once it is public."""
    taps: dict[str, str] = msgspec.field(default_factory=dict)


class Journal:
    """The entries at ``path``; each change is on disk before the next step is taken. Raises WherryError."""

    def __init__(self, path: Path, entries: Entries) -> None:
        self._path = path
        self._entries = entries

    @property
    def verified(self) -> Mapping[str, str]:
        return self._entries.verified

    @property
    def url(self) -> str | None:
        return self._entries.url

    @property
    def taps(self) -> Mapping[str, str]:
        return self._entries.taps

    def verify(self, asset: str, sha256: str) -> None:
        """What was fetched as ``asset`` is as it should be."""
        self._entries.verified[asset] = sha256
        self._write()

    def published(self, url: str) -> None:
        """The release can be seen at ``url``."""
        self._entries.url = url
        self._write()

    def wrote(self, tap: str, url: str) -> None:
        """A tap is up to date."""
        self._entries.taps[tap] = url
        self._write()

    def finish(self) -> None:
        """All is done: the next run need know nothing."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as exc:
            raise WherryError(f"removing {self._path}: {exc.strerror or exc}") from None

    def _write(self) -> None:
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            with beside.open("wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(self._entries), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as exc:
            raise WherryError(f"writing {self._path}: {exc.strerror or exc}") from None


def begin(path: Path, tag: str, to: str, sha256: str, *, resume: bool) -> Journal:
    """The journal for ``tag`` at ``to``, as an earlier run of the same files left it, or empty.

    What is of other files, another place or no journal counts for nothing. Raises UsageError where an earlier run was
    not finished and ``resume`` is not said, and WherryError.
    """
    found = _read(path)
    same = found is not None and (found.tag, found.to, found.sha256) == (tag, to, sha256)
    if found is not None and same and not resume:
        raise UsageError(
            f"an earlier run began to publish {tag}: {path} is its journal", hint="--resume goes on with it"
        )
    if found is not None and same:
        return Journal(path, found)
    return Journal(path, Entries(1, tag, to, sha256))


def _read(path: Path) -> Entries | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Entries)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise WherryError(f"{path}: {exc.strerror or exc}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
