"""The page of a run in a browser."""

from __future__ import annotations

import pytest
from browser import Browser, needs_chromium
from hostile import NASTY
from report_samples import BEGAN, RESULTS, SUMMARY, attempt, report, result

from wherry.commands.check.report.html import Html
from wherry.commands.check.results import Status, Summary

pytestmark = needs_chromium


@pytest.fixture
def browse(tmp_path):
    """The tree of the page once a browser has shown it."""
    return Browser(tmp_path).tree


def names(tree):
    """Of the checks that are shown."""
    return [
        row.one("summary").one("span").inside[0]
        for section in tree.one("main").all("section")
        if "hidden" not in section.attributes
        for row in section.one("ol").all("li")
        if "hidden" not in row.attributes
    ]


def chosen(doing):
    return f'const form = document.forms[0]; {doing}; form.dispatchEvent(new Event("input", {{bubbles: true}}));'


def test_the_script_shows_the_filters_and_the_buttons(browse):
    tree = browse(report(Html))
    assert "hidden" not in tree.one("form").attributes
    assert tree.one("output").text == "20 checks"
    assert len(names(tree)) == 20
    opened = [one for one in tree.all("details") if "open" in one.attributes]
    assert [[button.text for button in one.all("button")] for one in opened] == [["Copy"], []]


@pytest.mark.parametrize(
    "doing, shown, told",
    [
        pytest.param(
            'form.querySelectorAll("input[type=checkbox]").forEach(box => { box.checked = "fe".includes(box.value); })',
            ["orders", "db"], "2 of 20 checks", id="status",
        ),
        pytest.param('form.tag.value = "critical"', ["db"], "1 of 20 checks", id="tag"),
        pytest.param('form.suite.value = "s2"; form.words.value = "names"', ["names"], "1 of 20 checks", id="suite"),
        pytest.param('form.words.value = "REFUSED 5432"', ["db"], "1 of 20 checks", id="words, in any case and order"),
        pytest.param('form.words.value = "no such words"', [], "0 of 20 checks", id="nothing"),
        pytest.param(
            'form.words.value = "db"; form.dispatchEvent(new Event("input")); form.words.value = "names"',
            ["names"], "1 of 20 checks", id="what was hidden comes back",
        ),
    ],
)  # fmt: skip
def test_filters(browse, doing, shown, told):
    tree = browse(report(Html), chosen(doing))
    assert names(tree) == shown
    assert tree.one("output").text == told


def test_an_address_of_a_row_opens_it(browse):
    failing = [result(index, f"c{index}", Status.FAILED, words="no", request="wherry request x") for index in range(25)]
    page = report(Html, failing, Summary(BEGAN, 1.0, failed=25))
    assert not [one for one in browse(page).all("details") if "open" in one.attributes]
    tree = browse(page, 'location.hash = "#c3"; dispatchEvent(new Event("hashchange"));')
    assert [
        row.attributes.get("id") for row in tree.all("li") for one in row.all("details") if "open" in one.attributes
    ] == ["c3"]


def test_what_failed_is_open_on_paper(browse):
    failing = [result(index, f"c{index}", Status.FAILED, words="no") for index in range(25)]
    page = report(Html, [*failing, result(25)], Summary(BEGAN, 1.0, failed=25, passed=1))
    tree = browse(page, 'dispatchEvent(new Event("beforeprint"));')
    assert len([one for one in tree.all("details") if "open" in one.attributes]) == 25


def test_nothing_hostile_is_obeyed(browse):
    words = [
        *NASTY,
        "</script><script>document.title='x'</script>",
        '"><img src=x onerror="document.title=1">',
        "<!--<script>",
    ]
    results = [
        result(
            index, one, Status.FAILED, suite=one, group=one, file=one, url=one, words=one, request=one, tags=(one,),
            attempts=(attempt(1, Status.FAILED, one),),
        )
        for index, one in enumerate(words)
    ]  # fmt: skip
    tree = browse(report(Html, results, Summary(BEGAN, 1.0, failed=len(results))))
    assert tree.one("title").text == f"FAILED: {len(results)} checks - wherry check"
    assert len(names(tree)) == len(results)
    assert not [*tree.all("img")]
    assert tree.one("output").text == f"{len(results)} checks"


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(tmp_path, width, scheme):
    wide = result(90, "w" * 500, Status.FAILED, words="x" * 3000, tags=("t" * 200,), url="http://x/" + "u" * 900)
    page = report(Html, [*RESULTS, wide], SUMMARY)
    assert Browser(tmp_path).fit(page, width, scheme) == f"{width}, 0 more, {scheme}"
