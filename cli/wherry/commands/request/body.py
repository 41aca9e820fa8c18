"""What a request carries, replayable: another attempt and a 307 send it again from its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Body(Protocol):
    """As `wherry.net.http.Body` wants it, with a length that is always known."""

    @property
    def length(self) -> int:
        """Bytes in all."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body from its beginning."""
