"""A comparison as text for people and as one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.commands.load.compare.comparison import Verdict
from wherry.commands.load.compare.resampling import ALPHA
from wherry.core.jsontext import dumps
from wherry.core.quantity import format_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.compare.comparison import Compared, Comparison
    from wherry.commands.load.compare.metrics import Metric

FORMAT: Final = "wherry.load.compare/1"
_HEADS: Final = ("", "old", "new", "change", f"{1 - ALPHA:.0%} interval", "")
_FEW: Final = "Too few runs to tell: give four or more of each side, or two URLs and --repeats."


def text(comparison: Comparison) -> str:
    """A table of all metrics and a line of the verdict, without a newline at the end."""
    rows = [_HEADS, *map(_row, comparison.metrics)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines += ["", f"{verdict(comparison)} ({comparison.old_runs} and {comparison.new_runs} runs)"]
    if comparison.limited:
        lines.append(f"The client held back {comparison.limited} of these runs: what differs may be its own doing.")
    if comparison.few:
        lines.append(_FEW)
    return "\n".join(lines)


def verdict(comparison: Comparison) -> str:
    """The verdict and of what, such as ``worse: p50, p99; better: throughput``."""
    said = []
    for each in (Verdict.WORSE, Verdict.BETTER):
        names = [compared.metric.name for compared in comparison.metrics if compared.verdict is each]
        said += [f"{each}: {', '.join(names)}"] if names else []
    return "; ".join(said) or str(Verdict.UNKNOWN)


def document(comparison: Comparison, old: Sequence[str], new: Sequence[str]) -> str:
    """On one line. Values are in seconds, per second or shares; ``old`` and ``new`` are the URLs of the sides."""
    return dumps(
        {
            "format": FORMAT,
            "old": {"urls": list(old), "runs": comparison.old_runs},
            "new": {"urls": list(new), "runs": comparison.new_runs},
            "limited": comparison.limited,
            "verdict": comparison.verdict,
            "metrics": [_fields(compared) for compared in comparison.metrics],
        }
    )


def _fields(compared: Compared) -> dict[str, Any]:
    metric = compared.metric
    per_unit = 1e6 if metric.unit == "us" else 1.0
    return {
        "name": metric.name,
        "old": None if compared.old is None else compared.old / per_unit,
        "new": None if compared.new is None else compared.new / per_unit,
        "change": _rounded(compared.change),
        "low": _rounded(compared.low),
        "high": _rounded(compared.high),
        "verdict": compared.verdict,
    }


def _rounded(change: float | None) -> float | None:
    return None if change is None else round(change, 6)


def _row(compared: Compared) -> tuple[str, ...]:
    metric, interval = compared.metric, ""
    if compared.low is not None and compared.high is not None:
        interval = f"{_change(metric, compared.low)} to {_change(metric, compared.high)}"
    change = "" if compared.change is None else _change(metric, compared.change)
    old, new = _value(metric, compared.old), _value(metric, compared.new)
    return metric.name, old, new, change, interval, str(compared.verdict)


def _value(metric: Metric, value: float | None) -> str:
    if value is None:
        return "-"
    if metric.unit == "us":
        return format_duration(value / 1e6)
    return f"{value:,.0f}/s" if metric.unit == "per_s" and value >= 100 else _small(metric, value)


def _small(metric: Metric, value: float) -> str:
    return f"{value:.3g}/s" if metric.unit == "per_s" else f"{100 * value:.3g}%"


def _change(metric: Metric, change: float) -> str:
    return f"{100 * change:+.1f}%" if metric.relative else f"{100 * change:+.2f} points"
