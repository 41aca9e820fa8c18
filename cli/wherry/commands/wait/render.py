"""Events to text and JSON. A line reads: state, name, what was found last, attempts and time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.wait.events import Ending, Standing
from wherry.core.outcome import Outcome
from wherry.core.quantity import format_duration
from wherry.ui.plain import one_line
from wherry.ui.progress import cells, clip, clock, pad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wherry.commands.wait.events import Finished, Status
    from wherry.ui.paint import Paint

_STATE_WIDTH: Final = 7
_WIDEST_NAME: Final = 36
_NARROW: Final = 48
_COLORS: Final = {Standing.WAITING: "yellow", Standing.READY: "green", Standing.BROKEN: "red"}
_TIMES: Final = re.compile(r"\d+(\.\d+)?(ns|µs|ms|s|m|h|d)\b")


def name_width(statuses: Iterable[Status]) -> int:
    """Columns for the names, so that what was found stands in one column."""
    return min(max((cells(one_line(status.name)) for status in statuses), default=0), _WIDEST_NAME)


def line(status: Status, names: int, paint: Paint) -> str:
    """Where a target stands, whole: ``ready    db  accepts connections (6 attempts, 1.2s)``."""
    name = one_line(status.name)
    name += " " * (names - cells(name))
    return f"{_state(status, paint)}  {name}  {_found(status)} {paint(f'({_effort(status)})', 'dim')}"


def live_line(status: Status, seconds: float, columns: int, names: int, paint: Paint) -> tuple[str, int]:
    """The same in one row of ``columns``, with the ``seconds`` since the start; and the columns that it takes."""
    effort = f"{_count(status.attempts, 'attempt'):>12}  {clock(seconds):>5}" if columns >= _NARROW else ""
    room = columns - _STATE_WIDTH - 2 - (len(effort) + 2 if effort else 0)
    if room <= 0:
        text = clip(_word(status), columns)
        return paint(text, _COLORS[status.standing]), cells(text)
    # Half of the room at most is the name's, so that something of the reason is always to be seen.
    name = pad(one_line(status.name), min(names, max(room // 2, 8), room))
    middle = pad(f"{name}  {_found(status)}", room)
    if not effort:
        middle = middle.rstrip()
    row = f"{_state(status, paint)}  {middle}" + (f"  {paint(effort, 'dim')}" if effort else "")
    return row, _STATE_WIDTH + 2 + cells(middle) + (len(effort) + 2 if effort else 0)


def more_line(waiting: int, ready: int, columns: int, paint: Paint) -> tuple[str, int]:
    """The last row, where there are more targets than rows."""
    text = clip(f"and {waiting} more waiting; {ready} ready", columns)
    return paint(text, "dim"), cells(text)


def change(status: Status) -> tuple[object, ...]:
    """What must differ for a target to be worth another line: not the attempts, nor a time within the words."""
    finding = status.finding
    words = _TIMES.sub("", finding.words) if finding else ""
    return status.standing, finding and finding.outcome, finding and finding.reason, words, status.streak > 0


def why(finished: Finished, paint: Paint) -> list[str]:
    """A line for each target that stood in the way; none for a single one, whose reason :func:`failure` names."""
    if len(finished.statuses) == 1 and finished.ending is not Ending.INTERRUPTED:
        return []
    broken = [status for status in finished.statuses if status.standing is Standing.BROKEN]
    waiting = [status for status in finished.statuses if status.standing is Standing.WAITING]
    # A broken target ends the run before the others had their time: how they stood is no reason.
    short = broken if finished.ending is Ending.BROKEN else [*waiting, *broken]
    names = name_width(finished.statuses)
    return [line(status, names, paint) for status in short]


def ready_by_then(finished: Finished) -> str:
    """What an interrupted run had come to."""
    ready = [one_line(status.name) for status in finished.statuses if status.standing is Standing.READY]
    if not ready:
        return f"none of {_count(len(finished.statuses), 'target')} was ready"
    verb = "was" if len(ready) == 1 else "were"
    return f"{len(ready)} of {_count(len(finished.statuses), 'target')} {verb} ready: {', '.join(ready)}"


def failure(finished: Finished, deadline_s: float) -> str:
    """The line that an unsuccessful run ends with."""
    statuses = finished.statuses
    limit = format_duration(deadline_s)
    if len(statuses) == 1:
        status = statuses[0]
        name = one_line(status.name)
        if finished.ending is Ending.BROKEN:
            return f"{name}: {_found(status)}"
        state = "not ready" if not status.gone else "not gone"
        return f"{name} is {state} after {limit} ({_count(status.attempts, 'attempt')}): {_found(status)}"
    if finished.ending is Ending.BROKEN:
        broken = [one_line(status.name) for status in statuses if status.standing is Standing.BROKEN]
        return f"{', '.join(broken)} cannot become ready"
    short = sum(status.standing is not Standing.READY for status in statuses)
    state = "gone" if all(status.gone for status in statuses) else "ready"
    if finished.any_of:
        return f"the deadline of {limit} passed: none of {len(statuses)} targets is {state}"
    verb = "is" if short == 1 else "are"
    return f"the deadline of {limit} passed: {short} of {len(statuses)} targets {verb} not {state}"


def document(finished: Finished, mask: Callable[[str], str]) -> dict[str, Any]:
    """The JSON document of a run; its fields are explained in docs/wait.md. ``mask`` hides what is secret in words."""
    return {
        "ready": finished.ending is Ending.READY,
        "ending": finished.ending.value,
        "seconds": round(finished.seconds, 6),
        "targets": [_target(status, mask) for status in finished.statuses],
    }


def _target(status: Status, mask: Callable[[str], str]) -> dict[str, Any]:
    finding = status.finding
    return {
        "name": status.name,
        "target": status.target,
        "ready": status.standing is Standing.READY,
        "outcome": finding.outcome.value if finding else None,
        "reason": finding.reason if finding else None,
        "words": mask(finding.words) if finding else "",
        "attempts": status.attempts,
        "seconds": round(status.seconds, 6),
        "phases": {name: round(seconds, 6) for name, seconds in finding.phases.items()} if finding else {},
    }


def _word(status: Status) -> str:
    return "gone" if status.gone and status.standing is Standing.READY else status.standing.value


def _state(status: Status, paint: Paint) -> str:
    word = _word(status)
    return paint(word, _COLORS[status.standing]) + " " * (_STATE_WIDTH - len(word))


def _found(status: Status) -> str:
    if status.finding is None:
        return "no attempt has ended yet"
    words = one_line(status.finding.words) or status.finding.outcome.value
    about, colon, rest = words.partition(": ")
    if colon and about in status.name:
        words = rest  # the line begins with the name: it need not be said twice
    if status.standing is Standing.WAITING and status.streak:
        words = f"{status.streak} of {status.needed} in a row: {words}"
    elif status.standing is Standing.WAITING and status.gone and status.finding.outcome is Outcome.MET:
        words = f"still there: {words}"
    return words


def _effort(status: Status) -> str:
    return f"{_count(status.attempts, 'attempt')}, {format_duration(status.seconds)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
