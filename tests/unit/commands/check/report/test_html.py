"""The page of a run, as an HTML parser reads it; test_html_browser.py has how it works in a browser."""

from __future__ import annotations

import re
import tracemalloc
from base64 import b64encode
from hashlib import sha256

import pytest
from contrast import contrast, schemes
from hostile import NASTY, quick, runs
from html_tree import read
from hypothesis import given
from report_samples import BEGAN, HTTP, RESULTS, SUMMARY, attempt, report, result

from wherry.commands.check.report.html import Html
from wherry.commands.check.report.htmlscript import SCRIPT
from wherry.commands.check.report.htmlstyle import STYLE
from wherry.commands.check.report.spool import Spool
from wherry.commands.check.results import Attempt, Severity, Status, Summary
from wherry.ui.plain import one_line

WORDS = {"p": "passed", "k": "flaky", "w": "warned", "f": "failed", "e": "error", "s": "skipped"}


def page(results=RESULTS, summary=SUMMARY):
    return report(Html, results, summary)


def rows(tree):
    return [row for part in tree.all("ol") for row in part.all("li")]


def pairs(row):
    """What is told of a check by name."""
    names = [one.text for one in row.all("dt")]
    return dict(zip(names, [one.text for one in row.all("dd")], strict=True))


def test_every_check_has_a_row_below_its_suite():
    tree = read(page())
    assert [part.one("h2").text for part in tree.one("main").all("section")] == [
        "api.smoke smoke.yaml; 1 failed, 1 error, 1 warned, 1 flaky, 1 passed, 12 skipped",
        "certificates tls.yaml; 2 passed, 1 skipped",
    ]
    assert [row.one("b").text for row in rows(tree)] == [
        "passed", "failed", "error", *["skipped"] * 12, "warned", "flaky", "passed", "passed", "skipped",
    ]  # fmt: skip
    assert all(WORDS[row.attributes["class"]] == row.one("b").text for row in rows(tree))


def test_rows_stand_in_the_order_of_the_run_and_not_of_their_ends():
    assert page(tuple(reversed(RESULTS))).count("<li") == page().count("<li")
    names = [row.one("summary").one("span").text for row in rows(read(page(tuple(reversed(RESULTS)))))]
    assert names == [row.one("summary").one("span").text for row in rows(read(page()))]


def test_the_top_says_how_it_went():
    tree = read(page())
    assert tree.one("title").text == "FAILED: 20 checks - wherry check"
    assert tree.one("h1").text == "FAILED 20 checks in 4.5s"
    assert tree.one("header").one("p").text == "Began 2026-11-18 11:06:40 UTC; wherry 0.1.0"
    assert [one.text for one in tree.one("header").all("li")] == [
        "1failed", "1error", "1warned", "1flaky", "3passed", "13skipped",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "results, summary, verdict, words",
    [
        pytest.param([result()], Summary(BEGAN, 1.0, passed=1), "ok 1 check in 1s", "", id="all is well"),
        pytest.param(
            [], Summary(BEGAN, 1.0, ended="the deadline of 1s <passed>"), "FAILED 0 checks in 1s",
            "Ended early: the deadline of 1s <passed>", id="it ended early",
        ),
        pytest.param(
            [result(status=Status.SKIPPED)], Summary(BEGAN, 1.0, skipped=1), "FAILED 1 check in 1s",
            "Nothing passed, so nothing is known to be well.", id="nothing passed",
        ),
    ],
)  # fmt: skip
def test_the_verdict(results, summary, verdict, words):
    tree = read(page(results, summary))
    assert tree.one("h1").text == verdict
    assert [one.text for one in tree.one("header").all("p")][1:] == ([words] if words else [])


def test_what_is_wrong_leads_to_rows_that_are_open():
    tree = read(page())
    links = {one.text: one.attributes["href"] for one in tree.all("a")}
    assert links == {
        "orders: status: expected 200, got 503; json.$.items: not as expected": "#c1",
        "db: 127.0.0.1:5432: connection refused": "#c2",
    }
    assert {f"#{row.attributes['id']}" for row in rows(tree) if "id" in row.attributes} == {*links.values()}
    assert [row.one("b").text for row in rows(tree) if "open" in row.one("details").attributes] == ["failed", "error"]


def test_where_much_is_wrong_the_first_are_named_and_none_is_open():
    results = [result(index, f"c{index}", Status.FAILED, words="no") for index in range(25)]
    tree = read(page(results, Summary(BEGAN, 1.0, failed=25)))
    assert [one.text for one in tree.one("section").all("li")] == [
        *(f"c{index}: no" for index in range(20)),
        "and 5 more",
    ]
    assert not [one for one in tree.all("details") if "open" in one.attributes]


