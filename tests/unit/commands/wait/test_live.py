"""What is painted while waiting on a terminal, and what is said where there is none."""

from __future__ import annotations

import io

from wherry.commands.wait.events import Ending, Finding, Finished, Looked, Standing, Status
from wherry.commands.wait.live import Live
from wherry.commands.wait.plain import Plain
from wherry.core.outcome import Outcome
from wherry.core.secret import Redactor
from wherry.ui.console import Console
from wherry.ui.paint import Paint

REFUSED = Finding(Outcome.UNMET, "connection refused", "refused")


class Rows:
    """Stands for a block of a terminal: what stays, and what is painted below it."""

    def __init__(self, columns=60, rows=5):
        self.size = (columns, rows)
        self.staying = []
        self.painted = []

    def paint(self, lines, above=()):
        self.staying.extend(above)
        self.painted = [line for line, _ in lines]


def statuses(count):
    return [Status(f"t{number}", "tcp://x:1") for number in range(count)]


def looked(index, standing=Standing.WAITING, finding=REFUSED, attempts=1):
    return Looked(index, Status(f"t{index}", "tcp://x:1", standing, finding, attempts, seconds=1.0))


def test_what_is_ready_moves_above_what_is_not():
    rows = Rows()
    live = Live(rows, Paint(on=False), statuses(2))
    live.tick(0.1)
    assert [line.split()[:2] for line in rows.painted] == [["waiting", "t0"], ["waiting", "t1"]]
    live.tell(looked(0, Standing.READY, Finding(Outcome.MET, "connected")))
    live.tell(looked(1))
    assert len(rows.painted) == 2, "nothing is painted between ticks"
    live.tick(0.2)
    assert rows.staying == ["ready    t0  connected (1 attempt, 1s)"]
    assert [line.split()[:3] for line in rows.painted] == [["waiting", "t1", "connection"]]


def test_more_than_fits_is_counted():
    rows = Rows(rows=3)
    live = Live(rows, Paint(on=False), statuses(6))
    live.tell(looked(0, Standing.READY))
    live.tick(0.1)
    assert [line.split()[1] for line in rows.painted] == ["t1", "t2", "3"]
    assert rows.painted[-1] == "and 3 more waiting; 1 ready"


def test_the_end_takes_the_rows_away_and_leaves_what_is_ready():
    rows = Rows()
    live = Live(rows, Paint(on=False), statuses(2))
    live.tick(0.1)
    live.tell(looked(1, Standing.READY))
    live.tell(Finished(Ending.DEADLINE, 1.0, ()))
    assert rows.painted == []
    assert len(rows.staying) == 1


def plain(*, every_attempt=False, quiet=False):
    err = io.StringIO()
    console = Console(io.StringIO(), err, Redactor(), {})
    console.quiet = quiet
    return Plain(console, statuses(2), every_attempt=every_attempt), err


def test_a_line_when_the_reason_changes():
    reporter, err = plain()
    for attempts, words in enumerate(
        ["refused", "refused", "timed out after 2s", "timed out after 2.1s", "refused"], 1
    ):
        reporter.tell(looked(0, finding=Finding(Outcome.UNMET, words), attempts=attempts))
        reporter.tick(1.0)
    assert [line.split("(")[0] for line in err.getvalue().splitlines()] == [
        "waiting  t0  refused ",
        "waiting  t0  timed out after 2s ",
        "waiting  t0  refused ",
    ]


def test_targets_do_not_hide_each_other():
    reporter, err = plain()
    for index in (0, 1, 0, 1):
        reporter.tell(looked(index))
    assert len(err.getvalue().splitlines()) == 2


def test_every_attempt_when_asked():
    reporter, err = plain(every_attempt=True)
    for attempts in (1, 2, 3):
        reporter.tell(looked(0, attempts=attempts))
    assert len(err.getvalue().splitlines()) == 3


def test_quiet():
    reporter, err = plain(quiet=True)
    reporter.tell(looked(0, Standing.READY))
    assert err.getvalue() == ""
