"""Where the body of a response goes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, Protocol

from wherry.core.quantity import format_size
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request.events import Headers
    from wherry.net.http import Response

# A body that must be looked into is held in memory, up to here.
MEMORY_LIMIT: Final = 256 * 1024 * 1024


class Restart(Exception):
    """What was begun cannot be gone on with: the request is sent again from the beginning, at once."""


class Sink(Protocol):
    """Takes the body of one response. It may be handed several, one for each attempt."""

    @property
    def restartable(self) -> bool:
        """Whether another attempt may follow when this one breaks off halfway."""

    def headers(self) -> Headers:
        """What the next attempt asks for on behalf of this sink."""

    def accepts(self, status: int) -> bool:
        """Whether it wants a response of this status although it is a failure otherwise."""

    async def take(self, response: Response, alive: Callable[[], None]) -> bytes | None:
        """Take the body, and return it if it is kept in memory. ``alive`` is called as a long one goes on.

        Raises NetFailure, Restart, or WherryError where it cannot be put down.
        """


class MemorySink:
    """Keeps the body, to be looked into."""

    restartable = True

    def headers(self) -> Headers:
        return ()

    def accepts(self, status: int) -> bool:
        return False

    async def take(self, response: Response, alive: Callable[[], None]) -> bytes | None:
        return await response.read(MEMORY_LIMIT)


class StreamSink:
    """Hands the body on as it comes, byte for byte; ``preface`` makes what stands before it."""

    def __init__(self, write: Callable[[bytes], None], preface: Callable[[Response], bytes]) -> None:
        self._write = write
        self._preface = preface
        self.restartable = True

    def headers(self) -> Headers:
        return ()

    def accepts(self, status: int) -> bool:
        return False

    async def take(self, response: Response, alive: Callable[[], None]) -> bytes | None:
        if preface := self._preface(response):
            self.restartable = False
            self._write(preface)
        async for chunk in response.chunks():
            self.restartable = False
            self._write(chunk)
            alive()
        return None


class TerminalSink:
    """For a person's terminal: JSON is kept, to be indented; text passes as it comes; anything else is refused.

    ``safe`` spells out what would move the cursor.
    """

    def __init__(
        self, write: Callable[[bytes], None], preface: Callable[[Response], bytes], safe: Callable[[str], str]
    ) -> None:
        self._write = write
        self._preface = preface
        self._safe = safe
        self.restartable = True

    def headers(self) -> Headers:
        return ()

    def accepts(self, status: int) -> bool:
        return False

    async def take(self, response: Response, alive: Callable[[], None]) -> bytes | None:
        content_type = (response.header("content-type") or "").lower()
        if is_json(content_type):
            return await response.read(MEMORY_LIMIT)
        decoder = codecs.getincrementaldecoder(charset_of(content_type))()
        if preface := self._preface(response):
            self._write(preface)
        async for chunk in response.chunks():
            self.restartable = False
            try:
                if b"\0" in chunk:
                    raise ValueError
                text = decoder.decode(chunk)
            except ValueError:
                raise _binary(response, content_type) from None
            self._write(self._safe(text).encode("utf-8", "backslashreplace"))
            alive()
        return None


def is_json(content_type: str) -> bool:
    """Whether a media type says JSON: application/json, or anything with ``+json`` (RFC 6839)."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def charset_of(content_type: str) -> str:
    """The codec of a text: the one its charset names where Python knows it as a text encoding, else UTF-8."""
    _, found, rest = content_type.partition("charset=")
    name = rest.partition(";")[0].strip(" \"'")
    try:
        codec = codecs.lookup(name) if found and name else None
    except LookupError:
        codec = None
    return codec.name if codec is not None and codec._is_text_encoding else "utf-8"


def _binary(response: Response, content_type: str) -> WherryError:
    length = response.header("content-length") or ""
    size = f", {format_size(int(length))}" if length.isascii() and length.isdecimal() else ""
    kind = content_type.partition(";")[0] or "of no stated type"
    return UsageError(
        f"the body is binary ({kind}{size}) and is not written to a terminal",
        hint="-o FILE saves it; a pipe takes it as it is",
    )
