"""A call as it is meant, and what its refusal means for another attempt. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core import attempt
from wherry.core.ratelimit import read_rate_limit
from wherry.core.record import Record, replace
from wherry.core.retry import retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from wherry.commands.release.forges.reply import Reply
    from wherry.core.attempt import Again, Enough
    from wherry.net.engine import Body

# GitHub, "Best practices for using the REST API": so long after a secondary limit that names no time.
_UNTOLD_S: Final = 60.0
# The server says with these that it did nothing: any method may be repeated.
DECLINED: Final = frozenset({403, 425, 429})


class Wish(Record):
    """One call. ``repeatable``: sending it twice is safe; ``wanted``: statuses of 400 and more that are answers too."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Body | None
    repeatable: bool
    wanted: Collection[int]


def after_refusal(
    rules: attempt.Rules, number: int, reply: Reply, *, now: float, now_epoch_s: float, random: Callable[[], float]
) -> Again | Enough:
    """What follows attempt ``number`` (from 1) that was answered with ``reply``; instants are seconds."""
    if reply.status in DECLINED:
        rules = replace(rules, repeatable=True)
    return attempt.after_status(rules, number, reply.status, asked_s(reply, now_epoch_s), now, random)


def asked_s(reply: Reply, now_epoch_s: float) -> float | None:
    """Seconds that the forge asks to wait, None where it does not.

    GitHub's secondary limits are a 403 with Retry-After, or one that only its words tell.
    """
    after = next(reply.values("retry-after"), None)
    limit = read_rate_limit(reply.headers, now_epoch_s)
    told = attempt.asked(reply.status, after, limit, now_epoch_s)
    if told is None and reply.status == 403 and after is not None:
        told = retry_after(after, now_epoch_s)
    if told is None and reply.status in (403, 429) and b"secondary rate limit" in reply.body:
        return _UNTOLD_S
    return told
