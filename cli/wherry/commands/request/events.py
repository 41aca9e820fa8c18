"""What happens during a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wherry.core.record import Record

if TYPE_CHECKING:
    from pathlib import Path

Headers: TypeAlias = tuple[tuple[str, str], ...]


class Sending(Record):
    """A request goes out, with these header fields."""

    method: str
    url: str
    headers: Headers


class Received(Record):
    """The head of a response is here. ``version`` is ``1.1`` or ``2``."""

    version: str
    status: int
    reason: str
    headers: Headers


class Redirected(Record):
    """``status`` leads to ``url``. ``crossed``: it is another origin, and credentials stay behind."""

    status: int
    method: str
    url: str
    crossed: bool


class Retrying(Record):
    """The attempt failed for ``why``; after ``wait_s`` seconds comes retry ``number`` of ``of``."""

    why: str
    number: int
    of: int
    wait_s: float


class NotRetried(Record):
    """The attempt failed, could be retried, and is not. ``minor``: worth telling only to who asks for more."""

    why: str
    minor: bool = False


class TokenFetched(Record):
    """A new access token came from ``url``; ``lifetime_s`` is None where the server does not say."""

    url: str
    lifetime_s: float | None


class Paged(Record):
    """Page ``number`` is here, with so many items."""

    number: int
    items: int


class Cut(Record):
    """There are more pages than the ``pages`` asked for."""

    pages: int


class Pausing(Record):
    """The server allows no further request for so many seconds."""

    seconds: float


class LeftOrigin(Record):
    """The next page is at another origin; credentials are not sent there."""

    url: str


class Resuming(Record):
    """The download goes on after ``offset`` bytes of ``path``."""

    path: Path
    offset: int


class Restarting(Record):
    """The download begins anew although it was to be resumed."""

    why: str


class Receiving(Record):
    """So many bytes of ``path`` are here, of ``total`` where that is known."""

    path: Path
    size: int
    total: int | None


class Saved(Record):
    """``path`` holds the whole body."""

    path: Path
    size: int


class Kept(Record):
    """The download ended early; so many bytes of it are kept and can be gone on with."""

    path: Path
    size: int


Event: TypeAlias = (
    Sending | Received | Redirected | Retrying | NotRetried | TokenFetched | Paged | Cut | Pausing | LeftOrigin
    | Resuming | Restarting | Receiving | Saved | Kept
)  # fmt: skip
DETAILS: Final = (Sending, Received, Redirected, TokenFetched, Paged)
"""What is told only to who asks for more."""
