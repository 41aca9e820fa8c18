"""Opens what the bills of materials on a shelf may be about, and compares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release.sbom import reading as sboms
from wherry.commands.release.verify.check import Check, State
from wherry.commands.release.verify.inside import reading
from wherry.commands.release.verify.inside.member import Unknown, Unreadable
from wherry.commands.release.verify.programs import problems, root, shown, similar, target_of
from wherry.commands.release.verify.shelf import Role
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from wherry.commands.release.verify.inside.member import Member
    from wherry.commands.release.verify.shelf import Shelf

_KIND: Final = "sbom"
_ENDING: Final = re.compile(r"\.(cdx|spdx)\.json$|\.exe$")


class Bills:
    """What the bills on ``shelf`` list, by the name of each: path to SHA-256."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._broken: list[Check] = []
        self._files: dict[str, dict[str, str]] = {}
        for name in shelf.named(Role.SBOM):
            try:
                self._files[name] = {each.path: each.sha256 for each in sboms.files(shelf.data(name))}
            except WherryError as exc:
                self._broken.append(Check(_KIND, State.PROBLEM, name, str(exc)))

    def checks(self, wanted: Collection[str] | None) -> Iterator[tuple[Check, str | None]]:
        """Of the files ``wanted``, with the bill that each is compared with; of all when None.

        Then a bill that is about nothing on the shelf is a problem too.
        """
        if wanted is None:
            yield from ((broken, None) for broken in self._broken)
        used: set[str] = set()
        for name in self._shelf.named(Role.PLAIN) if self._files else ():
            if wanted is None or name in wanted:
                for check, bill in self._of(name):
                    used.add(bill or "")
                    yield check, bill
        if wanted is None:
            for bill, files in self._files.items():
                if bill not in used:
                    state = State.PROBLEM if files else State.NOTE
                    words = "nothing is here that it lists the contents of" if files else "it lists no files"
                    yield Check(_KIND, state, bill, words), bill

    def _of(self, name: str) -> Iterator[tuple[Check, str | None]]:
        try:
            with self._shelf.path(name).open("rb") as file:
                members = reading.members(file)
        except Unknown as exc:
            yield Check(_KIND, State.NOTE, name, str(exc)), None
            return
        except Unreadable as exc:
            yield Check(_KIND, State.PROBLEM, name, str(exc)), None
            return
        except OSError as exc:
            raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None
        compared = list(self._of_program(name) if members is None else self._of_archive(name, members))
        yield from compared
        if not compared and members is not None and target_of(name):
            yield Check(_KIND, State.NOTE, name, "no bill of materials lists what is in it"), None

    def _of_program(self, name: str) -> Iterator[tuple[Check, str | None]]:
        """A file that is a program itself."""
        for bill, files in self._files.items():
            same = list(files.values()) == [self._shelf.sha256(name)]
            if same and self._about(bill, name, same):
                yield Check(_KIND, State.OK, name, f"as in {bill}"), bill
            elif not same and _stem(bill) == _stem(name):
                yield Check(_KIND, State.PROBLEM, name, f"{bill} lists another file"), bill

    def _of_archive(self, name: str, members: Mapping[str, Member]) -> Iterator[tuple[Check, str | None]]:
        for bill, files in self._files.items():
            folder = root(files, members)
            if folder is None or not self._about(bill, name, similar(files, members, folder)):
                continue
            found = list(problems(files, members, folder))
            if found:
                yield Check(_KIND, State.PROBLEM, name, f"not as in {bill}: {shown(found)}"), bill
            else:
                count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
                yield Check(_KIND, State.OK, name, f"{count} as in {bill}"), bill

    @staticmethod
    def _about(bill: str, name: str, alike: bool) -> bool:
        """Whether the bill is about what is in this file: by what both are for, or else by what they have in common."""
        one, two = target_of(bill), target_of(name)
        return one == two if one and two else alike


def _stem(name: str) -> str:
    return _ENDING.sub("", name)
