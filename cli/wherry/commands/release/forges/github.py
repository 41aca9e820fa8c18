"""GitHub, and GitHub Enterprise, as a place for releases."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.release.forges.github_calls import HEADERS, Project, renamed
from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.forges.store import Asset, Posted
from wherry.commands.release.forges.upload import FileBody
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.reply import Reply
    from wherry.commands.release.forges.store import Announcement, Upload

_SCOPE: Final = "`contents: write` in Actions or a fine-grained token, `repo` or `public_repo` in a classic one"
HINTS: Final = {
    401: "the token is not valid, or no longer",
    403: f"the token may not do this; it needs {_SCOPE}",
    404: f"to a token that may not see it, GitHub says that it is not there; it needs {_SCOPE}",
}
"""What to do about the statuses with which GitHub refuses a token."""
_IMMUTABLE: Final = "this repository's releases are immutable: once published, none changes; make another version"


def headers(token: str) -> tuple[tuple[str, str], ...]:
    """What goes with each request to GitHub."""
    return (*HEADERS, ("Authorization", f"Bearer {token}"))


class _Permissions(msgspec.Struct):
    push: bool = False


class _Repository(msgspec.Struct):
    full_name: str
    archived: bool = False
    permissions: _Permissions = msgspec.field(default_factory=_Permissions)


class _Asset(msgspec.Struct):
    id: int
    name: str
    size: int
    state: str
    digest: str | None = None


class _Release(msgspec.Struct):
    id: int
    tag_name: str
    html_url: str
    upload_url: str
    draft: bool


async def check_writable(caller: Caller, project: Project) -> None:
    """See that the token may write there. Raises WherryError."""
    call = project.repository()
    repository = (await caller.call(call.method, call.url)).json(_Repository)
    if repository.archived:
        raise WherryError(f"{repository.full_name} is archived: nothing can be published there")
    if repository.permissions.push:
        return
    # What a token of Actions or another app may do is not told here: `push` is false whatever it may.
    call = project.installation()
    reply = await caller.call(call.method, call.url, wanted=(401, 403, 404))
    if reply.status >= 400:
        raise WherryError(f"the token may read {repository.full_name}, but not write to it", hint=HINTS[403])


class GitHub:
    """A Store. ``say`` is told what a person should know and no error is."""

    def __init__(self, caller: Caller, project: Project, say: Callable[[str], None]) -> None:
        self._caller = caller
        self._project = project
        self._say = say
        self._upload_urls: dict[str, str] = {}

    async def ready(self) -> None:
        await check_writable(self._caller, self._project)

    async def find(self, tag: str) -> Posted | None:
        call = self._project.by_tag(tag)
        reply = await self._caller.call(call.method, call.url, wanted=(404,))
        release = reply.json(_Release) if reply.status < 400 else await self._draft(tag)
        return None if release is None else await self._posted(release)

    async def create(self, wanted: Announcement) -> Posted:
        call = self._project.create(wanted)
        with _explained():
            release = await self._caller.settle(
                call.method, call.url, json=call.json, look=lambda: self._draft(wanted.tag), read=_release
            )
        return await self._posted(release)

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        if renamed(file.name):
            raise WherryError(f"GitHub would not keep the name {file.name!r}: it makes dots of some characters")
        call = self._project.upload(await self._upload_url(posted), file.name)
        refusal = None
        for _ in range(2):  # once more where a half upload was in the way
            with _explained():
                found = await self._caller.settle(
                    call.method,
                    call.url,
                    body=FileBody(file, progress),
                    headers=(("Content-Type", file.media_type),),
                    wanted=(422,),
                    look=lambda: self._there(posted, file),
                    read=_uploaded,
                )
                if isinstance(found, Refused) and "already_exists" not in found.reply.codes:
                    raise found
            if isinstance(found, Asset):
                if same(found, file) and found.name == file.name:
                    return found
                raise WherryError(f"GitHub has {_described(found)}, and not what was sent, {_described(_meant(file))}")
            if (there := await self._there(posted, file)) is not None:
                return there
            refusal = found
        assert refusal is not None
        raise refusal

    async def remove(self, posted: Posted, asset: Asset) -> None:
        with _explained():
            await self._caller.call("DELETE", self._project.asset(asset.id), wanted=(404,))

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        return self._caller.receive(self._project.asset(asset.id), headers=(("Accept", "application/octet-stream"),))

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        call = self._project.publish(posted.id, wanted, public=not posted.draft)
        with _explained():
            reply = await self._caller.call(call.method, call.url, json=call.json, repeatable=True)
        return reply.json(_Release).html_url

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        project, number = self._project, "{release_id}"
        yield from (call.line for call in (project.repository(), project.by_tag(wanted.tag), project.releases()))
        yield project.create(wanted).line
        for file in files:
            yield project.upload(project.upload_template(number), file.name).line
        yield project.assets(number).line
        yield from (f"GET {project.asset('{asset_id}')} (compare {file.name})" for file in files)
        yield project.publish(number, wanted, public=False).line

    async def _draft(self, tag: str) -> _Release | None:
        """The oldest draft for ``tag``: which one it is does not depend on who asks."""
        drafts: list[_Release] = []
        async for page in self._caller.pages(self._project.releases().url):
            drafts += (each for each in page.json(list[_Release]) if each.draft and each.tag_name == tag)
        drafts.sort(key=lambda draft: draft.id)
        if len(drafts) > 1:
            others = ", ".join(draft.html_url for draft in drafts[1:])
            self._say(f"there are {len(drafts)} drafts for {tag}; the oldest is used, not {others}")
        return drafts[0] if drafts else None

    async def _posted(self, release: _Release) -> Posted:
        number = str(release.id)
        self._upload_urls[number] = release.upload_url
        return Posted(number, release.html_url, release.draft, await self._assets(number))

    async def _assets(self, number: str) -> tuple[Asset, ...]:
        url = self._project.assets(number).url
        return tuple([_asset(each) async for page in self._caller.pages(url) for each in page.json(list[_Asset])])

    async def _upload_url(self, posted: Posted) -> str:
        if posted.id not in self._upload_urls:
            call = self._project.release(posted.id)
            self._upload_urls[posted.id] = (await self._caller.call(call.method, call.url)).json(_Release).upload_url
        return self._upload_urls[posted.id]

    async def _there(self, posted: Posted, file: Upload) -> Asset | None:
        """The asset that is ``file``. A half upload of that name is taken away. Raises WherryError for another file."""
        found = next((asset for asset in await self._assets(posted.id) if asset.name == file.name), None)
        if found is None or same(found, file):
            return found
        if not found.whole:
            await self.remove(posted, found)
            return None
        raise WherryError(f"GitHub has {_described(found)} already, and not {_described(_meant(file))}")


def same(asset: Asset, file: Upload) -> bool:
    """Whether ``asset`` is ``file``, as far as GitHub tells; its older releases for companies tell no digest."""
    return asset.whole and asset.size == file.size and asset.sha256 in (None, file.sha256)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Refused as exc:
        if b"immutable release" in exc.reply.body:
            exc.hint = _IMMUTABLE
        raise


def _release(reply: Reply) -> _Release:
    return reply.json(_Release)


def _uploaded(reply: Reply) -> Asset | Refused:
    return Refused(reply) if reply.status >= 400 else _asset(reply.json(_Asset))


def _asset(asset: _Asset) -> Asset:
    kind, _, digest = (asset.digest or "").partition(":")
    sha256 = digest if kind == "sha256" and digest else None
    return Asset(str(asset.id), asset.name, asset.size, sha256, asset.state == "uploaded")


def _meant(file: Upload) -> Asset:
    return Asset("", file.name, file.size, file.sha256, True)


def _described(asset: Asset) -> str:
    return f"{asset.name} of {asset.size} bytes{f' (sha256 {asset.sha256})' if asset.sha256 else ''}"
