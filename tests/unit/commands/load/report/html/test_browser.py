"""The page of a run in a browser."""

from __future__ import annotations

import pytest
from browser import Browser, needs_chromium
from load_samples import GATED, OPEN, SAMPLES, TARGETS
from msgspec.structs import replace

from wherry.commands.load.record import ErrorClass, Failures, Step
from wherry.commands.load.report.html.render import render

pytestmark = needs_chromium

STEPS = tuple(
    Step(
        at_s=at * 6.0, for_s=6.0, sent=9_000_000, answered=8_999_000, failed=1000, target_per_s=1_500_000.0,
        open_connections=50, p50_us=90 + at, p90_us=2000, p99_us=90_000_000, max_us=2_000_000_000,
        heat=(*[0] * 5, *range(1, 27)),
    )
    for at in range(600)
)  # fmt: skip
HOSTILE = (
    "</script><script>document.title='x'</script>", '"><img src=x onerror="document.title=1">', "<!--<script>",
    "\x1b[2J", "\u202ereversed", "]]>", "x" * 3000, "'\"&<>",
)  # fmt: skip


@pytest.fixture
def browser(tmp_path):
    return Browser(tmp_path)


def told(tree):
    """What each chart says of the place that is shown in it."""
    return [one.text for one in tree.all("output")]


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_complained_of(browser, name):
    tree = browser.tree(render(SAMPLES[name]))
    assert told(tree) == [""] * len([one for one in tree.all("div") if one.attributes.get("class") == "plot"])


KEYS = """
    const plots = document.querySelectorAll(".plot");
    for (const key of %s) plots[%d].dispatchEvent(new KeyboardEvent("keydown", {key}));
"""


@pytest.mark.parametrize(
    "keys, chart, shown",
    [
        pytest.param(["ArrowRight"], 0, ["50%: latency 12ms, answered 11.8ms, service 5.99ms", "", ""], id="the first"),
        pytest.param(["End"], 0, ["100%: latency 22ms, answered 21.6ms, service 11ms", "", ""], id="the last"),
        pytest.param(
            ["ArrowRight", "ArrowRight"], 1,
            ["", "1s: target -, sent 100/s, answered 98/s, failed 2/s", "1s: p50 12ms, p90 -, p99 -, max -"],
            id="charts over time go together",
        ),
        pytest.param(
            ["End", "ArrowRight", "ArrowLeft"], 2,
            ["", "8s: target -, sent 100/s, answered 98/s, failed 2/s", "8s: p50 12ms, p90 -, p99 -, max -"],
            id="it ends at the end",
        ),
        pytest.param(["End", "Escape"], 1, ["", "", ""], id="Escape"),
        pytest.param(["Home", "x"], 0, ["50%: latency 12ms, answered 11.8ms, service 5.99ms", "", ""], id="other keys"),
    ],
)  # fmt: skip
def test_keys_tell_the_numbers(browser, keys, chart, shown):
    tree = browser.tree(render(OPEN), KEYS % (keys, chart))
    assert told(tree) == shown
    assert [one.attributes["visibility"] for one in tree.all("line")] == [
        "visible" if one else "hidden" for one in shown
    ]


def test_the_pointer_tells_the_numbers_of_what_it_is_over(browser):
    tree = browser.tree(
        render(OPEN),
        """
        const plot = document.querySelectorAll(".plot")[2];
        const {left, width} = plot.querySelector("svg").getBoundingClientRect();
        plot.dispatchEvent(new PointerEvent("pointermove", {clientX: left + width * 0.43}));
        """,
    )
    assert told(tree)[2] == "4s: p50 12ms, p90 -, p99 -, max -"
    assert [one.attributes.get("x1") for one in tree.all("line")] == [None, "45%", "45%"]


def test_nothing_hostile_is_obeyed(browser):
    record = replace(
        TARGETS, name="n", wherry=HOSTILE[0], steps=STEPS[:3],
        plan=replace(TARGETS.plan, urls=HOSTILE, methods=HOSTILE, expect=HOSTILE, rate=HOSTILE[0]),
        targets=tuple(replace(TARGETS.targets[0], name=one) for one in HOSTILE),
        failures=tuple(Failures(kind=ErrorClass.RESET, words=one, count=1) for one in HOSTILE),
        statuses=dict.fromkeys(HOSTILE, 1), phases=dict.fromkeys(HOSTILE, OPEN.latency), unjudged=HOSTILE,
    )  # fmt: skip
    tree = browser.tree(render(record))
    assert tree.one("title").text == "n - wherry load"
    assert not [*tree.all("img")]
    assert len([*tree.all("script")]) == 1
    assert len(told(tree)) == 4


# Words of charts that are not within the window, or that touch one another.
UNREADABLE = """() => {
    const clashes = [];
    for (const side of document.querySelectorAll(".plot g")) {
        const boxes = [...side.querySelectorAll("text")]
            .map((text) => [text.textContent, text.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0);
        boxes.forEach(([words, box], index) => {
            if (box.left < 0 || box.right > innerWidth) clashes.push(`${words} is outside`);
            const [before, other] = boxes[index - 1] || [];
            if (other && box.left < other.right && other.left < box.right && box.top < other.bottom
                && other.top < box.bottom) clashes.push(`${before} touches ${words}`);
        });
    }
    return clashes.length ? `; ${clashes.join("; ")}` : "";
}"""


@pytest.mark.parametrize("width", [1280, 375, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window_and_words_do_not_touch(browser, width, scheme):
    wide = replace(
        GATED, steps=STEPS, name="n" * 300, targets=tuple(replace(TARGETS.targets[0], name=one) for one in HOSTILE),
        failures=tuple(Failures(kind=ErrorClass.RESET, words=one, count=10**9) for one in HOSTILE),
        plan=replace(GATED.plan, urls=("http://127.0.0.1/" + "u" * 900,) * 9, targets=9, expect=("e" * 500,)),
        unjudged=("p" * 200,), phases={"p" * 90: OPEN.latency},
    )  # fmt: skip
    assert browser.fit(render(wide), width, scheme, UNREADABLE) == f"{width}, 0 more, {scheme}"
