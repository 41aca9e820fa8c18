"""What a release.yml says, as types.

The keys are GoReleaser's where they mean the same; those of ``builds`` are not, because freezing Python is nothing like
compiling Go. A field that is called a template may contain ``{{ .Version }}`` and the like (template.py).
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

import msgspec
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
_FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._+-]*$")]
# No control characters: none can stand in a path or an argument, nor should one in a description.
_Text = Annotated[str, Meta(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
_Url = Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[!-~]*)?$")]
_Argument = Annotated[str, Meta(pattern=r"^[^\x00]*$")]
_Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
_Ids = Annotated[tuple[str, ...], Meta(description="Only these builds, by their ids; all unless told.")]

DEFAULT_ARCHIVE_NAME: Final = "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_BINARY_NAME: Final = "{{ .Binary }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_PACKAGE_NAME: Final = "{{ .PackageName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}"
DEFAULT_PROVENANCE_NAME: Final = "{{ .ProjectName }}_{{ .Version }}.intoto.json"
DEFAULT_FILES: Final = ("LICENSE*", "README*", "CHANGELOG*", "completions/*")


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files that the program reads when it runs."""

    src: Annotated[_Text, Meta(description="A file or a folder, or a pattern such as assets/*.json.")]
    dst: Annotated[
        _Text, Meta(description="The folder that it is put into, relative to the program's; . for its root.")
    ]


class PyInstallerBuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="builder", tag="pyinstaller"):
    """A program that PyInstaller freezes, in a virtual environment that holds what the lock file says and no more."""

    targets: Annotated[
        tuple[Target, ...], Meta(min_length=1, description="What to build for; each needs a runner of its own.")
    ]
    id: Annotated[
        _Id | None, Meta(description="What other parts of this file call it; the project's name unless told.")
    ] = None
    entry: Annotated[
        Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")] | None,
        Meta(description="Where the program begins, as package.module:function."),
    ] = None
    spec: Annotated[_Text | None, Meta(description="A PyInstaller spec file, instead of entry.")] = None
    lock: Annotated[
        _Text | None,
        Meta(
            description="The requirements, each with its version and --hash; none but the project itself unless told."
        ),
    ] = None
    python: Annotated[
        Annotated[str, Meta(pattern=r"^3\.\d+(\.\d+)?$")] | None,
        Meta(description='The Python to freeze, such as "3.12"; the one on the PATH unless told.'),
    ] = None
    mode: Annotated[
        Literal["onedir", "onefile", "launcher"],
        Meta(
            description="A folder, which starts faster; one file, which unpacks itself each time; or, for Linux, one"
            " file with a launcher, which unpacks itself once and needs nothing of the system."
        ),
    ] = "onedir"
    binary: Annotated[_FileName | None, Meta(description="The program's name; the project's unless told.")] = None
    data: Annotated[tuple[Data, ...], Meta(description="Files that it reads when it runs.")] = ()
    glibc_max: Annotated[
        Annotated[str, Meta(pattern=r"^\d+\.\d+$")] | None,
        Meta(description='The newest glibc that the Linux program may need, such as "2.28"; the build fails beyond.'),
    ] = None
    smoke: Annotated[
        tuple[Annotated[tuple[_Argument, ...], Meta(min_length=1)], ...],
        Meta(description="Lists of arguments; the frozen program must end with 0 for each."),
    ] = ()

    def __post_init__(self) -> None:
        if (self.entry is None) == (self.spec is None):
            raise ValueError("a build has either entry or spec")
        if self.spec is not None and self.data:
            raise ValueError("a build with a spec names its data there")
        if self.mode == "launcher":
            if self.spec is not None:
                raise ValueError("mode launcher goes with entry; a spec makes what it says")
            others = [target for target in self.targets if not target.startswith("linux_")]
            if others:
                whose = "its" if len(others) == 1 else "their"
                raise ValueError(f"mode launcher is for Linux; give {', '.join(others)} a build of {whose} own")


