import io

import pytest

from wherry.core.secret import Redactor
from wherry.ui.console import Console, OutputError, printable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Full(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


class Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


def console(out=None, err=None, environ=None):
    redactor = Redactor()
    redactor.add("hunter22")
    return Console(out or io.StringIO(), err or io.StringIO(), redactor, environ or {})


def test_results_go_to_stdout_and_the_rest_to_stderr():
    out, err = io.StringIO(), io.StringIO()
    it = console(out, err)
    it.out("result")
    it.err("remark")
    it.json({"a": "é"})
    assert out.getvalue() == 'result\n{"a":"é"}\n'
    assert err.getvalue() == "remark\n"


def test_quiet_keeps_alerts():
    err = io.StringIO()
    it = console(err=err)
    it.quiet = True
    it.err("remark")
    it.alert("warning")
    assert err.getvalue() == "warning\n"


def test_secrets_are_masked_on_stderr():
    err = io.StringIO()
    console(err=err).err("password hunter22!")
    assert err.getvalue() == "password ***!\n"


def test_an_error_is_one_line_without_control_characters():
    err = io.StringIO()
    console(err=err).error("wherry: wait", "first\nsecond \x1b[2J", "a hint")
    assert err.getvalue() == "wherry: wait: first second \\x1b[2J\n  hint: a hint\n"


def test_a_very_long_error_keeps_both_ends():
    err = io.StringIO()
    console(err=err).error("wherry", f"{'9' * 5000}: not a port", None)
    assert len(err.getvalue()) < 1100
    assert err.getvalue().startswith("wherry: 999")
    assert err.getvalue().endswith("9: not a port\n")


def test_a_full_disk_is_an_output_error():
    with pytest.raises(OutputError, match="writing standard output: No space left on device"):
        console(out=Full()).out("x")


def test_a_reader_that_has_gone_is_a_broken_pipe():
    with pytest.raises(BrokenPipeError):
        console(out=Gone()).out("x")


def test_a_lost_stderr_ends_nothing():
    console(err=Full()).err("x")


@pytest.mark.parametrize(
    ("environ", "when", "coloured"),
    [
        pytest.param({}, "auto", True, id="terminal"),
        pytest.param({"NO_COLOR": "1"}, "auto", False, id="NO_COLOR"),
        pytest.param({"NO_COLOR": ""}, "auto", True, id="NO_COLOR empty"),
        pytest.param({"TERM": "dumb"}, "auto", False, id="dumb terminal"),
        pytest.param({"NO_COLOR": "1"}, "always", True, id="always"),
        pytest.param({}, "never", False, id="never"),
    ],
)
def test_colour(environ, when, coloured):
    it = console(out=Terminal(), err=Terminal(), environ=environ)
    it.set_color(when)
    assert (it.paint_err("x", "red") == "\x1b[31mx\x1b[0m") is coloured
    assert it.paint_out.on is coloured


def test_no_colour_without_a_terminal():
    assert console().paint_err("x", "red") == "x"


def test_printable_keeps_tab_and_newline():
    assert printable("a\tb\n\x07\x9b") == "a\tb\n\\x07\\x9b"
