"""A release into its place: a draft, the files, a look at what arrived, the publication.

Each step looks first at what is there, so that a run that was ended anywhere is gone on with by the next: nothing is
sent twice that is there whole.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from wherry.commands.release.publish.choice import Action, check_unpublished, choose, strangers
from wherry.commands.release.publish.events import Begun, Moving, Noted, Published, Settled, Verified
from wherry.commands.release.publish.together import together
from wherry.core.record import Record
from wherry.errors import UsageError, WherryError, doing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wherry.commands.release.forges.store import Announcement, Asset, Posted, Store, Upload
    from wherry.commands.release.publish.choice import Choice
    from wherry.commands.release.publish.events import Event
    from wherry.commands.release.publish.journal import Journal

# GoReleaser sends as many at once. Forges ask for few: they count what creates content.
_AT_ONCE: Final = 4


class Outcome(Record):
    """The release's ``url`` for people, and what was done with each file, by its name."""

    url: str
    actions: Mapping[str, Action]


class Posting:
    """Publishes ``files`` as ``wanted`` says; those of ``last`` are sent when all others are there.

    ``resume`` allows going on with a draft that is there; ``replace`` allows changing what is published.
    """

    def __init__(
        self,
        store: Store,
        wanted: Announcement,
        files: Sequence[Upload],
        last: frozenset[str],
        journal: Journal,
        emit: Callable[[Event], None],
        *,
        resume: bool,
        replace: bool,
    ) -> None:
        self._store = store
        self._wanted = wanted
        self._files = files
        self._last = last
        self._journal = journal
        self._emit = emit
        self._resume = resume
        self._replace = replace

    async def run(self) -> Outcome:
        """All of it. Raises WherryError; what was done by then is in the journal and in the place."""
        tag = self._wanted.tag
        posted = await self._store.find(tag)
        self._check(posted)
        public = posted is not None and not posted.draft
        if posted is None:
            posted = await self._store.create(self._wanted)
        if not public:
            self._emit(Begun(posted.url, bool(posted.assets) or self._resume))
        chosen = choose(self._files, posted)
        first = [choice for choice in chosen if choice.file.name not in self._last]
        rest = [choice for choice in chosen if choice.file.name in self._last]
        sent: dict[str, tuple[Action, Asset]] = {}
        for group in (first, rest):
            for choice, done in zip(group, await self._settle(posted, group), strict=True):
                sent[choice.file.name] = done
        assets = [sent[file.name][1] for file in self._files]
        await together(lambda pair: self._verify(posted, *pair), zip(self._files, assets, strict=True), limit=_AT_ONCE)
        with doing(f"publishing {tag}"):
            url = await self._store.publish(posted, self._wanted, assets)
        self._journal.published(url)
        self._emit(Published(url, self._wanted.draft))
        return Outcome(url, {name: action for name, (action, _) in sent.items()})

    def _check(self, posted: Posted | None) -> None:
        tag = self._wanted.tag
        if posted is None:
            return
        if posted.draft and not self._resume:
            raise UsageError(
                f"a draft of {tag} is there already: {posted.url}",
                hint="--resume goes on with it; delete it to begin anew",
            )
        check_unpublished(choose(self._files, posted), posted, tag, replace=self._replace)
        for name in strangers(self._files, posted):
            self._emit(Noted(f"{name} is in {posted.url} and not a file of this release; it is left there", alert=True))

    async def _settle(self, posted: Posted, choices: Sequence[Choice]) -> list[tuple[Action, Asset]]:
        return await together(lambda choice: self._bring(posted, choice), choices, limit=_AT_ONCE)

    async def _bring(self, posted: Posted, choice: Choice) -> tuple[Action, Asset]:
        """See that one file is there; what that took."""
        action, file, asset = choice.action, choice.file, choice.asset
        if action is Action.COMPARE and asset is not None:
            same = await self._digest(posted, asset, file.size) == file.sha256
            action = Action.KEEP if same else Action.REPLACE
            if same:
                self._journal.verify(asset.id, file.sha256)
        if action is Action.REPLACE and asset is not None:
            if not posted.draft and not self._replace:
                raise WherryError(
                    f"{file.name} is published already, and was another file", hint="give the release another version"
                )
            with doing(f"removing {file.name}, which is not the same"):
                await self._store.remove(posted, asset)
            asset = None
        if asset is None:
            with doing(f"uploading {file.name}"):
                asset = await self._store.upload(posted, file, lambda sent: self._moved(file, sent, back=False))
        self._emit(Settled(file.name, action))
        return action, asset

    async def _verify(self, posted: Posted, file: Upload, asset: Asset) -> None:
        """Fetch it again and compare, unless that was done."""
        if self._journal.verified.get(asset.id) == file.sha256:
            return
        with doing(f"verifying {file.name}"):
            found = await self._digest(posted, asset, file.size)
            if found != file.sha256:
                if posted.draft:
                    await self._store.remove(posted, asset)
                raise WherryError(f"what arrived is another file, of SHA-256 {found}", hint="--resume sends it again")
        self._journal.verify(asset.id, file.sha256)
        self._emit(Verified(file.name))

    async def _digest(self, posted: Posted, asset: Asset, size: int) -> str:
        hashed, received = hashlib.sha256(), 0
        async for piece in self._store.download(posted, asset):
            hashed.update(piece)
            received += len(piece)
            self._emit(Moving(asset.name, received, size, back=True))
        return hashed.hexdigest()

    def _moved(self, file: Upload, sent: int, *, back: bool) -> None:
        self._emit(Moving(file.name, sent, file.size, back))
