"""What happens during a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Headers: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """A request goes out, with these header fields."""

    method: str
    url: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Received:
    """The head of a response is here. ``version`` is ``1.1`` or ``2``."""

    version: str
    status: int
    reason: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Redirected:
    """``status`` leads to ``url``. ``crossed``: it is another origin, and credentials stay behind."""

    status: int
    method: str
    url: str
    crossed: bool


@dataclass(frozen=True, slots=True)
class Retrying:
    """The attempt failed for ``why``; after ``wait_s`` seconds comes retry ``number`` of ``of``."""

    why: str
    number: int
    of: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class NotRetried:
    """The attempt failed, could be retried, and is not. ``minor``: worth telling only to who asks for more."""

    why: str
    minor: bool = False


@dataclass(frozen=True, slots=True)
class TokenFetched:
    """A new access token came from ``url``; ``lifetime_s`` is None where the server does not say."""

    url: str
    lifetime_s: float | None


@dataclass(frozen=True, slots=True)
class Paged:
    """Page ``number`` is here, with so many items."""

    number: int
    items: int


@dataclass(frozen=True, slots=True)
class Cut:
    """There are more pages than the ``pages`` asked for."""

    pages: int


@dataclass(frozen=True, slots=True)
class Pausing:
    """The server allows no further request for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LeftOrigin:
    """The next page is at another origin; credentials are not sent there."""

    url: str


@dataclass(frozen=True, slots=True)
class Resuming:
    """The download goes on after ``offset`` bytes of ``path``."""

    path: Path
    offset: int


@dataclass(frozen=True, slots=True)
class Restarting:
    """The download begins anew although it was to be resumed."""

    why: str


@dataclass(frozen=True, slots=True)
class Saved:
    """``path`` holds the whole body."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The download ended early; so many bytes of it are kept and can be gone on with."""

    path: Path
    size: int


Event: TypeAlias = (
    Sending | Received | Redirected | Retrying | NotRetried | TokenFetched | Paged | Cut | Pausing | LeftOrigin
    | Resuming | Restarting | Saved | Kept
)  # fmt: skip