def test_what_is_inside_a_row():
    failed = rows(read(page()))[1]
    tables = [
        [[cell.text for cell in line if cell.name in ("th", "td")] for line in one.all("tr")]
        for one in failed.all("table")
    ]
    assert [one.text for one in failed.all("caption")] == ["status", "json.$.items", "text", "Attempts"]
    assert tables[0] == [["expected", "200"], ["got", "503"]]
    assert tables[2][1] == ["got", "not\nready: \\x1b[31mno\n::error::x ##vso[task]"]
    assert tables[3] == [
        ["1", "12.3ms", "127.0.0.1:8080: connection refused"], ["2", "12.3ms", "status: expected 200, got 503"],
    ]  # fmt: skip
    diff, request = failed.all("pre")
    assert [(one.name, one.text) for one in diff] == [
        ("span", " ["), ("span", '   {"id": 1}'), ("del", '-  ,{"id": 2}'), ("span", " ]"),
    ]  # fmt: skip
    assert request.text == "wherry request GET http://127.0.0.1:8080/1 --header 'Accept: application/json'"
    assert pairs(failed) == {
        "URL": "http://127.0.0.1:8080/1", "In": "smoke.yaml:10", "Status": "503", "Size": "17 B", "HTTP": "1.1",
        "Phases": "dns 100µsconnect 1.2mssend 200µsfirst byte 8mstransfer 2.8ms",
    }  # fmt: skip
    certificate = next(row for row in rows(read(page())) if "TLS" in pairs(row))
    assert pairs(certificate)["Certificate until"] == "2027-01-15"


def test_why_it_was_skipped_and_when_it_passed():
    notes = {row.one("b").text: [one.text for one in row.all("small")] for row in rows(read(page()))}
    assert notes == {
        "passed": [], "failed": ["status: expected 200, got 503; json.$.items: not as expected"],
        "error": ["127.0.0.1:5432: connection refused"], "skipped": ["NOT_SERVING"],
        "warned": ["time: expected less than 800ms, got 1.2s"], "flaky": ["passed at attempt 3"],
    }  # fmt: skip


def test_many_attempts_are_left_out_in_the_middle():
    tries = tuple(attempt(number, Status.FAILED, "no") for number in range(1, 1001))
    row = rows(read(page([result(status=Status.FAILED, attempts=tries)])))[0]
    numbers = [one.one("th").text for one in row.all("tr") if [*one.all("th")]]
    assert numbers == ["1", "2", "3", *(str(number) for number in range(984, 1001))]
    assert "980 more attempts" in row.text
    assert len([*row.all("path")]) < 50


def test_filters_offer_what_there_is():
    one, other = result(0, tags=('a"b', "z")), result(1, suite="shop", tags=("<z>",))
    form = read(page([one, other], Summary(BEGAN, 1.0, passed=2))).one("form")
    assert "hidden" in form.attributes, "without the script there is nothing to filter with"
    assert [box.attributes["value"] for box in form.all("input") if "checked" in box.attributes] == ["p"]
    options = [
        [(option.attributes["value"], option.text) for option in one.all("option")] for one in form.all("select")
    ]
    assert options == [
        [("", "all"), ("s1", "api.smoke"), ("s2", "shop.smoke")],
        [("", "all"), ("<z>", "<z>"), ('a"b', 'a"b'), ("z", "z")],
    ]
    assert not [*read(page([result()])).one("form").all("select")]


def test_the_policy_allows_this_style_and_this_script_and_nothing_else():
    tree = read(page())
    policy = next(one.attributes["content"] for one in tree.all("meta") if "http-equiv" in one.attributes)

    def hashed(text):
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert [one.text for one in tree.all("style")] == [STYLE]
    assert [one.text for one in tree.all("script")] == [SCRIPT]
    assert policy == (
        f"default-src 'none'; style-src {hashed(STYLE)}; script-src {hashed(SCRIPT)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@quick
@given(runs)
def test_any_text_stays_in_its_place(results):
    text = page(results)
    tree = read(text)
    assert len(rows(tree)) == len(results)
    named = sorted(one_line(each.name) for each in results if len(each.name) < 2000)
    shown = [row.one("summary").one("span").inside for row in rows(tree)]
    assert set(named) <= {part[0] if part and isinstance(part[0], str) else "" for part in shown}
    for element in tree:
        assert element.name in NAMES
        assert element.attributes.keys() <= ATTRIBUTES, element.attributes
        assert element.attributes.get("href", "#").startswith(("#", "data:,"))
    assert [one.text for one in tree.all("script")] == [SCRIPT]
    assert all(character.isprintable() or character == "\n" for character in text)


NAMES = {*re.findall(r"[a-z0-9]+", """
    html head meta title link style body header h1 span p b time svg path ul li section h2 a small form div fieldset
    legend label input output select option button main ol details summary em i dl dt dd br table caption tr th td
    pre del ins script
""")}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "rel", "href", "class", "datetime", "viewbox", "hidden", "d",
    "preserveaspectratio", "aria-hidden", "aria-label", "aria-labelledby", "aria-live", "id", "autocomplete", "type",
    "checked", "value", "placeholder", "open", "scope", "colspan",
}  # fmt: skip


