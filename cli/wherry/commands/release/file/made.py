"""What is made of the parts of all machines, when a release is published."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import (
    DEFAULT_BINARY_NAME,
    DEFAULT_PROVENANCE_NAME,
    Argument,
    Ids,
    SbomFormat,
    ScriptFormat,
    Signed,
    Text,
)


class Checksum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of checksums, as sha256sum reads it."""

    name_template: Annotated[Text, Meta(description="Its name, a template.")] = "SHA256SUMS"
    algorithm: Annotated[Literal["sha256"], Meta(description="There is one.")] = "sha256"


class Sbom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bill of materials for each program: the distributions that were frozen, with versions, licences and hashes."""

    ids: Ids = ()
    artifacts: Annotated[Literal["binary"], Meta(description="What it lists the contents of: there is one.")] = "binary"
    formats: Annotated[tuple[SbomFormat, ...], Meta(min_length=1, description="A document of each.")] = (
        "cyclonedx",
        "spdx",
    )
    name_template: Annotated[
        Text, Meta(description="The document's name without .cdx.json or .spdx.json, a template.")
    ] = DEFAULT_BINARY_NAME


class InstallScripts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scripts that fetch this release's archive for the machine they run on, check it and install the programs."""

    formats: Annotated[
        tuple[ScriptFormat, ...], Meta(description="sh for Linux and macOS, ps1 for Windows; none unless told.")
    ] = ()
    ids: Annotated[
        tuple[str, ...], Meta(description="Only these archives, by their ids; the first of each target counts.")
    ] = ()
    name_template: Annotated[Text, Meta(description="The script's name without .sh or .ps1, a template.")] = "install"


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement of what the files were made of, where and by what, in the format of in-toto and SLSA."""

    enabled: Annotated[bool, Meta(description="Whether there is one.")] = True
    name_template: Annotated[Text, Meta(description="Its name, a template.")] = DEFAULT_PROVENANCE_NAME


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signatures beside the files."""

    cmd: Annotated[
        Text | None,
        Meta(description="A program that signs; unless told, wherry does, in minisign's format."),
    ] = None
    args: Annotated[
        tuple[Argument, ...],
        Meta(description="Its arguments, templates; ${artifact} and ${signature} stand for the two paths."),
    ] = ()
    artifacts: Annotated[Signed, Meta(description="What is signed; the checksums cover everything else.")] = "checksum"
    signature: Annotated[
        Text | None,
        Meta(description="The signature's name, a template; ${artifact}.sig unless told, .minisig without cmd."),
    ] = None

    def __post_init__(self) -> None:
        if self.cmd is None and self.args:
            raise ValueError("args are those of a cmd, and there is none")


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An archive of the source, as git has it."""

    enabled: Annotated[bool, Meta(description="Whether there is one.")] = False
    format: Annotated[Literal["tar.gz", "zip"], Meta(description="Its format.")] = "tar.gz"
    name_template: Annotated[Text, Meta(description="Its name without its ending, a template.")] = (
        "{{ .ProjectName }}-{{ .Version }}"
    )
