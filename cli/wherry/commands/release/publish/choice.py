"""What is to be done with each file of a release, seen what is there already. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from wherry.commands.release.forges.store import Asset, Posted, Upload


class Action(StrEnum):
    """``COMPARE``: the place tells no digest, so that what it has must be fetched to know."""

    KEEP = "keep"
    COMPARE = "compare"
    REPLACE = "replace"
    UPLOAD = "upload"


class Choice(Record):
    """What is done with one ``file``; ``asset`` is what is there under its name."""

    action: Action
    file: Upload
    asset: Asset | None


def choose(files: Sequence[Upload], posted: Posted | None) -> tuple[Choice, ...]:
    """For each file, in their order."""
    there = {asset.name: asset for asset in posted.assets} if posted else {}
    return tuple(_choose(file, there.get(file.name)) for file in files)


def _choose(file: Upload, asset: Asset | None) -> Choice:
    if asset is None:
        return Choice(Action.UPLOAD, file, None)
    if not asset.whole or asset.size != file.size or asset.sha256 not in (None, file.sha256):
        return Choice(Action.REPLACE, file, asset)
    return Choice(Action.KEEP if asset.sha256 else Action.COMPARE, file, asset)


def strangers(files: Collection[Upload], posted: Posted) -> tuple[str, ...]:
    """The names of what is there and of no file of this release."""
    names = {file.name for file in files}
    return tuple(sorted(asset.name for asset in posted.assets if asset.name not in names))


def check_unpublished(choices: Sequence[Choice], posted: Posted | None, tag: str, *, replace: bool) -> None:
    """Raises WherryError where files of a published release would have to change, and ``replace`` does not allow it."""
    changes = [choice.file.name for choice in choices if choice.action in (Action.REPLACE, Action.UPLOAD)]
    if posted is None or posted.draft or replace or not changes:
        return
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    raise WherryError(
        f"{tag} is published already, and {changes[0]}{more} would be changed in it",
        hint="give it another version, or say release.replace_existing_artifacts: true",
    )
