"""build/hooks/wherry_workers.py: which arguments are taken for multiprocessing's."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "build" / "hooks" / "wherry_workers.py"
FLAGS = ["-O", "-B", "-S", "-I"]
SPAWN = "from multiprocessing.spawn import spawn_main; spawn_main"
TRACKER = "from multiprocessing.resource_tracker import main;main"
SERVER = "from multiprocessing.forkserver import main; main"
WORKER = "--multiprocessing-fork"
DESCRIPTORS = {"listener_fd": 5, "alive_r": 6}


@pytest.fixture(scope="module")
def workers():
    spec = importlib.util.spec_from_file_location("wherry_workers", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "flags", "function", "named"),
    [
        pytest.param(
            [WORKER, "tracker_fd=8", "pipe_handle=10"],
            None,
            "work",
            {"tracker_fd": 8, "pipe_handle": 10},
            id="a frozen program's worker",
        ),
        pytest.param(
            [WORKER, "parent_pid=4242", "pipe_handle=512"],
            None,
            "work",
            {"parent_pid": 4242, "pipe_handle": 512},
            id="on Windows",
        ),
        pytest.param(
            [*FLAGS, "-c", f"{SPAWN}(tracker_fd=8, pipe_handle=10)", WORKER],
            FLAGS,
            "work",
            {"tracker_fd": 8, "pipe_handle": 10},
            id="another program's worker",
        ),
        pytest.param([*FLAGS, "-c", f"{TRACKER}(7)"], FLAGS, "track", {"fd": 7}, id="tracker"),
        pytest.param(
            ["-O", "-X", "utf8", "-c", f"{TRACKER}(7)"], ["-O", "-X", "utf8"], "track", {"fd": 7}, id="other flags"
        ),
        pytest.param(
            [*FLAGS, "-c", f"{SERVER}(5, 6, ['__main__'], **{{'sys_path': []}})"],
            FLAGS,
            "serve",
            DESCRIPTORS | {"preload": ["__main__"]},
            id="server",
        ),
        pytest.param(
            [*FLAGS, "-c", f"{SERVER}(5, 6, [], **{{}})"],
            FLAGS,
            "serve",
            DESCRIPTORS | {"preload": []},
            id="server without modules",
        ),
        pytest.param(
            [*FLAGS, "-c", f"{SERVER}(5, 6, ['a.b', 'c'], **{{'sys_path': ['/x', \"/it's\"], 'sys_argv': ['}})']}})"],
            FLAGS,
            "serve",
            DESCRIPTORS | {"preload": ["a.b", "c"]},
            id="server of 3.13.12",
        ),
        pytest.param(
            [
                *FLAGS,
                "-c",
                f"import sys; {SERVER}(5, 6, ['a'], sys_argv=sys.argv[1:], **{{'sys_path': [], 'authkey_r': 9}})",
                "wait",
                "-c",
            ],
            FLAGS,
            "serve",
            DESCRIPTORS | {"preload": ["a"], "authkey_r": 9},
            id="server of 3.14.4",
        ),
    ],
)
def test_what_multiprocessing_writes_is_understood(workers, arguments, flags, function, named):
    assert workers.understood(arguments) == (flags, getattr(workers, function), named)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["version"], id="a command"),
        pytest.param(["-c"], id="-c alone"),
        pytest.param(["-c", "print(1)"], id="other code"),
        pytest.param(["-O", "-c", f"{TRACKER}(7);print(1)"], id="code after it"),
        pytest.param(["-O", "-c", f"print(1);{TRACKER}(7)"], id="code before it"),
        pytest.param(["-O", "-c", f"{TRACKER}(7)\nprint(1)"], id="a line after it"),
        pytest.param(["-O", "-c", f"{TRACKER}(7)\n"], id="a line end after it"),
        pytest.param(["-O", "-c", f"{TRACKER}(print(1))"], id="code for a number"),
        pytest.param(["-O", "-c", f"{TRACKER}(-1)"], id="a negative number"),
        pytest.param(["-O", "-c", f"{TRACKER}(\u0661)"], id="a digit that is not ASCII"),
        pytest.param(["-O", "-c", f"{TRACKER}({'9' * 5000})"], id="no number of a descriptor"),
        pytest.param(["-O", "-c", f"{TRACKER}(7)", "more"], id="an argument after it"),
        pytest.param(["-O", "-c", f"{SERVER}(5, 6, [print(1)], **{{}})"], id="code for a module"),
        pytest.param(["-O", "-c", f"{SERVER}(5, 6, ['a b'], **{{}})"], id="no name of a module"),
        pytest.param(["-O", "-c", f"{SERVER}(5, 6, [], **{{}});print(1)"], id="code after the server"),
        pytest.param(["-O", "-c", f"{SPAWN}(pipe_handle=10)"], id="a worker without the option"),
        pytest.param(["-O", "-c", f"{SPAWN}(pipe_handle=print(1))", WORKER], id="code for a worker's number"),
        pytest.param(["-O", "-c", f"{SPAWN}(pipe_handle=1, pipe_handle=2)", WORKER], id="twice the same"),
        pytest.param([WORKER], id="the option alone"),
        pytest.param([WORKER, "tracker_fd=3"], id="no pipe"),
        pytest.param([WORKER, "pipe_handle=3", "other=4"], id="another name"),
        pytest.param([WORKER, "pipe_handle=-3"], id="a negative pipe"),
        pytest.param([WORKER, "pipe_handle=3", "version"], id="a command after it"),
    ],
)
def test_anything_else_is_not(workers, arguments):
    assert workers.understood(arguments) is None
