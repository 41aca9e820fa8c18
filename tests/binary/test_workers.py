"""multiprocessing in the executable: workers are started as by any program.

wherry has no command that would run code of a test. So the parts of the executable are put together once more around
another program, the one in workers/; and an ordinary Python starts workers that are wherry itself.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import open_to_all
from .runtime import LAST_RESORTS, LIMIT_S, as_root, linux

pytestmark = linux

HOME = Path(__file__).resolve().parents[2]
PYTHON = HOME / "work" / "freeze-venv" / "bin" / "python"
STAGE = HOME / "work" / "stage"
METHODS = ["fork", "spawn", "forkserver"]

# The options by which multiprocessing makes a Python like the frozen one.
LIKE_THE_FROZEN = ["-O", "-B", "-S", "-I"]
# What workers do is in the standard library: this is not in the executable.
OTHER_PYTHON = """
import json, multiprocessing, operator, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

method, executable = sys.argv[1:]
multiprocessing.set_executable(executable)
context = multiprocessing.get_context(method)
left_behind = SharedMemory(create=True, size=1)
worker = context.Process(target=os._exit, args=(7,))
worker.start()
worker.join()
with context.Pool(2) as pool:
    programs = {pool.apply(os.readlink, ("/proc/self/exe",)) for _ in range(4)}
    sums = pool.starmap(operator.add, [(1, 2), (3, 4)])
with ProcessPoolExecutor(2, mp_context=context) as pool:
    products = list(pool.map(operator.mul, range(5), range(5)))
programs.add(os.readlink(f"/proc/{resource_tracker._resource_tracker._pid}/exe"))
told = {"code": worker.exitcode, "programs": sorted(programs), "sums": sums, "products": products}
print(json.dumps(told | {"left behind": left_behind.name}))
"""


@pytest.fixture(scope="session")
def program():
    """The executable with the program of workers/ in wherry's place."""
    if not STAGE.exists() or not PYTHON.exists():
        pytest.skip(f"no parts at {STAGE}; `make binary` makes them")
    with open_to_all() as folder:
        shutil.copytree(STAGE, folder / "stage")
        build = [PYTHON, HOME / "build" / "executable.py", folder / "stage", folder / "program"]
        subprocess.run([*build, "--fast", "--program", Path(__file__).parent / "workers"], check=True)
        shutil.rmtree(folder / "stage")
        (folder / "program").chmod(0o755)
        yield folder / "program"


def came_of_it(process):
    assert (process.returncode, process.stderr) == (0, "")
    return json.loads(process.stdout)


def is_right(told, program, arguments, environ):
    """The workers were the program's, with its arguments and environment, and did what they had to."""
    assert told == {
        "process": {
            "frozen": True,
            "executable": str(program),
            "arguments": [str(program), *arguments],
            "environment": environ,
            "is the child": True,
            "code": 0,
        },
        "codes": [0, 7, 0],
        "pipe": ["descriptors arrive", 42],
        "pool": {"sum": sum(number * number for number in range(100)), "failure": "ValueError(5)"},
        "shared_memory": 3,
        "executor": {"squares": [*(number * number for number in range(20)), "broken"], "frozen": True},
        "manager": {"a": 1, "b": 2},
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_program_starts_workers(victim, program, method):
    arguments = [method, "-c", "more"]
    process = victim(*arguments, executable=program, ODD="a=b\nc")
    is_right(came_of_it(process), program, arguments, victim.environ | {"ODD": "a=b\nc"})


@as_root
@pytest.mark.parametrize("method", METHODS)
def test_a_program_starts_workers_from_memory(victim, program, machine, method):
    """Where nothing may be executed but the program itself; locks need /dev/shm to be writable."""
    setup = "".join(f"mount --bind {one} {one}; mount -o remount,bind,noexec {one}\n" for one in LAST_RESORTS)
    setup += f"mount --bind {program.parent} {program.parent}; mount -o remount,bind,exec {program.parent}"
    process = machine(setup, method, uid=victim.uid, executable=program, HOME=str(victim.home))
    told = came_of_it(process)
    is_right(told, program, [method], told["process"]["environment"])
    assert not [name for name in told["process"]["environment"] if name.startswith(("_WHERRY", "LD_"))]
    assert not list(victim.home.rglob("modules"))


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_another_python_starts_workers_that_are_wherry(wherry, method):
    # The name of a socket may have 107 bytes, and forkserver's is below TMPDIR.
    with open_to_all() as temporary:
        process = subprocess.run(
            [sys.executable, *LIKE_THE_FROZEN, "-c", OTHER_PYTHON, method, wherry.path],
            env=wherry.environ | {"TMPDIR": str(temporary)},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert process.returncode == 0, process.stderr
    told = json.loads(process.stdout)
    left_behind = told.pop("left behind")
    [program] = told.pop("programs")
    assert Path(program).is_relative_to(wherry.folder)
    assert told == {"code": 7, "sums": [3, 7], "products": [0, 1, 4, 9, 16]}
    assert "1 leaked shared_memory" in process.stderr
    assert not Path("/dev/shm", left_behind).exists(), "the tracker removes it"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-c", "print('ran')"], id="code"),
        pytest.param([*LIKE_THE_FROZEN, "-c", "print('ran')"], id="code after the options"),
        pytest.param(["-c", "from multiprocessing.resource_tracker import main;main(0)"], id="no options"),
        pytest.param(
            [*LIKE_THE_FROZEN, "-c", "from multiprocessing.resource_tracker import main;main(0);print('ran')"],
            id="code after the call",
        ),
        pytest.param(["-O", "-i", "-c", "from multiprocessing.resource_tracker import main;main(0)"], id="others"),
        pytest.param(["--multiprocessing-fork"], id="no pipe"),
        pytest.param(["--multiprocessing-fork", "pipe_handle=print('ran')"], id="code for a pipe"),
    ],
)
def test_anything_else_is_a_mistake_on_the_command_line(wherry, arguments):
    process = wherry(*arguments)
    assert (process.returncode, process.stdout) == (2, ""), process.stderr
    assert process.stderr.startswith(f"wherry: unknown option {arguments[0]}\n")


def test_a_plain_start_loads_nothing_of_it(wherry, closed_port):
    """A command in which -c stands is a plain start too."""
    with wherry.start("wait", f"tcp://{closed_port}", "--deadline", "60s", "--", "sh", "-c", "true") as process:
        try:
            assert "waiting" in process.stderr.readline()
            lines = Path(f"/proc/{process.pid}/maps").read_text()
        finally:
            process.terminate()
    assert "_asyncio.so" in lines, "the names are as expected"
    assert not [name for name in ("_multiprocessing.so", "_posixshmem.so", "mmap.so") if name in lines]
