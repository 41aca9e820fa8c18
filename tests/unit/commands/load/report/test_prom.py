"""Metrics of a run, judged by the rules of Prometheus's text format."""

from __future__ import annotations

import re

from hypothesis import given, settings
from load_samples import CLOSED, GATED, READ, records
from msgspec.structs import replace

from wherry.commands.load.report.prom import render

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)', re.ASCII)
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def parse(page):
    """The samples of a page; asserts what a strict reader would refuse."""
    found, headed, family = {}, [], None
    assert page.endswith("\n")
    for line in page.removesuffix("\n").split("\n"):
        assert line.isprintable()
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in headed, "a family stands in one place"
            headed.append(family)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge"
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == family
            labels = tuple(LABEL.findall(sample[2] or ""))
            assert (family, labels) not in found, "a sample stands once"
            found[family, labels] = float(sample[3])
    return found


@given(records)
@settings(max_examples=60)
def test_any_run_is_a_valid_page(record):
    parse(render(record))


def test_the_numbers_of_a_run():
    found = parse(render(replace(GATED, name="night")))
    name = ("name", "night")
    assert found["wherry_load_requests", (name, ("outcome", "failed"))] == 20
    assert found["wherry_load_latency_seconds", (name, ("quantile", "0.999"))] == 0.021967
    assert found["wherry_load_failures", (name, ("class", "status"))] == 10
    assert found["wherry_load_gate_met", (name, ("gate", "p(50)<10ms"))] == 0
    assert found["wherry_load_end_timestamp_seconds", (name,)] == 1_795_533_652.25


def test_what_was_not_measured_has_no_sample():
    families = {family for family, _ in parse(render(CLOSED))}
    assert "wherry_load_lag_seconds" not in families
    assert "wherry_load_target_requests_per_second" not in families
    assert "wherry_load_gate_met" not in families
    assert "wherry_load_late_requests" not in families
    read = parse(render(READ))
    assert ("wherry_load_complete", ()) in read
    assert not {"wherry_load_late_requests", "wherry_load_connections"} & {family for family, _ in read}
    assert [labels for family, labels in read if family == "wherry_load_requests"] == [
        (("outcome", "answered"),), (("outcome", "failed"),),
    ]  # fmt: skip


def test_a_gate_that_is_given_twice_is_one_sample():
    parse(render(replace(GATED, gates=GATED.gates * 2)))
