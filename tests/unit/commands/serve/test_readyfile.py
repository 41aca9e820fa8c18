from __future__ import annotations

import os
import stat

import pytest

from wherry.commands.serve.readyfile import announced, write
from wherry.errors import WherryError


def test_it_is_there_while_the_block_runs(tmp_path):
    path = tmp_path / "ready"
    with announced(str(path), "http://127.0.0.1:1\n"):
        assert path.read_text() == "http://127.0.0.1:1\n"
        assert [entry.name for entry in tmp_path.iterdir()] == ["ready"]
    assert not path.exists()


def test_none_is_wanted():
    with announced(None, "x"):
        pass


def test_it_goes_when_the_block_fails(tmp_path):
    with pytest.raises(RuntimeError), announced(str(tmp_path / "ready"), "x"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_another_servers_file_stays(tmp_path):
    path = tmp_path / "ready"
    with announced(str(path), "first"):
        write(str(path), b"second")
    assert path.read_text() == "second"


def test_one_that_was_removed_is_no_matter(tmp_path):
    with announced(str(tmp_path / "ready"), "x"):
        (tmp_path / "ready").unlink()


def test_where_it_cannot_be_written(tmp_path):
    path = tmp_path / "none" / "ready"
    with pytest.raises(WherryError, match="No such file or directory"), announced(str(path), "x"):
        pass
    (tmp_path / "folder").mkdir()
    with pytest.raises(WherryError, match=r"directory|denied"):
        write(str(tmp_path / "folder"), b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_others_may_read_it(tmp_path):
    write(str(tmp_path / "ca.pem"), b"x")
    assert stat.S_IMODE((tmp_path / "ca.pem").stat().st_mode) == 0o644
