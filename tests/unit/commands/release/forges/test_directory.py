from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from driving import CONTENTS, announcement, digest, drive, uploads
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.forges.directory import DirectoryStore
from wherry.commands.release.forges.directory_files import one_name
from wherry.errors import UsageError, WherryError

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions as Unix has them")

# Publishes into argv[1] from argv[2] again and again, ended by the system at the first step that touches what is
# below argv[1], then at the second, and so on, each time followed by a run that is not ended; then says what it found.
KILLED = f"""
import asyncio, os, shutil, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from driving import announcement, drive, uploads
from wherry.commands.release.forges.directory import DirectoryStore

root, source = Path(sys.argv[1]), Path(sys.argv[2])
files, wanted = uploads(source), announcement()

def run(last_step):
    child = os.fork()
    if child == 0:
        steps = 0
        def watch(event, arguments):
            nonlocal steps
            if event.startswith(("open", "os.", "shutil.")) and any(str(root) in str(each) for each in arguments):
                steps += 1
                if steps == last_step:
                    os._exit(9)
        sys.addaudithook(watch)
        try:
            asyncio.run(drive(DirectoryStore(root), wanted, files))
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

step = 0
while True:
    step += 1
    code = run(step)
    if code == 0:
        break
    assert code == 9, code
    public = root / "v1.2.0"
    assert not public.exists() or {{each.name for each in public.iterdir()}} == {{file.name for file in files}}, step
    assert run(0) == 0
    found = sorted(f"{{each.relative_to(root)}} {{os.lstat(each).st_mode:o}}" for each in root.rglob("*"))
    print(*found, sep="|")
    shutil.rmtree(root)
"""


@pytest.fixture
def store(tmp_path):
    return DirectoryStore(tmp_path / "public" / "acme")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "public" / "acme"


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path / "dist")


def names(folder):
    return sorted(each.name for each in folder.iterdir())


@posix
def test_a_release_appears_whole_and_readable(store, root, files):
    root.mkdir(parents=True, mode=0o755)
    url, sent = asyncio.run(drive(store, announcement(), files))
    assert (url, sent) == (str(root / "v1.2.0"), list(CONTENTS))
    assert {each.name: each.read_bytes() for each in (root / "v1.2.0").iterdir()} == CONTENTS
    assert names(root) == ["latest", "v1.2.0"]
    assert (root / "latest").readlink() == Path("v1.2.0")
    assert stat.S_IMODE((root / "v1.2.0").stat().st_mode) == stat.S_IMODE(root.stat().st_mode)
    mask = os.umask(0o022)
    os.umask(mask)
    assert {stat.S_IMODE(each.stat().st_mode) for each in (root / "v1.2.0").iterdir()} == {0o666 & ~mask}


@posix
def test_until_then_it_is_hidden(store, root, files):
    async def scenario():
        posted = await store.create(announcement())
        await store.upload(posted, files[0], lambda _: None)
        return posted, await store.find("v1.2.0")

    posted, found = asyncio.run(scenario())
    assert posted.draft and found.draft
    assert names(root) == [".v1.2.0.part"]
    assert stat.S_IMODE((root / ".v1.2.0.part").stat().st_mode) == 0o700
    assert [(asset.name, asset.sha256) for asset in found.assets] == [(files[0].name, files[0].sha256)]


def test_a_second_run_sends_nothing(store, files):
    asyncio.run(drive(store, announcement(), files))
    assert asyncio.run(drive(store, announcement(), files))[1] == []


def test_a_draft_stays_one_and_is_gone_on_with(store, root, files):
    url, _ = asyncio.run(drive(store, announcement(draft=True), files[:1]))
    assert url == str(root / ".v1.2.0.part")
    assert names(root) == [".v1.2.0.part"]
    url, sent = asyncio.run(drive(store, announcement(), files))
    assert (url, sent) == (str(root / "v1.2.0"), [file.name for file in files[1:]])


def test_what_is_published_is_not_overwritten(tmp_path, store, root, files):
    asyncio.run(drive(store, announcement(), files))
    (other,) = uploads(tmp_path / "other", {files[0].name: b"other"})

    async def upload():
        await store.upload(await store.find("v1.2.0"), other, lambda _: None)

    with pytest.raises(WherryError, match="is published already, with other contents"):
        asyncio.run(upload())
    assert (root / "v1.2.0" / other.name).read_bytes() == CONTENTS[other.name]

    async def remove_first():
        posted = await store.find("v1.2.0")
        asset = next(each for each in posted.assets if each.name == other.name)
        await store.remove(posted, asset)
        await store.remove(posted, asset)
        await store.upload(posted, other, lambda _: None)

    asyncio.run(remove_first())
    (root / "v1.2.0" / ".SHA256SUMS.0011.part").write_bytes(b"left by a run that was killed")
    assert asyncio.run(drive(store, announcement(), (other, *files[1:])))[1] == []
    assert {each.name: each.read_bytes() for each in (root / "v1.2.0").iterdir()} == CONTENTS | {other.name: b"other"}


