"""Words on the screen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.wait import render
from wherry.commands.wait.events import Ending, Finding, Finished, Standing, Status
from wherry.core.outcome import Outcome
from wherry.ui.paint import Paint
from wherry.ui.progress import cells

PLAIN, COLOR = Paint(on=False), Paint(on=True)
REFUSED = Finding(Outcome.UNMET, "127.0.0.1:5432: connection refused", "refused", {"connect": 0.0004})
OK = Finding(Outcome.MET, "HTTP 200", phases={"dns": 0.001, "connect": 0.0021234567})
WAITING = Status("db", "postgres://db", finding=REFUSED, attempts=7, seconds=1.234)
READY = Status("api", "http://api:8080/", Standing.READY, OK, 1, 1, seconds=0.0123)


@pytest.mark.parametrize(
    "status, line",
    [
        pytest.param(
            WAITING, "waiting  db   127.0.0.1:5432: connection refused (7 attempts, 1.23s)", id="waiting"
        ),
        pytest.param(READY, "ready    api  HTTP 200 (1 attempt, 12.3ms)", id="ready"),
        pytest.param(
            Status("db", "tcp://db:1", seconds=5.0),
            "waiting  db   no attempt has ended yet (0 attempts, 5s)",
            id="never",
        ),
        pytest.param(
            Status("db", "tcp://db:1", Standing.BROKEN, Finding(Outcome.BROKEN, "too many open files"), 1),
            "broken   db   too many open files (1 attempt, 0s)",
            id="broken",
        ),
        pytest.param(
            Status("db", "tcp://db:1", finding=OK, attempts=2, streak=2, needed=3),
            "waiting  db   2 of 3 in a row: HTTP 200 (2 attempts, 0s)",
            id="not stable yet",
        ),
        pytest.param(
            Status("db", "tcp://db:1", finding=OK, attempts=2, gone=True),
            "waiting  db   still there: HTTP 200 (2 attempts, 0s)",
            id="still there",
        ),
        pytest.param(
            Status("db", "tcp://db:1", finding=Finding(Outcome.UNMET, "timed out", "timeout", cut=True), gone=True),
            "waiting  db   timed out (0 attempts, 0s)",
            id="cut, so nothing is known",
        ),
        pytest.param(
            Status("db", "tcp://db:1", Standing.READY, REFUSED, 2, 1, gone=True),
            "gone     db   127.0.0.1:5432: connection refused (2 attempts, 0s)",
            id="gone",
        ),
        pytest.param(
            Status("a\x1b[2J", "t", finding=Finding(Outcome.UNMET, "evil\x1b]0;title\x07\r\nline\u202e"), attempts=1),
            "waiting  a\\x1b[2J  evil\\x1b]0;title\\x07 line\\u202e (1 attempt, 0s)",
            id="nothing that a terminal obeys",
        ),
    ],
)  # fmt: skip
def test_line(status, line):
    assert render.line(status, 3, PLAIN) == line


def test_line_in_colour_pads_the_same():
    assert render.line(READY, 3, COLOR).startswith("\x1b[32mready\x1b[0m    api  HTTP 200 ")


def test_names_line_up_but_a_very_long_one_does_not_widen_all():
    assert render.name_width([WAITING, READY]) == 3
    assert render.name_width([WAITING, Status("x" * 80, "t")]) == 36


@pytest.mark.parametrize(
    "columns, row",
    [
        pytest.param(80, "waiting  db   127.0.0.1:5432: connection refused               7 attempts   4.2s", id="wide"),
        pytest.param(60, "waiting  db   127.0.0.1:5432: connecti…    7 attempts   4.2s", id="the reason gives way"),
        pytest.param(40, "waiting  db   127.0.0.1:5432: connectio…", id="narrow"),
        pytest.param(20, "waiting  db   127.0…", id="very narrow"),
        pytest.param(9, "waiting", id="no room beside the state"),
        pytest.param(4, "wai…", id="not even for the state"),
    ],
)
def test_live_line(columns, row):
    text, width = render.live_line(WAITING, 4.2, columns, 3, PLAIN)
    assert text == row
    assert width == len(row)


@given(st.text(), st.text(), st.integers(1, 200), st.integers(1, 36), st.integers(0, 10**6), st.floats(0, 10**6))
def test_a_live_line_never_wraps(name, words, columns, names, attempts, seconds):
    status = Status(name, "t", finding=Finding(Outcome.UNMET, words), attempts=attempts)
    text, width = render.live_line(status, seconds, columns, names, PLAIN)
    assert cells(text) == width <= columns
    assert text.isprintable()


def test_seconds_do_not_flicker():
    clock = [render.live_line(WAITING, s, 80, 3, PLAIN)[0][-5:] for s in (0.0, 9.96, 12.3, 12.9, 75.5)]
    assert clock == [" 0.0s", "10.0s", "  12s", "  12s", "1m15s"]


@pytest.mark.parametrize(
    "one, other, same",
    [
        pytest.param("timed out after 2s", "timed out after 2.01s", True, id="a time is no news"),
        pytest.param("HTTP 503", "HTTP 502", False, id="a status is"),
        pytest.param("refused", "refused", True, id="the same"),
    ],
)
def test_change(one, other, same):
    def status(words):
        return Status("db", "t", finding=Finding(Outcome.UNMET, words))

    assert (render.change(status(one)) == render.change(status(other))) is same


def finished(ending, *statuses, any_of=False):
    return Finished(ending, 60.0, statuses, any_of)


BROKEN = Status("x", "t", Standing.BROKEN, Finding(Outcome.BROKEN, "permission denied"), 1)
OTHER = Status("mq", "amqp://mq", finding=Finding(Outcome.UNMET, "no"), attempts=3)
STAYING = Status("old", "tcp://old:1", finding=OK, attempts=3, gone=True)


@pytest.mark.parametrize(
    "end, words",
    [
        pytest.param(
            finished(Ending.DEADLINE, WAITING),
            "db is not ready after 1m (7 attempts): 127.0.0.1:5432: connection refused",
            id="one late",
        ),
        pytest.param(
            finished(Ending.DEADLINE, STAYING),
            "old is not gone after 1m (3 attempts): still there: HTTP 200",
            id="not gone",
        ),
        pytest.param(finished(Ending.BROKEN, BROKEN), "x: permission denied", id="one broken"),
        pytest.param(
            finished(Ending.DEADLINE, WAITING, READY),
            "the deadline of 1m passed: 1 of 2 targets is not ready",
            id="one of two",
        ),
        pytest.param(
            finished(Ending.DEADLINE, WAITING, OTHER, READY),
            "the deadline of 1m passed: 2 of 3 targets are not ready",
            id="two of three",
        ),
        pytest.param(
            finished(Ending.DEADLINE, WAITING, OTHER, any_of=True),
            "the deadline of 1m passed: none of 2 targets is ready",
            id="none of any",
        ),
        pytest.param(
            finished(Ending.DEADLINE, STAYING, STAYING),
            "the deadline of 1m passed: 2 of 2 targets are not gone",
            id="two not gone",
        ),
        pytest.param(
            finished(Ending.DEADLINE, STAYING, STAYING, any_of=True),
            "the deadline of 1m passed: none of 2 targets is gone",
            id="none gone",
        ),
        pytest.param(finished(Ending.BROKEN, WAITING, BROKEN), "x cannot become ready", id="broken beside another"),
    ],
)  # fmt: skip
def test_failure(end, words):
    assert render.failure(end, 60.0) == words


def test_why_names_each_that_is_not_ready():
    assert render.why(finished(Ending.DEADLINE, WAITING, READY, OTHER), PLAIN) == [
        "waiting  db   127.0.0.1:5432: connection refused (7 attempts, 1.23s)",
        "waiting  mq   no (3 attempts, 0s)",
    ]


def test_why_names_only_the_broken_one_where_it_ended_the_run():
    assert render.why(finished(Ending.BROKEN, WAITING, BROKEN), PLAIN) == [
        "broken   x   permission denied (1 attempt, 0s)"
    ]


def test_a_single_target_is_told_of_once():
    assert render.why(finished(Ending.DEADLINE, WAITING), PLAIN) == []
    assert len(render.why(finished(Ending.INTERRUPTED, WAITING), PLAIN)) == 1


@pytest.mark.parametrize(
    "statuses, words",
    [
        pytest.param([WAITING], "none of 1 target was ready", id="none"),
        pytest.param([WAITING, READY], "1 of 2 targets was ready: api", id="one"),
        pytest.param([READY, READY, OTHER], "2 of 3 targets were ready: api, api", id="two"),
    ],
)
def test_ready_by_then(statuses, words):
    assert render.ready_by_then(finished(Ending.INTERRUPTED, *statuses)) == words


def test_document():
    never = Status("mq", "amqp://mq")
    document = render.document(finished(Ending.DEADLINE, WAITING, READY, never), str)
    assert json.loads(json.dumps(document)) == {
        "ready": False,
        "ending": "deadline",
        "seconds": 60.0,
        "targets": [
            {
                "name": "db", "target": "postgres://db", "ready": False, "outcome": "unmet", "reason": "refused",
                "words": "127.0.0.1:5432: connection refused", "attempts": 7, "seconds": 1.234,
                "phases": {"connect": 0.0004},
            },
            {
                "name": "api", "target": "http://api:8080/", "ready": True, "outcome": "met", "reason": None,
                "words": "HTTP 200", "attempts": 1, "seconds": 0.0123, "phases": {"dns": 0.001, "connect": 0.002123},
            },
            {
                "name": "mq", "target": "amqp://mq", "ready": False, "outcome": None, "reason": None, "words": "",
                "attempts": 0, "seconds": 0.0, "phases": {},
            },
        ],
    }  # fmt: skip


def test_the_document_hides_secrets_in_words():
    told = Status("db", "postgres://db", finding=Finding(Outcome.UNMET, "no password hunter2"))
    document = render.document(finished(Ending.DEADLINE, told), lambda text: text.replace("hunter2", "***"))
    assert document["targets"][0]["words"] == "no password ***"
