"""What was asked for and what it took, as names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.report.words import count, share
from wherry.core.quantity import format_duration, format_size
from wherry.ui.html.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.record import Plan, Record

_OPEN_URLS: Final = 5
_MOST_URLS: Final = 100


def asked(record: Record) -> str:
    """The section."""
    pairs = [*_plan(record.plan), *_took(record)]
    shown = "".join(f"<dt>{name}<dd>{value}" for name, value in pairs)
    return f'<section aria-labelledby="plan"><h2 id="plan">Plan</h2>\n<dl>{shown}</dl></section>\n'


def _plan(plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.methods:
        yield "Method", text(", ".join(plan.methods))
    if plan.urls:
        yield "URL", _urls(plan)
    if plan.mode == "unknown":
        return
    yield "Loop", plan.mode
    if plan.rate is not None:
        yield "Rate", text(f"{plan.rate}, {plan.arrivals or 'constant'} arrivals")
    if plan.requests is not None:
        yield "Requests", f"{plan.requests:,}"
    if plan.duration_s is not None:
        yield "Duration", format_duration(plan.duration_s)
    if plan.warmup_s:
        yield "Warm-up", f"{format_duration(plan.warmup_s)}, left out"
    if plan.think_s:
        yield "Think time", format_duration(plan.think_s)
    kept = "" if plan.keepalive else ", none is kept"
    most = "at most " if plan.mode == "open" else ""
    yield "Connections", f"{most}{plan.connections:,}{kept}"
    yield "Processes", f"{plan.jobs:,}"
    yield "HTTP", plan.http
    yield "Time-out", format_duration(plan.timeout_s)
    if plan.redirects:
        yield "Redirects", "followed"
    if plan.expect:
        yield "Expected", "<br>".join(map(text, plan.expect[:_MOST_URLS]))
    if plan.seed is not None:
        yield "Seed", str(plan.seed)


def _took(record: Record) -> Iterator[tuple[str, str]]:
    counts = record.counts
    yield "Took", format_duration(record.elapsed_s)
    if counts.warmup:
        yield "In the warm-up", count(counts.warmup, "request")
    if counts.connections:
        again = f", {counts.retried:,} sent again" if counts.retried else ""
        yield (
            "Opened",
            f"{count(counts.connections, 'connection')}; {count(counts.reused, 'request')} on a kept one{again}",
        )
    yield "Bodies", format_size(record.bytes_in)
    if record.wire_in or record.wire_out:
        yield "On the wire", f"{format_size(record.wire_in)} in, {format_size(record.wire_out)} out"
    if record.cpu:
        yield "Processor", ", ".join(map(share, record.cpu)) + " of a core"


def _urls(plan: Plan) -> str:
    shown = [text(url) for url in plan.urls[:_MOST_URLS]]
    if plan.targets > len(shown):
        shown.append(f"and {plan.targets - len(shown):,} more")
    if len(shown) <= _OPEN_URLS:
        return "<br>".join(shown)
    return f"<details><summary>{plan.targets:,} of them</summary>{'<br>'.join(shown)}</details>"