class Prebuilt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a program that something else has built lies."""

    path: Annotated[_Text, Meta(description="A template, such as out/tool_{{ .Os }}_{{ .Arch }}.")]
    inventory: Annotated[
        _Text | None,
        Meta(description="A JSON file that says what is in it, a template of its path; only its files unless told."),
    ] = None


class PrebuiltBuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="builder", tag="prebuilt"):
    """A program that something else has built."""

    targets: Annotated[tuple[Target, ...], Meta(min_length=1, description="What it is there for.")]
    prebuilt: Annotated[Prebuilt, Meta(description="Where it lies.")]
    id: Annotated[
        _Id | None, Meta(description="What other parts of this file call it; the project's name unless told.")
    ] = None
    binary: Annotated[_FileName | None, Meta(description="The program's name; the project's unless told.")] = None
    glibc_max: Annotated[
        Annotated[str, Meta(pattern=r"^\d+\.\d+$")] | None,
        Meta(description='The newest glibc that the Linux program may need, such as "2.28"; the build fails beyond.'),
    ] = None
    smoke: Annotated[
        tuple[Annotated[tuple[_Argument, ...], Meta(min_length=1)], ...],
        Meta(description="Lists of arguments; the program must end with 0 for each."),
    ] = ()


Build: TypeAlias = PyInstallerBuild | PrebuiltBuild


class Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is run first."""

    hooks: Annotated[
        tuple[_Text, ...],
        Meta(
            description="Commands, as templates, run one after the other without a shell; the first that fails ends it."
        ),
    ] = ()


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

    src: Annotated[_Text, Meta(description="A file or a pattern.")]
    dst: Annotated[_Text, Meta(description="Its name in the archive; for a pattern, the folder.")]


class Archive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What users download: one file for each target and format, with the programs in it."""

    id: Annotated[_Id, Meta(description="What other parts of this file call it.")] = "default"
    ids: _Ids = ()
    formats: Annotated[
        tuple[ArchiveFormat, ...], Meta(min_length=1, description="binary is the program itself, as one file.")
    ] = ("tar.gz",)
    format_overrides: Annotated[
        tuple[FormatOverride, ...], Meta(description="Other formats for an operating system, as zip for windows.")
    ] = ()
    name_template: Annotated[
        _Text | None,
        Meta(
            description="The file's name without its ending, a template; "
            f"{DEFAULT_ARCHIVE_NAME} unless told, {DEFAULT_BINARY_NAME} for the format binary."
        ),
    ] = None
    wrap_in_directory: Annotated[
        bool | _Text,
        Meta(description="Whether all of it is in one folder, called as the archive; or a template of its name."),
    ] = False
    files: Annotated[
        tuple[_Text | ArchiveFile, ...],
        Meta(description="Further files, or patterns of them; each that is given must exist."),
    ] = DEFAULT_FILES


class Checksum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of checksums, as sha256sum reads it."""

    name_template: Annotated[_Text, Meta(description="Its name, a template.")] = "SHA256SUMS"
    algorithm: Annotated[Literal["sha256"], Meta(description="There is one.")] = "sha256"


class Sbom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bill of materials for each program: the distributions that were frozen, with versions, licences and hashes."""

    ids: _Ids = ()
    artifacts: Annotated[Literal["binary"], Meta(description="What it lists the contents of: there is one.")] = "binary"
    formats: Annotated[tuple[SbomFormat, ...], Meta(min_length=1, description="A document of each.")] = (
        "cyclonedx",
        "spdx",
    )
    name_template: Annotated[
        _Text, Meta(description="The document's name without .cdx.json or .spdx.json, a template.")
    ] = DEFAULT_BINARY_NAME


class InstallScripts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scripts that fetch this release's archive for the machine they run on, check it and install the programs."""

    formats: Annotated[
        tuple[ScriptFormat, ...], Meta(description="sh for Linux and macOS, ps1 for Windows; none unless told.")
    ] = ()
    ids: Annotated[
        tuple[str, ...], Meta(description="Only these archives, by their ids; the first of each target counts.")
    ] = ()
    name_template: Annotated[_Text, Meta(description="The script's name without .sh or .ps1, a template.")] = "install"


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement of what the files were made of, where and by what, in the format of in-toto and SLSA."""

    enabled: Annotated[bool, Meta(description="Whether there is one.")] = True
    name_template: Annotated[_Text, Meta(description="Its name, a template.")] = DEFAULT_PROVENANCE_NAME


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signatures beside the files."""

    cmd: Annotated[
        _Text | None,
        Meta(description="A program that signs; unless told, wherry does, in minisign's format."),
    ] = None
    args: Annotated[
        tuple[_Argument, ...],
        Meta(description="Its arguments, templates; ${artifact} and ${signature} stand for the two paths."),
    ] = ()
    artifacts: Annotated[Signed, Meta(description="What is signed; the checksums cover everything else.")] = "checksum"
    signature: Annotated[
        _Text | None,
        Meta(description="The signature's name, a template; ${artifact}.sig unless told, .minisig without cmd."),
    ] = None

    def __post_init__(self) -> None:
        if self.cmd is None and self.args:
            raise ValueError("args are those of a cmd, and there is none")


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
        _Text | None, Meta(description="A file, a folder or a pattern; for a symlink what it leads to; none for a dir.")
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

    preinstall: Annotated[_Text | None, Meta(description="Before the files are there.")] = None
    postinstall: Annotated[_Text | None, Meta(description="When the files are there.")] = None
    preremove: Annotated[_Text | None, Meta(description="Before the files are removed.")] = None
    postremove: Annotated[_Text | None, Meta(description="When the files are removed.")] = None


