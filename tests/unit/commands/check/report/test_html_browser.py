"""The page of a run in a browser: Debian's Chromium, which reaches nothing but the file."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest
from hostile import NASTY
from html_tree import read
from report_samples import BEGAN, RESULTS, SUMMARY, attempt, report, result

from wherry.commands.check.report.html import Html
from wherry.commands.check.results import Status, Summary

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


def with_script(page, doing):
    """The page with ``doing`` at its end, allowed by its hash so that the page's own policy stays in force."""
    allowed = b64encode(sha256(doing.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{allowed}' ", 1)
    return page.replace("</body>", f"<script>{doing}</script></body>")


@pytest.fixture
def browse(tmp_path):
    """The tree of the page once a browser has shown it and run ``doing`` in it; nothing may have been complained of."""

    def browse(page, doing="", *options):
        file = tmp_path / "page.html"
        file.write_text(with_script(page, doing) if doing else page, encoding="utf-8")
        shown = subprocess.run(
            [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
                "--enable-logging=stderr", *options, "--dump-dom", file.as_uri(),
            ],
            capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert [line for line in shown.stderr.splitlines() if "CONSOLE" in line] == []
        return read(shown.stdout)

    return browse


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
def test_nothing_is_wider_than_the_window(browse, tmp_path, width, scheme):
    wide = result(90, "w" * 500, Status.FAILED, words="x" * 3000, tags=("t" * 200,), url="http://x/" + "u" * 900)
    doing = """
        document.querySelectorAll("details").forEach((one) => { one.open = true; });
        const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
        const {scrollWidth, clientWidth} = document.documentElement;
        parent.postMessage(`${innerWidth}, ${scrollWidth - clientWidth} more, ${scheme}`, "*");
    """
    (tmp_path / "inner.html").write_text(with_script(report(Html, [*RESULTS, wide], SUMMARY), doing), encoding="utf-8")
    # A window is never as narrow as a phone's: a frame is.
    frame = (
        "<html><head><title></title></head><body><script>onmessage = (told) => { document.title = told.data; }</script>"
        f'<iframe src="inner.html" width="{width}" height="800" style="border:0"></iframe></body></html>'
    )
    tree = browse(
        frame, "", "--window-size=1400,900", f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    )
    assert tree.one("title").text == f"{width}, 0 more, {scheme}"
