"""One attempt at a call: through its redirects to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wherry.commands.release.forges.reply import Reply
from wherry.core.quantity import format_size
from wherry.core.record import Record
from wherry.core.redirect import Trail, is_redirect
from wherry.core.trace import Phase
from wherry.errors import WherryError
from wherry.net.attempt import beginning, drain
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AsyncExitStack

    from wherry.commands.release.forges.wish import Wish
    from wherry.core.trace import Trace
    from wherry.net.engine import Body
    from wherry.net.http import Client, Response

# More than the largest page: a hundred releases with notes of 125,000 characters each, and their files.
_LARGEST: Final = 64 * 1024 * 1024
# So much of a refusal is read, for its words.
_SHOWN: Final = 64 * 1024


async def answered(
    client: Client, wish: Wish, trace: Trace, stack: AsyncExitStack, alive: Callable[[], None]
) -> Response:
    """The answer to ``wish``; ``stack`` keeps it open. Nothing secret of its header fields leaves its origin.

    ``alive`` is called for each piece that is sent. Raises NetFailure, RedirectError, and WherryError where a redirect
    would make something else of the call: a POST that became a GET would pass for done.
    """
    body = None if wish.body is None else _Heard(wish.body, alive)
    trail = Trail.begin(wish.method, wish.url, wish.headers, has_body=body is not None)
    while True:
        request = Request(trail.method, trail.url, trail.headers, body if trail.has_body else None)
        response = await stack.enter_async_context(client.send(request, trace))
        location = response.header("location")
        if location is None or not is_redirect(response.status, location):
            return response
        following = trail.follow(response.status, location)
        if following.method != wish.method:
            place = urlsplit(following.url)
            words = f"redirected (HTTP {response.status}) to {place.netloc}{place.path}, and not as a {wish.method}"
            raise WherryError(words, hint="a repository that was renamed has to be named as it is called now")
        await drain(response)
        trail = following


async def whole(wish: Wish, response: Response, alive: Callable[[], None]) -> Reply:
    """The whole answer. Raises NetFailure where it is cut off, or larger than any page."""
    body = bytearray()
    async for piece in response.chunks():
        alive()
        body += piece
        if len(body) > _LARGEST:
            words = f"the answer is larger than {format_size(_LARGEST)}"
            raise NetFailure(words, reason=Reason.PROTOCOL, phase=Phase.TRANSFER)
    return _reply(wish, response, bytes(body))


async def refusal(wish: Wish, response: Response) -> Reply:
    """An answer that says no, with as much of its body as holds its words."""
    return _reply(wish, response, await beginning(response, _SHOWN))


def _reply(wish: Wish, response: Response, body: bytes) -> Reply:
    headers = tuple(response.headers)
    return Reply(wish.method, wish.url, response.url, response.status, response.reason, headers, body)


class _Heard(Record):
    """A body each piece of which is a sign of life."""

    body: Body
    alive: Callable[[], None]

    @property
    def length(self) -> int | None:
        return self.body.length

    async def chunks(self) -> AsyncIterator[bytes]:
        async for piece in self.body.chunks():
            self.alive()
            yield piece