class Overridable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may differ between the formats of a package."""

    dependencies: Annotated[tuple[_Text, ...], Meta(description="Packages that must be there too.")] = ()
    recommends: Annotated[tuple[_Text, ...], Meta(description="Packages that most want to have too.")] = ()
    suggests: Annotated[tuple[_Text, ...], Meta(description="Packages that some want to have too.")] = ()
    conflicts: Annotated[tuple[_Text, ...], Meta(description="Packages that cannot be there.")] = ()
    provides: Annotated[tuple[_Text, ...], Meta(description="Packages that this one can stand for.")] = ()
    replaces: Annotated[
        tuple[_Text, ...], Meta(description="Packages whose files this one takes over; an rpm makes them obsolete.")
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
    id: Annotated[_Id, Meta(description="What other parts of this file call it.")] = "default"
    ids: _Ids = ()
    package_name: Annotated[
        Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9+.-]+$")] | None,
        Meta(description="The package's name; the project's unless told."),
    ] = None
    file_name_template: Annotated[_Text, Meta(description="The file's name without its ending, a template.")] = (
        DEFAULT_PACKAGE_NAME
    )
    maintainer: Annotated[_Text | None, Meta(description="Who answers for it: Name <address>; a deb must say.")] = None
    description: Annotated[_Text | None, Meta(description="One line about it; more lines follow for more.")] = None
    homepage: Annotated[_Text | None, Meta(description="Its address.")] = None
    license: Annotated[_Text | None, Meta(description="Its licence, as SPDX writes it.")] = None
    vendor: Annotated[_Text | None, Meta(description="Who distributes it.")] = None
    section: Annotated[_Text, Meta(description="Its section in a Debian archive.")] = "utils"
    priority: Annotated[_Text, Meta(description="Its priority in a Debian archive.")] = "optional"
    bindir: Annotated[
        Annotated[str, Meta(pattern="^/")], Meta(description="The folder that the program is called from.")
    ] = "/usr/bin"
    overrides: Annotated[Overrides, Meta(description="What one format has instead.")] = Overrides()


class Repository(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository that is written to."""

    owner: Annotated[_Text, Meta(description="Whose it is; a template.")]
    name: Annotated[_Text, Meta(description="What it is called; a template.")]
    branch: Annotated[_Text | None, Meta(description="The branch; its default one unless told.")] = None
    token: Annotated[
        _Text | None,
        Meta(description="A template of the token, {{ .Env.TAP_TOKEN }}; that of the release unless told."),
    ] = None


