"""Reports of a run that is over."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from load_samples import GATED, GOLDEN, OPEN, ROWS
from msgspec.structs import replace

from wherry.commands.load.gates.gate import parse_gate
from wherry.commands.load.report import rows
from wherry.commands.load.report.again import run
from wherry.commands.load.report.command import report
from wherry.commands.load.report.document import render
from wherry.commands.load.report.formats import FORMATS
from wherry.commands.load.report.vegeta import csv_lines, json_lines
from wherry.core.secret import Redactor
from wherry.errors import ExitCode, NotMet, UsageError, WherryError
from wherry.ui.console import Console
from wherry.ui.env import Env
from wherry.ui.report import parse


@pytest.fixture
def env():
    """An environment that writes into ``env.out``."""
    env = Env()
    env.out = io.BytesIO()
    env.console = Console(io.TextIOWrapper(env.out, write_through=True), io.StringIO(), Redactor(), {})
    return env


@pytest.fixture
def record(tmp_path):
    """A record on disk."""
    path = tmp_path / "run.json"
    path.write_text(render(OPEN), encoding="utf-8")
    return str(path)


def again(env, path, *to, gates=()):
    return run(str(path), parse(to, FORMATS, option="--to"), [parse_gate(gate) for gate in gates], env)


def test_a_record_makes_the_same_reports(env, record, tmp_path):
    assert again(env, record, f"hdr={tmp_path}/a.hdr", f"json={tmp_path}/a.json") is ExitCode.DONE
    assert env.out.getvalue() == (GOLDEN / "open.txt").read_bytes()
    assert (tmp_path / "a.hdr").read_bytes() == (GOLDEN / "open.hdr").read_bytes()
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == render(OPEN)


def test_a_record_may_replace_itself(env, record):
    again(env, record, f"json={record}", gates=["p(99)<1s"])
    assert [gate["met"] for gate in json.loads(Path(record).read_text(encoding="utf-8"))["gates"]] == [True]


def test_a_record_knows_no_single_requests(env, record, tmp_path):
    with pytest.raises(UsageError) as caught:
        again(env, record, f"csv={tmp_path}/a.csv")
    assert str(caught.value) == f"{record}: a record knows no single requests, so it makes neither csv nor jsonl"
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("form, lines", [("jsonl", json_lines), ("csv", csv_lines)])
def test_single_results_make_single_results_by_time(env, tmp_path, form, lines):
    path = tmp_path / "results"
    path.write_text("".join(json_lines(ROWS[::-1], "night")), encoding="utf-8")
    again(env, path, f"{form}={tmp_path}/made", f"json={tmp_path}/run.json")
    assert (tmp_path / "made").read_text(encoding="utf-8") == "".join(lines(ROWS, "night"))
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["counts"]["sent"] == len(ROWS)


def test_gates_are_held_to_what_was_read(env, record):
    assert again(env, record, gates=["p(99)<1s"]) is ExitCode.DONE
    with pytest.raises(NotMet, match=r"^1 of 2 gates not met: error_rate<1%$"):
        again(env, record, gates=["p(99)<1s", "error_rate<1%"])
    assert env.out.getvalue().endswith(b"FAILED  1 of 2 gates is not met\n")


def test_gates_that_were_judged_before_do_not_decide(env, tmp_path):
    path = tmp_path / "run.json"
    path.write_text(render(GATED), encoding="utf-8")
    assert again(env, path) is ExitCode.DONE
    assert b"FAILED  4 of 6 gates are not met" in env.out.getvalue()


def test_what_is_wrong_leaves_no_report(env, tmp_path):
    (tmp_path / "results").write_text("1,200,5,0,0,\nx\n")
    with pytest.raises(UsageError, match=r"results: line 2: not a result of vegeta"):
        again(env, tmp_path / "results", f"json={tmp_path}/run.json")
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_report_that_cannot_be_made_names_the_option(env, record, tmp_path):
    with pytest.raises(WherryError, match=r"^--to json=.*/no/a: there is no folder"):
        again(env, record, f"json={tmp_path}/no/a")


@pytest.mark.parametrize("arguments, given", [
    pytest.param(["a"], {"file": "a", "to": (), "gate": ()}, id="a file"),
    pytest.param(["-"], {"file": "-", "to": (), "gate": ()}, id="standard input"),
    pytest.param(["--to", "hdr=b", "--to", "text", "a"], {"file": "a", "to": ("hdr=b", "text"), "gate": ()}, id="to"),
    pytest.param(["a", "--gate", "p(9)<1"], {"file": "a", "to": (), "gate": (parse_gate("p(9)<1"),)}, id="a gate"),
])  # fmt: skip
def test_the_command_line(arguments, given):
    assert report.make_context("report", arguments, obj=Env()).params == given


def test_memory_does_not_grow_with_the_results(env, tmp_path, monkeypatch):
    for name, less in {"_SORTED_AT_ONCE": 500, "_MERGED_AT_ONCE": 10, "_MOST_RUNS": 4}.items():
        monkeypatch.setattr(rows, name, less)
    path = tmp_path / "results"
    peaks = []
    for count in (2_000, 16_000):
        with path.open("w", encoding="utf-8") as file:
            file.writelines(csv_lines((replace(ROWS[0], at_ns=at * 100_000) for at in range(count)), ""))
        tracemalloc.start()
        again(env, path, f"jsonl={tmp_path}/made")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2
