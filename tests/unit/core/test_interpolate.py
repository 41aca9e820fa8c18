"""Variables and files in the values of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.interpolate import interpolate
from wherry.core.yaml import load, plain
from wherry.errors import UsageError

ENVIRON = {
    "HOST": "db",
    "PORT": "5432",
    "EMPTY": "",
    "TRICK": "${env:HOST}",
    "YAML": "{a: 1}",
    "YES": "true",
    "_X9": "x",
}
FILES = {"/run/token": "s3cret", "with space": "x"}


def read_file(path: str) -> str:
    if path == "latin1":
        return b"\xe9".decode()
    if path not in FILES:
        raise FileNotFoundError(2, "No such file or directory", path)
    return FILES[path]


def value(text: str) -> object:
    node = load(text, source="f.yaml")
    return plain(interpolate(node, source="f.yaml", environ=ENVIRON, read_file=read_file))


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("${env:HOST}", "db", id="variable"),
        pytest.param("tcp://${env:HOST}:${env:PORT}", "tcp://db:5432", id="in a text"),
        pytest.param("${env:PORT}", 5432, id="a value without quotes is read as YAML reads it"),
        pytest.param("'${env:PORT}'", "5432", id="one with quotes is text"),
        pytest.param("${env:YES}", True, id="truth"),
        pytest.param("${env:EMPTY}", None, id="nothing"),
        pytest.param("'${env:EMPTY}'", "", id="empty text"),
        pytest.param("${env:NOPE:-x y}", "x y", id="default"),
        pytest.param("${env:NOPE:-}", None, id="empty default"),
        pytest.param("'${env:EMPTY:-x}'", "x", id="the default stands for empty too"),
        pytest.param("${env:HOST:-x}", "db", id="default not needed"),
        pytest.param("${env:NOPE:-a:-b}", "a:-b", id="a default with its own mark"),
        pytest.param("${env:_X9}", "x", id="every character of a name"),
        pytest.param("${file:/run/token}", "s3cret", id="file"),
        pytest.param("'${file:with space}'", "x", id="file with a space"),
        pytest.param("$${env:HOST}", "${env:HOST}", id="escape"),
        pytest.param("$$${env:HOST}", "$${env:HOST}", id="escape after a dollar"),
        pytest.param("$HOST $5 {x}", "$HOST $5 {x}", id="a dollar alone"),
        pytest.param("${env:TRICK}", "${env:HOST}", id="what is put in is not searched"),
        pytest.param("${env:YAML}", "{a: 1}", id="what is put in is no YAML"),
        pytest.param("[{a: '${env:HOST}'}]", [{"a": "db"}], id="deep down"),
        pytest.param("'${env:HOST}': 1", {"${env:HOST}": 1}, id="keys are left alone"),
    ],
)
def test_values(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param("${env:NOPE}", "f.yaml: line 2: the environment variable NOPE is not set", id="not set"),
        pytest.param("${env:HOSTS}", 'the environment variable HOSTS is not set; did you mean "HOST"?', id="misspelt"),
        pytest.param("${env:}", "'' is not the name of an environment variable", id="no name"),
        pytest.param("${env:A-B}", "'A-B' is not the name of an environment variable", id="no name of a variable"),
        pytest.param("${env}", "${env} is not known", id="no colon"),
        pytest.param("${evn:HOST}", '${evn:HOST} is not known; did you mean "env"?', id="misspelt scheme"),
        pytest.param("${HOST}", "${HOST} is not known", id="as a shell has it"),
        pytest.param("${}", "${} is not known", id="nothing"),
        pytest.param("${env:HOST", "${env:HOST has no closing brace; write $${ for a dollar and a brace", id="open"),
        pytest.param("'${env:A:-${env:B}}'", "${env:A:-$ has no closing brace", id="nested"),
        pytest.param("${file:}", "${file:} is not known", id="no path"),
        pytest.param("${file:/nope}", "reading the file /nope: No such file or directory", id="no file"),
        pytest.param("${file:latin1}", "the file latin1 is not UTF-8 text", id="no text"),
    ],
)
def test_errors_say_the_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        value(f"a: 1\nb: {text}\n")
    assert message in str(caught.value)
    assert str(caught.value).startswith("f.yaml: line 2: ")


@given(st.text(alphabet="${}:env-fileHOST 1'", max_size=30))
def test_any_text_is_a_value_or_a_usage_error(text: str) -> None:
    import json

    try:
        value(json.dumps(text))
    except UsageError as exc:
        assert str(exc).startswith("f.yaml: line 1: ")
    else:
        assert "${" in text or value(json.dumps(text)) == text
