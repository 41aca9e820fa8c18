"""File systems that are full, small, read-only or not to be executed from, mounted where only the test sees them."""

from __future__ import annotations

import pytest

from .runtime import ENVIRON, LAST_RESORTS, READ_ONLY, as_root, linux, ran, why_refused

pytestmark = [linux, as_root]

NO_HOME = "/proc"
LIST_WHAT_IS_LEFT = """
    wherry=$1 place=$2; shift 2
    "$wherry" "$@"
    code=$?
    find "$place" -mindepth 1 ! -name .lock -printf 'left %P\\n'
    exit $code
"""


def unpacked_size(genuine) -> int:
    """Bytes on a file system of pages."""
    return sum((path.stat().st_size + 4095) // 4096 * 4096 for path in genuine.folder.rglob("*") if path.is_file())


def in_bytes(options: str, genuine) -> str:
    """Options of a file system that holds half of what is unpacked, or nearly all."""
    size = unpacked_size(genuine)
    return options.replace("half", str(size // 2)).replace("nearly", str(size - 65536))


def at_home(person, options: str) -> str:
    """Mounts a file system in memory at somebody's home."""
    return f"mount -t tmpfs -o {options},mode=700,uid={person.uid},gid={person.uid} none {person.home}"


def noexec(genuine) -> str:
    """Nothing may be executed from the last resorts, but where the executable itself is."""
    own = genuine.executable.parent
    mounts = "".join(f"mount --bind {one} {one}; mount -o remount,bind,noexec {one}\n" for one in LAST_RESORTS)
    return f"{mounts} mount --bind {own} {own}; mount -o remount,bind,exec {own}"


@pytest.mark.parametrize("how", ["read-only", "noexec"])
def test_it_runs_from_memory_where_no_place_is_left(victim, genuine, machine, how):
    setup = READ_ONLY if how == "read-only" else noexec(genuine)
    process = machine(setup, "version", uid=victim.uid, HOME=str(victim.home))
    ran(process, genuine)
    assert not list(victim.home.rglob(genuine.identity))


@pytest.mark.parametrize("preload", [None, "", "libdl.so.2"])
def test_a_command_from_memory_gets_the_callers_environment(victim, machine, preload):
    command = ("wait", "--quiet", "file:/", "--", "env", "-0")
    environ = {"HOME": NO_HOME, "ODD": "a=b\nc", "LD_PRELOAD": preload, "LD_LIBRARY_PATH": "/nonexistent"}
    process = machine(READ_ONLY, *command, uid=victim.uid, **environ)
    assert process.returncode == 0, process.stderr
    got = dict(entry.split("=", 1) for entry in process.stdout.split("\0") if entry)
    expected = {name: value for name, value in environ.items() if value is not None}
    got.pop("PWD")  # of the shell that mounted
    assert got == ENVIRON | expected


def test_a_command_from_memory_gets_no_open_files(victim, machine):
    command = ("wait", "--quiet", "file:/", "--", "ls", "/proc/self/fd")
    process = machine(READ_ONLY, *command, uid=victim.uid, HOME=NO_HOME)
    assert process.stdout.split() == ["0", "1", "2", "3"], process.stderr


@pytest.mark.parametrize("descriptor", [3, 200, 230, 1000])
def test_files_that_the_caller_has_open_are_not_in_the_way_of_memory(victim, genuine, machine, descriptor):
    """They stay open, as with every program."""
    before = ["bash", "-c", f'exec {descriptor}</etc/passwd; exec "$@"', "bash"]
    process = machine(READ_ONLY, "version", uid=victim.uid, before=before, HOME=NO_HOME)
    ran(process, genuine)


def test_what_ps_shows_from_memory(victim, machine):
    command = ("wait", "--quiet", 'exec:sh -c "cat /proc/$PPID/comm"', "--expect", "output={contains: wherry}")
    process = machine(READ_ONLY, *command, "--deadline", "5s", uid=victim.uid, HOME=NO_HOME)
    assert (process.returncode, process.stderr) == (0, "")


def test_a_probed_command_whose_input_is_missing(victim, machine):
    """Not the command is what is not there."""
    process = machine("mount -t tmpfs none /dev", "wait", "exec:true", uid=victim.uid, HOME=str(victim.home))
    assert process.returncode == 3
    assert "'true' cannot be run: /dev/null: no such file or directory" in process.stderr


@pytest.mark.parametrize(("policy", "runs"), [(0, True), (1, True), (2, False)])
def test_a_kernel_that_executes_nothing_from_memory(victim, genuine, machine, policy, runs):
    """The setting vm.memfd_noexec, here of a process namespace of its own."""
    become = f"setpriv --reuid {victim.uid} --regid {victim.uid} --clear-groups --"
    script = f'echo {policy} >/proc/sys/vm/memfd_noexec && exec {become} "$@"'
    before = ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", script, "sh"]
    process = machine(READ_ONLY, "version", uid=0, before=before, HOME=NO_HOME)
    if "memfd_noexec" in process.stderr:
        pytest.skip("this kernel has no such setting")
    if runs:
        ran(process, genuine)
    else:
        assert "memory: " in why_refused(process)


def test_every_command_works_from_memory(victim, machine):
    """What is imported late comes from memory too: TLS, and the loop."""
    script = """
        trap 'kill $server' EXIT
        "$1" serve --listen 127.0.0.1:0 --tls-self-signed --ready-file "$2/ready" & server=$!
        "$1" wait -q "file:$2/ready" --deadline 30s
        read -r url <"$2/ready"
        "$1" request "https://${url##*/}/json" --insecure --retry 0 --extract '$'
    """
    setup = READ_ONLY + f"mount -t tmpfs -o noexec,mode=1777 none {victim.answers}"
    before = ["sh", "-euc", script, "sh"]
    folder = str(victim.answers)
    process = machine(setup, folder, uid=victim.uid, before=before, HOME=NO_HOME, TMPDIR=folder)
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize("how", ["read-only", "noexec"])
def test_without_proc_too_it_says_so(victim, genuine, machine, how):
    setup = (READ_ONLY if how == "read-only" else noexec(genuine)) + "\nmount -t tmpfs -o ro none /proc"
    why = why_refused(machine(setup, "version", uid=victim.uid, HOME=NO_HOME))
    for place in (*(str(victim.last_resort(parent)) for parent in LAST_RESORTS), NO_HOME, "memory"):
        assert place in why


def test_without_proc_it_runs_from_a_place(victim, genuine, machine):
    for _ in range(2):
        process = machine("mount -t tmpfs -o ro none /proc", "version", uid=victim.uid, HOME=str(victim.home))
        ran(process, genuine)


def test_a_home_that_nothing_may_be_executed_from(victim, genuine, machine):
    process = machine(at_home(victim, "noexec"), "version", uid=victim.uid, HOME=str(victim.home))
    ran(process, genuine)
    assert (victim.last_resort(LAST_RESORTS[0]) / genuine.identity).is_dir()


def test_a_chosen_folder_that_nothing_may_be_executed_from(victim, machine):
    setup = at_home(victim, "noexec")
    why = why_refused(machine(setup, "version", uid=victim.uid, WHERRY_RUNTIME_DIR=str(victim.home)))
    assert str(victim.home) in why
    assert "noexec" in why


TOO_SMALL = ["size=64k", "size=1m", "size=8m", "size=half", "size=nearly", "nr_inodes=2", "nr_inodes=5", "nr_inodes=20"]


@pytest.mark.parametrize("options", TOO_SMALL)
def test_a_home_on_a_file_system_that_is_too_small(victim, genuine, machine, options):
    setup = at_home(victim, in_bytes(options, genuine))
    before = ["sh", "-c", LIST_WHAT_IS_LEFT, "sh"]
    process = machine(setup, str(victim.home), "version", uid=victim.uid, before=before, HOME=str(victim.home))
    assert process.stdout.startswith(genuine.version), process.stderr
    assert (process.returncode, process.stderr) == (0, "")
    left = process.stdout.removeprefix(genuine.version).split()
    assert set(left) <= {"left", ".cache", ".cache/wherry", ".cache/wherry/runtime"}


@pytest.mark.parametrize("options", TOO_SMALL)
def test_a_chosen_folder_on_a_file_system_that_is_too_small(victim, genuine, machine, options):
    setup = at_home(victim, in_bytes(options, genuine))
    before = ["sh", "-c", LIST_WHAT_IS_LEFT, "sh"]
    chosen = str(victim.home)
    process = machine(setup, chosen, "version", uid=victim.uid, before=before, WHERRY_RUNTIME_DIR=chosen)
    assert "No space left on device" in why_refused(process)


def test_a_file_system_that_is_just_large_enough(victim, genuine, machine):
    setup = at_home(victim, f"size={unpacked_size(genuine) + (256 << 10)}")
    ran(machine(setup, "version", uid=victim.uid, WHERRY_RUNTIME_DIR=str(victim.home)), genuine)


def test_a_file_system_that_has_become_full_or_read_only(victim, genuine, machine):
    """What is there already runs; nothing needs to be written."""
    victim.runs()
    setup = f"mount --bind {victim.home} {victim.home}; mount -o remount,bind,ro {victim.home}"
    process = machine(setup, "version", uid=victim.uid, HOME=str(victim.home))
    ran(process, genuine)


def test_a_damaged_cache_on_a_file_system_that_has_become_read_only(victim, genuine, machine):
    victim.runs()
    (victim.place / genuine.identity / "modules").write_bytes(b"damaged")
    setup = f"mount --bind {victim.home} {victim.home}; mount -o remount,bind,ro {victim.home}"
    process = machine(setup, "version", uid=victim.uid, HOME=str(victim.home))
    ran(process, genuine)
