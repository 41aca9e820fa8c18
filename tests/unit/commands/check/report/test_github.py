"""Annotations and the step summary."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hostile import NASTY, quick, runs
from hypothesis import given
from report_samples import SUMMARY, attempt, report, result, step_summary

from wherry.commands.check.report.github import Github, command, within
from wherry.commands.check.results import Severity, Status, Summary
from wherry.errors import WherryError


def annotations(results, summary=SUMMARY):
    """Level, properties and message of each, as the runner reads them."""
    text = report(lambda write, _: Github(write, None, str), results, summary, ())
    found = []
    for line in text.splitlines():
        level, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        found.append((level, {key: unquote(value) for key, value in pairs.items()}, unquote(message)))
    return found


def test_escapes():
    assert command("error", {"title": "a: b, 50%"}, "1: 2,\r\n3 50%") == (
        "::error title=a%3A b%2C 50%25::1: 2,%0D%0A3 50%25\n"
    )


@quick
@given(runs)
def test_any_text_stays_in_its_place(results):
    found = annotations(results)
    assert len(found) == sum(each.fails or each.warns or each.flaky for each in results)
    assert all(level in ("error", "warning") for level, _, _ in found)


def test_levels():
    results = [
        result(0), result(1, status=Status.SKIPPED), result(2, status=Status.FAILED),
        result(3, status=Status.ERROR, severity=Severity.WARN),
        result(4, flaky=True, attempts=(attempt(1), attempt(2))),
    ]  # fmt: skip
    assert [(level, where["line"]) for level, where, _ in annotations(results)] == [
        ("error", "16"), ("warning", "22"), ("warning", "28"),
    ]  # fmt: skip


@pytest.mark.parametrize("failed, last", [
    pytest.param(9, "so it is", id="room for more"),
    pytest.param(10, "so it is", id="room for all"),
    pytest.param(11, "and 2 more: the log shows them", id="no room"),
    pytest.param(5000, "and 4991 more: the log shows them", id="many"),
])  # fmt: skip
def test_no_more_annotations_than_are_shown(failed, last):
    found = annotations([result(index, status=Status.FAILED, words="so it is") for index in range(failed)])
    assert len(found) == min(failed, 10)
    assert found[-1][2].split("\n")[0] == last


def test_a_run_that_was_cut_off():
    assert annotations([], Summary(0, 1, ended="interrupted")) == [
        ("notice", {"title": "wherry check"}, "ended early: interrupted")
    ]


@pytest.mark.parametrize("file, workspace, place", [
    pytest.param("checks/a.yaml", None, "checks/a.yaml", id="no workspace"),
    pytest.param("checks/a.yaml", "/repo", "sub/checks/a.yaml", id="below"),
    pytest.param("../a.yaml", "/repo", "a.yaml", id="beside"),
    pytest.param("/repo/a.yaml", "/repo", "a.yaml", id="absolute"),
    pytest.param("/etc/a.yaml", "/repo", "/etc/a.yaml", id="outside"),
    pytest.param("../..a.yaml", "/repo", "..a.yaml", id="two dots in a name"),
])  # fmt: skip
@pytest.mark.skipif(os.sep != "/", reason="paths of POSIX")
def test_within(file, workspace, place):
    assert within(file, "/repo/sub", workspace) == place


class Page(HTMLParser):
    """Counts the elements, and keeps the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page.split("\n\n", 3)[-1])

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_a_name_can_make_no_element(tmp_path):
    results = [
        result(index, words, Status.FAILED, words=words, url=words, file=words) for index, words in enumerate(NASTY)
    ]
    page = Page(step_summary(tmp_path / "summary", results).decode())
    assert set(page.tags) == {"table", "tr", "th", "td", "code", "details", "summary", "pre"}
    assert page.tags.count("pre") == len(NASTY)
    assert "</pre></details>" in page.text


def test_no_empty_line_ends_the_table(tmp_path):
    page = step_summary(tmp_path / "summary", [result(status=Status.FAILED, words="a\n\n# b")]).decode()
    assert "\n\n" not in page[page.index("<table>") :]


def test_it_is_appended_and_stays_within_the_limit(tmp_path):
    path = tmp_path / "summary"
    results = [result(index, f"n{index}", Status.FAILED, words="x" * 500) for index in range(5000)]
    page = step_summary(path, results)
    assert len(page) < 300_000
    shown = page.count(b"<tr><td>")
    assert f"\n{5000 - shown} more did not pass" in page.decode()
    for size in ((1 << 20) - 1000, (1 << 20) - 10, 1 << 21):
        path.write_bytes(b"x" * size)
        page = step_summary(path, results)
        assert page.startswith(b"x" * size)
        assert len(page) <= max(1 << 20, size)


def test_a_summary_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(WherryError, match=r"writing .*: No such file or directory"):
        step_summary(tmp_path / "missing" / "summary")
