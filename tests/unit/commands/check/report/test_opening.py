"""Several reports at once, each whole or not at all."""

from __future__ import annotations

import io
import json
import sys
from xml.etree import ElementTree

import pytest
from report_samples import GOLDEN, PLANNED, RESULTS, SUMMARY, result

from wherry.commands.check.report.formats import FORMATS
from wherry.commands.check.report.opening import opened
from wherry.commands.check.results import Status
from wherry.core.secret import Redactor
from wherry.errors import UsageError, WherryError
from wherry.ui.console import Console
from wherry.ui.env import Env
from wherry.ui.report import Choice, parse

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")


class Gone(io.RawIOBase):
    """Standard output whose reader has gone."""

    def writable(self):
        return True

    def write(self, _data):
        raise BrokenPipeError


@pytest.fixture
def env():
    """An environment that writes into ``env.out`` and ``env.err``."""
    env = Env()
    env.out, env.err = io.BytesIO(), io.StringIO()
    env.console = Console(io.TextIOWrapper(env.out, write_through=True), env.err, Redactor(), {})
    return env


def run(env, *values, results=RESULTS, environ=None):
    with opened(parse(values, FORMATS), env, environ or {}) as reports:
        reports.begin(PLANNED)
        for each in results:
            reports.result(each)
        reports.end(SUMMARY)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_goes_where_it_should(env, tmp_path):
    run(env, f"junit={tmp_path}/a.xml", f"prom={tmp_path}/a.prom", f"tap={tmp_path}/a.tap", f"jsonl={tmp_path}/a.jsonl",
        f"text={tmp_path}/a.txt", f"json={tmp_path}/a.json")  # fmt: skip
    assert env.out.getvalue() == (GOLDEN / "text").read_bytes()
    for name, kept in {"a.xml": "junit", "a.prom": "prom", "a.tap": "tap", "a.jsonl": "jsonl", "a.txt": "text",
                       "a.json": "json"}.items():  # fmt: skip
        assert (tmp_path / name).read_bytes() == (GOLDEN / kept).read_bytes()
    assert len(names(tmp_path)) == 6


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_its_own_report(env, tmp_path, name):
    run(env, f"{name}={tmp_path}/report")
    begins = {"json": "{", "jsonl": '{"event"', "junit": "<?xml", "tap": "TAP", "prom": "# HELP", "github": "::error",
              "html": "<!DOCTYPE html>", "text": "ok "}  # fmt: skip
    assert (tmp_path / "report").read_text(encoding="utf-8").upper().startswith(begins[name].upper())


def test_json_on_stdout_and_annotations_on_stderr(env, tmp_path):
    run(env, "json", "github", environ={"GITHUB_STEP_SUMMARY": str(tmp_path / "summary")})
    assert json.loads(env.out.getvalue())["total"] == 20
    assert env.err.getvalue().startswith("::error file=smoke.yaml,line=10,")
    assert (tmp_path / "summary").read_bytes() == (GOLDEN / "step-summary").read_bytes()


def test_a_file_is_not_there_before_it_is_whole(env, tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("before")
    with opened(parse([f"junit={path}"], FORMATS), env, {}) as reports:
        reports.begin(PLANNED)
        reports.result(RESULTS[0])
        assert path.read_text() == "before"
        reports.end(SUMMARY)
    assert ElementTree.parse(path).getroot().get("tests") == "1"


def test_a_run_that_breaks_leaves_what_was_before(env, tmp_path):
    (tmp_path / "a.xml").write_text("before")
    with (
        pytest.raises(ZeroDivisionError),
        opened(parse([f"junit={tmp_path}/a.xml", f"tap={tmp_path}/b"], FORMATS), env, {}) as reports,
    ):
        reports.begin(PLANNED)
        raise ZeroDivisionError
    assert names(tmp_path) == ["a.xml"]
    assert (tmp_path / "a.xml").read_text() == "before"


def test_a_missing_folder_is_told_before_anything_runs(env, tmp_path):
    values = [f"tap={tmp_path}/a.tap", f"junit={tmp_path}/no/a.xml"]
    with pytest.raises(WherryError) as caught, opened(parse(values, FORMATS), env, {}):
        raise AssertionError
    assert str(caught.value) == f"--report junit={tmp_path}/no/a.xml: there is no folder {tmp_path}/no"
    assert caught.value.exit_code == 3
    assert names(tmp_path) == []


def test_a_folder_is_no_file(env, tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        run(env, f"junit={tmp_path}")


@posix
@pytest.mark.parametrize("results", [
    pytest.param(RESULTS, id="at the end"),
    pytest.param([result(words="x" * 100, status=Status.FAILED)] * 1000, id="in the middle"),
])  # fmt: skip
def test_a_full_disk_costs_one_report(env, tmp_path, results):
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(WherryError) as caught:
        run(env, f"tap={tmp_path}/full", f"jsonl={tmp_path}/b", results=results)
    assert str(caught.value) == "the tap report is missing: writing /dev/full: No space left on device"
    assert caught.value.exit_code == 3
    assert len((tmp_path / "b").read_text().splitlines()) == len(PLANNED) + len(results) + 1
    assert b"FAILED" in env.out.getvalue()


@posix
def test_two_full_disks_are_told_on_one_line(env):
    with opened((Choice("tap", "/dev/full"), Choice("json", "/dev/full")), env, {}) as reports:
        reports.begin(PLANNED)
        with pytest.raises(WherryError) as caught:
            reports.end(SUMMARY)
    assert str(caught.value) == (
        "the tap report is missing: writing /dev/full: No space left on device; "
        "the json report is missing: writing /dev/full: No space left on device"
    )


def test_a_reader_that_has_gone_ends_a_run_that_nothing_else_reports(env):
    env.console = Console(io.TextIOWrapper(Gone(), write_through=True), env.err, Redactor(), {})
    with pytest.raises(BrokenPipeError), opened(parse(["tap"], FORMATS), env, {}) as reports:
        reports.begin(PLANNED)
        raise AssertionError


def test_a_reader_that_has_gone_does_not_cost_the_other_reports(env, tmp_path):
    env.console = Console(io.TextIOWrapper(Gone(), write_through=True), env.err, Redactor(), {})
    with pytest.raises(BrokenPipeError):
        run(env, "tap", f"junit={tmp_path}/a.xml")
    assert (tmp_path / "a.xml").read_bytes() == (GOLDEN / "junit").read_bytes()
