"""It is an ordinary process: its name, open files, limits and signals are what the caller gave it.

Each is looked at in a first start, which unpacks, and in a later one, which does not.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .runtime import contents, linux

pytestmark = linux

BECOME = ("wait", "--quiet", "file:/", "--")  # and then become a command


def test_what_ps_shows(victim):
    """The arguments as they were typed, and a short name that pgrep finds."""
    executable = str(victim.genuine.executable)
    answer = victim.answers / "shown"
    words = f'exec:sh -c "cat /proc/$PPID/cmdline /proc/$PPID/comm >{answer}"'
    for _ in range(2):
        assert victim("wait", "--quiet", words).returncode == 0
        assert answer.read_text() == "\0".join((executable, "wait", "--quiet", words, "")) + "wherry\n"


def test_the_process_shows_a_file_that_can_be_run(victim, genuine):
    program = victim.program()
    assert program == genuine.program_in(victim.place)
    victim.runs(executable=Path(program))


def test_it_is_started_through_a_link_and_by_a_script(victim, grounds):
    link = grounds / "link"
    link.symlink_to(victim.genuine.executable)
    victim.runs(executable=link)
    victim.runs(before=["bash", "-c", 'exec -a odd "$@"', "bash"])
    victim.runs(before=["sh", "-c", '"$@" | cat', "sh"])


@pytest.mark.parametrize("closed", ["0", "1", "2", "01", "02", "12", "012"])
def test_standard_streams_that_are_closed(victim, genuine, closed):
    """No file that it opens itself takes their place."""
    script = 'exec "$@" ' + " ".join(f"{stream}>&-" for stream in closed)
    for _ in range(2):
        process = victim("version", before=["sh", "-c", script, "sh"])
        assert process.returncode in ((0, 3) if "1" in closed else (0,)), process.stderr
        assert process.stdout == ("" if "1" in closed else genuine.version)
        assert "Traceback" not in process.stderr
    assert (victim.place / ".lock").read_bytes() == b""
    assert contents(victim.place / genuine.identity).keys() == contents(genuine.folder).keys()
    victim.runs()


def test_a_command_after_it_gets_the_open_files_of_the_caller_and_no_others(victim):
    script = 'exec 3</etc/passwd 7</etc/passwd 9>/dev/null; exec "$@"'
    plain = subprocess.run(
        ["sh", "-c", script, "sh", "ls", "/proc/self/fd"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    for _ in range(2):
        process = victim(*BECOME, "ls", "/proc/self/fd", before=["sh", "-c", script, "sh"])
        assert (process.returncode, process.stdout) == (0, plain.stdout), process.stderr


def test_a_probed_command_gets_no_open_files(victim):
    answer = victim.answers / "files"
    for _ in range(2):
        process = victim("wait", "--quiet", f'exec:sh -c "ls -l /proc/self/fd >{answer}"')
        assert process.returncode == 0, process.stderr
        assert str(victim.place) not in answer.read_text()


STATE = "cat /proc/self/limits; umask; nice; cat /proc/self/oom_score_adj /proc/self/personality 2>/dev/null; "
STATE += "grep -E '^(Umask|Uid|Gid|Groups|Sig|Shd|Cap|NoNew|Secc|Spec|Cpus_allowed|Mems)' /proc/self/status"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param([], id="nothing"),
        pytest.param(["prlimit", "--core=0", "--nofile=99:200", "--stack=1000000", "--"], id="limits"),
        pytest.param(["prlimit", "--core=unlimited:unlimited", "--"], id="core dumps"),
        pytest.param(["sh", "-c", 'umask 0027; exec "$@"', "sh"], id="umask"),
        pytest.param(["nice", "-n", "7"], id="nice"),
        pytest.param(["nohup"], id="SIGHUP ignored"),
        pytest.param(["sh", "-c", "trap '' HUP INT USR1; exec \"$@\"", "sh"], id="signals ignored"),
        pytest.param(["sh", "-c", "trap '' PIPE; exec \"$@\"", "sh"], id="SIGPIPE ignored"),
        pytest.param(["sh", "-c", "trap '' PIPE XFSZ; exec \"$@\"", "sh"], id="both that Python ignores"),
        pytest.param(["env", "--block-signal=USR1,TERM,CHLD"], id="signals blocked"),
        pytest.param(["setpriv", "--no-new-privs"], id="no new privileges"),
        pytest.param(["taskset", "1"], id="one processor"),
        pytest.param(["setarch", "--addr-no-randomize"], id="no random addresses"),
    ],
)
def test_a_command_after_it_finds_the_process_as_the_caller_left_it(victim, change):
    for _ in range(2):
        process = victim(*BECOME, "sh", "-c", STATE, before=change)
        plain = victim("-c", STATE, before=change, executable=Path("/bin/sh"))
        assert process.stdout == plain.stdout
        assert (process.returncode, process.stderr) == (plain.returncode, plain.stderr)
