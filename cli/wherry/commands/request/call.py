"""A request as it is meant, and the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.core.status import status_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.commands.request.body import Body
    from wherry.commands.request.events import Headers, Redirected
    from wherry.core.trace import Phase
    from wherry.net.authorization import Authorizer


def is_failure(status: int) -> bool:
    """Whether a status alone says no, where nothing else is expected."""
    return status >= 400


def never(_status: int) -> bool:
    """No redirect is wanted for itself."""
    return False


class Call(Record):
    """One request as it is meant.

    ``repeatable``: sending it twice is safe. ``fails`` judges the status; ``wants`` knows a redirect that is itself the
    answer, and is not followed.
    """

    method: str
    url: str
    headers: Headers = ()
    body: Body | None = None
    repeatable: bool = True
    authorizer: Authorizer | None = None
    fails: Callable[[int], bool] = is_failure
    wants: Callable[[int], bool] = never


class Attempt(Record):
    """One attempt that was followed by another. ``reason`` is the network's, None where ``status`` is an answer."""

    words: str
    status: int | None
    reason: str | None
    seconds: float
    wait_s: float


class Answer(Record):
    """The response that counts.

    ``body`` is None where it went elsewhere; of a failed one it may be the beginning only. ``seconds`` and ``phases``
    are of the last attempt, its redirects included; ``attempts`` are those before it.
    """

    status: int
    reason: str
    version: str
    headers: Headers
    url: str
    ip: str
    cert: Mapping[str, object] | None
    tls: Mapping[str, str] | None
    failed: bool
    body: bytes | None
    seconds: float
    phases: Mapping[Phase, float]
    redirects: tuple[Redirected, ...]
    attempts: tuple[Attempt, ...]

    @property
    def status_words(self) -> str:
        """Such as ``HTTP 503 Service Unavailable``."""
        return status_words(self.status, self.reason)

    def values(self, name: str) -> list[str]:
        """The values of all fields called ``name`` (lower case)."""
        return [value for field_name, value in self.headers if field_name.lower() == name]
