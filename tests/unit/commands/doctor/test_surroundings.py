import io

import pytest

from wherry.commands.doctor import surroundings
from wherry.commands.doctor.events import Finding, State
from wherry.commands.doctor.render import document, line
from wherry.core.secret import Redactor
from wherry.ui.console import Console
from wherry.ui.paint import Paint


def test_a_folder_that_is_there(tmp_path):
    assert surroundings.writable("cache folder", tmp_path) == Finding("cache folder", State.OK, f"{tmp_path}: writable")


def test_a_folder_that_will_be_made(tmp_path):
    found = surroundings.writable("cache folder", tmp_path / "a" / "b")
    assert (found.state, found.words) == (State.OK, f"{tmp_path / 'a' / 'b'}: will be made when needed")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    found = surroundings.writable("cache folder", tmp_path / "file" / "folder")
    assert found.state is State.NOTE
    assert "tokens are fetched anew" in found.words


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        pytest.param({"TERM": "xterm"}, "TERM xterm, no colour", id="no terminal"),
        pytest.param({"NO_COLOR": "1"}, "TERM not set, no colour (NO_COLOR)", id="NO_COLOR"),
    ],
)
def test_terminal(environ, words):
    console = Console(io.StringIO(), io.StringIO(), Redactor(), environ)
    assert surroundings.terminal(console, environ).words.endswith(words)


def test_a_broken_configuration_is_a_problem(tmp_path, monkeypatch):
    (tmp_path / "c.toml").write_text("version = 1\nfoo = 2\n")
    monkeypatch.setenv("WHERRY_CONFIG", str(tmp_path / "c.toml"))
    found = surroundings.configuration(None)
    assert found.state is State.PROBLEM
    assert 'line 2: unknown key "foo"' in found.words


def test_a_profile_in_use(tmp_path, monkeypatch):
    (tmp_path / "c.toml").write_text("version = 1\n[profiles.a]\n")
    monkeypatch.setenv("WHERRY_CONFIG", str(tmp_path / "c.toml"))
    assert surroundings.configuration("a").words.endswith("c.toml: 1 profile, using 'a'")
    assert surroundings.configuration(None).words.endswith("c.toml: 1 profile, using none")


def test_render():
    findings = [Finding("a", State.OK, "x"), Finding("b", State.PROBLEM, "y")]
    assert line(findings[0], Paint(on=False)) == "ok       a              x"
    assert document(findings) == {
        "ok": False,
        "findings": [
            {"name": "a", "state": "ok", "words": "x"},
            {"name": "b", "state": "problem", "words": "y"},
        ],
    }
