"""The report for people who were not there: one page that needs nothing but a browser.

What a check came to is written down when it ends, and put together when the run does: memory does not grow with the
number of checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.report import htmlpage
from wherry.commands.check.report.htmlbars import AXIS, axis, plain
from wherry.commands.check.report.htmlcheck import OPEN, check, kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.report.spool import Spool
    from wherry.commands.check.results import Result, Summary

# So many that fail are named at the top, and are open from the start.
_MOST_NAMED: Final = 20
_BRIEF: Final = 200


class _Suite:
    """What is known of a suite while its checks end: where its first check stands, and how many ended how."""

    def __init__(self, result: Result) -> None:
        self.name = f"{result.suite}.{result.group}" if result.group else result.suite
        self.file = result.file
        self.first = result.index
        self.kinds: dict[str, int] = {}


class Html:
    """Streams into ``spool``, and from there into the page. A check that passes takes about a kilobyte of it."""

    def __init__(self, write: Write, spool: Spool) -> None:
        self._write = write
        self._spool = spool
        self._suites: dict[str, _Suite] = {}
        self._kinds: dict[str, int] = {}
        self._tags: set[str] = set()
        self._phases: set[str] = set()
        self._wrong: list[tuple[int, str, str]] = []
        self._failing = 0
        self._origin_s: float | None = None
        self._last_s = 0.0

    def begin(self, planned: Sequence[Line]) -> None:
        """Nothing of the page is known yet."""

    def result(self, result: Result) -> None:
        if self._origin_s is None:
            self._origin_s = result.began_s
        self._last_s = max(self._last_s, result.began_s + result.seconds)
        anchor = ""
        if result.fails:
            self._failing += 1
            if self._failing <= _MOST_NAMED:
                anchor = f"c{self._failing}"
                words = f"{result.name}: {result.words}" if result.words else result.name
                self._wrong.append((result.index, anchor, words if len(words) <= _BRIEF else f"{words[:_BRIEF]} ..."))
        key = "\n".join((result.suite, result.group, result.file))
        suite = self._suites.get(key)
        if suite is None:
            suite = self._suites[key] = _Suite(result)
        suite.first = min(suite.first, result.index)
        of = kind(result)
        suite.kinds[of] = suite.kinds.get(of, 0) + 1
        self._kinds[of] = self._kinds.get(of, 0) + 1
        self._tags.update(result.tags)
        self._phases.update(map(plain, result.measured.phases))
        self._spool.add(check(result, self._origin_s, anchor), order=result.index, key=key)

    def end(self, summary: Summary) -> None:
        origin_s = summary.began_s if self._origin_s is None else self._origin_s
        time = axis(summary.began_s - origin_s, max(summary.seconds, self._last_s - summary.began_s))
        suites = sorted(self._suites.items(), key=lambda item: item[1].first)
        named = [(f"s{number}", suite.name) for number, (_, suite) in enumerate(suites, 1)]
        wrong = [(anchor, words) for _, anchor, words in sorted(self._wrong)]
        self._write(
            htmlpage.head(summary)
            + htmlpage.top(summary, self._kinds)
            + htmlpage.wrong(wrong, self._failing - len(wrong))
            + (htmlpage.filters(self._kinds, named, self._tags) + htmlpage.key(self._phases) if self._suites else "")
            + "<main>\n"
        )
        is_open = " open" if self._failing <= _MOST_NAMED else ""
        for (anchor, name), (key, suite) in zip(named, suites, strict=True):
            self._write(htmlpage.heading(anchor, name, suite.file, htmlpage.counted(suite.kinds), time))
            for piece in self._spool.texts(key):
                self._write(piece.replace(AXIS, time.view).replace(OPEN, is_open))
            self._write("</ol></section>\n")
        self._write("</main>\n" + htmlpage.tail())
