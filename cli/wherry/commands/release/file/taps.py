"""Manifests for package managers, and the repositories that they are written to."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import FileName, Text


class Repository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository that is written to."""

    owner: Annotated[Text, Meta(description="Whose it is; a template.")]
    name: Annotated[Text, Meta(description="What it is called; a template.")]
    branch: Annotated[Text | None, Meta(description="The branch; its default one unless told.")] = None
    token: Annotated[
        Text | None,
        Meta(description="A template of the token, {{ .Env.TAP_TOKEN }}; that of the release unless told."),
    ] = None


class HomebrewFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A formula in a tap of Homebrew's."""

    repository: Annotated[Repository, Meta(description="The tap.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[FileName | None, Meta(description="Its name; the project's unless told.")] = None
    directory: Annotated[Text, Meta(description="The folder of the tap.")] = "Formula"
    description: Annotated[Text | None, Meta(description="One line about the program.")] = None
    homepage: Annotated[Text | None, Meta(description="The program's address.")] = None
    license: Annotated[Text | None, Meta(description="Its licence, as SPDX writes it.")] = None
    install: Annotated[Text | None, Meta(description="Ruby for the install method, instead of wherry's.")] = None
    test: Annotated[Text | None, Meta(description="Ruby for the test block.")] = None


class Scoop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest in a bucket of Scoop's."""

    repository: Annotated[Repository, Meta(description="The bucket.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[FileName | None, Meta(description="Its name; the project's unless told.")] = None
    directory: Annotated[Text, Meta(description="The folder of the bucket.")] = "bucket"
    description: Annotated[Text | None, Meta(description="One line about the program.")] = None
    homepage: Annotated[Text | None, Meta(description="The program's address.")] = None
    license: Annotated[Text | None, Meta(description="Its licence, as SPDX writes it.")] = None


class Winget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Manifests for the Windows package manager."""

    repository: Annotated[Repository, Meta(description="A fork of microsoft/winget-pkgs.")]
    publisher: Annotated[Text, Meta(description="Who publishes the program.")]
    short_description: Annotated[Text, Meta(description="One line about it.")]
    license: Annotated[Text, Meta(description="Its licence, as SPDX writes it.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[FileName | None, Meta(description="Its name; the project's unless told.")] = None
    package_identifier: Annotated[
        Annotated[str, Meta(pattern=r"^[^.\s]+(\.[^.\s]+)+$")] | None,
        Meta(description="Its identifier; Publisher.Name unless told."),
    ] = None
    description: Annotated[Text | None, Meta(description="More about it.")] = None
    homepage: Annotated[Text | None, Meta(description="Its address.")] = None


Tap: TypeAlias = HomebrewFormula | Scoop | Winget
"""What a manifest is written to a repository for."""
