"""What a program is made of: the distributions, the Python and the libraries in it, and its files.

`build` finds it out of what was frozen, or is given it for a program that something else has built; the bills of
materials are written from it. docs/release.md has the format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# No control characters: what a distribution says of itself ends up in documents that people read.
_Text = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]+$")]
_Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")]


class Distribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A Python distribution of which at least one file is in the program."""

    name: _Name
    """As its metadata has it."""
    version: _Text
    license_expression: _Text | None = None
    """As SPDX writes it (https://peps.python.org/pep-0639/), where the distribution says so."""
    licenses: tuple[_Text, ...] = ()
    """What it says otherwise: its License field, else its classifiers for licences."""
    homepage: _Text | None = None
    archive: _Text | None = None
    """The name of the file that it was installed from; None for a folder, and where that is not known."""
    sha256: _Sha256 | None = None
    """Of that file."""
    requires: tuple[_Name, ...] = ()
    """The distributions in the program that it needs."""
    part: Literal["bootloader"] | None = None
    """That only this part of it is in the program: PyInstaller's start of every program."""


class Python(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The interpreter in it, with its standard library."""

    implementation: _Text
    """Such as ``CPython``."""
    version: _Text


class SystemPackage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The package of the build machine that a library came from; ``vendor`` as os-release has it, such as debian."""

    type: Literal["deb", "rpm"]
    vendor: Annotated[str, Meta(pattern=r"^[a-z0-9._-]+$")]
    name: _Text
    version: _Text
    arch: _Text


class Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A shared library in it that belongs to no distribution."""

    name: _Text
    """Its path in the program, from where its libraries are."""
    sha256: _Sha256
    soname: _Text | None = None
    package: SystemPackage | None = None


class ProgramFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the program, by its path from the program's own folder; ``size`` is in bytes.

    SPDX 2.3 asks for SHA-1 too (8.4); nothing is checked by it.
    """

    path: str
    size: Annotated[int, Meta(ge=0)]
    sha256: _Sha256
    sha1: Annotated[str, Meta(pattern="^[0-9a-f]{40}$")]


class Inventory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a program is made of, as far as that is known."""

    distributions: tuple[Distribution, ...] = ()
    python: Python | None = None
    libraries: tuple[Library, ...] = ()

    def __post_init__(self) -> None:
        _once("distributions", (normal(each.name) for each in self.distributions))
        _once("libraries", (each.name for each in self.libraries))
        known = {normal(each.name) for each in self.distributions}
        for each in self.distributions:
            for name in each.requires:
                if normal(name) not in known:
                    raise ValueError(f"{each.name} requires {name}, which is not among the distributions")


def normal(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return re.sub(r"[-_.]+", "-", name).lower()


def _once(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} has {name} twice")
        seen.add(name)


def decode(data: bytes, source: str) -> Inventory:
    """An inventory from JSON. Raises UsageError, which begins with ``source``, for anything else."""
    try:
        return msgspec.json.decode(data, type=Inventory)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{source}: {exc}") from None
