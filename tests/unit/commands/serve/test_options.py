"""What the command line comes to; nothing is run."""

from __future__ import annotations

import pytest

from wherry.commands.serve.command import command
from wherry.commands.serve.options import Files, Made, from_command_line
from wherry.core.listen import Listen
from wherry.errors import UsageError
from wherry.ui.env import Env


def options(*args: str, quiet: bool = False):
    context = command.make_context("serve", list(args), obj=Env())
    return from_command_line(context.params, quiet=quiet)


@pytest.mark.parametrize(
    ("args", "name", "value"),
    [
        pytest.param([], "listen", (Listen("127.0.0.1", 8080),), id="default address"),
        pytest.param(["-l", ":1", "-l", ":2"], "listen", (Listen("", 1), Listen("", 2)), id="addresses"),
        pytest.param([], "routes", True, id="routes"),
        pytest.param(["dir"], "routes", False, id="no routes with a folder"),
        pytest.param(["dir", "--routes"], "routes", True, id="routes with a folder"),
        pytest.param([], "folder", None, id="no folder"),
        pytest.param(["dir"], "folder", "dir", id="folder"),
        pytest.param(["dir", "--no-index"], "index", False, id="no index"),
        pytest.param([], "tls", None, id="no tls"),
        pytest.param(["--tls-cert", "c"], "tls", Files("c", None), id="certificate"),
        pytest.param(["--tls-cert", "c", "--tls-key", "k"], "tls", Files("c", "k"), id="certificate and key"),
        pytest.param(["--tls-self-signed"], "tls", Made((), None), id="self-signed"),
        pytest.param(
            ["--tls-self-signed", "--tls-name", "a", "--tls-name", "b", "--tls-ca-file", "f"], "tls",
            Made(("a", "b"), "f"), id="self-signed with names",
        ),
        pytest.param(["--max-body", "5MB"], "max_body", 5_000_000, id="body"),
        pytest.param(["--ready-after", "1m"], "ready_after_s", 60.0, id="ready after"),
        pytest.param(["--drain-timeout", "0"], "drain_timeout_s", 0.0, id="drain"),
        pytest.param(["--admin", "[::1]:9"], "admin", Listen("::1", 9), id="admin"),
        pytest.param(["--no-access-log"], "access_log", False, id="no access log"),
        pytest.param([], "access_log", True, id="access log"),
    ],
)  # fmt: skip
def test_parsed(args, name, value):
    assert getattr(options(*args), name) == value


def test_quiet_silences_the_access_log():
    assert not options(quiet=True).access_log


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--routes"], "--routes is of no use without DIR"),
        (["--hidden"], "--hidden is of no use without DIR"),
        (["--no-index"], "--no-index is of no use without DIR"),
        (["dir", "--ready-after", "1s"], "only with --routes"),
        (["--tls-key", "k"], "--tls-key needs --tls-cert"),
        (["--tls-name", "a"], "--tls-name is of no use without --tls-self-signed"),
        (["--tls-ca-file", "f"], "--tls-ca-file is of no use without --tls-self-signed"),
        (["--tls-self-signed", "--tls-cert", "c"], "leave out --tls-cert"),
        (["--admin", ":9090"], "--admin shows what is inside"),
        (["--admin", "192.0.2.1:9090"], "--admin shows what is inside"),
    ],
)
def test_contradictions(args, words):
    with pytest.raises(UsageError) as caught:
        options(*args)
    assert words in str(caught.value)
