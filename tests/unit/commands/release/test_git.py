"""What git says, of real repositories."""

from __future__ import annotations

import os
import subprocess

import pytest

from wherry.commands.release.git import look
from wherry.errors import WherryError

ENVIRON = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.test",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.test",
    "GIT_AUTHOR_DATE": "1700000000 +0200",
    "GIT_COMMITTER_DATE": "1700000000 +0200",
}


@pytest.fixture(autouse=True)
def no_repository_above(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


@pytest.fixture
def git(tmp_path):
    def run(*arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=tmp_path, env=ENVIRON, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch", "main")
    return run


def commit(git, folder, text):
    (folder / "file").write_text(text)
    git("add", "file")
    git("commit", "--quiet", "--message", text)


def test_no_repository(tmp_path):
    assert look(tmp_path) is None


def test_no_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert look(tmp_path) is None


def test_no_commit_yet(git, tmp_path):
    found = look(tmp_path)
    assert (found.commit, found.tags, found.last_tag, found.dirty) == ("", (), None, True)


def test_a_tagged_commit(git, tmp_path):
    commit(git, tmp_path, "one")
    git("tag", "v1.0.0")
    commit(git, tmp_path, "two")
    git("tag", "v1.1.0")
    git("tag", "--annotate", "latest", "--message", "the latest")
    git("remote", "add", "origin", "https://ada:secret@github.com/acme/acme.git")
    found = look(tmp_path)
    assert found.commit == git("rev-parse", "HEAD")
    assert sorted(found.tags) == ["latest", "v1.1.0"]
    assert found.previous_tag == "v1.0.0"
    assert found.branch == "main"
    assert found.committed_s == 1700000000
    assert "secret" not in found.remote
    assert found.remote.endswith("github.com/acme/acme.git")
    assert found.dirty is False


def test_a_commit_after_the_tag_with_changes(git, tmp_path):
    commit(git, tmp_path, "one")
    git("tag", "v1.0.0")
    commit(git, tmp_path, "two")
    git("checkout", "--quiet", "--detach")
    (tmp_path / "file").write_text("three")
    found = look(tmp_path)
    assert (found.tags, found.last_tag, found.branch, found.dirty) == ((), "v1.0.0", "", True)


def test_files_that_git_does_not_know_make_nothing_dirty(git, tmp_path):
    commit(git, tmp_path, "one")
    (tmp_path / "dist").write_text("")
    assert look(tmp_path).dirty is False


def test_a_repository_that_git_cannot_read(git, tmp_path):
    (tmp_path / ".git" / "config").write_text("[core\n")
    with pytest.raises(WherryError, match=r"git: .*config"):
        look(tmp_path)
