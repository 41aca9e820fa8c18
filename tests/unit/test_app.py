import click
import pytest

from wherry import app
from wherry.core.scope import Scope
from wherry.errors import (
    EXIT_CODES,
    DeadlinePassed,
    ExitCode,
    Interrupted,
    NotMet,
    UsageError,
    WherryError,
    doing,
)
from wherry.table import COMMANDS


def raising(monkeypatch, error):
    """A wherry whose `version` fails with ``error``."""

    @click.command("version")
    @app.shared.common
    @click.pass_obj
    def command(env):
        raise error

    monkeypatch.setattr(app.Root, "get_command", lambda *_: command)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        pytest.param(NotMet("no"), 1, "wherry: version: no\n", id="no"),
        pytest.param(UsageError("bad", hint="do"), 2, "wherry: version: bad\n  hint: do\n", id="usage with hint"),
        pytest.param(WherryError("broke"), 3, "wherry: version: broke\n", id="failed"),
        pytest.param(DeadlinePassed("late"), 124, "wherry: version: late\n", id="deadline"),
        pytest.param(Interrupted(ExitCode.SIGINT), 130, "wherry: version: interrupted\n", id="sigint"),
        pytest.param(Interrupted(ExitCode.SIGTERM), 143, "wherry: version: terminated\n", id="sigterm"),
        pytest.param(KeyboardInterrupt(), 130, "wherry: version: interrupted\n", id="ctrl-c before the loop"),
        pytest.param(
            PermissionError(13, "Permission denied", "x.yaml"),
            3,
            "wherry: version: x.yaml: Permission denied\n",
            id="os",
        ),
        pytest.param(MemoryError(), 3, "wherry: version: out of memory\n", id="memory"),
        pytest.param(
            ZeroDivisionError("division by zero"),
            3,
            "wherry: version: internal error: ZeroDivisionError: division by zero\n"
            "  hint: this is a bug in wherry; --debug shows where it happened\n",
            id="bug",
        ),
    ],
)
def test_an_error_becomes_one_line_and_a_code(monkeypatch, capsys, error, code, line):
    raising(monkeypatch, error)
    assert app.run(["version"]) == code
    assert capsys.readouterr().err == line


def test_the_chain_reads_outermost_first(monkeypatch, capsys):
    with pytest.raises(UsageError) as caught, doing("loading suite smoke.yaml"), doing("line 7"):
        raise UsageError('unknown key "expct"')
    raising(monkeypatch, caught.value)
    assert app.run(["version"]) == 2
    assert capsys.readouterr().err == 'wherry: version: loading suite smoke.yaml: line 7: unknown key "expct"\n'


def test_debug_adds_the_traceback(monkeypatch, capsys):
    raising(monkeypatch, WherryError("broke"))
    assert app.run(["--debug", "version"]) == 3
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("wherry: version: broke\n")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        pytest.param(
            ["wiat"], "wherry: unknown command 'wiat'; did you mean \"wait\"?\n  hint: see `wherry --help`\n", id="cmd"
        ),
        pytest.param(
            ["version", "--otput"],
            "wherry: version: unknown option --otput; did you mean --output?\n  hint: see `wherry version --help`\n",
            id="option",
        ),
        pytest.param(
            ["version", "-o"],
            "wherry: version: option '-o' requires an argument\n  hint: see `wherry version --help`\n",
            id="no argument",
        ),
        pytest.param(
            ["version", "x"],
            "wherry: version: got unexpected extra argument (x)\n  hint: see `wherry version --help`\n",
            id="extra argument",
        ),
        pytest.param(
            ["config"],
            "wherry: config: a command is missing; choose from check, path, show\n  hint: see `wherry config --help`\n",
            id="no command of a group",
        ),
    ],
)
def test_usage_errors(capsys, args, line):
    assert app.run(args) == 2
    assert capsys.readouterr().err == line


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"]])
def test_help_lists_every_command_in_order(capsys, args):
    assert app.run(args) == 0
    out = capsys.readouterr().out
    places = [out.index(f"\n  {entry.name}") for entry in COMMANDS.values()]
    assert places == sorted(places)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(capsys, name):
    assert app.run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: wherry {name} ")


def test_every_code_has_a_meaning():
    assert set(EXIT_CODES) == set(ExitCode)


def test_a_command_runs_in_a_loop_under_its_deadline(monkeypatch):
    seen = []

    @click.command("version")
    @app.shared.common
    @click.pass_obj
    def command(env):
        async def main(scope):
            seen.append(scope)
            return ExitCode.NO

        return env.execute(main, 5.0)

    monkeypatch.setattr(app.Root, "get_command", lambda *_: command)
    assert app.run(["version"]) == 1
    assert isinstance(seen[0], Scope)
    assert seen[0].deadline is not None
