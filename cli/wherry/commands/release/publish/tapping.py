"""The manifests of taps: which files go into which repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release import forge as forges
from wherry.commands.release.file import HomebrewFormula, Scoop, Winget, taps
from wherry.commands.release.forge import Forge
from wherry.commands.release.publish.listing import downloads
from wherry.commands.release.taps import homebrew, scoop, winget
from wherry.commands.release.template import render
from wherry.commands.release.templates import shown
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.commands.release.build.manifest import Part
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import ReleaseFile, Repository, Tap
    from wherry.commands.release.plan import Plan
    from wherry.commands.release.publish.downloads import Download, Facts
    from wherry.commands.release.publish.folder import Folder

_KINDS: Final = {"homebrew_formulas": "homebrew", "scoops": "scoop", "winget": "winget"}


class Manifest(Record):
    """``files`` by their paths in the repository ``home``, which the release.yml names; ``to`` is what kind of tap.

    ``proposed``: others decide on them.
    """

    to: str
    home: Forge
    repository: Repository
    files: Mapping[str, bytes]
    message: str
    proposed: bool

    @property
    def name(self) -> str:
        """``homebrew acme/homebrew-tap``."""
        return f"{self.to} {self.home.project}"


def manifests(
    file: ReleaseFile, fields: Named, plan: Plan, parts: Sequence[Part], folder: Folder, facts: Facts
) -> tuple[Manifest, ...]:
    """Those of every tap. A prerelease and a draft have none: who installs from a tap wants what is released.

    Raises UsageError for what a tap cannot take, and WherryError for an archive that cannot be read.
    """
    if plan.prerelease or plan.version.snapshot or file.release.draft:
        return ()
    own = plan.venue if isinstance(plan.venue, Forge) else None
    found = []
    for key, index, tap in taps(file):
        with doing(shown((key, index))):
            owner, name = render(tap.repository.owner, fields), render(tap.repository.name, fields)
            home = forges.of_tap(file, own, owner, name, winget=isinstance(tap, Winget))
            if not facts.base_url:
                raise UsageError("release.download_url must say where the files are fetched from")
            texts = _texts(tap, facts, downloads(parts, tap.ids, folder, facts.base_url))
        message = f"{tap.name or facts.name} {facts.version}"
        files = {path: text.encode() for path, text in texts.items()}
        found.append(Manifest(_KINDS[key], home, tap.repository, files, message, isinstance(tap, Winget)))
    return tuple(found)


def _texts(tap: Tap, facts: Facts, every: tuple[Download, ...]) -> Mapping[str, str]:
    if isinstance(tap, HomebrewFormula):
        return {homebrew.path(tap, facts.name): homebrew.text(tap, facts, every)}
    if isinstance(tap, Scoop):
        return {scoop.path(tap, facts.name): scoop.text(tap, facts, every)}
    return winget.texts(tap, facts, every)
