"""What a GitHub keeps of releases and their assets, and the rules by which it changes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

TIME = "2026-11-24T12:00:00Z"


class Refusal(Exception):
    """A status that says no, with GitHub's own words."""

    def __init__(self, status: int, message: str, *errors: object) -> None:
        super().__init__(message)
        self.status = status
        self.document: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if errors:
            self.document["errors"] = list(errors)


def invalid(resource: str, code: str, name: str) -> Refusal:
    return Refusal(422, "Validation Failed", {"resource": resource, "code": code, "field": name})


@dataclass
class Asset:
    id: int
    name: str
    content_type: str
    data: bytes
    state: str = "uploaded"

    @property
    def digest(self) -> str | None:
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}" if self.state == "uploaded" else None


@dataclass
class Release:
    id: int
    tag_name: str
    target_commitish: str
    name: str
    body: str
    draft: bool
    prerelease: bool
    immutable: bool = False
    make_latest: str = "true"
    published: int = 0
    assets: dict[int, Asset] = field(default_factory=dict)


@dataclass
class Releases:
    """``immutable``: whether releases of this repository are, once published. ``tags`` names commits."""

    immutable: bool = False
    releases: dict[int, Release] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    last: int = 0

    def number(self) -> int:
        self.last += 1
        return self.last

    def published(self, tag: str) -> Release | None:
        """Drafts are not found by their tags."""
        return next((each for each in self.releases.values() if each.tag_name == tag and not each.draft), None)

    def listed(self) -> list[Release]:
        return sorted(self.releases.values(), key=lambda release: -release.id)

    def release(self, number: int) -> Release:
        if number not in self.releases:
            raise Refusal(404, "Not Found")
        return self.releases[number]

    def create(self, wanted: dict[str, Any]) -> Release:
        given = {"target_commitish": "main", "name": "", "body": "", "draft": False, "prerelease": False} | wanted
        self._free(given["tag_name"], None)
        made = Release(self.number(), **{name: given[name] for name in ("tag_name", *_FIELDS)})
        self.releases[made.id] = made
        if not made.draft:
            self._publish(made)
        return made

    def update(self, number: int, wanted: dict[str, Any]) -> Release:
        release = self.release(number)
        tag = wanted.get("tag_name", release.tag_name)
        if release.immutable and (tag != release.tag_name or "target_commitish" in wanted):
            raise Refusal(
                422, "Validation Failed", {"code": "custom", "message": "the release is an immutable release"}
            )
        if not wanted.get("draft", release.draft):
            self._free(tag, release)
        if wanted.get("make_latest") == "true" and (wanted.get("draft") or wanted.get("prerelease")):
            raise invalid("Release", "invalid", "make_latest")
        was_draft = release.draft
        for name in ("tag_name", *_FIELDS, "make_latest"):
            setattr(release, name, wanted.get(name, getattr(release, name)))
        if was_draft and not release.draft:
            self._publish(release)
        return release

    def attach(self, number: int, name: str, content_type: str, data: bytes, *, whole: bool = True) -> Asset:
        release = self.release(number)
        if release.immutable:
            raise Refusal(422, "Cannot upload assets to an immutable release.")
        name = kept_name(name)
        if any(asset.name == name for asset in release.assets.values()):
            raise invalid("ReleaseAsset", "already_exists", "name")
        made = Asset(self.number(), name, content_type, data, "uploaded" if whole else "starter")
        release.assets[made.id] = made
        return made

    def asset(self, number: int) -> tuple[Release, Asset]:
        for release in self.releases.values():
            if number in release.assets:
                return release, release.assets[number]
        raise Refusal(404, "Not Found")

    def detach(self, number: int) -> None:
        release, asset = self.asset(number)
        if release.immutable:
            raise Refusal(422, "Cannot delete asset from an immutable release")
        del release.assets[asset.id]

    def _free(self, tag: str, but: Release | None) -> None:
        other = self.published(tag)
        if other is not None and other is not but:
            raise invalid("Release", "already_exists", "tag_name")

    def _publish(self, release: Release) -> None:
        release.published += 1
        release.immutable = self.immutable
        self.tags.setdefault(release.tag_name, release.target_commitish)


_FIELDS = ("target_commitish", "name", "body", "draft", "prerelease")


def kept_name(name: str) -> str:
    """GitHub makes dots of what it does not keep, and drops those at either end."""
    return re.sub(r"[^A-Za-z0-9._+-]+", ".", name).strip(".")
