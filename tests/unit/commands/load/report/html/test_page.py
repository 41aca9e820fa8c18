"""The page of a run, as an HTML parser reads it; test_browser.py has how it works in a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from contrast import contrast, schemes
from html_tree import read
from hypothesis import given, settings
from hypothesis import strategies as st
from load_samples import (
    CLOSED,
    CUT_OFF,
    GATED,
    LIMITED,
    NOTHING,
    OPEN,
    READ,
    REFUSED,
    SAMPLES,
    TARGETS,
    counts,
    of,
    records,
    texts,
)  # fmt: skip
from msgspec.structs import replace

from wherry.commands.load.record import Ended, Judged, Step
from wherry.commands.load.report.html.render import render
from wherry.commands.load.report.html.script import SCRIPT
from wherry.commands.load.report.html.style import STYLE
from wherry.commands.load.report.words import planned

MICROSECONDS = st.none() | st.integers(-5, 2**60)
STEPS = st.lists(
    st.builds(
        Step, at_s=st.floats(allow_nan=False, allow_infinity=False), for_s=st.floats(0, 1e300), sent=counts,
        answered=counts, failed=counts, target_per_s=st.none() | st.floats(0, 1e9), open_connections=counts,
        p50_us=MICROSECONDS, p90_us=MICROSECONDS, p99_us=MICROSECONDS, max_us=MICROSECONDS,
        heat=st.lists(st.integers(0, 2**60), max_size=40).map(tuple),
    )
    | st.builds(Step, at_s=st.floats(0, 100), for_s=st.floats(0.1, 10), sent=counts, heat=st.just((0, 1, 5))),
    max_size=4,
).map(tuple)  # fmt: skip
GATES = st.lists(st.builds(Judged, expression=texts, met=st.booleans(), words=texts), max_size=2).map(tuple)


def sections(record):
    """The text of each section by its heading."""
    return {one.one("h2").inside[0].strip(): one for one in read(render(record)).all("section")}


def rows(section):
    """The cells of each row of the first table."""
    table = section.one("table")
    return [[cell.text for cell in line if cell.name in ("th", "td")] for line in table.all("tr")]


def test_what_there_is_of_a_run_by_a_schedule():
    assert [*sections(OPEN)] == [
        "To know before reading on", "Latency", "Latency by percentile", "Requests per second", "Latency over time",
        "Intervals", "Status codes", "Failures", "Plan",
    ]  # fmt: skip


def test_of_what_was_not_measured_there_is_no_section():
    assert [*sections(NOTHING)] == ["To know before reading on", "Latency", "Plan"]


@pytest.mark.parametrize(
    "record, title, heading, lines",
    [
        pytest.param(
            OPEN, "GET http://127.0.0.1:8080/ - wherry load", "GET http://127.0.0.1:8080/",
            [planned(OPEN.plan)], id="no gate, no verdict",
        ),
        pytest.param(
            replace(GATED, name="check<out>"), "FAILED: check<out> - wherry load", "FAILED check<out>",
            [
                "4 of 6 gates are not met", "GET http://127.0.0.1:8080/",
                planned(OPEN.plan),
            ],
            id="gates that are not met, and a name",
        ),
        pytest.param(
            replace(OPEN, gates=(Judged(expression="p(99)<1s", met=True, value=0.1, words="100ms"),)),
            "ok: GET http://127.0.0.1:8080/ - wherry load", "ok GET http://127.0.0.1:8080/",
            ["the gate is met", planned(OPEN.plan)], id="met",
        ),
    ],
)  # fmt: skip
def test_the_top(record, title, heading, lines):
    tree = read(render(record))
    assert tree.one("title").text == title
    assert tree.one("h1").text == heading
    shown = [one.text for one in tree.one("header").all("p")]
    assert shown == [*lines, "Began 2026-11-24 15:20:42 UTC; wherry 0.4.0"]


def test_the_figures():
    shown = [(one.one("b").text, one.inside[1]) for one in read(render(OPEN)).one("header").all("li")]
    assert shown == [
        ("1,003", "sent"), ("980", "answered"), ("20", "failed"), ("3", "under way at the end"), ("12", "late"),
        ("7", "dropped"), ("101/s", "target"), ("100.3/s", "sent"), ("98/s", "answered"), ("12ms", "median"),
        ("21.8ms", "p99"), ("22ms", "max"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "record, told",
    [
        pytest.param(LIMITED, "the client, not the server, held the run back", id="limited by the client"),
        pytest.param(OPEN, "7 requests of the schedule never sent", id="dropped"),
        pytest.param(NOTHING, "The run was interrupted after 208ms.", id="interrupted"),
        pytest.param(REFUSED, "no request was answered as expected", id="no answer"),
        pytest.param(replace(CLOSED, ended=Ended.DEADLINE), "The deadline ended the run after 208ms.", id="deadline"),
    ],
)
def test_what_must_be_known_stands_first(record, told):
    page = render(record)
    assert told in sections(record)["To know before reading on"].text
    assert page.index(told) < page.index("<main>")


def test_a_calm_run_has_no_warning():
    assert "To know before reading on" not in sections(CLOSED)


def test_a_closed_loop_says_that_it_is_not_corrected():
    assert "this is service time, and not corrected" in sections(CLOSED)["Latency"].text
    assert "not corrected" not in sections(OPEN)["Latency"].text
    assert "not corrected" in sections(READ)["Latency"].text


def test_gates():
    assert rows(sections(GATED)["Gates"])[:4] == [
        ["gate", "", "found"],
        ["p(99)<250ms", "ok", "21.8ms"],
        ["p(50)<10ms", "FAILED", GATED.gates[1].words],
        ["error_rate<1%", "FAILED", GATED.gates[2].words],
    ]
    assert rows(sections(CUT_OFF)["Gates"])[1:] == [["p(99)<250ms", "not judged", "the run was cut off"]]


def test_latencies():
    assert rows(sections(OPEN)["Latency"]) == [
        ["", "mean", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max"],
        ["latency", "12ms", "12ms", "20ms", "21ms", "21.8ms", "22ms", "-", "22ms"],
        ["answered", *rows(sections(OPEN)["Latency"])[2][1:]],
        ["service", "6ms", "5.99ms", "9.99ms", "10.5ms", "10.9ms", "11ms", "-", "11ms"],
        ["lag", "342µs", "200µs", "200µs", "200µs", "12ms", "12ms", "-", "12ms"],
        ["connect", "310µs", "300µs", "-", "-", "-", "-", "-", "320µs"],
        ["first byte", "6ms", "5.99ms", "9.99ms", "10.5ms", "10.9ms", "11ms", "-", "11ms"],
    ]


def test_answers_and_failures():
    shown = sections(OPEN)
    assert rows(shown["Status codes"]) == [
        ["code", "count", "share", ""], ["200", "980", "98%", ""], ["500", "2", "0.2%", ""], ["503", "8", "0.8%", ""],
    ]  # fmt: skip
    assert [one.attributes["d"] for one in shown["Status codes"].all("path")] == [
        "M0 0h980v1h-980z", "M0 0h2v1h-2z", "M0 0h8v1h-8z",
    ]  # fmt: skip
    assert rows(shown["Failures"])[1:3] == [
        ["8", "status", "HTTP 503"],
        ["7", "timeout", "no answer within 30s"],
    ]


def test_targets():
    assert rows(sections(TARGETS)["Targets"]) == [
        ["target", "sent", "failed", "p50", "p90", "p99", "max"],
        ["GET http://127.0.0.1:8080/a", "700", "10", "12ms", "20ms", "21.8ms", "22ms"],
        ["pay", "300", "10", "5.99ms", "9.99ms", "10.9ms", "11ms"],
        ["a[0]>1", "0", "0", "-", "-", "-", "-"],
    ]


def test_the_plan():
    plan = sections(replace(OPEN, plan=replace(OPEN.plan, expect=("status=200", "json.$.ok=true"), keepalive=False)))[
        "Plan"
    ]
    pairs = dict(zip([one.text for one in plan.all("dt")], [one.text for one in plan.all("dd")], strict=True))
    assert pairs == {
        "Method": "GET", "URL": "http://127.0.0.1:8080/", "Loop": "open", "Rate": "100/s, constant arrivals",
        "Duration": "10s", "Connections": "at most 50, none is kept", "Processes": "2", "HTTP": "1.1",
        "Time-out": "30s",
        "Expected": "status=200json.$.ok=true", "Seed": "7", "Took": "10s", "In the warm-up": "50 requests",
        "Opened": "50 connections; 950 requests on a kept one, 1 sent again", "Bodies": "1.22 MiB",
        "On the wire": "1.43 MiB in, 87.9 KiB out", "Processor": "21%, 20% of a core",
    }  # fmt: skip


def test_many_urls_are_folded():
    urls = tuple(f"http://127.0.0.1/{number}" for number in range(100))
    plan = sections(replace(TARGETS, plan=replace(TARGETS.plan, urls=urls, targets=250)))["Plan"]
    assert plan.one("summary").text == "250 of them"
    assert plan.one("details").text.endswith("http://127.0.0.1/99and 150 more")


def test_the_policy_allows_this_style_and_this_script_and_nothing_else():
    tree = read(render(OPEN))
    policy = next(one.attributes["content"] for one in tree.all("meta") if "http-equiv" in one.attributes)

    def hashed(text):
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert policy == (
        f"default-src 'none'; style-src {hashed(STYLE)}; script-src {hashed(SCRIPT)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert [one.text for one in tree.all("style")] == [STYLE]
    assert [one.text for one in tree.all("script")] == [SCRIPT]


@given(records, STEPS, GATES)
@settings(max_examples=80)
def test_any_record_stays_in_its_place(record, steps, gates):
    page = render(replace(record, steps=steps, gates=gates))
    tree = read(page)
    for element in tree:
        assert element.name in NAMES
        assert element.attributes.keys() <= ATTRIBUTES, element.attributes
        assert element.attributes.get("href", "data:,") == "data:,"
    assert [one.text for one in tree.all("script")] == [SCRIPT]
    assert all(character.isprintable() or character == "\n" for character in page)
    assert not re.search(r"\b(?:nan|inf)\b", "".join(one.attributes["d"] for one in tree.all("path")))
    anchors = [one.attributes["id"] for one in tree if "id" in one.attributes]
    assert len(anchors) == len({*anchors})
    assert {one.attributes["data-table"] for one in tree.all("div") if "data-table" in one.attributes} <= {*anchors}


NAMES = {*re.findall(r"[a-z0-9]+", """
    html head meta title link style body header main section h1 h2 p b i em small span time ul li dl dt dd br
    details summary div table thead tbody tr th td svg g path text script
