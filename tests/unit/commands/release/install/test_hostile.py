"""install.sh where something is wrong: what it says, its exit code, and that everything is as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

import pytest
from machines import FILE, HERE, SHELLS, TREE, facts

from wherry.commands.release.install.shell import text
from wherry.commands.release.publish.downloads import Inside
from wherry.core.record import replace
from wherry.errors import UsageError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the archives are for Linux")
shells = pytest.mark.parametrize("shell", SHELLS)
programs = pytest.mark.parametrize("programs", [FILE, TREE], ids=["file", "folder"])


@pytest.fixture
def person(person):
    """Someone whose waits are over at once, where the shell has none of its own."""
    person.answer("sleep", ":")
    return person


def only_file(place):
    (name,) = place.files
    return name, place.files[name]


def assert_nothing_happened(person, place, script, *args, code, words, asked=0, **named):
    before = person.has()
    ended, out, err = person.run(script, *args, **named)
    assert (ended, out, person.has(), len(place.asked)) == (code, "", before, asked), err
    assert words in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("acme: ")


@shells
@programs
def test_another_archive(person, place, shell, programs):
    script = place.script(programs)
    name, content = only_file(place)
    place.files[name] = content[:-1] + bytes([content[-1] ^ 1])
    words = "is not what was released: its SHA-256 is"
    assert_nothing_happened(person, place, script, code=1, words=words, asked=1, shell=shell)


@programs
def test_what_was_there_before_stays(person, place, programs):
    assert person.run(place.script(programs, "1.0.0"))[0] == 0
    place.files, place.asked = {}, []
    script = place.script(programs)
    name, content = only_file(place)
    place.files[name] = bytes(len(content))
    assert_nothing_happened(person, place, script, code=1, words="not what was released", asked=1)
    assert person.says(person.bin / "acme") == "acme 1.0.0"


@shells
def test_no_archive(person, place, shell):
    script = place.script()
    place.files = {}
    assert_nothing_happened(person, place, script, code=3, words="HTTP status 404", asked=1, shell=shell)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param(lambda request, content: request.cut(content), "curl ended with 18", id="cut"),
        pytest.param(lambda request, content: request.answer(content[:-1]), "bytes came, not", id="short"),
        pytest.param(lambda request, content: request.answer(content * 2), "bytes came, not", id="long"),
        pytest.param(lambda request, _: request.send_error(503), "HTTP status 503", id="overloaded"),
        pytest.param(lambda request, _: request.hang_up(), "curl ended with 52", id="no answer"),
    ],
)
def test_downloads_that_fail(person, place, answers, words):
    script = place.script()
    name, content = only_file(place)
    place.files[name] = lambda request: answers(request, content)
    assert_nothing_happened(person, place, script, code=3, words=words, asked=3)


def test_a_download_that_fails_at_first(person, place):
    script = place.script()
    name, content = only_file(place)
    replies = iter([lambda request: request.cut(content), lambda request: request.send_error(429)])
    place.files[name] = lambda request: next(replies, lambda last: last.answer(content))(request)
    code, _, err = person.run(script)
    assert (code, len(place.asked), err.count("; trying again")) == (0, 3, 2)
    assert person.says(person.bin / "acme") == "acme 1.2.3"


def test_nobody_there(person, place):
    script = text(facts(), [replace(place.release(), url="http://127.0.0.1:1/acme")])
    assert_nothing_happened(person, place, script, code=3, words="curl ended with 7")


def test_no_way_from_https_to_http(person, place):
    """The address of a release is https; a server that sends elsewhere does not get away with less."""
    script = text(facts(), [replace(place.release(), url=f"https://{place.url.removeprefix('http://')}/acme")])
    assert_nothing_happened(person, place, script, code=3, words="curl ended with 35")
    assert '--proto "$allowed"' in script


@programs
def test_a_full_disk(person, place, programs):
    """No file may grow beyond 8 kB: first not the archive, then not what is in it."""
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit is not installed")
    path = programs[0].path
    script = place.script(programs, files={path: b"#!/bin/sh\n" + os.urandom(20_000)})
    full = (shutil.which("prlimit"), "--fsize=8192")
    assert_nothing_happened(person, place, script, code=3, words="it cannot be written to", asked=1, before=full)
    place.files, place.asked = {}, []
    script = place.script(programs, files={path: b"#!/bin/sh\n" + bytes(20_000)})
    assert_nothing_happened(person, place, script, code=3, words="could not be unpacked", asked=1, before=full)


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_an_archive_that_is_none(person, place, kind):
    script = place.script(kind=kind, files={"acme": b"#!/bin/sh\n"})
    name, _ = only_file(place)
    damaged = b"no archive"
    place.files[name] = damaged
    release = place.release(kind="binary", files={"x": b"#!no archive"})
    place.files[name] = place.files.pop(f"/{release.name}")
    script = text(facts(), [replace(release, format=kind, name=name[1:], url=place.url + name)])
    assert_nothing_happened(person, place, script, code=3, words="could not be unpacked", asked=1)


def test_an_archive_without_the_program(person, place):
    script = place.script((Inside("acme", "bin/acme", None),), files={"acme": b"#!/bin/sh\n"})
    assert_nothing_happened(person, place, script, code=3, words="has no program bin/acme", asked=1)


@shells
@pytest.mark.parametrize("to", ["closed", "closed/new/er", "file", "file/x", "gone"])
def test_folders_that_cannot_be_written_to(person, place, shell, to):
    (person.home / "closed").mkdir(mode=0o555)
    (person.home / "file").touch()
    (person.home / "gone").symlink_to("nowhere/at/all")
    if person.user == os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    words = f"cannot write to {person.home}/{to}; --to DIR installs elsewhere"
    assert_nothing_happened(person, place, place.script(), "--to", to, code=3, words=words, shell=shell)


@programs
def test_a_folder_where_the_command_would_be(person, place, programs):
    for path in (person.home / ".local", person.bin, person.bin / "acme"):
        person.own(path.mkdir() or path)
    words = f"{person.bin}/acme is a folder, where the command would be"
    assert_nothing_happened(person, place, place.script(programs), code=3, words=words)


def test_the_folder_of_releases_is_a_file(person, place):
    for path in (person.home / ".local", person.home / ".local/lib"):
        person.own(path.mkdir() or path)
    (person.home / ".local/lib/acme").touch()
    assert_nothing_happened(person, place, place.script(TREE), code=3, words="cannot make", asked=1)


@shells
def test_no_home(person, place, shell):
    del person.env["HOME"]
    words = "HOME is not set; --to DIR says where to install"
    assert_nothing_happened(person, place, place.script(), code=2, words=words, shell=shell)
    assert person.run(place.script(), "--to", "here", shell=shell)[0] == 0
    assert person.says(person.home / "here/acme") == "acme 1.2.3"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--to"], "--to needs a folder"),
        (["--to", ""], "--to needs a folder"),
        (["--version", "2"], "unknown argument --version"),
        (["here"], "unknown argument here"),
        (["--to=~/bin"], "unknown argument --to=~/bin"),
    ],
)
def test_wrong_usage(person, place, args, words):
    assert_nothing_happened(person, place, place.script(), *args, code=2, words=words)


@pytest.mark.parametrize(
    ("system", "processor", "bits", "words"),
    [
        ("FreeBSD", "amd64", "64", "nothing for FreeBSD on amd64, only for linux_amd64, darwin_arm64"),
        ("MINGW64_NT-10.0", "x86_64", "64", "nothing for MINGW64_NT-10.0 on x86_64"),
        ("Linux", "riscv64", "64", "nothing for Linux on riscv64"),
        ("Linux", "aarch64", "64", "nothing for Linux on aarch64"),
        ("Linux", "x86_64", "32", "nothing for Linux on x86_64 with 32 bits"),
        ("Darwin", "x86_64", "64", "nothing for Darwin on x86_64"),
    ],
)
def test_other_machines(person, place, system, processor, bits, words):
    person.answer("uname", f'case $1 in -s) echo "{system}" ;; -m) echo "{processor}" ;; esac')
    person.answer("getconf", f"echo {bits}")
    person.answer("sysctl", "exit 1")
    downloads = [place.release(target=target) for target in ("linux_amd64", "darwin_arm64", "windows_amd64")]
    assert_nothing_happened(person, place, text(facts(), downloads), code=3, words=words)


@pytest.mark.parametrize(
    ("system", "processor", "rosetta", "target"),
    [
        ("Linux", "x86_64", "", "linux_amd64"),
        ("Linux", "amd64", "", "linux_amd64"),
        ("Linux", "aarch64", "", "linux_arm64"),
        ("Linux", "arm64", "", "linux_arm64"),
        ("Darwin", "arm64", "1", "darwin_arm64"),
        ("Darwin", "x86_64", "1", "darwin_arm64"),
        ("Darwin", "x86_64", "0", "darwin_amd64"),
        ("Darwin", "x86_64", "", "darwin_amd64"),
    ],
)
def test_each_machine_gets_its_archive(person, place, system, processor, rosetta, target):
    person.answer("uname", f'case $1 in -s) echo "{system}" ;; -m) echo "{processor}" ;; esac')
    person.answer("sysctl", f"echo {rosetta}" if rosetta else "exit 1")
    targets = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
    code, _, err = person.run(text(facts(), [place.release(target=each) for each in targets]))
    assert code == 0, err
    assert place.asked == [f"/acme_1.2.3_{target}.tar.gz"]


def test_rosetta_without_an_archive_for_the_real_processor(person, place):
    person.answer("uname", "case $1 in -s) echo Darwin ;; -m) echo x86_64 ;; esac")
    person.answer("sysctl", "echo 1")
    assert person.run(text(facts(), [place.release(target="darwin_amd64")]))[0] == 0


@pytest.mark.parametrize(
    ("lacking", "kind", "words"),
    [
        (["curl", "wget"], "tar.gz", "needs curl or wget"),
        (["sha256sum"], "tar.gz", "needs sha256sum, shasum or openssl"),
        (["tar"], "tar.gz", "needs tar"),
        (["unzip"], "zip", "needs unzip"),
    ],
)
def test_missing_tools(person, place, lacking, kind, words):
    person.lack(*lacking)
    assert_nothing_happened(person, place, place.script(kind=kind), code=3, words=words)


@shells
@pytest.mark.parametrize(("sent", "code"), [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_interrupted(person, place, shell, sent, code):
    """By a key or a hang-up, which the terminal sends to all that runs there, while half of the archive is there."""
    script = place.script(TREE, "1.0.0")
    assert person.run(script)[0] == 0
    script = place.script(TREE)
    begun, over = threading.Event(), threading.Event()

    def stall(request):
        content = bytes(100_000)
        request.answer(content, 200_000)
        request.wfile.flush()
        begun.set()
        over.wait()
        request.close_connection = True

    place.files["/acme_1.2.3_" + HERE + ".tar.gz"] = stall
    before = person.has()
    with person.start(script, shell=shell) as process, contextlib.ExitStack() as stack:
        stack.callback(over.set)
        begun.wait()
        os.killpg(process.pid, getattr(signal, f"SIG{sent}"))
        process.communicate()
    assert (process.returncode, person.has()) == (code, before)
    assert person.says(person.bin / "acme") == "acme 1.0.0"


@shells
def test_a_script_that_was_cut_does_nothing(person, place, shell):
    """At each line, and at each character of the last ones."""
    script = place.script(TREE)
    ends = [position for position, character in enumerate(script) if character == "\n"][:-1:7]
    ends += range(len(script) - 20, len(script) - 1)
    for end in ends:
        code, out, _ = person.run(script[:end], shell=shell)
        assert (out, person.has(), place.asked) == ("", [], []), script[:end][-20:]
        assert code in (0, 1, 2, 127)
    assert person.run(script[: len(script) - 1], shell=shell)[0] == 0


def test_a_release_for_windows_only(place):
    with pytest.raises(UsageError, match="an archive for neither"):
        text(facts(), [place.release(target="windows_amd64", kind="zip")])


def test_shellcheck(place):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    awkward = (Inside("it's", "it's/it's", "it's"), Inside("a-b", "x", None))
    for script in (place.script(), place.script(TREE, kind="zip"), place.script(awkward), place.script(kind="binary")):
        ran = subprocess.run(["shellcheck", "-"], input=script, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (0, "")


def test_awkward_names(person, place):
    names = ("it's", 'a "$b" `c`\\', "-n")
    inside = tuple(Inside(name, f"in/{name}", None) for name in names)
    code, out, err = person.run(place.script(inside, files={f"in/{name}": b"#!/bin/sh\necho hi\n" for name in names}))
    assert (code, out.count("\n")) == (0, 3), err
    assert [person.says(person.bin / name) for name in names] == ["hi"] * 3
