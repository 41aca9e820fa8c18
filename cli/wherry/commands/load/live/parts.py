"""How a run stands, in numbers that keep their width while they change, so that nothing jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.events import Stage
from wherry.commands.load.report.words import count, per_second, share
from wherry.core.quantity import format_duration
from wherry.ui.progress import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from wherry.commands.load.events import Progress
    from wherry.commands.load.record import Record

    Shown: TypeAlias = tuple[str, ...]  # words and their styles, which are those of `ui.paint.Paint`

_PERCENTILES: Final = {"50": "p50", "90": "p90", "99": "p99", "99.9": "p99.9", "max": "max"}
_STAGES: Final = {Stage.WARMING: "warm-up", Stage.MEASURING: "running", Stage.ENDING: "ending"}
_MOST_FAILURES: Final = 3
_MOST_STATUSES: Final = 12
# Of the last second; fewer are noticed.
_MUCH_LESS: Final = 0.95


def passed(progress: Progress) -> tuple[str, str, str]:
    """The stage, how long the run has gone on, and how long it still will or until when."""
    stage, elapsed = _STAGES[progress.stage], clock(progress.elapsed_s)
    if progress.stage is Stage.ENDING:
        return stage, elapsed, "last answers"
    if progress.done is None:
        return stage, elapsed, "until Ctrl-C"
    if not progress.done or progress.done >= 1:
        return stage, elapsed, ""
    return stage, elapsed, f"{clock(progress.elapsed_s * (1 / progress.done - 1))} left"


def rates(progress: Progress) -> list[Shown]:
    """Requests a second: sent, what the schedule wants, answered."""
    parts: list[Shown] = []
    sent = f"{per_second(progress.sent_per_s):>7} sent"
    if progress.target_per_s is not None:
        behind = progress.sent_per_s < progress.target_per_s * _MUCH_LESS
        of = f" ({share(progress.sent_per_s / progress.target_per_s):>4})" if progress.target_per_s > 0 else ""
        parts += [(f"{per_second(progress.target_per_s):>7} target",), (sent + of, *(("yellow",) if behind else ()))]
    else:
        parts.append((sent,))
    parts.append((f"{per_second(progress.answered_per_s):>7} answered",))
    parts.append((f"{progress.open_connections:,} open",))
    return parts


def latency(progress: Progress) -> list[Shown]:
    """Percentiles of all that has ended so far, if anything has."""
    return [
        (f"{name} {_time(progress.latency_us[key]):>6}", *(("bold",) if key in ("50", "99") else ()))
        for key, name in _PERCENTILES.items()
        if key in progress.latency_us
    ]


def outcome(progress: Progress) -> list[Shown]:
    """What became of the requests."""
    of = progress.counts
    parts: list[Shown] = [
        (f"{of.sent:,} sent",),
        (f"{of.answered:,} answered",),
        (f"{of.failed:,} failed", *(("red",) if of.failed else ())),
    ]
    if of.late:
        parts.append((f"{of.late:,} late", "yellow"))
    if of.dropped:
        parts.append((f"{of.dropped:,} dropped", "red"))
    return parts


def statuses(progress: Progress) -> list[Shown]:
    """Whole answers by code."""
    codes = sorted(progress.statuses.items())
    parts: list[Shown] = [
        (f"{code}: {number:,}", *(("red",) if code >= "4" else ())) for code, number in codes[:_MOST_STATUSES]
    ]
    more = sum(number for _, number in codes[_MOST_STATUSES:])
    return [*parts, (f"others: {more:,}",)] if more else parts


def failures(progress: Progress) -> Iterator[Shown]:
    """The most frequent ones, and how many others there were."""
    found = sorted(progress.failures, key=lambda each: -each.count)
    shown = found if len(found) <= _MOST_FAILURES else found[: _MOST_FAILURES - 1]
    for each in shown:
        yield f"{each.count:,}  {each.kind.value}  {each.words}", "red"
    if more := sum(each.count for each in found[len(shown) :]):
        yield f"{more:,}  others", "red"


def brief(progress: Progress) -> str:
    """All of it in a line, for those who keep a log."""
    of = progress.counts
    parts = [f"{of.sent:,} sent", per_second(progress.sent_per_s)]
    if progress.target_per_s is not None:
        parts[-1] += f" of {per_second(progress.target_per_s)}"
    parts += [
        f"{_PERCENTILES[key]} {_time(progress.latency_us[key])}" for key in ("50", "99") if key in progress.latency_us
    ]
    if of.failed:
        parts.append(f"{of.failed:,} failed")
    stage = "" if progress.stage is Stage.MEASURING else f"{_STAGES[progress.stage]}, "
    return f"{format_duration(float(int(progress.elapsed_s)))}: {stage}{', '.join(parts)}"


def summary(record: Record) -> str:
    """What a run came to, in a line."""
    of = record.counts
    percentiles = record.latency.percentiles
    parts = [f"{per_second(record.throughput_per_s)} answered"]
    parts += [f"{_PERCENTILES[key]} {_time(percentiles[key])}" for key in ("50", "99") if key in percentiles]
    parts.append(f"{of.failed:,} failed")
    return f"{count(of.sent, 'request')} in {format_duration(record.elapsed_s)}: {', '.join(parts)}"


def _time(us: int) -> str:
    return format_duration(us / 1_000_000)
