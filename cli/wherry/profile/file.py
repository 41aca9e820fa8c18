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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wherry.core.credential import Basic, Bearer, OAuth2, parse_source
from wherry.core.network import NetworkSettings, parse_resolve
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.credential import Credential
    from wherry.profile.schema import AuthEntry, ConfigFile, ProfileEntry

ENVIRONMENT_VARIABLE = "WHERRY_CONFIG"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one profile says; the one of no name says nothing."""

    name: str | None = None
    base_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    network: NetworkSettings = field(default_factory=NetworkSettings)


def path() -> Path:
    """Where the configuration file is looked for: WHERRY_CONFIG, else config.toml in the user's configuration folder."""
    given = os.environ.get(ENVIRONMENT_VARIABLE)
    if given:
        return Path(given)
    import platformdirs

    return platformdirs.user_config_path("wherry", appauthor=False) / "config.toml"


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
    """The whole file, checked; None where there is none and WHERRY_CONFIG does not name one.

    Raises UsageError naming the file and, where it can be told, the line.
    """
    file = path()
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if os.environ.get(ENVIRONMENT_VARIABLE):
            raise UsageError(f"{file}: no such file (named by {ENVIRONMENT_VARIABLE})") from None
        return None
    except OSError as exc:
        raise UsageError(f"{file}: {exc.strerror}") from exc
    return parse(data, str(file))


def parse(data: bytes, name: str) -> ConfigFile:
    """The configuration in ``data``. Raises UsageError with ``name`` and the line of what is wrong."""
    import tomllib

    import msgspec

    from wherry.profile.schema import ConfigFile

    try:
        text = data.decode()
        tree = tomllib.loads(text)
    except UnicodeDecodeError as exc:
        raise UsageError(f"{name}: not UTF-8 text (byte {exc.start})") from exc
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise UsageError(f"{name}: {_toml_words(exc)}") from exc
    try:
        file = msgspec.convert(tree, ConfigFile)
    except msgspec.ValidationError as exc:
        raise UsageError(_complaint(name, text, str(exc))) from exc
    if file.version != 1:
        raise UsageError(
            f"{name}:{_line(text, ['version'])}: version {file.version} is not known; this wherry reads version 1"
        )
    if file.default and file.default not in file.profiles:
        near = did_you_mean(file.default, file.profiles)
        raise UsageError(f"{name}:{_line(text, ['default'])}: default names no profile: {file.default!r}{near}")
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
    from wherry.profile.schema import BasicEntry, BearerEntry

    if isinstance(auth, BasicEntry):
        return Basic(auth.user, parse_source(auth.password))
    if isinstance(auth, BearerEntry):
        return Bearer(parse_source(auth.token))
    return OAuth2(auth.token_url, auth.client_id, parse_source(auth.client_secret), auth.scope, auth.audience)


def _toml_words(exc: Exception) -> str:
    if isinstance(exc, RecursionError):
        return "nested too deeply"
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(exc))
    if match is None:
        return str(exc)
    return f"line {match.group(2)}, column {match.group(3)}: {match.group(1)[0].lower()}{match.group(1)[1:]}"


def _complaint(name: str, text: str, words: str) -> str:
    """msgspec's complaint in the house's words: file, line, what, and what may have been meant."""
    from wherry.profile.schema import keys_at

    words, _, where = words.partition(" - at `")
    trail = [part for part in re.findall(r"\.([^.\[`]+)|\[(\.\.\.|\d+)\]", where)]
    keys = _walk([name or index for name, index in trail], text)
    unknown = re.search(r"unknown field `([^`]*)`", words)
    if unknown:
        key = unknown.group(1)
        line = _line(text, [*keys, key])
        return f'{name}: line {line}: unknown key "{key}"{did_you_mean(key, keys_at(keys))}'
    missing = re.search(r"missing required field `([^`]*)`", words)
    if missing:
        return f'{name}: line {_line(text, keys)}: key "{missing.group(1)}" is missing'
    what = f"{keys[-1]}: " if keys else ""
    return f"{name}: line {_line(text, keys)}: {what}{words[0].lower()}{words[1:]}"
