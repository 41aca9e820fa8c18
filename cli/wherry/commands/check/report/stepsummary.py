"""The summary of a step of GitHub Actions: a page of Markdown that the runner reads from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.detail import among, detail, place, said, tally
from wherry.commands.check.results import Status
from wherry.core.quantity import format_duration
from wherry.core.xmltext import text
from wherry.ui.plain import one_line
from wherry.ui.wholefile import writing_failed

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.commands.check.results import Result, Summary

# A step's summary that is larger is not shown at all (1 MiB); it may hold what came before in the same step.
_LIMIT: Final = 1 << 20
_ROWS: Final = 256 * 1024


class StepSummary:
    """Appends to the file at ``path``, once, what did not pass; as much as there is room for.

    The rows are HTML, in which nothing but ``&`` and ``<`` means anything: no name can make a link or a mention.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[str] = []
        self._size = 0
        self._left_out = 0

    def add(self, result: Result, name: str) -> None:
        state = _state(result)
        if state is None:
            return
        row = _row(state, result, name)
        self._size += len(row.encode())
        if self._left_out or self._size > _ROWS:
            self._left_out += 1
        else:
            self._rows.append(row)

    def write(self, summary: Summary) -> None:
        """Raises WherryError where the file cannot be written."""
        try:
            with self._path.open("ab") as file:
                room = _LIMIT - file.tell()
                file.write(self._page(summary, room))
        except OSError as exc:
            raise writing_failed(self._path, exc) from exc

    def _page(self, summary: Summary, room: int) -> bytes:
        """At most ``room`` bytes; nothing where not even the counts fit."""
        rows, left_out = self._rows, self._left_out
        while len(page := _page(summary, rows, left_out)) > room and rows:
            left_out += len(rows) - len(rows) // 2
            rows = rows[: len(rows) // 2]
        return page if len(page) <= room else b""


def _page(summary: Summary, rows: list[str], left_out: int) -> bytes:
    parts = [f"\n### wherry check: {'ok' if summary.ok else 'FAILED'}\n\n{tally(summary)}"]
    parts.append(f"; among them {among(summary)}\n\n" if among(summary) else "\n\n")
    if summary.ended:
        parts.append(f"<p>Ended early: <code>{text(one_line(summary.ended))}</code></p>\n\n")
    if rows:
        parts += [
            "<table>\n<tr><th></th><th>check</th><th>time</th><th>what was found</th></tr>\n",
            *rows,
            "</table>\n",
        ]
    if left_out:
        parts.append(f"\n{left_out} more did not pass: there is no room for them here.\n")
    return "".join(parts).encode("utf-8", "backslashreplace")


def _row(state: str, result: Result, name: str) -> str:
    # An empty line would end the HTML for Markdown (CommonMark section 4.6).
    told = "&#10;".join(text(line) for line, *_ in detail(result))
    cells = [
        state,
        f"<code>{text(name)}</code>",
        format_duration(result.seconds),
        f"<code>{text(said(result))}</code><details><summary>{text(place(result))}</summary><pre>{told}</pre></details>",
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _state(result: Result) -> str | None:
    """An icon and a word for what is worth a row."""
    if result.fails:
        return "❌ failed" if result.status is Status.FAILED else "❌ error"
    if result.warns:
        return "⚠️ warned"
    return "⚠️ flaky" if result.flaky else None
