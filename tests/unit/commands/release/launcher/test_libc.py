"""The C library of this machine, and folders that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from compiled import compile_c, needs_compiler

from wherry.commands.release.launcher import bootloader
from wherry.commands.release.launcher.libc import family
from wherry.errors import WherryError

pytestmark = needs_compiler


@pytest.fixture
def loader(tmp_path):
    return Path(bootloader.loader(compile_c("int main(void) { return 0; }", tmp_path / "program")))


def test_what_belongs_to_the_loader(loader):
    found = family(loader, ["libm.so.6", "libdl.so.2", "libGL.so.1"], [])
    assert next(iter(found)) == loader.name
    assert {"libc.so.6", "libm.so.6", "libdl.so.2", "libresolv.so.2"} <= found.keys()
    assert "libGL.so.1" not in found
    assert all(path.is_file() and not path.is_symlink() for path in found.values())


def test_what_is_there_already_is_not_taken_again(loader):
    assert "libgcc_s.so.1" not in family(loader, [], ["libgcc_s.so.1"])


def test_what_nothing_needs_is_left_out(loader):
    assert not {"libnsl.so.1", "libthread_db.so.1", "libBrokenLocale.so.1"} & family(loader, [], []).keys()


def test_no_glibc(tmp_path):
    with pytest.raises(WherryError, match=r"no libc\.so\.6 beside"):
        family(tmp_path / "ld-musl-x86_64.so.1", [], [])