""")}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "datetime", "viewbox", "d", "id",
    "preserveaspectratio", "aria-hidden", "aria-label", "aria-labelledby", "role", "scope", "tabindex", "width",
    "height", "x", "y", "dx", "dy", "data-x", "data-table", "data-columns",
}  # fmt: skip


def test_a_long_run_is_a_page_of_bounded_size():
    heat = tuple(range(1, 30))
    steps = tuple(
        Step(
            at_s=at / 4, for_s=0.25, sent=4000 + at % 7, answered=3990 + at % 7, failed=at % 5, target_per_s=16_000.0,
            open_connections=50, p50_us=1000 + at, p90_us=2000 + at, p99_us=90_000 - at, max_us=200_000 + at,
            heat=heat[at % 7 :] if at % 2 else heat[: at % 20],
        )
        for at in range(600)
    )  # fmt: skip
    assert len(render(replace(OPEN, steps=steps))) < 500_000


def test_colours_can_be_read():
    """WCAG 2.2, 1.4.11: graphics have a contrast of 3 to what is behind them.

    The cells of the map are a scale, whose faintest is near to nothing: each is told from the one before, and the
    faintest from an empty one.
    """
    for colours in schemes(STYLE):
        assert all(
            contrast(colours[name], colours["back"]) >= 3 for name in ("p0", "p1", "p2", "p3", "p5", "p6", "bad")
        )
        levels = [contrast(colours[f"h{level}"], colours["back"]) for level in range(1, 7)]
        assert levels[0] >= 1.8
        assert all(after / before >= 1.25 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_says_the_same_twice(name):
    assert render(SAMPLES[name]) == render(SAMPLES[name])


def test_no_value_is_a_page_too():
    assert "Latency by percentile" not in sections(replace(OPEN, latency=of(), service=of(), successful=of()))