def test_hostile_texts_everywhere():
    results = [
        result(
            index, words, Status.FAILED, suite=words, group=words, file=words, url=words, words=words, request=words,
            tags=(words,), attempts=(attempt(1, Status.ERROR, words),),
        )
        for index, words in enumerate(NASTY)
    ]  # fmt: skip
    tree = read(page(results, Summary(BEGAN, 1.0, failed=len(results), ended=NASTY[-1])))
    assert len(rows(tree)) == len(results)
    assert {one.name for one in tree} <= NAMES


def test_bars_stand_where_the_attempts_were():
    tries = (
        Attempt(1, BEGAN + 0.5, 0.25, Status.ERROR, "refused"),
        Attempt(2, BEGAN + 1.0, 0.5, Status.PASSED, "200"),
    )
    before = result(0, began_s=BEGAN + 0.1, attempts=(Attempt(1, BEGAN + 0.1, 0.1, Status.PASSED, "200"),))
    tried = result(1, began_s=BEGAN + 0.5, seconds=1.0, attempts=tries, measured=HTTP, flaky=True)
    svg = rows(read(page([before, tried], Summary(BEGAN, 2.0, passed=2))))[1].one("svg")
    assert svg.attributes["viewbox"] == "-100 0 2000 10", "the run began 100 ms before the first check"
    assert [(one.attributes["class"], one.attributes["d"]) for one in svg.all("path")] == [
        ("w", "M400 5h500"), ("n", "M400 0h250v10h-250z"), ("y", "M900 0h500v10h-500z"),
        ("p0", "M900 0h0.1v7h-0.1z"), ("p1", "M900.1 0h1.2v7h-1.2z"), ("p4", "M901.3 0h0.2v7h-0.2z"),
        ("p5", "M901.5 0h8v7h-8z"), ("p6", "M909.5 0h2.8v7h-2.8z"),
    ]  # fmt: skip


def test_a_check_takes_few_bytes_and_no_memory():
    sizes = []
    spool = Spool()
    html = Html(lambda text: sizes.append(len(text)), spool)
    each = result(
        attempts=(attempt(1),), measured=HTTP, words="200 OK", tags=("critical",),
        request="wherry request GET http://127.0.0.1:8080/api/orders?limit=5 --expect status=200",
    )  # fmt: skip
    html.result(each)
    tracemalloc.start()
    try:
        for _ in range(5000):
            html.result(each)
        html.end(Summary(BEGAN, 60.0, passed=5001))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        spool.close()
    assert sum(sizes) / 5001 < 1000
    assert max(sizes) < 20_000, "it is written in pieces"
    assert peak < 3_000_000, "a megabyte is kept before a file is used"


def test_colours_can_be_read():
    """WCAG 2.2, 1.4.3 and 1.4.11: text has a contrast of 4.5 to what is behind it, and graphics of 3."""
    for colours in schemes(STYLE):
        for behind in ("back", "panel"):
            for text in ("text", "dim", "link", "good", "bad", "odd", "skip"):
                assert contrast(colours[text], colours[behind]) >= 4.5, (text, behind)
            for phase in range(7):
                assert contrast(colours[f"p{phase}"], colours[behind]) >= 3, (phase, behind)
        for behind in ("added", "gone"):
            assert contrast(colours["text"], colours[behind]) >= 4.5


def test_severity_warn_does_not_make_it_wrong():
    tree = read(
        page(
            [result(status=Status.ERROR, severity=Severity.WARN), result(1)],
            Summary(BEGAN, 1.0, passed=1, errors=1, warned=1),
        )
    )
    assert tree.one("h1").text.startswith("ok")
    assert not [*tree.all("a")]
