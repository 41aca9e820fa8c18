"""The whole page: how the run went, what must be known to read it, and then one thing after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.load.report import words
from wherry.commands.load.report.html.asked import asked
from wherry.commands.load.report.html.intervals import intervals
from wherry.commands.load.report.html.numbers import answers, figures, gates, latencies, targets
from wherry.commands.load.report.html.script import SCRIPT
from wherry.commands.load.report.html.spread import spread
from wherry.commands.load.report.html.style import STYLE
from wherry.ui.html import page
from wherry.ui.html.text import text

if TYPE_CHECKING:
    from wherry.commands.load.record import Record


def render(record: Record) -> str:
    """The page. Without its script everything can be read; what is missing is what a place in a chart says."""
    what = text(record.name or words.asked(record.plan)) or "a run"
    verdict = words.verdict(record)
    kind = "good" if all(gate.met for gate in record.gates) else "bad"
    state = f'<span class="{kind}">{"ok" if kind == "good" else "FAILED"}</span> ' if verdict else ""
    title = f"{'' if not verdict else 'ok: ' if kind == 'good' else 'FAILED: '}{what} - wherry load"
    about = [verdict] if verdict else []
    about += [text(words.asked(record.plan))] if record.name else []
    about.append(text(words.planned(record.plan)))
    lines = "".join(f"<p>{line}</p>\n" for line in about if line)
    return (
        page.head(title, STYLE, SCRIPT)
        + f"<header><h1>{state}{what}</h1>\n{lines}"
        + f'<p class="dim">Began {page.time(record.began_s)}; wherry {text(record.wherry)}</p>\n'
        + figures(record)
        + "</header>\n"
        + _warnings(record)
        + "<main>\n"
        + gates(record)
        + latencies(record)
        + spread(record)
        + intervals(record)
        + '<div class="pair">'
        + answers(record)
        + "</div>\n"
        + targets(record)
        + asked(record)
        + "</main>\n"
        + page.tail(SCRIPT)
    )


def _warnings(record: Record) -> str:
    early = words.ended(record)
    items = [*([early] if early else []), *words.warnings(record)]
    if not items:
        return ""
    shown = "".join(f"<li>{text(item)}</li>" for item in items)
    return (
        '<section class="wrong" aria-labelledby="wrong"><h2 id="wrong">To know before reading on</h2>'
        f"<ul>{shown}</ul></section>\n"
    )
