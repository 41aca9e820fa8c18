"""Expressions of SPDX, judged by the library that others read them with, and what is kept as a name."""

from __future__ import annotations

import json
from pathlib import Path

import cyclonedx.schema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from wherry.commands.release.inventory import Distribution
from wherry.commands.release.sbom.licences import EXCEPTIONS, IDS, OF_PYTHON, Declared, is_expression, of_distribution

LICENSING = get_spdx_licensing()
WORDS = st.sampled_from(
    ["MIT", "GPL-2.0+", "BSD-3-Clause", "(", ")", "AND", "OR", "WITH", "LLVM-exception", "and", "X"]
)


def test_every_identifier_is_known_to_others():
    schema = Path(cyclonedx.schema.__file__).parent / "_res" / "spdx.SNAPSHOT.schema.json"
    assert {*json.loads(schema.read_text("utf-8"))["enum"]} >= IDS | EXCEPTIONS
    assert [each for each in sorted(IDS) if LICENSING.validate(each).errors] == []
    assert [each for each in sorted(EXCEPTIONS) if LICENSING.validate(f"MIT WITH {each}").errors] == []
    assert OF_PYTHON in IDS


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_what_is_taken_for_an_expression_is_one(text):
    if is_expression(text):
        assert LICENSING.validate(text, strict=True).errors == []


@pytest.mark.parametrize(
    "text",
    [
        "MIT",
        "MIT OR Apache-2.0",
        "((MIT))",
        "(MIT OR Apache-2.0) AND BSD-3-Clause",
        "(MIT)AND(ISC)",
        "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT",
        "Apache-2.0+",
    ],
)
def test_expressions(text):
    assert is_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "mit", "MIT License", "MIT/X11", "MIT, BSD", "MIT OR", "OR MIT", "MIT MIT", "(MIT", "MIT)", "()",
        "MIT WITH", "MIT WITH MIT", "(MIT) WITH LLVM-exception", "MIT WITH LLVM-exception WITH LLVM-exception",
        "MIT or ISC", "LLVM-exception", "LicenseRef-Own", "NONE", "NOASSERTION", "MIT (ISC)", "(" * 100_000,
    ],
)  # fmt: skip
def test_names(text):
    assert not is_expression(text)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({}, Declared(None, ()), id="nothing"),
        pytest.param({"license_expression": "MIT"}, Declared("MIT", ()), id="an expression"),
        pytest.param({"license_expression": "Own-1.0"}, Declared(None, ("Own-1.0",)), id="of unknown licences"),
        pytest.param({"licenses": ("MIT",)}, Declared("MIT", ()), id="a field that is an expression"),
        pytest.param({"licenses": ("MIT License",)}, Declared(None, ("MIT License",)), id="a field"),
        pytest.param({"licenses": ("MIT", "ISC")}, Declared(None, ("MIT", "ISC")), id="several"),
    ],
)
def test_of_a_distribution(said, expected):
    assert of_distribution(Distribution("a", "1", **said)) == expected
