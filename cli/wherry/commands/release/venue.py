"""Where a release is published: a forge, a folder of this machine, a server that takes files by PUT. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, urlsplit

from wherry.commands.release import forge as forges
from wherry.commands.release.forge import Forge
from wherry.commands.release.template import parse, render
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Put, ReleaseFile


class Directory(Record):
    """A folder of this machine; each release is a folder in it."""

    path: str


class Server(Record):
    """What takes files by PUT below ``url``, which does not end in /.

    ``variables`` are those that the user name and the token are made of: they are rendered when they are needed.
    """

    url: str
    variables: tuple[str, ...]


Venue: TypeAlias = Forge | Directory | Server


def find(file: ReleaseFile, remote: str, fields: Named) -> Venue | None:
    """What the file names, else the forge of the git remote; None where neither tells.

    Raises TemplateError, and UsageError for an address that is none.
    """
    if file.release.directory is not None:
        with doing("release.directory"):
            return Directory(render(file.release.directory, fields))
    if file.release.put is not None:
        with doing("release.put.url"):
            url = render(file.release.put.url, fields).rstrip("/")
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise UsageError(f"{url!r} is no http or https URL")
        return Server(url, _variables(file.release.put))
    return forges.find(file, remote, fields)


def page(venue: Venue, tag: str) -> str | None:
    """Where people read about the release called ``tag``; None where nobody says."""
    if isinstance(venue, Forge):
        # GitLab's pages take no slash in a tag; GitHub's and Gitea's do.
        kept, part = ("", "-/releases") if venue.kind == "gitlab" else ("/", "releases/tag")
        return f"{venue.url}/{venue.project}/{part}/{quote(tag, safe=kept)}"
    return f"{venue.url}/{quote(tag)}/" if isinstance(venue, Server) else None


def files_url(file: ReleaseFile, venue: Venue, tag: str, fields: Named) -> str | None:
    """Where the files of the release ``tag`` are fetched from, without / at the end; None where nobody says.

    Raises TemplateError.
    """
    if file.release.download_url is not None:
        with doing("release.download_url"):
            return render(file.release.download_url, fields).rstrip("/")
    if isinstance(venue, Server):
        return f"{venue.url}/{quote(tag)}"
    if isinstance(venue, Directory):
        return None
    part = "-/releases" if venue.kind == "gitlab" else "releases"
    # GitLab serves what a link of the release names below downloads/ (its "permanent links"), with the tag before it.
    where = f"{quote(tag, safe='')}/downloads" if venue.kind == "gitlab" else f"download/{quote(tag)}"
    return f"{venue.url}/{venue.project}/{part}/{where}"


def _variables(put: Put) -> tuple[str, ...]:
    names = {name for text in (put.username, put.token) if text is not None for name in parse(text).fields()}
    return tuple(sorted(name.removeprefix("Env.") for name in names if name.startswith("Env.")))
