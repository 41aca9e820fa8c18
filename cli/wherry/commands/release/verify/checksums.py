"""Whether files are those that the checksums are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release import sums
from wherry.commands.release.verify.check import Check, State
from wherry.commands.release.verify.shelf import Role
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from wherry.commands.release.verify.shelf import Shelf

_KIND = "checksum"


class Checksums:
    """What all files of checksums on ``shelf`` say; one that cannot be read is a problem."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.by_file: dict[str, dict[str, str]] = {}
        """Each file of checksums, and in it each name with its SHA-256."""
        self._broken: list[Check] = []
        for name in shelf.named(Role.SUMS):
            try:
                found = sums.parse(shelf.text(name), name.rpartition(".")[0] or None)
            except WherryError as exc:
                self._broken.append(Check(_KIND, State.PROBLEM, name, str(exc)))
            else:
                self.by_file[name] = {each.name: each.sha256 for each in found}

    def checks(self, wanted: Collection[str] | None) -> Iterator[Check]:
        """Of the files ``wanted``; of all when None, and then whether any is missing, or there and not named."""
        yield from self._broken
        for source, named in self.by_file.items():
            for name, sha256 in named.items():
                if wanted is None or name in wanted:
                    yield self._check(source, name, sha256)
        yield from self._unnamed(wanted)

    def _check(self, source: str, name: str, sha256: str) -> Check:
        if name not in self._shelf.roles:
            return Check(_KIND, State.PROBLEM, name, f"it is not there, and {source} names it")
        found = self._shelf.sha256(name)
        if found == sha256:
            return Check(_KIND, State.OK, name, f"as in {source}")
        other = next((each for each, its in self.by_file[source].items() if its == found), None)
        more = f"; it is what {source} calls {other}" if other else ""
        return Check(_KIND, State.PROBLEM, name, f"its SHA-256 is {found}, and in {source} {sha256}{more}")

    def _unnamed(self, wanted: Collection[str] | None) -> Iterator[Check]:
        if not self.by_file:
            return
        named = {name for each in self.by_file.values() for name in each}
        sources = " and ".join(self.by_file)
        for name, role in self._shelf.roles.items():
            if role not in (Role.SUMS, Role.SIGNATURE) and name not in named and (wanted is None or name in wanted):
                yield Check(_KIND, State.PROBLEM, name, f"{sources} does not name it")
        for name in self._shelf.strange if wanted is None else ():
            yield Check(_KIND, State.PROBLEM, name, "it is no file")
