"""Several reports of a run at once, each whole or not at all."""

from __future__ import annotations

import io
import json
import sys

import pytest
from load_samples import GATED, GOLDEN, OPEN, Rows

from wherry.commands.load.report.formats import FORMATS, need_rows
from wherry.commands.load.report.writing import opened, write
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


class Lost:
    """Rows that cannot be read."""

    def rows(self):
        yield next(Rows().rows())
        raise WherryError("keeping the results of single requests: Input/output error")


@pytest.fixture
def env():
    """An environment that writes into ``env.out``."""
    env = Env()
    env.out = io.BytesIO()
    env.console = Console(io.TextIOWrapper(env.out, write_through=True), io.StringIO(), Redactor(), {})
    return env


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_goes_where_it_should(env, tmp_path):
    kept = {"json": "open.json", "csv": "open.csv", "jsonl": "open.jsonl", "hdr": "open.hdr", "text": "open.txt"}
    write(OPEN, Rows(), parse([f"{form}={tmp_path}/{name}" for form, name in kept.items()], FORMATS), env)
    assert env.out.getvalue() == (GOLDEN / "open.txt").read_bytes()
    assert names(tmp_path) == sorted(kept.values())
    for name in kept.values():
        assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_a_page(env, tmp_path):
    write(OPEN, None, parse([f"html={tmp_path}/a.html"], FORMATS), env)
    assert (tmp_path / "a.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_json_on_stdout(env):
    write(GATED, None, parse([], FORMATS, output="json"), env)
    assert json.loads(env.out.getvalue())["format"] == "wherry.load/1"


@pytest.mark.parametrize("values, needed", [
    pytest.param([], False, id="text"),
    pytest.param(["json", "junit=a", "hdr=b", "prom=c"], False, id="of the whole run"),
    pytest.param(["csv=a"], True, id="csv"),
    pytest.param(["jsonl"], True, id="jsonl"),
])  # fmt: skip
def test_rows_are_kept_where_a_report_needs_them(values, needed):
    assert need_rows(parse(values, FORMATS)) is needed


def test_a_missing_folder_is_told_before_anything_runs(env, tmp_path):
    choices = parse([f"hdr={tmp_path}/a", f"junit={tmp_path}/no/a.xml"], FORMATS)
    with pytest.raises(WherryError, match="there is no folder") as caught, opened(choices, env):
        raise AssertionError
    assert caught.value.exit_code == 3
    assert names(tmp_path) == []


def test_a_folder_is_no_file(env, tmp_path):
    with pytest.raises(UsageError, match="is a folder"), opened(parse([f"hdr={tmp_path}"], FORMATS), env):
        raise AssertionError


def test_a_run_that_breaks_leaves_what_was_before(env, tmp_path):
    (tmp_path / "a").write_text("before")
    with pytest.raises(ZeroDivisionError), opened(parse([f"hdr={tmp_path}/a", f"json={tmp_path}/b"], FORMATS), env):
        raise ZeroDivisionError
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "before"


@posix
def test_a_full_disk_keeps_no_other_report_from_being_whole(env, tmp_path):
    choices = (Choice("json", "/dev/full"), Choice("csv", "/dev/full"), Choice("hdr", f"{tmp_path}/a"))
    with pytest.raises(WherryError) as caught:
        write(OPEN, Rows(), choices, env)
    assert str(caught.value) == (
        "the json report is missing: writing /dev/full: No space left on device; "
        "the csv report is missing: writing /dev/full: No space left on device"
    )
    assert caught.value.exit_code == 3
    assert (tmp_path / "a").read_bytes() == (GOLDEN / "open.hdr").read_bytes()


def test_rows_that_cannot_be_read_leave_no_half_report(env, tmp_path):
    (tmp_path / "a").write_text("before")
    with pytest.raises(WherryError, match=r"^the csv report is missing: keeping the results"):
        write(OPEN, Lost(), (Choice("csv", f"{tmp_path}/a"), Choice("json", f"{tmp_path}/b")), env)
    assert (tmp_path / "a").read_text() == "before"
    assert names(tmp_path) == ["a", "b"]


def test_a_reader_that_has_gone_keeps_no_file_from_being_written(env, tmp_path):
    env.console = Console(
        io.TextIOWrapper(io.BufferedWriter(Gone()), write_through=True), io.StringIO(), Redactor(), {}
    )
    with pytest.raises(BrokenPipeError):
        write(OPEN, None, (Choice("text"), Choice("json", f"{tmp_path}/a")), env)
    assert names(tmp_path) == ["a"]
