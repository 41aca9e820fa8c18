import io
import json
from datetime import UTC, datetime

import pytest

from wherry.core.secret import Redactor
from wherry.ui.console import Console
from wherry.ui.log import Log, line


def log_to(err):
    redactor = Redactor()
    redactor.add("hunter22")
    return Log(Console(io.StringIO(), err, redactor, {}), now=lambda: datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))


def test_text_line():
    err = io.StringIO()
    log_to(err).info("listening", url="http://127.0.0.1:80/", note="two words", took=0.25)
    assert err.getvalue() == (
        'time=2026-01-02T03:04:05.678Z level=info msg=listening url=http://127.0.0.1:80/ note="two words" took=0.25\n'
    )


def test_json_line_masks_secrets():
    err = io.StringIO()
    log = log_to(err)
    log.form = "json"
    log.error("failed", why="token hunter22")
    assert json.loads(err.getvalue())["why"] == "token ***"


@pytest.mark.parametrize(("level", "lines"), [("debug", 4), ("info", 3), ("warn", 2), ("error", 1)])
def test_levels(level, lines):
    err = io.StringIO()
    log = log_to(err)
    log.level = level
    log.debug("a")
    log.info("b")
    log.warn("c")
    log.error("d")
    assert len(err.getvalue().splitlines()) == lines
    assert log.enabled("error")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("", 'k=""', id="empty"),
        pytest.param('say "hi"', r'k="say \"hi\""', id="quotes"),
        pytest.param("a\nb", r'k="a\nb"', id="line break: no forged lines"),
        pytest.param("a=b", 'k="a=b"', id="equals sign"),
        pytest.param(None, "k=None", id="none"),
    ],
)
def test_values_are_quoted_where_they_must_be(value, written):
    assert line("text", {"k": value}) == written