@posix
@pytest.mark.parametrize(
    ("tags", "latest"),
    [
        pytest.param(["v1.2.0", "v1.10.0"], "v1.10.0", id="up"),
        pytest.param(["v2.0.0", "v1.2.1"], "v2.0.0", id="a fix of an old one"),
        pytest.param(["v1.0.0", "v2.0.0-rc.1"], "v1.0.0", id="a prerelease"),
        pytest.param(["nightly", "v1.0.0"], "v1.0.0", id="a version after another name"),
        pytest.param(["one", "two"], "two", id="no versions"),
    ],
)
def test_latest(store, root, files, tags, latest):
    for tag in tags:
        asyncio.run(drive(store, announcement(tag, prerelease="-" in tag), files))
    assert (root / "latest").readlink() == Path(latest)
    asyncio.run(drive(store, announcement(tags[-1], prerelease="-" in tags[-1]), files))
    assert (root / "latest").readlink() == Path(latest)
    assert names(root) == sorted(["latest", *tags])


@posix
def test_a_latest_that_leads_nowhere_is_replaced(store, root, files):
    root.mkdir(parents=True)
    (root / "latest").symlink_to("v9.0.0")
    asyncio.run(drive(store, announcement(), files))
    assert (root / "latest").readlink() == Path("v1.2.0")


@posix
def test_ended_at_any_step_and_run_again_it_is_the_same(tmp_path):
    command = [sys.executable, "-c", KILLED, tmp_path / "public", tmp_path / "dist"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    outcomes = done.stdout.splitlines()
    assert len(outcomes) > 20
    assert len(set(outcomes)) == 1
    assert [each.split()[0] for each in outcomes[0].split("|")] == [
        "latest", "v1.2.0", *(f"v1.2.0/{name}" for name in sorted(CONTENTS))
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tag", ["", ".", "..", "a/b", "a\\b", ".hidden", "v1.", "latest", "Latest", "a b", "a:b", "x\n", "v" * 201]
)
def test_tags_that_are_no_folder(store, tag):
    with pytest.raises(UsageError):
        asyncio.run(store.find(tag))
    with pytest.raises(UsageError):
        list(store.calls(announcement(tag), ()))


@given(st.text())
def test_a_name_stays_in_its_folder(text):
    try:
        name = one_name(text, "the tag")
    except UsageError as exc:
        assert "\n" not in str(exc)
    else:
        assert (Path("/srv") / name).resolve() == Path(f"/srv/{name}")
        assert not name.startswith(".")


def in_the_way_of_the_release(root):
    (root / "v1.2.0").write_bytes(b"")


def a_link_as_the_release(root):
    (root / "elsewhere").mkdir()
    (root / "v1.2.0").symlink_to("elsewhere")


def a_link_as_the_draft(root):
    (root / "elsewhere").mkdir()
    (root / ".v1.2.0.part").symlink_to("elsewhere")


def a_link_as_a_file(root):
    (root / ".v1.2.0.part").mkdir()
    (root / "elsewhere").write_bytes(b"mine")
    (root / ".v1.2.0.part" / "SHA256SUMS").symlink_to("../elsewhere")


def a_folder_as_a_file(root):
    (root / ".v1.2.0.part" / "SHA256SUMS").mkdir(parents=True)


def a_folder_as_latest(root):
    (root / "latest").mkdir()


@posix
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (in_the_way_of_the_release, "v1.2.0 is in the way: it is no folder"),
        (a_link_as_the_release, "v1.2.0 is in the way: it is a link"),
        (a_link_as_the_draft, ".v1.2.0.part is in the way: it is a link"),
        (a_link_as_a_file, "SHA256SUMS is in the way: it is a link"),
        (a_folder_as_a_file, "SHA256SUMS is in the way: it is no file"),
        (a_folder_as_latest, "latest is in the way: it is no link"),
    ],
)
def test_what_is_in_the_way(store, root, files, make, words):
    root.mkdir(parents=True)
    make(root)
    with pytest.raises(WherryError, match=words) as caught:
        asyncio.run(drive(store, announcement(), files))
    assert "\n" not in str(caught.value)
    assert not list(root.glob("elsewhere/*"))
    assert not (root / "elsewhere").is_file() or (root / "elsewhere").read_bytes() == b"mine"


