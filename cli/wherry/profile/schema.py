"""The configuration file as it is written, key by key."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: what it does not know is an error."""


class BasicEntry(Entry, tag_field="type", tag="basic"):
    user: str
    password: str


class BearerEntry(Entry, tag_field="type", tag="bearer"):
    token: str


class OAuth2Entry(Entry, tag_field="type", tag="oauth2"):
    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""
    audience: str = ""


class ProfileEntry(Entry):
    base_url: str = ""
    headers: dict[str, str] = {}
    auth: BasicEntry | BearerEntry | OAuth2Entry | None = None
    cacert: str | None = None
    cert: str | None = None
    key: str | None = None
    insecure: bool = False
    proxy: str | None = None
    no_proxy: str | None = None
    resolve: list[str] = []


class ConfigFile(Entry):
    version: int
    default: str | None = None
    profiles: dict[str, ProfileEntry] = {}
