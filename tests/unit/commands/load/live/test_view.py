"""Who watches a run: the picture on a terminal, lines for a log."""

from __future__ import annotations

import io

import pytest
from test_frame import PLAN, PROGRESS, changed

from wherry.commands.load.events import Stage
from wherry.commands.load.live.look import Look
from wherry.commands.load.live.view import Lines, Picture, watching
from wherry.commands.load.record import Counts, Distribution, Record
from wherry.ui.env import Env
from wherry.ui.paint import Paint
from wherry.ui.progress import Block

RECORD = Record(
    wherry="0.4.0", began_s=0.0, elapsed_s=10.0, plan=PLAN, counts=Counts(sent=1000, answered=990, failed=10),
    achieved_per_s=100.0, throughput_per_s=99.0, latency=Distribution(count=1000, percentiles={"50": 2500, "99": 9000}),
    service=Distribution(count=0), successful=Distribution(count=0),
)  # fmt: skip


@pytest.fixture
def screen():
    return io.StringIO()


@pytest.fixture
def picture(screen):
    return Picture(Block(screen.write, lambda: (80, 24)), Look(Paint(on=False), blocks=True), stays=False)


def test_it_is_there_at_once_and_gone_at_the_end(picture, screen):
    picture.begin(PLAN)
    assert "GET http://127.0.0.1:8080/api/orders" in screen.getvalue()
    picture.progress(PROGRESS)
    picture.end(None)
    assert screen.getvalue().endswith("\x1b[12A\x1b[J"), "to its top, and nothing is left below"


def test_a_line_is_left_where_no_report_follows_on_the_terminal(screen):
    picture = Picture(Block(screen.write, lambda: (80, 24)), Look(Paint(on=False), blocks=True), stays=True)
    picture.begin(PLAN)
    picture.end(RECORD)
    last = "1,000 requests in 10s: 99/s answered, p50 2.5ms, p99 9ms, 10 failed"
    assert screen.getvalue().endswith(f"\x1b[J{last}\n\x1b[J")


def test_what_does_not_change_is_not_written_again(picture, screen):
    picture.begin(PLAN)
    picture.progress(PROGRESS)
    written = screen.getvalue()
    picture.progress(changed(elapsed_s=12.35))
    assert screen.getvalue() == written


def test_each_frame_is_one_write(screen):
    writes = []
    picture = Picture(Block(writes.append, lambda: (80, 24)), Look(Paint(on=False), blocks=True), stays=False)
    picture.begin(PLAN)
    picture.progress(PROGRESS)
    assert len(writes) == 2


def test_it_follows_the_size_of_the_terminal(screen):
    sizes = [(80, 24)]
    picture = Picture(Block(screen.write, lambda: sizes[-1]), Look(Paint(on=False), blocks=True), stays=False)
    picture.begin(PLAN)
    picture.progress(PROGRESS)
    sizes.append((40, 6))
    before = len(screen.getvalue())
    picture.progress(PROGRESS)
    shown = screen.getvalue()[before:]
    assert shown.count("\n") == 5
    assert "p50 2.23ms  p90 13.3ms  p99 36.9ms" in shown


def test_a_line_each_ten_seconds():
    said = []
    log = Lines(said.append)
    log.begin(PLAN)
    for tenths in range(400):
        log.progress(changed(elapsed_s=tenths / 10, stage=Stage.WARMING if tenths < 150 else Stage.MEASURING))
    log.end(None)
    assert said == [
        "10s: warm-up, 6,207 sent, 498.2/s of 500/s, p50 2.23ms, p99 36.9ms, 11 failed",
        "20s: 6,207 sent, 498.2/s of 500/s, p50 2.23ms, p99 36.9ms, 11 failed",
        "30s: 6,207 sent, 498.2/s of 500/s, p50 2.23ms, p99 36.9ms, 11 failed",
    ]


def test_time_that_jumps_makes_one_line():
    said = []
    log = Lines(said.append)
    for elapsed_s in (9.9, 47.0, 48.0, 50.0):
        log.progress(changed(elapsed_s=elapsed_s))
    assert [line.partition(":")[0] for line in said] == ["47s", "50s"]


@pytest.mark.parametrize(
    "quiet, verbosity, lines",
    [
        pytest.param(False, 0, 0, id="no terminal: nothing"),
        pytest.param(False, 1, 1, id="--verbose"),
        pytest.param(True, 1, 0, id="--quiet"),
    ],
)
def test_where_there_is_no_terminal(capsys, quiet, verbosity, lines):
    env = Env()
    env.console.quiet = quiet
    env.verbosity = verbosity
    with watching(env) as watcher:
        watcher.begin(PLAN)
        watcher.progress(PROGRESS)
        watcher.end(None)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == lines
    assert "\x1b" not in shown.err
