import asyncio
import sys

import pytest

from wherry.core.credential import Origin, parse_source
from wherry.errors import UsageError, WherryError
from wherry.profile.secret import reveal


def revealed(text, environ=None):
    return asyncio.run(reveal(parse_source(text), environ or {})).reveal()


def test_the_value_itself():
    assert revealed("abc:def") == "abc:def"


def test_an_environment_variable():
    assert revealed("env:X", {"X": "abc"}) == "abc"


def test_a_file_loses_one_line_break(tmp_path):
    (tmp_path / "t").write_text("abc\r\n")
    assert revealed(f"file:{tmp_path / 't'}") == "abc"


def test_a_command_runs_without_a_shell():
    assert revealed(f"exec:{sys.executable} -c 'print(\"a$HOME;\")'") == "a$HOME;"


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        pytest.param("env:NO_SUCH", UsageError, "environment variable NO_SUCH is not set", id="variable"),
        pytest.param("file:/no/such", UsageError, "/no/such: No such file", id="file"),
        pytest.param("exec:/no/such", UsageError, "/no/such: No such file", id="command"),
        pytest.param("exec:'open", UsageError, "no closing quotation", id="quoting"),
        pytest.param(f"exec:{sys.executable} -c 'exit(3)'", WherryError, "exited with 3", id="command fails"),
        pytest.param(f"exec:{sys.executable} -c ''", UsageError, "is not set or empty", id="says nothing"),
        pytest.param(f"exec:{sys.executable} -c 'print(1);print(2)'", UsageError, "more than one line", id="two lines"),
        pytest.param(
            f"exec:{sys.executable} -c 'import os; os.write(1, bytes([255]))'", UsageError, "no UTF-8", id="bytes"
        ),
    ],
)
def test_failures(text, error, words):
    with pytest.raises(error, match=words):
        revealed(text)


@pytest.mark.parametrize("text", ["", "env:", "file: ", "exec:"])
def test_sources_that_name_nothing(text):
    with pytest.raises(UsageError):
        parse_source(text)


def test_a_secret_is_not_shown_by_its_source():
    assert "hunter22" not in repr(parse_source("hunter22"))
    assert parse_source("env:A").origin is Origin.ENV
