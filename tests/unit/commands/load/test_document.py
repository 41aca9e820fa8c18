"""docs/load.md and docs/load-reports.md leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from wherry.commands.load.command import command
from wherry.commands.load.expectation import FAMILIES
from wherry.commands.load.record import (
    Counts,
    Distribution,
    Ended,
    ErrorClass,
    Failures,
    Judged,
    Limited,
    Plan,
    Record,
    Step,
    TargetResult,
)
from wherry.commands.load.targets.formats import FORMATS
from wherry.core.trace import Phase

DOCS = Path(__file__).parents[4] / "docs"
GUIDE = (DOCS / "load.md").read_text("utf-8")
TEXT = GUIDE + (DOCS / "load-reports.md").read_text("utf-8")
FENCES = "\n".join(re.findall(r"^```\w+\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
SPANS = {word for span in re.findall(r"`([^`\n]+)`", GUIDE) for word in re.findall(r"\w+", span)}

OWN = [option for option in command.params if not hasattr(option, "section") and option.opts[0].startswith("-")]
FIELDS = sorted(
    {
        field.name
        for struct in (Record, Plan, Counts, Distribution, Failures, Step, TargetResult, Limited, Judged)
        for field in msgspec.structs.fields(struct)
    }
)


@pytest.mark.parametrize("names", [tuple(option.opts + option.secondary_opts) for option in OWN], ids=" ".join)
def test_each_option_is_named(names: tuple[str, ...]) -> None:
    assert "--help" in names or any(re.search(rf"(?<![\w-]){name}\b", GUIDE) for name in names)


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_of_the_record_is_named(field: str) -> None:
    assert field in SPANS


@pytest.mark.parametrize("word", [*Ended, *ErrorClass])
def test_each_class_is_named(word: str) -> None:
    assert f"`{word}`" in GUIDE


@pytest.mark.parametrize("phase", Phase)
def test_each_phase_is_named(phase: str) -> None:
    assert f"`{phase}`" in GUIDE


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_each_subject_is_named(family: str) -> None:
    assert re.search(rf"`{family}[.`]", GUIDE)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_of_targets_is_explained_and_used(name: str) -> None:
    assert name in SPANS
    assert re.search(rf"\.{name}\b", FENCES)


@pytest.mark.parametrize("name", sorted(command.commands))
def test_each_command_below_it_is_named(name: str) -> None:
    assert f"`wherry load {name}" in TEXT
