"""docs/load-reports.md leaves nothing out of gates, formats, columns and metrics."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from load_samples import GATED

from wherry.commands.load.gates.gate import OPERATORS, parse_gate
from wherry.commands.load.gates.subject import DISTRIBUTIONS, QUANTITIES, STATISTICS
from wherry.commands.load.record import ErrorClass
from wherry.commands.load.report import prom
from wherry.commands.load.report.formats import FORMATS
from wherry.commands.load.report.vegeta import Result

GUIDE = (Path(__file__).parents[5] / "docs" / "load-reports.md").read_text("utf-8")
WORDS = {word for span in re.findall(r"`([^`\n]+)`", GUIDE) for word in re.findall(r"\w+", span)}
METRICS = re.findall(r"^# HELP (\w+)", prom.render(GATED), re.MULTILINE)
OF_K6 = re.findall(r"`((?:http|dropped)_\w+: [^`]+)`", GUIDE)


@pytest.mark.parametrize("word", [*FORMATS, *QUANTITIES, *STATISTICS, *ErrorClass, *METRICS, *Result.__struct_fields__])
def test_each_is_named(word):
    assert word in WORDS


@pytest.mark.parametrize("name", [name for name in DISTRIBUTIONS if name != "latency"])
def test_each_distribution_is_named(name):
    assert name in WORDS


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_operator_is_named(operator):
    assert f"`{operator}`" in GUIDE


@pytest.mark.parametrize("text", OF_K6)
def test_what_k6_calls_so_is_a_gate(text):
    assert len(OF_K6) == 5
    assert f"`{parse_gate(text)!s}`" in GUIDE
