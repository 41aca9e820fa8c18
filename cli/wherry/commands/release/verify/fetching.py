"""Fetches a release, or one file of it, and what it is judged by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from wherry.commands.release import sums
from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.verify.programs import target_of
from wherry.commands.release.verify.shelf import Shelf
from wherry.core.quantity import format_size
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wherry.commands.release.forges.calling import Caller

SUMS: Final = "SHA256SUMS"
_SIGNATURE: Final = ".minisig"
_EVIDENCE: Final = re.compile(r"\.(intoto|provenance)\.jsonl?$|\.(cdx|spdx)\.json$")
_NOT_THERE: Final = (404, 410)
_LARGEST: Final = 8 * 1024**3
_LARGEST_TEXT: Final = 4 * 1024 * 1024
_LARGEST_NUMBER: Final = 10_000


class Fetching:
    """By ``caller`` into ``folder``; ``say`` is told the name of each file."""

    def __init__(self, caller: Caller, folder: Path, say: Callable[[str], None]) -> None:
        self._caller = caller
        self._folder = folder
        self._say = say

    async def fetch(self, url: str) -> Path:
        """What is at ``url``: the folder when that is a release's, else the file. Raises WherryError.

        It is a release's folder when it ends in a slash, or when SHA256SUMS is below it.
        """
        parts = urlsplit(url)
        if parts.path.endswith("/"):
            return await self._release(url, required=True)
        below = urlunsplit(parts._replace(path=f"{parts.path}/", query="", fragment=""))
        if await self._get(f"{below}{SUMS}", SUMS, _LARGEST_TEXT):
            if self._named():
                return await self._release(below, required=False)
            # Some servers have a page for whatever is not there.
            (self._folder / SUMS).unlink()
        return await self._one(url)

    async def _release(self, base: str, *, required: bool) -> Path:
        there = not required or await self._get(f"{base}{SUMS}", SUMS, _LARGEST_TEXT)
        if not there:
            raise UsageError(f"{base} has no {SUMS}", hint="without one nobody can tell what belongs to the release")
        names = self._named()
        signed = await self._get(f"{base}{SUMS}{_SIGNATURE}", SUMS + _SIGNATURE, _LARGEST_TEXT)
        for name in names:
            await self._get(base + quote(name), name, _LARGEST)
            if not signed:
                await self._get(base + quote(name + _SIGNATURE), name + _SIGNATURE, _LARGEST_TEXT)
        return self._folder

    async def _one(self, url: str) -> Path:
        parts = urlsplit(url)
        folder, _, last = parts.path.rpartition("/")
        name = unquote(last)
        base = urlunsplit(parts._replace(path=f"{folder}/", query="", fragment=""))
        # A name that cannot be in a file of checksums leads elsewhere, or is none.
        if not _is_name(name):
            raise UsageError(f"{url} names no file")
        if not await self._get(url, name, _LARGEST):
            raise WherryError(f"{url} is not there")
        await self._get(f"{base}{quote(name)}{_SIGNATURE}", name + _SIGNATURE, _LARGEST_TEXT)
        if name != SUMS and await self._get(f"{base}{SUMS}", SUMS, _LARGEST_TEXT):
            await self._get(f"{base}{SUMS}{_SIGNATURE}", SUMS + _SIGNATURE, _LARGEST_TEXT)
            for other in self._named():
                if _EVIDENCE.search(other) and target_of(other) in (None, target_of(name)):
                    await self._get(base + quote(other), other, _LARGEST)
        return self._folder / name

    def _named(self) -> tuple[str, ...]:
        """The files that SHA256SUMS names; none when it cannot be read, which is said when it is judged."""
        try:
            found = sums.parse(Shelf(self._folder).text(SUMS))
        except WherryError:
            return ()
        if len(found) > _LARGEST_NUMBER:
            raise WherryError(f"{SUMS} names {len(found)} files")
        return tuple(each.name for each in found if not each.name.startswith(".") and each.name != SUMS)

    async def _get(self, url: str, name: str, largest: int) -> bool:
        """Whether it was there. Raises WherryError where it is larger than ``largest`` bytes."""
        path = self._folder / name
        length = 0
        try:
            with path.open("xb") as file:
                async for piece in self._caller.receive(url):
                    length += len(piece)
                    if length > largest:
                        raise WherryError(f"{url}: it is larger than {format_size(largest)}")
                    file.write(piece)
        except Refused as exc:
            path.unlink()
            if exc.reply.status in _NOT_THERE:
                return False
            raise
        except OSError as exc:
            raise WherryError(f"writing {name}: {exc.strerror or exc}") from None
        self._say(f"fetched {name}, {format_size(length)}")
        return True


def _is_name(name: str) -> bool:
    try:
        found = sums.parse(f"{'0' * 64}  {name}")
    except WherryError:
        return False
    return [each.name for each in found] == [name] and not name.startswith(".")
