"""The page around the checks of an HTML report: how the run went, what is wrong, and what can be filtered by.

Without its script everything can be read, and only the filters are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.about import VERSION
from wherry.commands.check.report.htmlbars import PHASES, shares
from wherry.commands.check.report.htmlcheck import KINDS
from wherry.commands.check.report.htmlscript import SCRIPT
from wherry.commands.check.report.htmlstyle import STYLE
from wherry.core.quantity import format_duration
from wherry.ui.html import page
from wherry.ui.html.text import text

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from wherry.commands.check.report.htmlbars import Axis
    from wherry.commands.check.results import Summary


def head(summary: Summary) -> str:
    """Everything before the body's first heading."""
    title = f"{_verdict(summary)}: {_count(summary.total, 'check')} - wherry check"
    return page.head(title, STYLE, SCRIPT)


def top(summary: Summary, kinds: Mapping[str, int]) -> str:
    """The verdict, and how many checks ended how; ``kinds`` counts them by `KINDS`, each once."""
    good = "good" if summary.ok else "bad"
    parts = [
        f'<header><h1><span class="{good}">{_verdict(summary)}</span> {_count(summary.total, "check")} in '
        f'{format_duration(summary.seconds)}</h1>\n<p class="dim">Began {page.time(summary.began_s)}; '
        f"wherry {VERSION}</p>\n"
    ]
    if summary.ended:
        parts.append(f'<p><b class="bad">Ended early:</b> {text(summary.ended)}</p>\n')
    elif not summary.passed:
        parts.append('<p><b class="bad">Nothing passed</b>, so nothing is known to be well.</p>\n')
    counts = {one: kinds.get(one, 0) for one in KINDS}
    if summary.total:
        parts.append(shares(counts))
        parts.append('<ul class="counts">')
        parts.extend(f'<li class="{one}"><b>{count}</b>{KINDS[one]}</li>' for one, count in counts.items() if count)
        parts.append("</ul>")
    parts.append("</header>\n")
    return "".join(parts)


def wrong(links: Sequence[tuple[str, str]], more: int) -> str:
    """The checks that make the run fail: (id, name) of the first, and how many ``more`` there are."""
    if not links:
        return ""
    items = "".join(f'<li><a href="#{anchor}">{text(name)}</a></li>' for anchor, name in links)
    if more:
        items += f"<li>and {more} more</li>"
    return (
        f'<section class="wrong" aria-labelledby="wrong"><h2 id="wrong">What is wrong</h2><ul>{items}</ul></section>\n'
    )


def filters(kinds: Mapping[str, int], suites: Sequence[tuple[str, str]], tags: Iterable[str]) -> str:
    """The form that shows once its script runs: ``suites`` are (id, name)."""
    boxes = "".join(
        f'<label><input type="checkbox" checked value="{one}">{KINDS[one]}</label>' for one in KINDS if kinds.get(one)
    )
    parts = [
        f'<form hidden autocomplete="off" aria-label="Filter"><div><fieldset><legend>Show</legend>{boxes}</fieldset>'
        '<output aria-live="polite"></output></div>'
        '<input type="search" name="words" placeholder="Search" aria-label="Search in checks">'
    ]
    if len(suites) > 1:
        parts.append(_choice("suite", "Suite", suites))
    if named := [(text(tag), tag) for tag in sorted(tags)]:
        parts.append(_choice("tag", "Tag", named))
    parts.append('<button type="reset">Clear</button></form>\n')
    return "".join(parts)


def key(phases: Container[str]) -> str:
    """What the colours of the bars stand for, of the ``phases`` that there were."""
    shown = "".join(f'<li><i class="{of}"></i>{name}</li>' for name, of in PHASES.items() if name in phases)
    return (
        f'<ul class="key" aria-label="Colours of the bars">{shown}<li><i class="y"></i>attempt that passed</li>'
        '<li><i class="n"></i>attempt that did not</li></ul>\n'
    )


def heading(anchor: str, name: str, file: str, counts: str, axis: Axis) -> str:
    """The beginning of a suite's list, under its time axis."""
    labels = "".join(f"<span>{label}</span>" for label in axis.labels)
    return (
        f'<section id="{anchor}" class="g{axis.steps}" aria-labelledby="{anchor}h"><h2 id="{anchor}h">{text(name)} '
        f"<small>{text(file)}; {counts}</small></h2>\n"
        f'<div class="axis" aria-hidden="true"><div>{labels}</div></div><ol>\n'
    )


def tail() -> str:
    """The end of the page."""
    return page.tail(SCRIPT)


def counted(kinds: Mapping[str, int]) -> str:
    """``1 failed, 12 passed``."""
    return ", ".join(f"{kinds[one]} {word}" for one, word in KINDS.items() if kinds.get(one))


def _verdict(summary: Summary) -> str:
    return "ok" if summary.ok else "FAILED"


def _choice(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    shown = "".join(f'<option value="{value}">{text(words)}</option>' for value, words in options)
    return f'<label>{label}<select name="{name}"><option value="">all</option>{shown}</select></label>'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
