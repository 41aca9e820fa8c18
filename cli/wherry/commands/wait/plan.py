"""What is done next, decided from what was seen. Time is a number of seconds that only grows; nothing here waits.

One target is a :class:`State` that :func:`after` carries on from finding to finding, and :func:`next_step` reads.
:func:`verdict` decides over all targets together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.commands.wait.events import Ending, Finding, Standing
from wherry.core.backoff import growing
from wherry.core.outcome import Outcome
from wherry.core.record import Record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# The first attempts come quickly: most services in a CI job are ready in the first second.
FIRST_WAIT_S: Final = 0.1
# So many addresses are named in full when a target has several that are not met.
_NAMED_ADDRESSES: Final = 3


class Rules(Record):
    """How one target is waited for.

    ``stable`` successes in a row are needed, ``every_s`` apart. ``gone``: until it is unmet. One attempt may take
    ``timeout_s``, and nothing goes beyond ``deadline`` (an instant, or infinity).
    """

    stable: int = 1
    gone: bool = False
    every_s: float = 1.0
    timeout_s: float = 5.0
    deadline: float = math.inf


class State(Record):
    """One target so far. ``failures`` in a row slow the polling down; ``due`` is the instant of the next attempt."""

    standing: Standing = Standing.WAITING
    attempts: int = 0
    streak: int = 0
    failures: int = 0
    due: float = -math.inf
    finding: Finding | None = None


class Probe(Record):
    """Look now."""


class Sleep(Record):
    """Nothing to do for so many seconds."""

    seconds: float


class Done(Record):
    """This target is decided."""

    ending: Ending


def next_step(state: State, rules: Rules, now: float) -> Probe | Sleep | Done:
    """What is next for a target in ``state`` at ``now``."""
    if state.standing is Standing.READY:
        return Done(Ending.READY)
    if state.standing is Standing.BROKEN:
        return Done(Ending.BROKEN)
    if now >= rules.deadline:
        return Done(Ending.DEADLINE)
    if now < state.due:
        return Sleep(min(state.due, rules.deadline) - now)
    return Probe()


def limit(rules: Rules, now: float) -> tuple[float, bool]:
    """The instant until which an attempt that begins ``now`` may last, and whether that is the deadline of the run."""
    until = now + rules.timeout_s
    return (rules.deadline, True) if until >= rules.deadline else (until, False)


def after(state: State, rules: Rules, finding: Finding, now: float, random: Callable[[], float]) -> State:
    """The state once an attempt has ended with ``finding`` at ``now``. ``random`` returns a number in [0, 1)."""
    attempts = state.attempts + 1
    if finding.cut:
        # An attempt without time left shows nothing, not even that something is gone; the one before it said more.
        return replace(state, attempts=attempts, streak=0, due=rules.deadline, finding=state.finding or finding)
    wanted = wish(finding.outcome, gone=rules.gone)
    if wanted is Outcome.BROKEN:
        return State(Standing.BROKEN, attempts, 0, 0, math.inf, finding)
    if wanted is Outcome.MET:
        streak = state.streak + 1
        standing = Standing.READY if streak >= rules.stable else Standing.WAITING
        # Successes are the full interval apart: three of them within 300 ms would not show that something is stable.
        return State(standing, attempts, streak, 0, now + rules.every_s, finding)
    failures = state.failures + 1
    pause = growing(failures, base_s=min(FIRST_WAIT_S, rules.every_s), cap_s=rules.every_s, random=random)
    return State(Standing.WAITING, attempts, 0, failures, now + pause, finding)


def wish(outcome: Outcome, *, gone: bool) -> Outcome:
    """``outcome`` as seen by someone who waits: with ``gone``, unmet is what is wanted. Broken stays broken."""
    if not gone or outcome is Outcome.BROKEN:
        return outcome
    return Outcome.MET if outcome is Outcome.UNMET else Outcome.UNMET


def verdict(endings: Iterable[Ending | None], *, any_of: bool) -> Ending | None:
    """Whether all targets together are decided, and how; None while they are not.

    ``endings`` has one entry a target, None where it is undecided. All must be ready, and one that is broken cannot
    become so: it ends the run at once. With ``any_of`` one ready target is enough, and the run ends without one when
    none can become ready any more.
    """
    seen = list(endings)
    if any_of:
        if Ending.READY in seen:
            return Ending.READY
        if None in seen:
            return None
        return Ending.DEADLINE if Ending.DEADLINE in seen else Ending.BROKEN
    if Ending.BROKEN in seen:
        return Ending.BROKEN
    if None in seen:
        return None
    return Ending.DEADLINE if Ending.DEADLINE in seen else Ending.READY


def combine(found: Sequence[tuple[str, Finding]], *, gone: bool) -> Finding:
    """One finding from those of each address of a name: all of them must be as wanted.

    The words name the addresses that are not; the reason and the phases are those of the first of them.
    """
    assert found, "a name that has no address has failed to resolve"
    for worst in (Outcome.BROKEN, Outcome.UNMET):
        short = [(address, finding) for address, finding in found if _lacks(finding, gone=gone) is worst]
        if short:
            # Those that found something come before those that had no time left to.
            short.sort(key=lambda pair: pair[1].cut)
            named = [_naming(address, finding.words) for address, finding in short[:_NAMED_ADDRESSES]]
            if len(short) > _NAMED_ADDRESSES:
                named.append(f"and {len(short) - _NAMED_ADDRESSES} more")
            count = f"{len(short)} of {len(found)} addresses: " if len(found) > 1 else ""
            return replace(short[0][1], words=count + "; ".join(named))
    slowest = max((finding for _, finding in found), key=lambda finding: sum(finding.phases.values()))
    words = f"all {len(found)} addresses: {slowest.words}" if len(found) > 1 else slowest.words
    return replace(slowest, words=words)


def _lacks(finding: Finding, *, gone: bool) -> Outcome:
    return Outcome.UNMET if finding.cut else wish(finding.outcome, gone=gone)


def _naming(address: str, words: str) -> str:
    return words if address in words else f"{address}: {words}"
