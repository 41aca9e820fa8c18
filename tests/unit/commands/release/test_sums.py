"""Files of checksums, as all tools write them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release import sums
from wherry.errors import UsageError

A, B = "a" * 64, "b" * 64


def names(text, only=None):
    return {each.name: each.sha256 for each in sums.parse(text, only)}


def test_what_is_written_is_sorted():
    assert sums.text([("b", B), ("a", A)]) == f"{A}  a\n{B}  b\n"


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._+~-]*", fullmatch=True), st.binary(), min_size=1))
def test_what_is_written_is_read(files):
    files = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert names(sums.text(files.items())) == files


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param(f"{A}  x.tar.gz\n", {"x.tar.gz": A}, id="text"),
        pytest.param(f"{A} *x.tar.gz\n{B} *y\n", {"x.tar.gz": A, "y": B}, id="binary"),
        pytest.param(f"SHA256 (x (1).zip) = {A}\n", {"x (1).zip": A}, id="BSD"),
        pytest.param(f"SHA2-256(x)= {A}\n", {"x": A}, id="openssl"),
        pytest.param(f"{A}  x\r\n\r\n{B}  y\r\n", {"x": A, "y": B}, id="CRLF"),
        pytest.param(f"{A.upper()}  x", {"x": A}, id="upper case, no end of line"),
        pytest.param(f"{A}  ./dist/x\n", {"x": A}, id="a path"),
        pytest.param(f"{A}   x\n", {" x": A}, id="a space begins the name"),
        pytest.param(f"{A}  x\n{A}  x\n", {"x": A}, id="twice the same"),
        pytest.param(f"{A}\n", {"only": A}, id="bare"),
        pytest.param(f"\\{A}  a\\\\b\n", {"b": A}, id="escaped"),
    ],
)
def test_formats(text, expected):
    assert names(text, "only") == expected


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("", "no checksum in it", id="nothing"),
        pytest.param(f"{A}  x\nnonsense\n", "line 2: this is no checksum", id="nonsense"),
        pytest.param(f"{A} x\n", "line 1: this is no checksum", id="one space"),
        pytest.param(f"{A[:40]}  x\n", "line 1: a checksum of SHA-256 has 64 digits, and this has 40", id="SHA-1"),
        pytest.param(f"SHA512 (x) = {A}{A}\n", "line 1: a checksum of SHA512", id="SHA-512"),
        pytest.param(f"{A}  x\n\n{B}  x\n", "line 3: x has another checksum in line 1", id="two of one"),
        pytest.param(f"{A}  ../x\n", r"line 1: '../x' is no name of a file of this folder", id="out"),
        pytest.param(f"{A}  a/../x\n", "no name of a file of this folder", id="out and in"),
        pytest.param(f"{A}  /etc/x\n", "no name of a file of this folder", id="absolute"),
        pytest.param(f"{A}  C:x\n", "no name of a file of this folder", id="a drive"),
        pytest.param(f"{A}  ..\\x\n", "no name of a file of this folder", id="out on Windows"),
        pytest.param(f"{A}  ..\n", "no name of a file of this folder", id="dots"),
        pytest.param(f"{A}  x/\n", "no name of a file of this folder", id="a folder"),
        pytest.param(f"{A}  x\x1b[2J\n", "control characters", id="a terminal's"),
        pytest.param(f"\\{A}  a\\nb\n", "control characters", id="a line break"),
        pytest.param(f"\\{A}  a\\tb\n", r"\\t means nothing", id="no escape"),
    ],
)
def test_errors(text, words):
    with pytest.raises(UsageError, match=words):
        sums.parse(text)


def test_a_bare_sum_needs_a_name():
    with pytest.raises(UsageError, match="line 1: a checksum without the name"):
        sums.parse(A)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_ends_in_another_error(text):
    try:
        for each in sums.parse(text, "only"):
            assert "/" not in each.name and each.name not in ("", ".", "..")
    except UsageError:
        pass


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sha256sum_and_we_read_each_other(tmp_path):
    contents = {"a.tar.gz": b"a", "b c": b"", "ü": b"u"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    for options in ([], ["--binary"], ["--tag"]):
        done = subprocess.run(["sha256sum", *options, *contents], cwd=tmp_path, capture_output=True, check=True)
        found = names(done.stdout.decode())
        assert found == {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    (tmp_path / "SHA256SUMS").write_text(sums.text(found.items()), "utf-8")
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=True)
