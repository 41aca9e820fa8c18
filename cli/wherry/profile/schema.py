"""The configuration file as it is written, key by key."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: what it does not know is an error."""


class BasicEntry(Entry, tag_field="type", tag="basic", frozen=True):
    user: str
    password: str


class BearerEntry(Entry, tag_field="type", tag="bearer", frozen=True):
    token: str


class OAuth2Entry(Entry, tag_field="type", tag="oauth2", frozen=True):
    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""
    audience: str = ""


AuthEntry: TypeAlias = BasicEntry | BearerEntry | OAuth2Entry


class ProfileEntry(Entry, frozen=True):
    base_url: str = ""
    headers: dict[str, str] = {}
    auth: AuthEntry | None = None
    cacert: str | None = None
    cert: str | None = None
    key: str | None = None
    insecure: bool = False
    proxy: str | None = None
    no_proxy: str | None = None
    resolve: list[str] = []


class ConfigFile(Entry, frozen=True):
    default: str | None = None
    profiles: dict[str, ProfileEntry] = {}
