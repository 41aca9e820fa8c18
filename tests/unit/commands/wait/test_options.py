"""The rules across flags, and what the command line comes to."""

from __future__ import annotations

import pytest

from wherry.commands.wait.command import command
from wherry.commands.wait.options import Entry, _check_command, assemble, from_command_line
from wherry.core.network import NetworkSettings
from wherry.core.target import parse_target
from wherry.errors import UsageError
from wherry.ui.env import Env


def options(*args, **environ):
    """What a command line comes to, without running it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        context = command.make_context("wait", list(args), obj=Env(), auto_envvar_prefix="WHERRY_WAIT")
        return from_command_line(context.params, NetworkSettings())


def test_defaults():
    found = options("tcp://db:5432")
    assert (found.every_s, found.timeout_s, found.deadline_s) == (1.0, 5.0, 60.0)
    assert (found.any_of, found.command) == (False, ())
    assert [(w.target.name, w.stable, w.each_ip, w.gone) for w in found.wanted] == [("tcp://db:5432", 1, False, False)]


@pytest.mark.parametrize(
    "args, command",
    [
        pytest.param(["db:1", "--", "sh", "-c", "exit 3"], ("sh", "-c", "exit 3"), id="its own options"),
        pytest.param(["db:1", "-q", "--", "sh", "--", "x"], ("sh", "--", "x"), id="a second -- is the command's"),
        pytest.param(["--any", "db:1", "-T", "5s", "--", "sh", "--help"], ("sh", "--help"), id="--help after -- too"),
    ],
)  # fmt: skip
def test_command(args, command):
    assert options(*args).command == command


@pytest.mark.parametrize(
    "environ, attribute, value",
    [
        pytest.param({"WHERRY_WAIT_DEADLINE": "2m"}, "deadline_s", 120.0, id="deadline"),
        pytest.param({"WHERRY_WAIT_EVERY": "250ms"}, "every_s", 0.25, id="every"),
        pytest.param({"WHERRY_WAIT_TIMEOUT": "1s"}, "timeout_s", 1.0, id="timeout"),
        pytest.param({"WHERRY_WAIT_ANY": "1"}, "any_of", True, id="any"),
    ],
)
def test_environment(environ, attribute, value):
    assert getattr(options("db:1", **environ), attribute) == value


@pytest.mark.parametrize(
    "args, message",
    [
        pytest.param([], "nothing to wait for", id="no target"),
        pytest.param(["--", "sh"], "nothing to wait for", id="a command alone"),
        pytest.param(["db:1", "--"], "no command stands after --", id="-- alone"),
        pytest.param(["db:1", "--", ""], "no command stands after --", id="empty command"),
        pytest.param(["db:1", "--", "pytst-q"], "there is no command 'pytst-q' in PATH", id="no such command"),
        pytest.param(["db:1", "--", "./no"], "there is no command './no'", id="no such path"),
        pytest.param(["db"], "'db' has no port and no scheme", id="no target form"),
        pytest.param(["--every", "0", "db:1"], "--every must be at least 10ms", id="busy loop"),
        pytest.param(["--timeout", "0", "db:1"], "--timeout must be more than 0", id="no time for an attempt"),
        pytest.param(["-T", "0", "db:1"], "--deadline must be more than 0", id="no time at all"),
        pytest.param(["a=x:1", "a=y:1"], "two targets are named 'a'", id="name twice"),
        pytest.param(["--each-ip", "unix:/x", "file:/y"], "--each-ip: no target has a host name", id="no host name"),
        pytest.param(["db:1", "--expect", "status=200"], "a tcp target has no status", id="subject of another kind"),
        pytest.param(["db:1", "--expect", "statsu=200"], "did you mean \"status\"?", id="slip"),
        pytest.param(["db:1", "--expect", "status"], "'status' is not SUBJECT=YAML", id="no value"),
        pytest.param(["main=x:1", "--expect", "mian:time=1s"], "did you mean \"main\"?", id="name slip"),
        pytest.param(["x:1", "--expect", "db:time=1s"], "no target is named 'db'", id="no names at all"),
        pytest.param(
            ["a=x:1", "h=http://x", "--expect", "a:status=200"],
            "a tcp target has no status",
            id="named, of another kind",
        ),
    ],
)  # fmt: skip
def test_refused(args, message):
    with pytest.raises(UsageError) as error:
        options(*args)
    assert message in str(error.value)


def conditions(*args):
    return [[str(c.subject) for c in wanted.conditions] for wanted in options(*args).wanted]


def test_an_expectation_without_a_name_goes_to_every_kind_that_has_it():
    assert conditions("http://a", "b:1", "https://c", "--expect", "status=204") == [["status"], [], ["status"]]


def test_an_expectation_with_a_name_goes_there_only():
    args = ["a=http://a", "b=http://b", "--expect", "b:status=204", "--expect", "b:json.$['x:y']=1"]
    assert conditions(*args) == [[], ["status", "json.$['x:y']"]]


def test_a_colon_within_a_path_names_no_target():
    assert conditions("http://a", "--expect", "json.$['a:b']=1") == [["json.$['a:b']"]]


def test_what_an_entry_says_beats_the_flags():
    entries = [
        Entry(parse_target("a:1")),
        Entry(parse_target("b:1"), stable=1, each_ip=False, gone=False),
        Entry(parse_target("unix:/c")),
    ]
    wanted = assemble(entries, [], stable=3, each_ip=True, gone=True)
    assert [(w.stable, w.each_ip, w.gone) for w in wanted] == [(3, True, True), (1, False, False), (3, False, True)]


def test_an_entry_without_a_host_name_cannot_have_each_ip():
    entry = Entry(parse_target("dns://x?server=127.0.0.1"), each_ip=True)
    with pytest.raises(UsageError, match="each_ip needs a host name"):
        assemble([entry], [], stable=1, each_ip=False, gone=False)


def test_the_same_target_twice_without_a_name_is_no_mistake():
    assert len(options("db:1", "db:1").wanted) == 2


@pytest.mark.parametrize(
    "command, found, message, hint",
    [
        pytest.param(["./x"], ["./x"], "cannot run './x': it is not an executable file", None, id="not executable"),
        pytest.param(["sh -q"], [], "there is no command 'sh -q' in PATH", "stand apart", id="one pair of quotes"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be(command, found, message, hint):
    with pytest.raises(UsageError) as error:
        _check_command(command, lambda _: None, found.__contains__)
    assert error.value.message == message
    assert hint is None or hint in error.value.hint
