"""The files of a program."""

from __future__ import annotations

import hashlib

import pytest

from wherry.commands.release.build import listing
from wherry.commands.release.build.program import Program
from wherry.commands.release.inventory import ProgramFile
from wherry.errors import WherryError


def listed(path, text):
    data = text.encode()
    return ProgramFile(path, len(data), hashlib.sha256(data).hexdigest(), hashlib.sha1(data).hexdigest())


def test_one_file_is_called_as_the_program(tmp_path):
    (tmp_path / "built").write_text("hello")
    program = Program("acme", "acme.exe", tmp_path / "built", tmp_path / "built", tmp_path / "built")
    assert listing.files(program) == (listed("acme.exe", "hello"),)


def test_a_folder(tmp_path):
    for name in ("acme", "acme-more/x", "_internal/ä/b", "_internal/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "_internal" / "link").symlink_to("a")
    program = Program("acme", "acme", tmp_path, tmp_path / "acme", tmp_path)
    assert listing.files(program) == tuple(
        listed(name, name) for name in ("_internal/a", "_internal/ä/b", "acme", "acme-more/x")
    )


def test_a_link_that_leads_out(tmp_path):
    (tmp_path / "link").symlink_to("/etc/hostname")
    with pytest.raises(WherryError, match="is a link to something outside"):
        listing.files(Program("acme", "acme", tmp_path, tmp_path / "acme", tmp_path))
