"""Which version is released, and where that was seen. Pure.

A version is what SemVer (https://semver.org) or PEP 440 (https://peps.python.org/pep-0440/) calls one; both write
``1.2.3``, and differ in what is before a release: ``1.2.3-rc.1`` and ``1.2.3rc1``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.commands.release.git import GitFacts
    from wherry.commands.release.project import Metadata

_SEMVER: Final = re.compile(
    r"(?P<numbers>\d{1,9}\.\d{1,9}\.\d{1,9})"
    r"(?:-(?P<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+(?P<build>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)
_PEP440: Final = re.compile(
    r"(?:\d{1,9}!)?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,9})(?P<pre>(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?\d{0,9})?)"
    r"(?P<post>(?:[-_.]?(?:post|rev|r)[-_.]?\d{0,9}|-\d{1,9})?)(?P<dev>(?:[-_.]?dev[-_.]?\d{0,9})?)"
    r"(?:\+(?P<build>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.ASCII | re.IGNORECASE,
)
_STAGES: Final = {"a": "a", "alpha": "a", "b": "b", "beta": "b", "rc": "rc", "c": "rc", "pre": "rc", "preview": "rc"}


class Number(Record):
    """A version in its parts: ``prerelease`` as written, without what sets it off, empty for none."""

    text: str
    major: int
    minor: int
    patch: int
    prerelease: str = ""
    build: str = ""

    @property
    def raw(self) -> str:
        """``1.2.3``."""
        return f"{self.major}.{self.minor}.{self.patch}"


class Version(Record):
    """What is built: ``text`` names it, ``number`` is the version it comes from, ``origin`` says where that was seen.

    ``tag`` is the tag of a release, whether there is one yet (``tagged``) or not; None for a snapshot.
    """

    text: str
    number: Number
    origin: str
    tag: str | None
    tagged: bool
    snapshot: bool


def number(text: str) -> Number | None:
    """``text``, with or without a v in front, in its parts; None when it is no version."""
    bare = text[1:] if text[:1] in ("v", "V") else text
    match = _SEMVER.fullmatch(bare)
    if match:
        major, minor, patch = map(int, match["numbers"].split("."))
        return Number(bare, major, minor, patch, match["pre"] or "", match["build"] or "")
    match = _PEP440.fullmatch(bare)
    if match is None:
        return None
    numbers = [*map(int, match["numbers"].split(".")), 0, 0]
    prerelease = (match["pre"] + match["dev"]).lstrip("-_.")
    return Number(bare, numbers[0], numbers[1], numbers[2], prerelease, match["build"] or "")


def same(one: str, other: str) -> bool:
    """Whether two texts are one version, though one may write it as SemVer and the other as PEP 440."""
    return _normal(one) == _normal(other)


def _normal(text: str) -> str:
    text = text.lower().removeprefix("v")
    pre = re.fullmatch(r"([0-9.]+)[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?(\d*)(.*)", text)
    if pre:
        text = f"{pre[1].rstrip('.')}{_STAGES[pre[2]]}{pre[3] or 0}{pre[4]}"
    numbers, rest = re.fullmatch(r"([0-9]*(?:\.[0-9]+)*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # it always matches
    return re.sub(r"(\.0+)+$", "", numbers) + re.sub(r"[-_.]?(dev|post)[-_.]?", r".\1", rest)


def newest(tags: Iterable[str]) -> str | None:
    """The tag of the highest version, a release before what came before it; None when no tag is a version."""
    found = [(parsed, tag) for tag in tags if (parsed := number(tag))]
    if not found:
        return None
    return max(found, key=lambda each: (*_order(each[0]), each[1]))[1]


def _order(version: Number) -> tuple[int, int, int, bool, list[tuple[bool, int, str]]]:
    parts = re.findall(r"\d+|[^\W\d]+", version.prerelease)
    keys = [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
    return version.major, version.minor, version.patch, not version.prerelease, keys


def choose(git: GitFacts | None, metadata: Metadata | None, *, snapshot: bool) -> Version:
    """The version of a tag on this commit, else that of the project's metadata, else the last tag's, or 0.0.0.

    The last two are no release but a snapshot, whatever ``snapshot`` asks for. A snapshot's text is made of its
    template later (fields.py). Raises UsageError for metadata whose version is none.
    """
    tag = newest(git.tags) if git else None
    tagged = number(tag) if tag else None
    if tagged:
        return Version(tagged.text, tagged, f"tag {tag}", None if snapshot else tag, tagged=True, snapshot=snapshot)
    if metadata and metadata.version:
        parsed = number(metadata.version)
        if parsed is None:
            raise UsageError(f"{metadata.version_origin}: {metadata.version!r} is not a version such as 1.2.3")
        tag = None if snapshot else f"v{parsed.text}"
        return Version(parsed.text, parsed, metadata.version_origin, tag, tagged=False, snapshot=snapshot)
    last = number(git.last_tag) if git and git.last_tag else None
    origin = f"last tag {git.last_tag}" if git and last else "no tag, and no version in pyproject.toml"
    last = last or Number("0.0.0", 0, 0, 0)
    return Version(last.text, last, origin, None, tagged=False, snapshot=True)
