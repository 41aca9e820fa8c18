"""Whether files are those that the provenance is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release import provenance
from wherry.commands.release.verify.check import Check, Origin, State
from wherry.commands.release.verify.shelf import Role
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from wherry.commands.release.provenance import Provenance
    from wherry.commands.release.verify.shelf import Shelf

_KIND: Final = "provenance"
# https://github.com/secure-systems-lab/dsse/blob/master/envelope.md
_ENVELOPE: Final = b'"payloadType"'
_BEGINNING: Final = 4096


class Origins:
    """What the statements on ``shelf`` say."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._broken: list[Check] = []
        self.by_file: dict[str, Provenance] = {}
        for name in shelf.named(Role.PROVENANCE):
            try:
                data = shelf.data(name)
                if _ENVELOPE in data[:_BEGINNING]:
                    words = "not verified: it is in an envelope, whose signature is none of minisign's"
                    self._broken.append(Check(_KIND, State.NOTE, name, words))
                else:
                    self.by_file[name] = provenance.decode(data)
            except WherryError as exc:
                self._broken.append(Check(_KIND, State.PROBLEM, name, str(exc)))

    def about(self, wanted: Collection[str] | None) -> dict[str, Provenance]:
        """The statements about one of the files ``wanted``; all when None."""
        return {
            source: found
            for source, found in self.by_file.items()
            if wanted is None or any(name in wanted for name, _ in found.subjects)
        }

    def origin(self, wanted: Collection[str] | None) -> Origin | None:
        """What the first of those says."""
        found = next(iter(self.about(wanted).values()), None)
        return Origin(found.commit, found.repository, found.builder) if found else None

    def checks(self, wanted: Collection[str] | None) -> Iterator[Check]:
        """Of the files ``wanted``; of all when None, and then whether any is missing, or there and no subject."""
        yield from self._broken if wanted is None else ()
        for source, found in self.about(wanted).items():
            subjects = dict(found.subjects)
            yield _statement(source, found)
            for name, sha256 in subjects.items():
                if wanted is None or name in wanted:
                    yield self._check(source, name, sha256)
            for name in self._shelf.named(Role.PLAIN, Role.SBOM):
                if name not in subjects and (wanted is None or name in wanted):
                    yield Check(_KIND, State.PROBLEM, name, f"{source} is not about it")

    def _check(self, source: str, name: str, sha256: str) -> Check:
        if name not in self._shelf.roles:
            return Check(_KIND, State.PROBLEM, name, f"it is not there, and {source} is about it")
        if self._shelf.sha256(name) != sha256:
            return Check(_KIND, State.PROBLEM, name, f"{source} is about another file, with the SHA-256 {sha256}")
        return Check(_KIND, State.OK, name, f"as in {source}")


def _statement(source: str, found: Provenance) -> Check:
    if not found.subjects:
        return Check(_KIND, State.PROBLEM, source, "it is about no file")
    commit = f"commit {found.commit}" if found.commit else "no commit that is named"
    where = f" of {found.repository}" if found.repository else ""
    return Check(_KIND, State.OK, source, f"from {commit}{where}, built by {found.builder}")
