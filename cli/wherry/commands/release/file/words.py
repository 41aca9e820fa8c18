"""What the parts of a release.yml are written with: names, texts, targets, formats."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias, get_args

from msgspec import Meta

Target: TypeAlias = Literal[
    "linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"
]
"""An operating system and a processor, in Go's words for them."""
Os: TypeAlias = Literal["linux", "darwin", "windows"]
ArchiveFormat: TypeAlias = Literal["tar.gz", "zip", "binary"]
PackageFormat: TypeAlias = Literal["deb", "rpm"]
ContentType: TypeAlias = Literal["", "config", "config|noreplace", "dir", "symlink", "tree"]
SbomFormat: TypeAlias = Literal["cyclonedx", "spdx"]
ScriptFormat: TypeAlias = Literal["sh", "ps1"]
Signed: TypeAlias = Literal[
    "checksum", "archive", "binary", "package", "sbom", "source", "installer", "provenance", "all"
]
TARGETS: Final[tuple[Target, ...]] = get_args(Target)
# No slash, no space, nothing that a shell or a file system reads as more than a name.
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._+-]*$")]
# No control characters: none can stand in a path or an argument, nor should one in a description.
Text = Annotated[str, Meta(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
Url = Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[!-~]*)?$")]
Argument = Annotated[str, Meta(pattern=r"^[^\x00]*$")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Ids = Annotated[tuple[str, ...], Meta(description="Only these builds, by their ids; all unless told.")]
DEFAULT_ARCHIVE_NAME: Final = "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_BINARY_NAME: Final = "{{ .Binary }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_PACKAGE_NAME: Final = "{{ .PackageName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_PROVENANCE_NAME: Final = "{{ .ProjectName }}_{{ .Version }}.intoto.json"
DEFAULT_FILES: Final = ("LICENSE*", "README*", "CHANGELOG*", "completions/*")


def split_target(target: str) -> tuple[str, str]:
    """Its operating system and its processor."""
    system, _, processor = target.partition("_")
    return system, processor
