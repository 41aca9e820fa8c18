"""What users download."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import (
    DEFAULT_ARCHIVE_NAME,
    DEFAULT_BINARY_NAME,
    DEFAULT_FILES,
    ArchiveFormat,
    Id,
    Ids,
    Os,
    Text,
)


class FormatOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Other formats for one operating system."""

    formats: Annotated[tuple[ArchiveFormat, ...], Meta(min_length=1, description="The formats there.")]
    goos: Annotated[Os | None, Meta(description="The operating system, by the key that GoReleaser has.")] = None
    os: Annotated[Os | None, Meta(description="The operating system.")] = None

    def __post_init__(self) -> None:
        if (self.goos is None) == (self.os is None):
            raise ValueError("a format override has either os or goos")

    @property
    def system(self) -> str | None:
        """The operating system, by whichever key."""
        return self.os or self.goos


class ArchiveFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of an archive that are called differently in it."""

    src: Annotated[Text, Meta(description="A file or a pattern.")]
    dst: Annotated[Text, Meta(description="Its name in the archive; for a pattern, the folder.")]


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What users download: one file for each target and format, with the programs in it."""

    id: Annotated[Id, Meta(description="What other parts of this file call it.")] = "default"
    ids: Ids = ()
    formats: Annotated[
        tuple[ArchiveFormat, ...], Meta(min_length=1, description="binary is the program itself, as one file.")
    ] = ("tar.gz",)
    format_overrides: Annotated[
        tuple[FormatOverride, ...], Meta(description="Other formats for an operating system, as zip for windows.")
    ] = ()
    name_template: Annotated[
        Text | None,
        Meta(
            description="The file's name without its ending, a template; "
            f"{DEFAULT_ARCHIVE_NAME} unless told, {DEFAULT_BINARY_NAME} for the format binary."
        ),
    ] = None
    wrap_in_directory: Annotated[
        bool | Text,
        Meta(description="Whether all of it is in one folder, called as the archive; or a template of its name."),
    ] = False
    files: Annotated[
        tuple[Text | ArchiveFile, ...],
        Meta(description="Further files, or patterns of them; each that is given must exist."),
    ] = DEFAULT_FILES
