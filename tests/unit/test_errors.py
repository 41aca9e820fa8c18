"""Errors read as a chain, on one line, and own their exit codes."""

from __future__ import annotations

import pytest

from wherry.errors import (
    EXIT_CODES,
    DeadlinePassed,
    ExitCode,
    Interrupted,
    NotMet,
    UsageError,
    WherryError,
    chain,
    doing,
)


@pytest.mark.parametrize(
    "error, code",
    [
        pytest.param(NotMet("no"), 1, id="the answer is no"),
        pytest.param(UsageError("no"), 2, id="usage"),
        pytest.param(WherryError("no"), 3, id="not carried out"),
        pytest.param(DeadlinePassed("no"), 124, id="deadline"),
        pytest.param(Interrupted(ExitCode.SIGINT), 130, id="interrupted"),
        pytest.param(Interrupted(ExitCode.SIGTERM), 143, id="terminated"),
    ],
)
def test_each_error_owns_its_exit_code(error: WherryError, code: int) -> None:
    assert error.exit_code == code


def test_the_table_explains_every_code() -> None:
    assert set(EXIT_CODES) == set(ExitCode)


def test_an_interruption_says_which_signal_it_was() -> None:
    assert [str(Interrupted(code)) for code in (ExitCode.SIGINT, ExitCode.SIGTERM)] == ["interrupted", "terminated"]


def test_layers_put_themselves_in_front() -> None:
    with pytest.raises(UsageError) as caught, doing("check"), doing("loading suite smoke.yaml"):
        raise UsageError('line 7: unknown key "expct"', hint="see the docs")
    assert str(caught.value) == 'check: loading suite smoke.yaml: line 7: unknown key "expct"'
    assert caught.value.hint == "see the docs"
    assert caught.value.message == 'line 7: unknown key "expct"'


def test_doing_raises_the_same_error_and_leaves_others_alone() -> None:
    error = WherryError("refused")
    with pytest.raises(WherryError) as caught, doing("connecting"):
        raise error
    assert caught.value is error
    with pytest.raises(KeyError, match="x"), doing("connecting"):
        raise KeyError("x")


def test_doing_says_nothing_when_nothing_goes_wrong() -> None:
    with doing("connecting"):
        pass


def test_the_chain_is_one_line() -> None:
    assert chain(WherryError("first\nsecond").within("reading")) == "reading: first second"
