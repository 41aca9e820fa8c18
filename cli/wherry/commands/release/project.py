"""What a pyproject.toml says of the project (https://packaging.python.org/en/latest/specifications/pyproject-toml/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ASSIGNED: Final = re.compile(r"""(?m)^(?:__version__|VERSION)(?:\s*:[^=\n]+)?\s*=\s*(["'])(?P<version>[^"'\n]+)\1""")


class Metadata(Record):
    """What it says; None and empty for what it does not. ``version_origin`` is where the version was read."""

    name: str
    version: str | None = None
    version_origin: str = "pyproject.toml"
    description: str | None = None
    license: str | None = None
    homepage: str | None = None
    author: str | None = None
    """As ``Name <address>``."""
    scripts: tuple[tuple[str, str], ...] = ()
    """The commands that are installed, and the entry point of each."""


def read(folder: Path) -> Metadata | None:
    """What the pyproject.toml of ``folder`` says; None where there is none, or it names no project.

    Raises UsageError for one that cannot be read.
    """
    import tomllib

    file = folder / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        reason = (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
        raise UsageError(f"reading {file.name}: {reason}") from None
    project = document.get("project")
    if not isinstance(project, dict) or not isinstance(project.get("name"), str):
        return None
    version, origin = _version(folder, document, project)
    return Metadata(
        name=project["name"],
        version=version,
        version_origin=origin,
        description=_text(project, "description"),
        license=_license(project.get("license")),
        homepage=_homepage(_table(project, "urls")),
        author=_author(project.get("authors")) or _author(project.get("maintainers")),
        scripts=tuple((name, entry) for name, entry in _table(project, "scripts").items() if isinstance(entry, str)),
    )


def _version(folder: Path, document: Mapping[str, Any], project: Mapping[str, Any]) -> tuple[str | None, str]:
    """The version, as it stands there or as the assignment in the file that hatch or flit is told to look at."""
    if version := _text(project, "version"):
        return version, "pyproject.toml"
    path = _text(_table(_table(_table(document, "tool"), "hatch"), "version"), "path")
    if path is None:
        return None, "pyproject.toml"
    try:
        match = _ASSIGNED.search((folder / path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return None, path
    return (match["version"] if match else None), path


def _table(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = of.get(key)
    return found if isinstance(found, dict) else {}


def _text(of: Mapping[str, Any], key: str) -> str | None:
    found = of.get(key)
    return found if isinstance(found, str) and found else None


def _license(found: Any) -> str | None:
    if isinstance(found, dict):
        found = found.get("text")
    return found if isinstance(found, str) and found and "\n" not in found else None


def _homepage(urls: Mapping[str, Any]) -> str | None:
    by_name = {re.sub(r"[\W_]", "", name).lower(): url for name, url in urls.items() if isinstance(url, str)}
    return next((by_name[name] for name in ("homepage", "source", "repository", "github") if name in by_name), None)


def _author(people: Any) -> str | None:
    """The first who has a name and an address."""
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and isinstance(person.get("name"), str) and isinstance(person.get("email"), str):
            return f"{person['name']} <{person['email']}>"
    return None
