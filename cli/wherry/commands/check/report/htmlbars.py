"""Bars on the time axis of a run, in SVG: one an attempt, with the phases of the last one stacked in their order.

A bar is made when its check ends, and the axis is known when the run does: `AXIS` stands for it until then. Nothing has
a style attribute, which the page's own policy forbids.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.commands.check.results import Status
from wherry.core.quantity import format_duration
from wherry.core.record import Record
from wherry.core.trace import Phase
from wherry.ui.html.scale import time_step

if TYPE_CHECKING:
    from wherry.commands.check.results import Attempt, Measured

# No text that is shown has this character.
AXIS: Final = "\x00"
PHASES: Final = {phase.value: f"p{number}" for number, phase in enumerate(Phase)}
_MOST_ATTEMPTS: Final = 40
_HEIGHT: Final = 10
_PHASES_HEIGHT: Final = 7


class Axis(Record):
    """From when to when bars reach, in milliseconds, and into how many parts of ``step_ms`` that is divided."""

    start_ms: float
    step_ms: float
    steps: int

    @property
    def view(self) -> str:
        """It as the viewBox that stands where `AXIS` does."""
        return f"{_number(self.start_ms)} 0 {_number(self.step_ms * self.steps)} {_HEIGHT}"

    @property
    def labels(self) -> list[str]:
        """What stands at each line, the first and the last among them."""
        return [format_duration(self.step_ms * place / 1000) for place in range(self.steps + 1)]


def axis(start_s: float, seconds: float) -> Axis:
    """One that begins at ``start_s`` and holds ``seconds``, in two to five round parts."""
    seconds = max(seconds, 0.001)
    step = time_step(seconds)
    return Axis(start_s * 1000, step * 1000, math.ceil(seconds / step - 1e-9))


def bar(attempts: tuple[Attempt, ...], measured: Measured, origin_s: float) -> str:
    """The bars of one check; ``origin_s`` is where the axis has its zero, in seconds since 1970."""
    if not attempts:
        return ""
    shown = attempts if len(attempts) <= _MOST_ATTEMPTS else (attempts[0], *attempts[1 - _MOST_ATTEMPTS :])
    parts = []
    if len(attempts) > 1:
        first, last = _ms(attempts[0].began_s - origin_s), _ms(attempts[-1].began_s - origin_s)
        parts.append(f'<path class="w" d="M{_number(first)} 5h{_number(last - first)}"/>')
    for attempt in shown:
        kind = "y" if attempt.status is Status.PASSED else "n"
        parts.append(_rect(kind, _ms(attempt.began_s - origin_s), _ms(attempt.seconds), _HEIGHT))
    at = attempts[-1].began_s - origin_s
    for name, seconds in measured.phases.items():
        width = _ms(seconds)
        kind = PHASES.get(plain(name), "")
        if width > 0 and kind:
            parts.append(_rect(kind, _ms(at), width, _PHASES_HEIGHT))
        at += seconds
    return f'<svg viewBox="{AXIS}" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'


def shares(counts: dict[str, int]) -> str:
    """One bar that is divided as ``counts`` are, by class."""
    at, parts = 0, []
    for kind, count in counts.items():
        if count:
            parts.append(_rect(kind, at, count, 1))
        at += count
    return (
        f'<svg class="shares" viewBox="0 0 {max(at, 1)} 1" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def plain(phase: str) -> str:
    """A phase's name in words: those of a condition have an underscore (``time.first_byte``)."""
    return phase.replace("_", " ")


def _rect(kind: str, x: float, width: float, height: int) -> str:
    return f'<path class="{kind}" d="M{_number(x)} 0h{_number(width)}v{height}h-{_number(width)}z"/>'


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _number(value: float) -> str:
    """The shortest that SVG reads, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
