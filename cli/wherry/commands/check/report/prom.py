"""Metrics for the textfile collector of Prometheus's node_exporter.

What blackbox_exporter measures has its names there, so that its dashboards and alerts work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.probes import FAMILIES, samples
from wherry.core.exposition import Sample, heading, sample_line
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.report.spool import Spool
    from wherry.commands.check.results import Result, Summary

_AT_ONCE: Final = 500
_ENDED: Final = "wherry_check_end_timestamp_seconds"


class Prom:
    """Gauges with the labels suite, group (where there is one), check and kind.

    Of several results of one check the last one counts: a page that says a sample twice would be refused.
    A family's samples must stand together, so the lines wait in the spool: by check while results come, then by family.
    """

    def __init__(self, write: Write, spool: Spool) -> None:
        self._write = write
        self._spool = spool
        self._came = 0
        self._last: dict[tuple[str, ...], int] = {}
        self._suites: dict[tuple[str, ...], dict[str, str]] = {}

    def begin(self, planned: Sequence[Line]) -> None:
        """Nothing is known yet."""

    def result(self, result: Result) -> None:
        suite = {"suite": one_line(result.suite)} | ({"group": one_line(result.group)} if result.group else {})
        labels = suite | {"check": one_line(result.name), "kind": one_line(result.kind)}
        lines = []
        for name, value, more in samples(result):
            further = {label: one_line(text) for label, text in more.items()}
            lines.append(sample_line(name, Sample(value, labels | further)))
        self._spool.add(f"{self._came}\n{''.join(lines)}", order=result.index)
        self._last[tuple(labels.values())] = self._came
        self._suites[tuple(suite.values())] = suite
        self._came += 1

    def end(self, summary: Summary) -> None:
        self._sort()
        for name, text in FAMILIES.items():
            headed = False
            for lines in self._spool.texts(name):
                if not headed:
                    self._write(heading(name, "gauge", text))
                    headed = True
                self._write(lines)
        self._write(heading(_ENDED, "gauge", "When the run of the suite ended, in seconds since 1970"))
        for suite in self._suites.values():
            self._write(sample_line(_ENDED, Sample(round(summary.began_s + summary.seconds, 3), suite)))

    def _sort(self) -> None:
        """Gather the lines by family, a block at a time."""
        counting = set(self._last.values())
        blocks: dict[str, list[str]] = {}
        for row in self._spool.texts():
            came, *lines = row.splitlines(keepends=True)
            if int(came) not in counting:
                continue
            for line in lines:
                name = line[: line.index("{")]
                block = blocks.setdefault(name, [])
                block.append(line)
                if len(block) == _AT_ONCE:
                    self._keep(name, block)
        for name, block in blocks.items():
            self._keep(name, block)

    def _keep(self, family: str, block: list[str]) -> None:
        if block:
            self._spool.add("".join(block), order=0, key=family)
            block.clear()
