"""A bill of materials, read back: the files that it names with their hashes, and what it says is in them. Pure.

CycloneDX 1.4 to 1.6 as JSON (https://cyclonedx.org/docs/1.6/json/) and SPDX 2.2 and 2.3 as JSON
(https://spdx.github.io/spdx-spec/v2.3/), whichever tool wrote them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    T = TypeVar("T")

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
# No tool nests components deeper; damage must not exhaust the stack.
_DEEPEST: Final = 100


class SbomFile(Record):
    """A file of the program: ``path`` is from the program's own folder, with slashes; ``sha256`` in hex."""

    path: str
    sha256: str


class SbomComponent(Record):
    """Something in the program that is no file of it: a distribution, the Python, a library.

    ``version`` and ``purl`` (https://github.com/package-url/purl-spec) are empty where the document does not say;
    ``sha256`` is then None.
    """

    name: str
    version: str
    purl: str
    sha256: str | None


def files(data: bytes) -> tuple[SbomFile, ...]:
    """The files in the document ``data``, by path. Raises WherryError for what is none, or is ambiguous."""
    found = sorted(_document(data).files(), key=lambda file: file.path)
    for one, two in pairwise(found):
        if one.path == two.path:
            raise WherryError(f"the bill of materials has {one.path} twice")
    return tuple(found)


def components(data: bytes) -> tuple[SbomComponent, ...]:
    """Everything else in it, but the program itself, in its own order. Raises WherryError."""
    return tuple(_document(data).others())


class _Format(msgspec.Struct):
    bom_format: str = msgspec.field(default="", name="bomFormat")
    spec_version: str = msgspec.field(default="", name="specVersion")
    spdx_version: str = msgspec.field(default="", name="spdxVersion")


class _Hash(msgspec.Struct):
    alg: str
    content: str


class _Component(msgspec.Struct):
    type: str
    name: str
    version: str = ""
    purl: str = ""
    hashes: tuple[_Hash, ...] = ()
    components: tuple[_Component, ...] = ()

    def sha256(self) -> str | None:
        return next((each.content for each in self.hashes if each.alg == "SHA-256"), None)


class _CycloneDx(msgspec.Struct):
    components: tuple[_Component, ...] = ()

    def files(self) -> Iterator[SbomFile]:
        for each in _all(self.components):
            if each.type == "file":
                yield SbomFile(_path(each.name), _checked(each.name, each.sha256()))

    def others(self) -> Iterator[SbomComponent]:
        for each in _all(self.components):
            if each.type != "file":
                yield SbomComponent(each.name, each.version, each.purl, each.sha256())


def _all(components: tuple[_Component, ...], depth: int = 0) -> Iterator[_Component]:
    if depth > _DEEPEST:
        raise WherryError("the bill of materials has components within components without end")
    for each in components:
        yield each
        yield from _all(each.components, depth + 1)


class _Checksum(msgspec.Struct):
    algorithm: str
    value: str = msgspec.field(name="checksumValue")


class _Reference(msgspec.Struct):
    type: str = msgspec.field(name="referenceType")
    locator: str = msgspec.field(name="referenceLocator")


class _Package(msgspec.Struct):
    id: str = msgspec.field(name="SPDXID")
    name: str
    version: str = msgspec.field(default="", name="versionInfo")
    checksums: tuple[_Checksum, ...] = ()
    references: tuple[_Reference, ...] = msgspec.field(default=(), name="externalRefs")


class _File(msgspec.Struct):
    name: str = msgspec.field(name="fileName")
    checksums: tuple[_Checksum, ...] = ()


class _Relationship(msgspec.Struct):
    of: str = msgspec.field(name="spdxElementId")
    type: str = msgspec.field(name="relationshipType")
    to: str = msgspec.field(name="relatedSpdxElement")


class _Spdx(msgspec.Struct):
    packages: tuple[_Package, ...] = ()
    contained: tuple[_File, ...] = msgspec.field(default=(), name="files")
    relationships: tuple[_Relationship, ...] = ()
    describes: tuple[str, ...] = msgspec.field(default=(), name="documentDescribes")

    def files(self) -> Iterator[SbomFile]:
        for each in self.contained:
            yield SbomFile(_path(each.name.removeprefix("./")), _checked(each.name, _spdx_sha256(each.checksums)))

    def others(self) -> Iterator[SbomComponent]:
        described = {each.to for each in self.relationships if each.type == "DESCRIBES"} | {*self.describes}
        for each in self.packages:
            if each.id not in described:
                purl = next((found.locator for found in each.references if found.type == "purl"), "")
                yield SbomComponent(each.name, each.version, purl, _spdx_sha256(each.checksums))


def _spdx_sha256(checksums: tuple[_Checksum, ...]) -> str | None:
    return next((each.value for each in checksums if each.algorithm == "SHA256"), None)


def _document(data: bytes) -> _CycloneDx | _Spdx:
    kind = _decoded(data, _Format)
    if kind.bom_format == "CycloneDX" and kind.spec_version in ("1.4", "1.5", "1.6"):
        return _decoded(data, _CycloneDx)
    if kind.spdx_version in ("SPDX-2.2", "SPDX-2.3"):
        return _decoded(data, _Spdx)
    said = kind.spdx_version or f"{kind.bom_format} {kind.spec_version}".strip()
    wanted = "CycloneDX 1.4 to 1.6 or SPDX 2.2 or 2.3"
    raise WherryError(f"a bill of materials is {wanted}, and this is {said or 'neither'}")


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise WherryError(f"this is no bill of materials: {exc}") from None


def _path(name: str) -> str:
    """The name of a file, which must stay within the program's folder and be written in one way."""
    if name.startswith("/") or "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise WherryError(f"the bill of materials has a file {name!r}, which is no path within the program")
    return name


def _checked(name: str, sha256: str | None) -> str:
    if sha256 is None or not _SHA256.fullmatch(sha256.lower()):
        raise WherryError(f"the bill of materials has no SHA-256 of {name}")
    return sha256.lower()
