"""Where a release is published."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from wherry.commands.release.file.words import Text, Url


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository of a forge."""

    owner: Annotated[Text, Meta(description="Whose it is; a template.")]
    name: Annotated[Text, Meta(description="What it is called; a template.")]


class Put(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A server that takes files by HTTP PUT, as WebDAV, Artifactory and Nexus do."""

    url: Annotated[
        Text,
        Meta(description="A template of the address below which the folder of each release is, called as its tag."),
    ]
    username: Annotated[
        Text | None, Meta(description="Who writes, a template; without one the token is a bearer's.")
    ] = None
    token: Annotated[
        Text | None, Meta(description="A template of the password or token, {{ .Env.STORE_TOKEN }}; none unless told.")
    ] = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the release is published, and how."""

    github: Annotated[Project | None, Meta(description="On GitHub.")] = None
    gitlab: Annotated[Project | None, Meta(description="On GitLab.")] = None
    gitea: Annotated[Project | None, Meta(description="On Gitea or Forgejo.")] = None
    directory: Annotated[
        Text | None,
        Meta(description="In a folder of this machine, a template; each release is a folder in it, called as its tag."),
    ] = None
    put: Annotated[Put | None, Meta(description="On a server that takes files by HTTP PUT.")] = None
    download_url: Annotated[
        Text | None,
        Meta(description="Where people fetch the files of this release, a template; as the place has it unless told."),
    ] = None
    draft: Annotated[bool, Meta(description="Whether it stays a draft.")] = False
    prerelease: Annotated[
        Literal["auto", "true", "false"] | bool, Meta(description="Whether it is one; auto when the version says so.")
    ] = False
    name_template: Annotated[Text, Meta(description="Its title, a template.")] = "{{ .Tag }}"
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
        Url,
        Meta(description="Where its interface is, such as https://git.acme.dev/api/v1."),
    ]
    download: Annotated[
        Url | None,
        Meta(description="Where its pages are; the host of api unless told."),
    ] = None
