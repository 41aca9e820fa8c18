"""docs/check.md leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wherry.commands.check.command import command
from wherry.commands.check.report.fields import of_result, of_summary
from wherry.commands.check.report.formats import FORMATS
from wherry.commands.check.results import Attempt, Result, Severity, Status, Summary, Unmet
from wherry.commands.check.suite.file import SuiteFile
from wherry.commands.check.suite.loading import validate
from wherry.commands.help.topics import TOPICS
from wherry.core.document import schema_of
from wherry.core.expect import SUBJECTS_OF, parse
from wherry.core.target import Kind
from wherry.errors import UsageError
from wherry.profile.file import Profile

TEXT = (Path(__file__).parents[4] / "docs" / "check.md").read_text("utf-8")
FENCES = "\n".join(re.findall(r"^```\w+\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
# Words in code spans: `cert.issuer` holds two. A key stands in the tables, and in a suite that is played.
SPANS = {word for span in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", span)}


def keys():
    schema = schema_of(SuiteFile)
    return sorted({key for each in (schema, *schema["$defs"].values()) for key in each.get("properties", ())})


def known(condition):
    """The words that the message about a wrong ``condition`` says are right."""
    with pytest.raises(UsageError) as caught:
        parse(condition)
    return re.findall(r"[a-z_.\d]+", caught.value.hint.partition(" are ")[2].replace(" or ", ", "))


def subjects():
    families = sorted(set[str]().union(*SUBJECTS_OF.values()))
    whole = [family for family in families if family not in ("cert", "tls", "grpc")]
    return [*whole, *(part for family in ("cert", "tls", "grpc") for part in known(f"{family}.nonsense=1"))]


def fields():
    unmet = Unmet("status", "200", "500", "")
    attempt = Attempt(1, 0.0, 0.0, Status.FAILED, "", unmet=(unmet,))
    result = Result(0, "", "", "", "", 1, "", "", (), Severity.ERROR, Status.FAILED, "", 0.0, 0.0, (attempt,))
    found = of_result(result)
    tried = found["attempts"][0]
    return sorted({*of_summary(Summary(0.0, 0.0)), *found, *found["measured"], *tried, *tried["unmet"][0]})


@pytest.mark.parametrize("key", keys())
def test_each_key_is_explained_and_used(key):
    assert key in SPANS
    assert re.search(rf"\b{key}:", FENCES)


@pytest.mark.parametrize("subject", subjects())
def test_each_subject_is_explained_and_used(subject):
    assert f"`{subject}" in TEXT
    assert re.search(rf"[ {{,]{re.escape(subject)}[:.]", FENCES)


@pytest.mark.parametrize("phase", known("time.nonsense=1"))
def test_each_phase_is_named(phase):
    assert f"`time.{phase}`" in TEXT


@pytest.mark.parametrize("operator", known("json.$={}"))
def test_each_operator_is_explained_and_used(operator):
    assert operator in SPANS
    assert re.search(rf"[ {{]{operator}:", FENCES)


@pytest.mark.parametrize("report", FORMATS)
def test_each_report_is_explained_and_shown(report):
    assert f"| `{report}` |" in TEXT
    assert report == "text" or re.search(rf"(--report|-o) {report}\b", FENCES)


@pytest.mark.parametrize("field", fields())
def test_each_field_is_named(field):
    assert field in SPANS


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_of_target_is_named(kind):
    assert kind.value in SPANS | set(re.findall(r"\w+", TEXT))


OWN = [
    option.opts[-1] for option in command.params if option.opts[-1].startswith("--") and not hasattr(option, "section")
]


@pytest.mark.parametrize("option", [option for option in OWN if option != "--help"])
def test_each_option_is_named(option):
    assert option in TEXT


def test_the_example_of_the_help_topic_is_a_suite(tmp_path):
    lines = TOPICS["suites"].text().splitlines()
    text = "\n".join(line.removeprefix("  ") for line in lines if line.startswith("  "))
    (tmp_path / "common.yaml").write_text("version: 1\nchecks: [{name: up, url: 'http://a.example/'}]\n", "utf-8")
    (tmp_path / "suite.yaml").write_text(text, "utf-8")
    assert validate([str(tmp_path / "suite.yaml")], {}, {"CI_PASSWORD": "x"}, profile_of=lambda _: Profile()) == ()
