"""What a run leaves for the next."""

from __future__ import annotations

import pytest

from wherry.commands.release.publish.journal import begin
from wherry.errors import UsageError, WherryError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.json"


def opened(path, *, resume=True, tag="v1", to="place", sha256="ab"):
    return begin(path, tag, to, sha256, resume=resume)


def test_nothing_is_written_before_something_is_done(path):
    assert opened(path, resume=False).url is None
    assert not path.exists()


def test_the_next_run_knows_what_was_done(path):
    journal = opened(path)
    journal.verify("7", "cd")
    journal.published("https://forge.test/1")
    journal.wrote("homebrew acme/tap", "https://forge.test/c")
    journal = opened(path)
    assert (journal.verified, journal.url) == ({"7": "cd"}, "https://forge.test/1")
    assert journal.taps == {"homebrew acme/tap": "https://forge.test/c"}
    assert [each.name for each in path.parent.iterdir()] == ["journal.json"]


def test_another_run_says_that_it_goes_on(path):
    opened(path).verify("7", "cd")
    with pytest.raises(
        UsageError, match=r"an earlier run began to publish v1: .*journal\.json is its journal"
    ) as raised:
        opened(path, resume=False)
    assert raised.value.hint == "--resume goes on with it"


@pytest.mark.parametrize("other", [{"tag": "v2"}, {"to": "elsewhere"}, {"sha256": "cd"}])
def test_what_is_of_other_files_or_another_place_counts_for_nothing(path, other):
    opened(path).verify("7", "cd")
    for resume in (True, False):
        assert opened(path, resume=resume, **other).verified == {}


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"version": 2}', "\udcff"])
def test_what_is_no_journal_counts_for_nothing(path, text):
    path.write_text(text, errors="surrogateescape")
    assert opened(path, resume=False).verified == {}


def test_it_must_be_possible_to_write(path):
    path.mkdir()
    with pytest.raises(WherryError, match=r"journal\.json: Is a directory"):
        opened(path)


def test_a_change_that_cannot_be_written_is_an_error(path):
    journal = opened(path.parent / "gone" / "journal.json")
    with pytest.raises(WherryError, match=r"^writing .*journal\.json: No such file or directory$"):
        journal.verify("7", "cd")


def test_what_is_finished_leaves_nothing(path):
    journal = opened(path)
    journal.verify("7", "cd")
    journal.finish()
    journal.finish()
    assert not path.exists()