def test_a_root_that_is_a_file(tmp_path, files):
    (tmp_path / "file").write_bytes(b"")
    for root in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(WherryError, match=r"file is no folder"):
            asyncio.run(DirectoryStore(root).ready())
        with pytest.raises(WherryError, match="making"):
            asyncio.run(DirectoryStore(root).create(announcement()))


@posix
@pytest.mark.parametrize(
    ("mode", "words"), [(0o555, "{root} cannot be written to"), (0o000, "looking at {root}/acme: Permission denied")]
)
def test_a_root_that_cannot_be_written_to(mode, words):
    with tempfile.TemporaryDirectory(dir="/tmp") as open_to_all:  # pytest's own are closed to others
        Path(open_to_all).chmod(0o755)
        _cannot_be_written_to(Path(open_to_all) / "public", mode, words)


def _cannot_be_written_to(root, mode, words):
    root.mkdir(mode=mode)
    code = (
        "import asyncio, os; from pathlib import Path\n"
        "from wherry.commands.release.forges.directory import DirectoryStore\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        f"asyncio.run(DirectoryStore(Path({str(root)!r}) / 'acme').ready())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"WherryError: {words.format(root=root)}\n" in done.stderr


@posix
def test_a_full_disk(tmp_path, store, root, files):
    """The limit on a file's size stands in for the disk's: the same call fails, in the middle of a file."""
    code = (
        "import asyncio, resource, signal, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\n"
        "from driving import announcement, drive, uploads\n"
        "from wherry.commands.release.forges.directory import DirectoryStore\n"
        f"files = uploads(Path({str(tmp_path / 'dist')!r}))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))\n"
        f"asyncio.run(drive(DirectoryStore(Path({str(root)!r})), announcement(), files))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    target = root / ".v1.2.0.part" / files[0].name
    assert f"WherryError: writing {target}: File too large" in done.stderr
    assert names(root / ".v1.2.0.part") == []
    assert asyncio.run(drive(store, announcement(), files))[1] == list(CONTENTS)


def test_a_file_that_changed_since(store, root, files):
    files[1].path.write_bytes(b"changed!")
    with pytest.raises(WherryError, match="it is not what it was when its checksum was made"):
        asyncio.run(drive(store, announcement(), files))
    files[2].path.unlink()

    async def upload():
        await store.upload(await store.find("v1.2.0"), files[2], lambda _: None)

    with pytest.raises(WherryError, match=r"reading .*SHA256SUMS: No such file"):
        asyncio.run(upload())
    assert names(root / ".v1.2.0.part") == [files[0].name]


def test_cancelled_in_the_middle_of_a_file(store, root, files):
    async def scenario():
        posted = await store.create(announcement())
        task: asyncio.Task[object] = asyncio.create_task(store.upload(posted, files[0], lambda _: task.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    assert names(root / ".v1.2.0.part") == []


def test_a_name_that_leads_elsewhere(tmp_path, store, files):
    (sly,) = uploads(tmp_path / "sly", {"sly": b""})
    sly = type(sly)("../sly", sly.path, sly.size, sly.sha256, sly.media_type)

    async def upload():
        await store.upload(await store.create(announcement()), sly, lambda _: None)

    with pytest.raises(UsageError, match=r"a file called '\.\./sly'"):
        asyncio.run(upload())


def test_a_download_of_what_is_gone(store, files):
    async def scenario():
        posted = await store.create(announcement())
        asset = await store.upload(posted, files[0], lambda _: None)
        await store.remove(posted, asset)
        await digest(store, posted, asset)

    with pytest.raises(WherryError, match=r"reading .*: No such file"):
        asyncio.run(scenario())


def test_calls(store, root, files):
    lines = list(store.calls(announcement(), files[1:]))
    assert lines == [
        f"MKDIR {root}/.v1.2.0.part",
        f"WRITE {root}/.v1.2.0.part/acme_1.2.0.deb (8 B)",
        f"WRITE {root}/.v1.2.0.part/SHA256SUMS (5 B)",
        f"RENAME {root}/.v1.2.0.part to {root}/v1.2.0",
        f"LINK {root}/latest to v1.2.0, unless it is at a higher version",
    ]
    assert list(store.calls(announcement(prerelease=True), ()))[-1].startswith("RENAME")
    assert list(store.calls(announcement(draft=True), ())) == lines[:1]
    assert not root.exists()
