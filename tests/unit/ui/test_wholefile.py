"""Files that appear whole or not at all."""

from __future__ import annotations

import stat
import sys

import pytest

from wherry.errors import UsageError, WherryError
from wherry.ui.wholefile import WholeFile

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")


def test_nothing_is_there_before_it_is_whole(tmp_path):
    path = tmp_path / "report"
    with WholeFile(path) as file:
        file.write(b"a\n")
        file.line("b\udc80")
        assert not path.exists()
    assert path.read_bytes() == b"a\nb\\udc80\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_what_was_there_stays_when_it_is_not_finished(tmp_path):
    path = tmp_path / "report"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), WholeFile(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_discarding_what_is_finished_changes_nothing(tmp_path):
    file = WholeFile(tmp_path / "report")
    file.write(b"new")
    file.finish()
    file.discard()
    assert (tmp_path / "report").read_bytes() == b"new"


@posix
def test_it_has_the_mode_of_the_one_before_and_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    with WholeFile(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@posix
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    (tmp_path / "report").symlink_to("/dev/full")
    file = WholeFile(tmp_path / "report")
    file.write(b"x")
    with pytest.raises(WherryError, match=r"^writing /dev/full: No space left on device$"):
        file.finish()


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UsageError, match="is a folder; name a file in it"):
        WholeFile(tmp_path)
