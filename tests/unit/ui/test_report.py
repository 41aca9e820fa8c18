"""Which reports are wanted: `--report FORMAT[=FILE]`."""

from __future__ import annotations

import pytest

from wherry.errors import UsageError, WherryError
from wherry.ui.report import Choice, parse, report_file

FORMATS = ("text", "json", "jsonl", "junit", "tap", "prom", "github", "html")


@pytest.mark.parametrize("values, output, choices", [
    pytest.param([], "text", [Choice("text")], id="text is the default"),
    pytest.param(["junit=a.xml"], "text", [Choice("text"), Choice("junit", "a.xml")], id="text beside a file"),
    pytest.param(["json"], "text", [Choice("json")], id="no text where something else is on stdout"),
    pytest.param(["json=-"], "text", [Choice("json")], id="- is stdout"),
    pytest.param(["text=log.txt"], "text", [Choice("text"), Choice("text", "log.txt")], id="text twice"),
    pytest.param(["prom=a=b"], "text", [Choice("text"), Choice("prom", "a=b")], id="an equals sign in a name"),
    pytest.param(["github"], "text", [Choice("text"), Choice("github")], id="github leaves stdout alone"),
    pytest.param(["github=-"], "text", [Choice("github", "-")], id="github on stdout"),
    pytest.param(["json", "github"], "text", [Choice("json"), Choice("github")], id="json and github"),
    pytest.param([], "json", [Choice("json")], id="-o json"),
    pytest.param(["json"], "json", [Choice("json")], id="-o json --report json"),
    pytest.param(["junit=a"], "json", [Choice("json"), Choice("junit", "a")], id="-o json beside a file"),
])  # fmt: skip
def test_parse(values, output, choices):
    assert parse(values, FORMATS, output=output) == tuple(choices)


@pytest.mark.parametrize("values, output, words", [
    pytest.param(["junti"], "text", "there is no report 'junti'; did you mean \"junit\"?", id="unknown"),
    pytest.param([""], "text", "there is no report ''", id="empty"),
    pytest.param(["junit="], "text", "junit= names no file", id="no file"),
    pytest.param(["json", "tap"], "text", "json and tap would both go to standard output", id="two on stdout"),
    pytest.param(["tap"], "json", "json and tap would both go to standard output", id="-o json and another"),
    pytest.param(["text", "text"], "text", "text and text would both go to standard output", id="the same twice"),
    pytest.param(["junit=a", "tap=./a"], "text", "two reports would go to a", id="one file for two"),
])  # fmt: skip
def test_faults(values, output, words):
    with pytest.raises(UsageError) as caught:
        parse(values, FORMATS, output=output)
    assert str(caught.value).startswith(f"--report: {words}")


def test_every_format_can_be_chosen():
    assert [parse([name], FORMATS)[-1].format for name in FORMATS] == list(FORMATS)


def test_faults_name_the_option():
    with pytest.raises(UsageError) as caught:
        parse(["json", "tap"], FORMATS, option="--to")
    assert caught.value.advice == (
        "--to: json and tap would both go to standard output; give one of them a file: --to tap=FILE"
    )


def test_a_file_is_made_where_its_folder_is(tmp_path):
    with report_file(Choice("tap", str(tmp_path / "a"))) as file:
        file.line("ok")
    assert (tmp_path / "a").read_text() == "ok\n"
    with pytest.raises(WherryError, match=r"^--to tap=.*/no/a: there is no folder .*/no$"):
        report_file(Choice("tap", str(tmp_path / "no" / "a")), "--to")
