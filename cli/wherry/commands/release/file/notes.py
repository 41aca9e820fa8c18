"""The notes of a release."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import Text


class ChangelogFilters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which commits are told of."""

    exclude: Annotated[
        tuple[Text, ...], Meta(description="Regular expressions; a commit that one finds is left out.")
    ] = ()


class ChangelogGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commits under one heading."""

    title: Annotated[Text, Meta(description="The heading.")]
    regexp: Annotated[Text | None, Meta(description="What the commits match; without, all that are left.")] = None
    order: Annotated[int, Meta(description="Groups are in ascending order of this.")] = 0


class Changelog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The release's notes."""

    use: Annotated[Literal["git"], Meta(description="They are the first lines of the commits since the last tag.")] = (
        "git"
    )
    sort: Annotated[
        Literal["asc", "desc", ""], Meta(description="By their words, or as git has them: the newest first.")
    ] = ""
    filters: Annotated[ChangelogFilters, Meta(description="Which commits are told of.")] = ChangelogFilters()
    groups: Annotated[
        tuple[ChangelogGroup, ...], Meta(description="Headings; a commit is under the first that matches.")
    ] = ()
