"""The configuration file: where it is, what it may hold, which profile is meant.

version = 1
default = "staging"                # used when neither --profile nor WHERRY_PROFILE names one

[profiles.staging]
base_url = "https://staging.example.com"
headers = { X-Team = "core" }
cacert = "staging-ca.pem"          # relative paths start at the file's folder

[profiles.staging.auth]
type = "bearer"                    # or basic, oauth2
token = "env:STAGING_TOKEN"        # or file:PATH, exec:COMMAND, or the token itself
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from wherry.core.network import NetworkSettings, parse_resolve
from wherry.core.record import Record
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError, doing
from wherry.profile.folders import config_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.credential import Credential
    from wherry.profile.schema import AuthEntry, ConfigFile, ProfileEntry

ENVIRONMENT_VARIABLE = "WHERRY_CONFIG"


class Profile(Record):
    """What one profile says; the one of no name says nothing."""

    name: str | None = None
    base_url: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    credential: Credential | None = None
    network: NetworkSettings = NetworkSettings()


def path() -> Path:
    """The configuration file: what WHERRY_CONFIG names, else config.toml in the user's configuration folder.

    Raises UsageError where neither is known.
    """
    given = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(given) if given else config_folder() / "config.toml"


def names() -> list[str]:
    """The profiles there are. Raises UsageError where the file is not valid."""
    file = load()
    return sorted(file.profiles) if file else []


def select(name: str | None) -> Profile:
    """The profile ``name``, or the file's default, or the empty one.

    Raises UsageError when the file is not valid or has no such profile.
    """
    file = load()
    wanted = name or (file.default if file else None)
    if not wanted:
        return Profile()
    entries = file.profiles if file else {}
    if wanted not in entries:
        why = "" if file else "; there is no such file"
        raise UsageError(f"{path()}: no profile {wanted!r}{did_you_mean(wanted, entries)}{why}")
    with doing(f"{path()}: profile {wanted!r}"):
        return _profile(wanted, entries[wanted], path().parent)


def load() -> ConfigFile | None:
    """The whole file, checked; None where there is none and WHERRY_CONFIG does not name one. Raises as :func:`read`."""
    if os.environ.get(ENVIRONMENT_VARIABLE):
        return read(str(path()))
    try:
        file = path()
        there = file.exists()
    except (UsageError, PermissionError):
        # A container's user has no home, and one who came by `su` may keep a home that only another user may enter.
        return None
    return read(str(file)) if there else None


def read(name: str) -> ConfigFile:
    """The configuration in the file ``name``. Raises UsageError naming it and the line of what is wrong."""
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError:
        where = f" (named by {ENVIRONMENT_VARIABLE})" if name == os.environ.get(ENVIRONMENT_VARIABLE) else ""
        raise UsageError(f"{name}: no such file{where}") from None
    except OSError as exc:
        raise UsageError(f"{name}: {exc.strerror}") from exc
    return parse(data, name)


def parse(data: bytes, name: str) -> ConfigFile:
    """The configuration in ``data``. Raises UsageError with ``name`` and the line of what is wrong."""
    from wherry.core.document import fit_document
    from wherry.profile import toml
    from wherry.profile.schema import ConfigFile

    tree = toml.load(data, source=name)
    file = fit_document(name, tree, ConfigFile)
    if file.default and file.default not in file.profiles:
        near = did_you_mean(file.default, file.profiles)
        line = tree.values["default"].line
        raise UsageError(f"{name}: line {line}: default names no profile: {file.default!r}{near}")
    for key, entry in file.profiles.items():
        with doing(f"{name}: profile {key!r}"):
            _profile(key, entry, Path())
    return file


def _profile(name: str, entry: ProfileEntry, folder: Path) -> Profile:
    if entry.key and not entry.cert:
        raise UsageError("key needs cert")
    if entry.base_url and not re.match(r"https?://[^/\s]", entry.base_url):
        raise UsageError(f"base_url {entry.base_url!r} does not begin with http:// or https://")
    return Profile(
        name=name,
        base_url=entry.base_url,
        headers=dict(entry.headers),
        credential=_credential(entry.auth) if entry.auth else None,
        network=NetworkSettings(
            cacert=_beside(folder, entry.cacert),
            cert=_beside(folder, entry.cert),
            key=_beside(folder, entry.key),
            insecure=entry.insecure,
            proxy=entry.proxy,
            no_proxy=entry.no_proxy,
            resolve=tuple(parse_resolve(text) for text in entry.resolve),
        ),
    )


def _beside(folder: Path, given: str | None) -> str | None:
    return None if given is None else str(folder / Path(given).expanduser())


def _credential(auth: AuthEntry) -> Credential:
    from wherry.core.credential import Basic, Bearer, OAuth2, parse_source
    from wherry.profile.schema import BasicEntry, BearerEntry

    if isinstance(auth, BasicEntry):
        return Basic(auth.user, parse_source(auth.password))
    if isinstance(auth, BearerEntry):
        return Bearer(parse_source(auth.token))
    return OAuth2(auth.token_url, auth.client_id, parse_source(auth.client_secret), auth.scope, auth.audience)
