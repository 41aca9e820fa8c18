"""A row for each request that ended, where a report wants them."""

from __future__ import annotations

import time
from time import perf_counter_ns
from typing import TYPE_CHECKING

from wherry.commands.load.report.rows import RowFile

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.commands.load.report.rows import Fields
    from wherry.commands.load.targets.prepared import Prepared


class Rows:
    """Collects them, and writes those of each part to the worker's file."""

    def __init__(self, path: Path) -> None:
        """Make the file. Raises WherryError."""
        self._file = RowFile(path)
        self._rows: list[Fields] = []
        self._epoch_ns = time.time_ns() - perf_counter_ns()

    def add(
        self, prepared: Prepared, planned_ns: int, sent_ns: int, now_ns: int, status: int, body: int, kind: str,
        words: str,
    ) -> None:  # fmt: skip
        """A request has ended; times as the driver has them."""
        self._rows.append((
            self._epoch_ns + planned_ns, now_ns - planned_ns, now_ns - sent_ns, status, prepared.body_size, body, kind,
            words, prepared.method, prepared.url,
        ))  # fmt: skip

    def flush(self) -> None:
        """Write what there is."""
        self._file.add(self._rows)
        self._rows.clear()

    def close(self) -> None:
        """No request ends any more."""
        self.flush()
        self._file.close()
