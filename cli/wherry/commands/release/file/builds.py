"""The programs."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import Argument, FileName, Id, Target, Text


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files that the program reads when it runs."""

    src: Annotated[Text, Meta(description="A file or a folder, or a pattern such as assets/*.json.")]
    dst: Annotated[Text, Meta(description="The folder that it is put into, relative to the program's; . for its root.")]


class PyInstallerBuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="builder", tag="pyinstaller"):
    """A program that PyInstaller freezes, in a virtual environment that holds what the lock file says and no more."""

    targets: Annotated[
        tuple[Target, ...], Meta(min_length=1, description="What to build for; each needs a runner of its own.")
    ]
    id: Annotated[
        Id | None, Meta(description="What other parts of this file call it; the project's name unless told.")
    ] = None
    entry: Annotated[
        Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")] | None,
        Meta(description="Where the program begins, as package.module:function."),
    ] = None
    spec: Annotated[Text | None, Meta(description="A PyInstaller spec file, instead of entry.")] = None
    lock: Annotated[
        Text | None,
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
    binary: Annotated[FileName | None, Meta(description="The program's name; the project's unless told.")] = None
    data: Annotated[tuple[Data, ...], Meta(description="Files that it reads when it runs.")] = ()
    glibc_max: Annotated[
        Annotated[str, Meta(pattern=r"^\d+\.\d+$")] | None,
        Meta(description='The newest glibc that the Linux program may need, such as "2.28"; the build fails beyond.'),
    ] = None
    smoke: Annotated[
        tuple[Annotated[tuple[Argument, ...], Meta(min_length=1)], ...],
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

    path: Annotated[Text, Meta(description="A template, such as out/tool_{{ .Os }}_{{ .Arch }}.")]
    inventory: Annotated[
        Text | None,
        Meta(description="A JSON file that says what is in it, a template of its path; only its files unless told."),
    ] = None


class PrebuiltBuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="builder", tag="prebuilt"):
    """A program that something else has built."""

    targets: Annotated[tuple[Target, ...], Meta(min_length=1, description="What it is there for.")]
    prebuilt: Annotated[Prebuilt, Meta(description="Where it lies.")]
    id: Annotated[
        Id | None, Meta(description="What other parts of this file call it; the project's name unless told.")
    ] = None
    binary: Annotated[FileName | None, Meta(description="The program's name; the project's unless told.")] = None
    glibc_max: Annotated[
        Annotated[str, Meta(pattern=r"^\d+\.\d+$")] | None,
        Meta(description='The newest glibc that the Linux program may need, such as "2.28"; the build fails beyond.'),
    ] = None
    smoke: Annotated[
        tuple[Annotated[tuple[Argument, ...], Meta(min_length=1)], ...],
        Meta(description="Lists of arguments; the program must end with 0 for each."),
    ] = ()


Build: TypeAlias = PyInstallerBuild | PrebuiltBuild
