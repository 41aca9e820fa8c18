"""The part manifest: what one machine made, for `publish` to merge with the parts of others.

It lies beside the files as ``part-TARGET.json``; docs/release.md has its format.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from wherry.commands.release.inventory import Inventory, ProgramFile  # noqa: TC001  msgspec reads them at run time
from wherry.errors import UsageError

FORMAT: Final = 1


class PartBuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program in it; ``glibc`` is the newest version that it needs, None where it needs none."""

    id: str
    binary: str
    builder: Annotated[str, Meta(pattern="^(pyinstaller|prebuilt)$")]
    glibc: str | None
    smoke: Annotated[int, Meta(ge=0)]
    """How many smoke commands ended with 0; none is run of a program for another system."""
    folder: bool
    """Whether the program is a folder, and not one file."""
    inventory: Inventory
    """What is in it, as far as that is known."""
    files: tuple[ProgramFile, ...]


class PartArtifact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file beside the manifest, which publishes under its ``name``; ``size`` is in bytes, ``sha256`` in hex."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._+~-]*$")]
    kind: Annotated[str, Meta(pattern="^(archive|binary|package)$")]
    format: str
    id: str
    """Of the archive or the package that it is."""
    builds: tuple[str, ...]
    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it; ``version`` is that of this format, ``commit`` is empty outside of a repository."""

    version: Literal[1]
    project: str
    release: str
    """The version that is released."""
    tag: str | None
    snapshot: bool
    commit: str
    target: str
    epoch_s: int
    """The time of every file in the archives, in seconds since 1970."""
    builds: tuple[PartBuild, ...]
    artifacts: tuple[PartArtifact, ...]


def file_name(target: str) -> str:
    """``part-linux_amd64.json``."""
    return f"part-{target}.json"


def encode(part: Part) -> bytes:
    """As JSON for people to read too."""
    return msgspec.json.format(msgspec.json.encode(part), indent=2) + b"\n"


def decode(data: bytes, source: str) -> Part:
    """The other way. Raises UsageError, which begins with ``source``, for anything else than a part manifest."""
    try:
        return msgspec.json.decode(data, type=Part)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{source}: {exc}") from None
