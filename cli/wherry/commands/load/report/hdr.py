"""HdrHistogram's table of percentiles, in milliseconds, as its plotters and `vegeta report -type=hdrplot` have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.hdr import decode, percentile_lines
from wherry.core.histogram import Histogram

if TYPE_CHECKING:
    from wherry.commands.load.record import Record


def render(record: Record) -> str:
    """The latency of every request that ended. No title: readers take the first line for the heading."""
    hdr = record.latency.hdr
    return "".join(f"{line}\n" for line in percentile_lines(decode(hdr) if hdr else Histogram()))
