"""Looks at a folder of files, or at one of them, and says what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release.verify import signatures
from wherry.commands.release.verify.bills import Bills
from wherry.commands.release.verify.check import KINDS, Check, Report, State
from wherry.commands.release.verify.checksums import Checksums
from wherry.commands.release.verify.origins import Origins
from wherry.commands.release.verify.programs import target_of
from wherry.commands.release.verify.shelf import Role, Shelf
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from wherry.commands.release.sign.minisign import PublicKey

_LACKS: Final = {
    "checksum": "there is no checksum of it",
    "signature": "there is no good signature of it or of its checksum",
    "provenance": "there is no provenance of it",
    "sbom": "there is no bill of materials of it",
}


def judge(path: Path, key: PublicKey | None, required: Collection[str]) -> Report:
    """Everything about the folder or the file at ``path``; of a file, with the evidence that lies beside it.

    With a ``key`` every file must be covered by a signature: its own, or that of a file of checksums that names it.
    Raises UsageError where nothing is there, WherryError where it cannot be read.
    """
    try:
        if path.is_dir():
            return _Judge(Shelf(path), None, key, required).report()
        if path.is_file():
            return _Judge(Shelf(path.parent, path.name), path.name, key, required).report()
    except OSError as exc:
        raise WherryError(f"{path}: {exc.strerror or exc}") from None
    raise UsageError(f"{path}: no such file or folder")


class _Judge:
    def __init__(self, shelf: Shelf, only: str | None, key: PublicKey | None, required: Collection[str]) -> None:
        self._shelf = shelf
        self._key = key
        self._required = {*required, *(("signature",) if key else ())}
        self._origins = Origins(shelf)
        self._sums = Checksums(shelf)
        self._bills = list(Bills(shelf).checks(None if only is None else {only}))
        self._wanted = None if only is None else self._with_evidence(only)
        self._asked = (
            [only] if only is not None else list(shelf.named(*(role for role in Role if role is not Role.SIGNATURE)))
        )
        self._checks: list[Check] = []
        self._proven: dict[str, set[str]] = {kind: set() for kind in KINDS}

    def report(self) -> Report:
        self._take(self._sums.checks(self._wanted))
        self._signatures()
        self._take(self._origins.checks(self._wanted))
        self._take(check for check, _ in self._bills)
        failed = {(check.kind, check.name) for check in self._checks if check.state is State.PROBLEM}
        for kind, names in self._proven.items():
            names -= {name for name in names if (kind, name) in failed}
        self._require()
        proven = {kind: frozenset(names) for kind, names in self._proven.items()}
        return Report(tuple(self._checks), proven, self._origins.origin(self._wanted))

    def _with_evidence(self, only: str) -> set[str]:
        """The file, and what it is judged by: statements and bills must be those of the release too."""
        bills = {bill for check, bill in self._bills if bill and check.name == only}
        return {only, *bills, *self._origins.about({only})}

    def _take(self, checks: Iterable[Check]) -> None:
        for check in checks:
            self._checks.append(check)
            if check.state is State.OK:
                self._proven[check.kind].add(check.name)

    def _signatures(self) -> None:
        wanted = None if self._wanted is None else {*self._wanted, *self._sums.by_file}
        signed: set[str] = set()
        for check, name in signatures.checks(self._shelf, self._key, wanted):
            self._checks.append(check)
            if name:
                signed.add(name)
        vouched = {name for source in signed & self._sums.by_file.keys() for name in self._sums.by_file[source]}
        self._proven["signature"] = signed | (vouched & self._proven["checksum"])

    def _require(self) -> None:
        for kind in KINDS:
            if kind not in self._required:
                continue
            missing = [name for name in self._asked if _has(kind, self._shelf.roles[name])]
            if kind == "sbom" and len(self._asked) > 1:
                missing = [name for name in missing if target_of(name)]
            told = {check.name for check in self._checks if check.kind == kind and check.state is State.PROBLEM}
            missing = [name for name in missing if name not in self._proven[kind] and name not in told]
            if missing:
                more = f", nor of {len(missing) - 1} more" if len(missing) > 1 else ""
                self._checks.append(Check(kind, State.PROBLEM, missing[0], f"{_LACKS[kind]}{more}"))
            elif not self._proven[kind] and not told:
                self._checks.append(Check(kind, State.PROBLEM, self._asked[0] if self._asked else ".", _LACKS[kind]))


def _has(kind: str, role: Role) -> bool:
    """Whether a file that is there as ``role`` can have a check of ``kind``."""
    return (
        role
        in {
            "checksum": (Role.PLAIN, Role.PROVENANCE, Role.SBOM),
            "signature": (Role.PLAIN, Role.PROVENANCE, Role.SBOM, Role.SUMS),
            "provenance": (Role.PLAIN, Role.SBOM),
            "sbom": (Role.PLAIN,),
        }[kind]
    )
