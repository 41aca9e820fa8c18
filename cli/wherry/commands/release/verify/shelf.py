"""The folder that a release's files lie in, and what each of them is."""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.output import digest
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BEGINNING: Final = 4096
_LARGEST_TEXT: Final = 64 * 1024 * 1024
"""Bytes of a document that is read into memory."""
_SUMS: Final = re.compile(r"(sha256sums?|checksums?)([._-]|$)|\.sha256$", re.IGNORECASE)
_SUM_LINE: Final = re.compile(rb"\\?[0-9A-Fa-f]{64}( [ *]\S|\s*$)|SHA256 \(.+\) = [0-9A-Fa-f]{64}")
_SIGNATURE: Final = re.compile(r"\.(minisig|sig|asc|sigstore(\.json)?)$")
_PROVENANCE: Final = re.compile(r"\.(intoto|provenance)\.jsonl?$")
_SBOM: Final = re.compile(r"\.(cdx|spdx)\.json$")


class Role(Enum):
    """What a file is there for."""

    PLAIN, SUMS, SIGNATURE, PROVENANCE, SBOM = range(5)


class Shelf:
    """The files of ``folder``.

    Those whose names begin with a dot are nobody's to download, and left out, but for the one that was asked for.
    """

    def __init__(self, folder: Path, asked: str | None = None) -> None:
        self.folder = folder
        self._asked = asked
        self._digests: dict[str, str] = {}

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Each file, by name. Raises WherryError where the folder cannot be read."""
        try:
            return {name: self._role(name) for name in self._names() if self.path(name).is_file()}
        except OSError as exc:
            raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None

    @cached_property
    def strange(self) -> tuple[str, ...]:
        """What is there and no file. Raises as :attr:`roles`."""
        return tuple(name for name in self._names() if name not in self.roles)

    def named(self, *roles: Role) -> tuple[str, ...]:
        """The files with one of ``roles``."""
        return tuple(name for name, role in self.roles.items() if role in roles)

    def path(self, name: str) -> Path:
        """Where it lies."""
        return self.folder / name

    def sha256(self, name: str) -> str:
        """Of a file that is there, in hex. Raises WherryError."""
        if name not in self._digests:
            try:
                self._digests[name] = digest(self.path(name))
            except OSError as exc:
                raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None
        return self._digests[name]

    def data(self, name: str) -> bytes:
        """A document as it is. Raises WherryError for one that is larger than any is."""
        try:
            with self.path(name).open("rb") as file:
                found = file.read(_LARGEST_TEXT + 1)
        except OSError as exc:
            raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None
        if len(found) > _LARGEST_TEXT:
            raise WherryError("it is too large")
        return found

    def text(self, name: str) -> str:
        """The same as text; what is not UTF-8 is spelled out. Raises as :meth:`data`."""
        return self.data(name).decode("utf-8", "backslashreplace")

    def _names(self) -> list[str]:
        names = (each.name for each in self.folder.iterdir())
        return sorted(name for name in names if not name.startswith(".") or name == self._asked)

    def _role(self, name: str) -> Role:
        for pattern, role in _NAMES:
            if pattern.search(name):
                return role
        with self.path(name).open("rb") as file:
            return _told(file.read(_BEGINNING))


_NAMES: Final = (
    (_SIGNATURE, Role.SIGNATURE),
    (_PROVENANCE, Role.PROVENANCE),
    (_SBOM, Role.SBOM),
    (_SUMS, Role.SUMS),
)


def _told(beginning: bytes) -> Role:
    """What the first bytes of a file say that it is; a release may give its files any names."""
    if beginning.startswith(b"untrusted comment: ") and b"\ntrusted comment: " in beginning:
        return Role.SIGNATURE
    if _SUM_LINE.match(beginning.partition(b"\n")[0]):
        return Role.SUMS
    if beginning.lstrip().startswith(b"{"):
        if b'"https://in-toto.io/Statement/' in beginning:
            return Role.PROVENANCE
        if b'"bomFormat"' in beginning or b'"spdxVersion"' in beginning:
            return Role.SBOM
    return Role.PLAIN


def signed_by(signature: str, names: Iterable[str]) -> str | None:
    """Which of ``names`` a signature is of: the longest that its own begins with."""
    return max((name for name in names if signature.startswith(f"{name}.")), key=len, default=None)
