"""What is refused, and what names become; launchers that carry something run in test_launched.py."""

from __future__ import annotations

import pytest

from wherry.commands.release.launcher.carrying import carrying, variable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wherry", "WHERRY_RUNTIME_DIR"),
        ("my-tool", "MY_TOOL_RUNTIME_DIR"),
        ("Tool_2.exe+x", "TOOL_2_EXE_X_RUNTIME_DIR"),
    ],
)
def test_the_variable_that_chooses_a_folder(name, expected):
    assert variable(name) == expected


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "a\0b", "ä", "a" * 101])
def test_a_name_that_is_none(name):
    with pytest.raises(ValueError, match="no name"):
        carrying(b"wherry carries\0\0", name, 126, b"")


@pytest.mark.parametrize("launcher", [b"", b"\x7fELF\x02\x01", b"wherry carries\0\0" * 2])
def test_another_file_than_the_launcher(launcher):
    with pytest.raises(ValueError, match="not the launcher"):
        carrying(launcher, "acme", 126, b"")
