"""Packages for Linux distributions."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import DEFAULT_PACKAGE_NAME, ContentType, Id, Ids, PackageFormat, Text


class FileInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of a package is like, apart from its contents."""

    mode: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Its permissions, such as 0o640; those on disk, to write for none but its owner, unless told."
        ),
    ] = None

    def __post_init__(self) -> None:
        # YAML 1.2 reads 0644 as a number of the tens.
        if self.mode is not None and self.mode > 0o777:
            raise ValueError("permissions are written with 0o, as in mode: 0o644")


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a package beside the program."""

    dst: Annotated[
        Annotated[str, Meta(pattern="^/")], Meta(description="Where it is installed; ending in / it is the folder.")
    ]
    src: Annotated[
        Text | None, Meta(description="A file, a folder or a pattern; for a symlink what it leads to; none for a dir.")
    ] = None
    type: Annotated[
        ContentType,
        Meta(
            description="config is what people edit, which an update keeps, as is all in /etc; with noreplace an rpm "
            "puts the new one beside it. dir is an empty folder. tree is a folder, which needs no telling."
        ),
    ] = ""
    packager: Annotated[PackageFormat | None, Meta(description="Only in packages of this format.")] = None
    file_info: Annotated[FileInfo, Meta(description="What it is like.")] = FileInfo()

    def __post_init__(self) -> None:
        if (self.src is None) != (self.type == "dir"):
            raise ValueError("a dir has no src" if self.src else 'key "src" is missing')


class Scripts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scripts that the package manager runs as root, each a file that begins with #! and its interpreter."""

    preinstall: Annotated[Text | None, Meta(description="Before the files are there.")] = None
    postinstall: Annotated[Text | None, Meta(description="When the files are there.")] = None
    preremove: Annotated[Text | None, Meta(description="Before the files are removed.")] = None
    postremove: Annotated[Text | None, Meta(description="When the files are removed.")] = None


class Overridable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may differ between the formats of a package."""

    dependencies: Annotated[tuple[Text, ...], Meta(description="Packages that must be there too.")] = ()
    recommends: Annotated[tuple[Text, ...], Meta(description="Packages that most want to have too.")] = ()
    suggests: Annotated[tuple[Text, ...], Meta(description="Packages that some want to have too.")] = ()
    conflicts: Annotated[tuple[Text, ...], Meta(description="Packages that cannot be there.")] = ()
    provides: Annotated[tuple[Text, ...], Meta(description="Packages that this one can stand for.")] = ()
    replaces: Annotated[
        tuple[Text, ...], Meta(description="Packages whose files this one takes over; an rpm makes them obsolete.")
    ] = ()
    contents: Annotated[tuple[Content, ...], Meta(description="Further files.")] = ()
    scripts: Annotated[Scripts, Meta(description="What is run when it is installed and removed.")] = Scripts()


class Overrides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one format has instead of what all have."""

    deb: Annotated[Overridable, Meta(description="In a deb.")] = Overridable()
    rpm: Annotated[Overridable, Meta(description="In an rpm.")] = Overridable()


class Nfpm(Overridable, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Packages for Linux distributions, with the program, its completions and its manual page in their places."""

    formats: Annotated[tuple[PackageFormat, ...], Meta(min_length=1, description="Which packages.")]
    id: Annotated[Id, Meta(description="What other parts of this file call it.")] = "default"
    ids: Ids = ()
    package_name: Annotated[
        Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9+.-]+$")] | None,
        Meta(description="The package's name; the project's unless told."),
    ] = None
    file_name_template: Annotated[Text, Meta(description="The file's name without its ending, a template.")] = (
        DEFAULT_PACKAGE_NAME
    )
    maintainer: Annotated[Text | None, Meta(description="Who answers for it: Name <address>; a deb must say.")] = None
    description: Annotated[Text | None, Meta(description="One line about it; more lines follow for more.")] = None
    homepage: Annotated[Text | None, Meta(description="Its address.")] = None
    license: Annotated[Text | None, Meta(description="Its licence, as SPDX writes it.")] = None
    vendor: Annotated[Text | None, Meta(description="Who distributes it.")] = None
    section: Annotated[Text, Meta(description="Its section in a Debian archive.")] = "utils"
    priority: Annotated[Text, Meta(description="Its priority in a Debian archive.")] = "optional"
    bindir: Annotated[
        Annotated[str, Meta(pattern="^/")], Meta(description="The folder that the program is called from.")
    ] = "/usr/bin"
    overrides: Annotated[Overrides, Meta(description="What one format has instead.")] = Overrides()


def overridden(package: Nfpm, kind: str) -> Nfpm:
    """What it is in a format: its overrides stand for what all have, each list and each script."""
    own = package.overrides.deb if kind == "deb" else package.overrides.rpm
    scripts = msgspec.structs.replace(package.scripts, **_given(own.scripts))
    return msgspec.structs.replace(package, **{**_given(own), "scripts": scripts})


def _given(part: Overridable | Scripts) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(part).items() if value}
