"""What may be opened: real files, folders, links, FIFOs and races in a folder of the test's own."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from wherry.commands.serve.files.beneath import Folder, Outside, Special
from wherry.errors import ExitCode, UsageError

FDS = Path("/proc/self/fd")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and FIFOs as POSIX has them")


@pytest.fixture
def top(tmp_path):
    """secret lies beside the served folder, top/sub/deep/file.txt in it."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "beside").mkdir()
    top = tmp_path / "top"
    (top / "sub" / "deep").mkdir(parents=True)
    (top / "file.txt").write_text("top")
    (top / "sub" / "deep" / "file.txt").write_text("deep")
    return top


def descriptors() -> set[str]:
    """The open descriptors of this process, where the system shows them."""
    return {path.name for path in FDS.iterdir()} if FDS.is_dir() else set()


@pytest.fixture
def folder(top):
    before = descriptors()
    folder = Folder(str(top))
    yield folder
    folder.close()
    assert descriptors() == before, "a descriptor leaked"


def read(folder: Folder, path: str) -> str:
    opened = folder.open(path.split("/") if path else [])
    return "(folder)" if opened.folder else os.read(opened.fd, 100).decode()


def test_files_and_folders(folder):
    assert read(folder, "file.txt") == "top"
    assert read(folder, "sub/deep/file.txt") == "deep"
    assert read(folder, "sub") == "(folder)"
    assert read(folder, "") == "(folder)"


@pytest.mark.parametrize(
    ("where", "target", "expected"),
    [
        pytest.param("link", "file.txt", "top", id="to a file beside it"),
        pytest.param("link", "sub/deep/file.txt", "deep", id="down"),
        pytest.param("link", "sub/../file.txt", "top", id="down and up"),
        pytest.param("sub/deep/link", "../../file.txt", "top", id="up to the top"),
        pytest.param("sub/link", "../../top/file.txt", "top", id="out and in again"),
        pytest.param("link", "{top}/file.txt", "top", id="absolute, inside"),
        pytest.param("link", "{top}", "(folder)", id="absolute, to the top itself"),
        pytest.param("link", ".", "(folder)", id="to its own folder"),
    ],
)
def test_links_that_stay_inside(folder, top, where, target, expected):
    (top / where).symlink_to(target.format(top=top))
    assert read(folder, where) == expected


def test_a_link_to_a_folder_is_walked_through(folder, top):
    (top / "alias").symlink_to("sub")
    (top / "sub" / "here").symlink_to("deep")
    assert read(folder, "alias/here/file.txt") == "deep"


@pytest.mark.parametrize(
    ("where", "target"),
    [
        pytest.param("link", "../secret", id="up"),
        pytest.param("sub/link", "../../secret", id="up twice"),
        pytest.param("link", "{parent}/secret", id="absolute"),
        pytest.param("link", "/etc/passwd", id="absolute, elsewhere"),
        pytest.param("link", "..", id="to the parent"),
        pytest.param("link", "../beside", id="to a folder beside"),
        pytest.param("link", "/", id="to the root"),
        pytest.param("link", "sub/../../secret", id="down and further up"),
        pytest.param("link", "dot/../secret", id="through a link that stands still"),
        pytest.param("link", "{top}-other", id="a folder with the same beginning"),
    ],
)
def test_links_that_lead_out(folder, top, where, target):
    (top / "dot").symlink_to(".")
    (top.parent / "top-other").mkdir()
    (top / where).symlink_to(target.format(top=top, parent=top.parent))
    with pytest.raises(Outside):
        read(folder, where)


def test_a_folder_behind_a_link_that_leads_out(folder, top):
    (top / "out").symlink_to("..")
    with pytest.raises(Outside):
        read(folder, "out/secret")


def test_links_in_a_circle(folder, top):
    (top / "a").symlink_to("b")
    (top / "b").symlink_to("a")
    with pytest.raises(OSError) as caught:
        read(folder, "a")
    assert caught.value.errno == errno.ELOOP


def test_the_served_folder_may_itself_be_a_link(top):
    (top.parent / "alias").symlink_to("top")
    folder = Folder(str(top.parent / "alias"))
    (top / "absolute").symlink_to(top / "file.txt")
    assert read(folder, "absolute") == "top"
    folder.close()


def test_nothing_but_files_and_folders_is_opened(folder, top):
    os.mkfifo(top / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(top, os.O_RDONLY)
        try:
            listener.bind(f"{FDS}/{here}/s" if FDS.is_dir() else str(top / "s"))
        finally:
            os.close(here)
        for name in ("fifo", "s"):
            with pytest.raises(Special):
                read(folder, name)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("none", errno.ENOENT, id="not there"),
        pytest.param("file.txt/x", errno.ENOTDIR, id="a file is no folder"),
        pytest.param("a" * 300, errno.ENAMETOOLONG, id="too long"),
    ],
)
def test_what_the_system_says(folder, path, code):
    with pytest.raises(OSError) as caught:
        read(folder, path)
    assert caught.value.errno == code


@pytest.mark.parametrize(
    ("name", "words"),
    [("none", "No such file or directory"), ("file.txt", "Not a directory"), ("nul\0", "null")],
)
def test_a_folder_that_is_none(top, name, words):
    with pytest.raises(UsageError, match=words) as caught:
        Folder(str(top / name))
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_folder_swapped_for_a_link_while_it_is_walked_never_leads_out(folder, top, tmp_path):
    """The attacker renames sub and a link to the outside onto each other, over and over; 300 walks go on meanwhile."""
    outside = tmp_path / "beside" / "deep"
    outside.mkdir()
    (outside / "file.txt").write_text("outside")
    (top / "evil").symlink_to("../beside")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for old, new in (("sub", "spare"), ("evil", "sub"), ("sub", "evil"), ("spare", "sub")):
                (top / old).rename(top / new)

    attacker = threading.Thread(target=swap)
    attacker.start()
    seen = set()
    try:
        for _ in range(300):
            try:
                seen.add(read(folder, "sub/deep/file.txt"))
            except (Outside, FileNotFoundError, NotADirectoryError):
                seen.add("refused")
            except OSError as exc:
                assert exc.errno == errno.ELOOP
                seen.add("refused")
    finally:
        stop.set()
        attacker.join()
    assert "outside" not in seen
