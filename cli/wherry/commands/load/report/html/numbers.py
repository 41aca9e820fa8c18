"""What the whole run came to: key figures, gates, latencies, answers, failures and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.report import words
from wherry.commands.load.report.html.table import box, table, time
from wherry.commands.load.report.words import per_second, share
from wherry.ui.html.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.record import Distribution, Record

# Records hold no more; a file that says that it is one may.
_MOST_ROWS: Final = 101


def figures(record: Record) -> str:
    """The numbers that are looked for first."""
    of, counts = record.latency, record.counts
    shown = [
        ("", f"{counts.sent:,}", "sent"),
        ("", f"{counts.answered:,}", "answered"),
        ("f" if counts.failed else "", f"{counts.failed:,}", "failed"),
        *([("", f"{counts.cut:,}", "under way at the end")] if counts.cut else []),
        *([("w", f"{counts.late:,}", "late")] if counts.late else []),
        *([("f", f"{counts.dropped:,}", "dropped")] if counts.dropped else []),
        *([("", per_second(record.target_per_s), "target")] if record.target_per_s else []),
        ("", per_second(record.achieved_per_s), "sent"),
        ("", per_second(record.throughput_per_s), "answered"),
        ("", time(of.percentiles.get("50")), "median"),
        ("", time(words.percentiles(of)[3]), "p99"),
        ("", time(of.max_us), "max"),
    ]
    items = "".join(f'<li class="{kind}"><b>{value}</b>{name}</li>' for kind, value, name in shown)
    return f'<ul class="counts">{items}</ul>\n'


def gates(record: Record) -> str:
    """Each gate, and those that were not judged."""
    if not record.gates and not record.unjudged:
        return ""
    rows = [
        (None, [text(gate.expression), _state("good", "ok") if gate.met else _state("bad", "FAILED"), text(gate.words)])
        for gate in record.gates[:_MOST_ROWS]
    ]
    cut_off = "the run was cut off"
    rows += [(None, [text(one), _state("dim", "not judged"), cut_off]) for one in record.unjudged[:_MOST_ROWS]]
    return _section("gates", "Gates", box("Gates", table("gate-table", ["gate", "", "found"], rows, words=2)))


def latencies(record: Record) -> str:
    """A row for each distribution, and what latency is."""
    names = ["", "mean", *(f"p{name}" for name in words.PERCENTILES), "max"]
    rows = [
        (None, [name, time(of.mean_us), *map(time, words.percentiles(of)), time(of.max_us)])
        for name, of in _distributions(record)
    ]
    note = f'<p class="dim">{words.LATENCY[record.plan.mode]}</p>\n'
    return _section("latency", "Latency", box("Latency", table("latency-table", names, rows)) + note)


def answers(record: Record) -> str:
    """Whole answers by status, and failures by kind and wording."""
    parts = []
    ended = max(record.counts.answered + record.counts.failed, sum(record.statuses.values()), 1)
    if record.statuses:
        rows = [
            (None, [text(code), f"{number:,}", share(number / ended), _bar(number / ended, _class_of(code))])
            for code, number in sorted(record.statuses.items())[:_MOST_ROWS]
        ]
        codes = table("status-table", ["code", "count", "share", ""], rows, words=1)
        parts.append(_section("statuses", "Status codes", box("Status codes", codes)))
    if record.failures:
        found = sorted(record.failures, key=lambda each: -each.count)
        rows = [(None, [f"{each.count:,}", each.kind.value, text(each.words)]) for each in found[:_MOST_ROWS]]
        kinds = table("failure-table", ["count", "kind", "words"], rows, words=2)
        parts.append(_section("failures", "Failures", box("Failures", kinds)))
    return "".join(parts)


def targets(record: Record) -> str:
    """A row for each of several targets."""
    if not record.targets:
        return ""
    rows = []
    for each in record.targets[:_MOST_ROWS]:
        of = each.latency
        shown = words.percentiles(of)
        times = [of.percentiles.get("50"), shown[1], shown[3], of.max_us]
        rows.append((None, [text(each.name), f"{each.sent:,}", f"{each.failed:,}", *map(time, times)]))
    head = ["target", "sent", "failed", "p50", "p90", "p99", "max"]
    return _section("targets", "Targets", box("Targets", table("target-table", head, rows)))


def _distributions(record: Record) -> Iterator[tuple[str, Distribution]]:
    yield "latency", record.latency
    if record.counts.failed:
        yield "answered", record.successful
    if record.plan.mode == "open":
        yield "service", record.service
        if record.lag is not None:
            yield "lag", record.lag
    for name, of in [*record.phases.items()][:_MOST_ROWS]:
        yield f"<em>{text(name)}</em>", of


def _section(anchor: str, title: str, inside: str) -> str:
    return f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{title}</h2>\n{inside}</section>\n'


def _state(of: str, words: str) -> str:
    return f'<b class="{of}">{words}</b>'


def _class_of(code: str) -> str:
    return {"5": "f", "4": "w"}.get(code[:1], "p")


def _bar(of_one: float, of: str) -> str:
    width = round(1000 * min(max(of_one, 0.0), 1.0))
    return (
        '<svg class="bar" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="{of}" d="M0 0h{width}v1h-{width}z"/></svg>'
    )