class HomebrewFormula(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A formula in a tap of Homebrew's."""

    repository: Annotated[Repository, Meta(description="The tap.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[_FileName | None, Meta(description="Its name; the project's unless told.")] = None
    directory: Annotated[_Text, Meta(description="The folder of the tap.")] = "Formula"
    description: Annotated[_Text | None, Meta(description="One line about the program.")] = None
    homepage: Annotated[_Text | None, Meta(description="The program's address.")] = None
    license: Annotated[_Text | None, Meta(description="Its licence, as SPDX writes it.")] = None
    install: Annotated[_Text | None, Meta(description="Ruby for the install method, instead of wherry's.")] = None
    test: Annotated[_Text | None, Meta(description="Ruby for the test block.")] = None


class Scoop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest in a bucket of Scoop's."""

    repository: Annotated[Repository, Meta(description="The bucket.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[_FileName | None, Meta(description="Its name; the project's unless told.")] = None
    directory: Annotated[_Text, Meta(description="The folder of the bucket.")] = "bucket"
    description: Annotated[_Text | None, Meta(description="One line about the program.")] = None
    homepage: Annotated[_Text | None, Meta(description="The program's address.")] = None
    license: Annotated[_Text | None, Meta(description="Its licence, as SPDX writes it.")] = None


class Winget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Manifests for the Windows package manager."""

    repository: Annotated[Repository, Meta(description="A fork of microsoft/winget-pkgs.")]
    publisher: Annotated[_Text, Meta(description="Who publishes the program.")]
    short_description: Annotated[_Text, Meta(description="One line about it.")]
    license: Annotated[_Text, Meta(description="Its licence, as SPDX writes it.")]
    ids: Annotated[tuple[str, ...], Meta(description="Only these archives, by their ids; all unless told.")] = ()
    name: Annotated[_FileName | None, Meta(description="Its name; the project's unless told.")] = None
    package_identifier: Annotated[
        Annotated[str, Meta(pattern=r"^[^.\s]+(\.[^.\s]+)+$")] | None,
        Meta(description="Its identifier; Publisher.Name unless told."),
    ] = None
    description: Annotated[_Text | None, Meta(description="More about it.")] = None
    homepage: Annotated[_Text | None, Meta(description="Its address.")] = None


Tap: TypeAlias = HomebrewFormula | Scoop | Winget
"""What a manifest is written to a repository for."""


class ChangelogFilters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which commits are told of."""

    exclude: Annotated[
        tuple[_Text, ...], Meta(description="Regular expressions; a commit that one finds is left out.")
    ] = ()


class ChangelogGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commits under one heading."""

    title: Annotated[_Text, Meta(description="The heading.")]
    regexp: Annotated[_Text | None, Meta(description="What the commits match; without, all that are left.")] = None
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


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository of a forge."""

    owner: Annotated[_Text, Meta(description="Whose it is; a template.")]
    name: Annotated[_Text, Meta(description="What it is called; a template.")]


class Put(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A server that takes files by HTTP PUT, as WebDAV, Artifactory and Nexus do."""

    url: Annotated[
        _Text,
        Meta(description="A template of the address below which the folder of each release is, called as its tag."),
    ]
    username: Annotated[
        _Text | None, Meta(description="Who writes, a template; without one the token is a bearer's.")
    ] = None
    token: Annotated[
        _Text | None, Meta(description="A template of the password or token, {{ .Env.STORE_TOKEN }}; none unless told.")
    ] = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the release is published, and how."""

    github: Annotated[Project | None, Meta(description="On GitHub.")] = None
    gitlab: Annotated[Project | None, Meta(description="On GitLab.")] = None
    gitea: Annotated[Project | None, Meta(description="On Gitea or Forgejo.")] = None
    directory: Annotated[
        _Text | None,
        Meta(description="In a folder of this machine, a template; each release is a folder in it, called as its tag."),
    ] = None
    put: Annotated[Put | None, Meta(description="On a server that takes files by HTTP PUT.")] = None
    download_url: Annotated[
        _Text | None,
        Meta(description="Where people fetch the files of this release, a template; as the place has it unless told."),
    ] = None
    draft: Annotated[bool, Meta(description="Whether it stays a draft.")] = False
    prerelease: Annotated[
        Literal["auto", "true", "false"] | bool, Meta(description="Whether it is one; auto when the version says so.")
    ] = False
    name_template: Annotated[_Text, Meta(description="Its title, a template.")] = "{{ .Tag }}"
    replace_existing_artifacts: Annotated[
        bool, Meta(description="Whether a file that is there already, with other contents, is replaced.")
    ] = False

    def __post_init__(self) -> None:
        places = (self.github, self.gitlab, self.gitea, self.directory, self.put)
        if sum(place is not None for place in places) > 1:
            raise ValueError("a release has one of github, gitlab, gitea, directory and put")


class Urls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A forge of one's own."""

    api: Annotated[
        _Url,
        Meta(description="Where its interface is, such as https://git.acme.dev/api/v1."),
    ]
    download: Annotated[
        _Url | None,
        Meta(description="Where its pages are; the host of api unless told."),
    ] = None


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Builds that are no release."""

    version_template: Annotated[_Text, Meta(description="Their version, a template.")] = (
        "{{ .Version }}-SNAPSHOT-{{ .ShortCommit }}"
    )


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An archive of the source, as git has it."""

    enabled: Annotated[bool, Meta(description="Whether there is one.")] = False
    format: Annotated[Literal["tar.gz", "zip"], Meta(description="Its format.")] = "tar.gz"
    name_template: Annotated[_Text, Meta(description="Its name without its ending, a template.")] = (
        "{{ .ProjectName }}-{{ .Version }}"
    )


class ReleaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file for `wherry release`: what is built of a Python program, for whom, and where it is published."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")]
    project_name: Annotated[_FileName, Meta(description="The project's name, which begins most file names.")]
    builds: Annotated[tuple[Build, ...], Meta(min_length=1, description="The programs.")]
    env: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*=[^\x00]*$")], ...],
        Meta(description="NAME=VALUE for everything that is run; values are templates."),
    ] = ()
    before: Annotated[Before, Meta(description="What is run first.")] = Before()
    archives: Annotated[tuple[Archive, ...], Meta(description="What users download.")] = (Archive(),)
    checksum: Annotated[Checksum, Meta(description="The file of checksums.")] = Checksum()
    sboms: Annotated[tuple[Sbom, ...], Meta(description="Bills of materials.")] = ()
    install_scripts: Annotated[InstallScripts, Meta(description="Scripts that install the programs.")] = (
        InstallScripts()
    )
    provenance: Annotated[Provenance, Meta(description="What the files were made of.")] = Provenance()
    signs: Annotated[tuple[Sign, ...], Meta(description="Signatures.")] = ()
    nfpms: Annotated[tuple[Nfpm, ...], Meta(description="Packages for Linux distributions.")] = ()
    homebrew_formulas: Annotated[tuple[HomebrewFormula, ...], Meta(description="Formulas for Homebrew.")] = ()
    scoops: Annotated[tuple[Scoop, ...], Meta(description="Manifests for Scoop.")] = ()
    winget: Annotated[tuple[Winget, ...], Meta(description="Manifests for the Windows package manager.")] = ()
    changelog: Annotated[Changelog, Meta(description="The release's notes.")] = Changelog()
    release: Annotated[Release, Meta(description="Where the release is published, and how.")] = Release()
    github_urls: Annotated[Urls | None, Meta(description="A GitHub Enterprise of one's own.")] = None
    gitlab_urls: Annotated[Urls | None, Meta(description="A GitLab of one's own.")] = None
    gitea_urls: Annotated[Urls | None, Meta(description="The Gitea or Forgejo; there is no general one.")] = None
    snapshot: Annotated[Snapshot, Meta(description="Builds that are no release.")] = Snapshot()
    source: Annotated[Source, Meta(description="An archive of the source.")] = Source()


def taps(file: ReleaseFile) -> tuple[tuple[str, int, Tap], ...]:
    """Each manifest that is written to a repository, with its key and its place in the list there."""
    return (
        *(("homebrew_formulas", index, each) for index, each in enumerate(file.homebrew_formulas)),
        *(("scoops", index, each) for index, each in enumerate(file.scoops)),
        *(("winget", index, each) for index, each in enumerate(file.winget)),
    )


def overridden(package: Nfpm, kind: str) -> Nfpm:
    """What it is in a format: its overrides stand for what all have, each list and each script."""
    own = package.overrides.deb if kind == "deb" else package.overrides.rpm
    scripts = msgspec.structs.replace(package.scripts, **_given(own.scripts))
    return msgspec.structs.replace(package, **{**_given(own), "scripts": scripts})


def _given(part: Overridable | Scripts) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(part).items() if value}


def split_target(target: str) -> tuple[str, str]:
    """Its operating system and its processor."""
    system, _, processor = target.partition("_")
    return system, processor


def build_id(file: ReleaseFile, build: Build) -> str:
    """What other parts of the file call a build."""
    return build.id or file.project_name


def binary_name(file: ReleaseFile, build: Build) -> str:
    """What its program is called, without .exe."""
    return build.binary or file.project_name
