"""A file as the only part of a form, which is how every version of Gitea and Forgejo takes it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from wherry.core.multipart import PART_END, PartHead, closing, content_type
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.commands.release.forges.upload import FileBody


class Form(Record):
    """``body`` in the field ``attachment`` of a form (RFC 7578)."""

    body: FileBody
    boundary: str

    @classmethod
    def of(cls, body: FileBody) -> Form:
        """The form with a boundary that is in no file."""
        return cls(body, secrets.token_hex(16))

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return (("Content-Type", content_type(self.boundary)),)

    @property
    def length(self) -> int:
        return len(self._begin) + self.body.length + len(self._end)

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._begin
        async for piece in self.body.chunks():
            yield piece
        yield self._end

    @property
    def _begin(self) -> bytes:
        return PartHead("attachment", self.body.file.name, self.body.file.media_type).encode(self.boundary)

    @property
    def _end(self) -> bytes:
        return PART_END + closing(self.boundary)
