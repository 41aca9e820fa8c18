"""Calls to one forge's interface: attempts, waits, rate limits, redirects."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from wherry.commands.release.forges.once import answered, refusal, whole
from wherry.commands.release.forges.patience import Patience
from wherry.commands.release.forges.reply import Reply, asked
from wherry.commands.release.forges.wish import Wish
from wherry.core.attempt import Enough
from wherry.core.link import find_link
from wherry.core.redact import redact_url
from wherry.core.redirect import origin, resolve
from wherry.core.resume import content_range, validator_of
from wherry.core.retry import IDEMPOTENT_METHODS
from wherry.core.trace import Phase, Trace
from wherry.errors import WherryError, doing
from wherry.net.attempt import watched
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import BytesBody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.net.engine import Body
    from wherry.net.http import Client, Response

    Headers = tuple[tuple[str, str], ...]

T = TypeVar("T")

_MOST_PAGES: Final = 1000
_JSON: Final = (("Content-Type", "application/json"),)


class Caller:
    """Calls with one set of credentials and rules.

    ``headers`` go with each request, the token among them, which stays behind where a redirect leads elsewhere;
    ``timeout_s`` bounds silence, not a whole transfer; ``say`` is told in a line why something is sent again; ``hints``
    say what to do about a status.
    """

    def __init__(
        self,
        client: Client,
        scope: Scope,
        *,
        headers: Headers,
        policy: RetryPolicy,
        timeout_s: float,
        say: Callable[[str], None],
        hints: Mapping[int, str] | None = None,
    ) -> None:
        self._client = client
        self._scope = scope
        self._headers = headers
        self._timeout_s = timeout_s
        self._patience = Patience(scope, policy, say, hints or {})

    async def call(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        repeatable: bool | None = None,
        wanted: Collection[int] = (),
    ) -> Reply:
        """Send ``json`` (None sends no body) and read the answer.

        ``repeatable``: sending it twice is safe; by default where the method is idempotent. ``wanted`` are statuses of
        400 and more that are answers too. Raises Refused, NetFailure, RedirectError, DeadlinePassed.
        """
        body = None if json is None else _json(json)
        headers = () if json is None else _JSON
        return await self._perform(self._wish(method, url, body, headers, repeatable, wanted), None)

    async def send(
        self,
        method: str,
        url: str,
        body: Body,
        *,
        headers: Headers = (),
        repeatable: bool | None = None,
        wanted: Collection[int] = (),
    ) -> Reply:
        """As :meth:`call`, with ``body`` as it is, such as a file."""
        return await self._perform(self._wish(method, url, body, headers, repeatable, wanted), None)

    async def settle(
        self,
        method: str,
        url: str,
        *,
        look: Callable[[], Awaitable[T | None]],
        read: Callable[[Reply], T],
        json: object = None,
        body: Body | None = None,
        headers: Headers = (),
        wanted: Collection[int] = (),
    ) -> T:
        """Send what must not act twice, such as the POST that makes a thing.

        Where the answer is lost, ``look`` tells whether the thing is there, and only where it is not (None) is it sent
        again. The result is what ``look`` found, or what ``read`` makes of the answer. Raises as :meth:`call`.
        """
        found: list[T] = []

        async def there() -> bool:
            if (thing := await look()) is not None:
                found.append(thing)
            return bool(found)

        if body is None:
            body, headers = _json(json), (*_JSON, *headers)
        wish = self._wish(method, url, body, headers, True, wanted)
        try:
            return read(await self._perform(wish, there))
        except _Settled:
            return found[0]

    async def pages(self, url: str) -> AsyncIterator[Reply]:
        """GET ``url``, and every page that the Link field of the one before names as the next (RFC 8288)."""
        visited = {url}
        while True:
            reply = await self.call("GET", url)
            yield reply
            target = find_link(reply.values("link"), "next")
            if target is None:
                return
            following = resolve(reply.at, target)
            if following in visited or len(visited) == _MOST_PAGES or origin(following) != origin(url):
                raise WherryError(f"{asked('GET', url)}: the next page, {redact_url(following)}, leads astray")
            visited.add(following)
            url = following

    async def receive(self, url: str, *, headers: Headers = ()) -> AsyncIterator[bytes]:
        """The bytes at ``url``; where they break off, the rest is asked for. Raises as :meth:`call`."""
        plain = (*headers, ("Accept-Encoding", "identity"))
        had, validator, number = 0, None, 0
        while True:
            number += 1
            wish = self._wish("GET", url, None, (*plain, *_ranged(had, validator)), True, ())
            trace = Trace(time.monotonic)
            await self._patience.admitted(wish)
            try:
                async with AsyncExitStack() as stack:
                    response = await self._opened(wish, trace, stack)
                    if isinstance(response, Reply):
                        verdict = self._patience.refused(wish, number, response)
                    else:
                        validator, skip = validator_of(response.headers), _repeated(response, had)
                        pieces = response.raw_chunks()
                        while (piece := await self._piece(wish, pieces, trace)) is not None:
                            fresh, skip = piece[skip:], max(0, skip - len(piece))
                            had += len(fresh)
                            if fresh:
                                yield fresh
                        return
            except NetFailure as failure:
                verdict = self._patience.failed(wish, number, failure)
            await self._patience.wait(wish, number, verdict)

    async def _perform(self, wish: Wish, there: Callable[[], Awaitable[bool]] | None) -> Reply:
        """Send ``wish`` until it is answered for good; _Settled where ``there`` says after a lost answer that it is."""
        number = 0
        while True:
            number += 1
            await self._patience.admitted(wish)
            try:
                reply = await self._once(wish)
                if reply.status < 400 or reply.status in wish.wanted:
                    return reply
                verdict = self._patience.refused(wish, number, reply)
            except NetFailure as failure:
                verdict = self._patience.failed(wish, number, failure)
            last = isinstance(verdict.step, Enough)
            if not last:
                await self._patience.wait(wish, number, verdict)
            if verdict.lost and there is not None and await there():
                raise _Settled
            if last:
                raise verdict.error

    async def _once(self, wish: Wish) -> Reply:
        trace = Trace(time.monotonic)
        async with self._bounded(wish, trace) as alive, AsyncExitStack() as stack:
            response = await answered(self._client, wish, trace, stack, alive)
            if origin(response.url) == origin(wish.url):
                self._patience.heed(response.headers)
            return await (refusal(wish, response) if response.status >= 400 else whole(wish, response, alive))

    async def _opened(self, wish: Wish, trace: Trace, stack: AsyncExitStack) -> Response | Reply:
        """The answer, open on ``stack``, or a refusal as it is."""
        async with self._bounded(wish, trace) as alive:
            response = await answered(self._client, wish, trace, stack, alive)
            return await refusal(wish, response) if response.status >= 400 else response

    async def _piece(self, wish: Wish, pieces: AsyncIterator[bytes], trace: Trace) -> bytes | None:
        """The next piece, None at the end. Its timer ends with it: none runs while others have the bytes."""
        async with self._bounded(wish, trace):
            return await anext(pieces, None)

    @asynccontextmanager
    async def _bounded(self, wish: Wish, trace: Trace) -> AsyncIterator[Callable[[], None]]:
        with doing(asked(wish.method, wish.url)):
            async with watched(self._scope, self._timeout_s, trace) as alive:
                yield alive

    def _wish(
        self,
        method: str,
        url: str,
        body: Body | None,
        headers: Headers,
        repeatable: bool | None,
        wanted: Collection[int],
    ) -> Wish:
        safe = method in IDEMPOTENT_METHODS if repeatable is None else repeatable
        own = {name.lower() for name, _ in headers}
        kept = tuple(field for field in self._headers if field[0].lower() not in own)
        return Wish(method, url, (*kept, *headers), body, safe, wanted)


class _Settled(Exception):
    """What was asked for is done, though its answer was lost."""


def _json(document: object) -> BytesBody:
    return BytesBody(msgspec.json.encode(document))


def _ranged(had: int, validator: str | None) -> Headers:
    """The fields that ask for what follows the first ``had`` bytes (RFC 9110 sections 13.1.5 and 14.2)."""
    if not had:
        return ()
    return (("Range", f"bytes={had}-"), *((("If-Range", validator),) if validator else ()))


def _repeated(response: Response, had: int) -> int:
    """How many of the bytes that come were had before: all where the whole file comes again."""
    if response.status != 206:
        return had
    start = content_range(response.header("content-range")).start
    if start is None or start > had:
        raise NetFailure("another part came than the one asked for", reason=Reason.PROTOCOL, phase=Phase.TRANSFER)
    return had - start
