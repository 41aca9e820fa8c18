"""Files into a place, ended anywhere and gone on with."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field

import pytest

from wherry.commands.release.forges.directory import DirectoryStore
from wherry.commands.release.forges.store import Announcement, Upload
from wherry.commands.release.publish.choice import Action
from wherry.commands.release.publish.events import Begun, Noted, Published, Settled, Verified
from wherry.commands.release.publish.journal import begin
from wherry.commands.release.publish.posting import Posting
from wherry.errors import WherryError

WANTED = Announcement("v1.2.3", "c0ffee", "v1.2.3", "notes", False, False)
NAMES = ("acme.tar.gz", "acme.deb", "SHA256SUMS", "SHA256SUMS.minisig")
LAST = frozenset(NAMES[2:])


def upload(folder, name, data):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return Upload(name, folder / name, len(data), sha256, "application/octet-stream")


@pytest.fixture
def files(tmp_path):
    return [upload(tmp_path / "dist", name, name.encode() * 1000) for name in NAMES]


@dataclass
class Run:
    """One run of the publication, and what was heard of it."""

    root: object
    files: list
    store: object = None
    events: list = field(default_factory=list)

    def __call__(self, *, resume=False, replace=False, wanted=WANTED):
        journal = begin(self.root / "journal.json", wanted.tag, "here", self.files[2].sha256, resume=resume)
        store = self.store or DirectoryStore(self.root / "store")
        posting = Posting(store, wanted, self.files, LAST, journal, self.events.append, resume=resume, replace=replace)
        return asyncio.run(posting.run())


def contents(root):
    return {path.name: path.read_bytes() for path in (root / "store" / "v1.2.3").iterdir()}


def test_all_of_it(tmp_path, files):
    run = Run(tmp_path, files)
    outcome = run()
    assert outcome.actions == dict.fromkeys(NAMES, Action.UPLOAD)
    assert contents(tmp_path) == {file.name: file.path.read_bytes() for file in files}
    kinds = [type(event) for event in run.events]
    assert kinds[0] is Begun
    assert kinds[-1] is Published
    assert kinds.count(Settled) == kinds.count(Verified) == 4
    settled = [event.name for event in run.events if isinstance(event, Settled)]
    assert set(settled[2:]) == LAST


def test_again_changes_nothing(tmp_path, files):
    Run(tmp_path, files)()
    (tmp_path / "journal.json").unlink()
    run = Run(tmp_path, files)
    assert set(run().actions.values()) == {Action.KEEP}
    assert not [event for event in run.events if isinstance(event, Begun)]


def test_what_is_published_is_not_changed(tmp_path, files):
    Run(tmp_path, files)()
    other = [upload(tmp_path / "other", NAMES[0], b"other"), *files[1:]]
    with pytest.raises(WherryError, match=r"v1\.2\.3 is published already, and acme\.tar\.gz would be changed in it"):
        Run(tmp_path, other)(resume=True)
    assert contents(tmp_path)[NAMES[0]] == files[0].path.read_bytes()
    outcome = Run(tmp_path, other)(resume=True, replace=True)
    assert outcome.actions[NAMES[0]] is Action.REPLACE
    assert contents(tmp_path)[NAMES[0]] == b"other"


class Cut(Exception):
    """The run ends here, as by a signal."""


class Cutting:
    """A store that ends the run before or after one of the calls that it is given."""

    CALLS = ("find", "create", "upload", "remove", "publish")

    def __init__(self, store, at, *, after):
        self._store = store
        self._at = at
        self._after = after
        self.calls = 0

    def __getattr__(self, name):
        found = getattr(self._store, name)
        if name not in self.CALLS:
            return found

        async def call(*arguments):
            self.calls += 1
            ends = self.calls == self._at
            if ends and not self._after:
                raise Cut
            result = await found(*arguments)
            if ends:
                raise Cut
            return result

        return call


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 8))
def test_ended_anywhere_and_run_again_it_is_the_same_release(tmp_path, files, at, after):
    cutting = Cutting(DirectoryStore(tmp_path / "store"), at, after=after)
    with pytest.raises(Cut):
        Run(tmp_path, files, cutting)()
    outcome = Run(tmp_path, files)(resume=True)
    assert set(outcome.actions) == {*NAMES}
    assert contents(tmp_path) == {file.name: file.path.read_bytes() for file in files}
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["latest", "v1.2.3"]


def test_how_many_calls_there_are_to_be_ended_at(tmp_path, files):
    counting = Cutting(DirectoryStore(tmp_path / "store"), 0, after=False)
    Run(tmp_path, files, counting)()
    assert counting.calls == 7


def test_a_draft_that_is_there_is_not_taken_over_silently(tmp_path, files):
    with pytest.raises(Cut):
        Run(tmp_path, files, Cutting(DirectoryStore(tmp_path / "store"), 3, after=True))()
    (tmp_path / "journal.json").unlink(missing_ok=True)
    with pytest.raises(WherryError, match=r"^a draft of v1\.2\.3 is there already: ") as raised:
        Run(tmp_path, files)()
    assert raised.value.hint == "--resume goes on with it; delete it to begin anew"


def test_what_arrives_otherwise_is_found_and_sent_again(tmp_path, files):
    class Spoiling(Cutting):
        """One byte of what is fetched is another one, once."""

        def download(self, posted, asset):
            return (
                _spoiled(self._store.download(posted, asset))
                if asset.name == NAMES[1]
                else _plain(self._store.download(posted, asset))
            )

    with pytest.raises(WherryError, match=r"^verifying acme\.deb: what arrived is another file, of SHA-256 ") as raised:
        Run(tmp_path, files, Spoiling(DirectoryStore(tmp_path / "store"), 0, after=False))()
    assert raised.value.hint == "--resume sends it again"
    assert not (tmp_path / "store" / "v1.2.3").exists()
    assert Run(tmp_path, files)(resume=True).actions[NAMES[1]] is Action.UPLOAD


async def _plain(pieces):
    async for piece in pieces:
        yield piece


async def _spoiled(pieces):
    async for piece in pieces:
        yield piece[:-1] + bytes([piece[-1] ^ 1])


def test_a_file_of_others_is_left_and_told_of(tmp_path, files):
    with pytest.raises(Cut):
        Run(tmp_path, files, Cutting(DirectoryStore(tmp_path / "store"), 3, after=True))()
    (tmp_path / "store" / ".v1.2.3.part" / "notes.pdf").write_bytes(b"x")
    run = Run(tmp_path, files)
    run(resume=True)
    said = [event.words for event in run.events if isinstance(event, Noted) and event.alert]
    assert len(said) == 1
    assert said[0].startswith("notes.pdf is in ")
    assert "notes.pdf" in contents(tmp_path)


def test_a_draft_that_stays_one(tmp_path, files):
    wanted = Announcement("v1.2.3", "c0ffee", "v1.2.3", "notes", False, True)
    run = Run(tmp_path, files)
    run(wanted=wanted)
    assert run.events[-1].draft
