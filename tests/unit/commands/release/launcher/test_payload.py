"""What the launcher carries; that it reads it as it is written shows in test_launched.py."""

from __future__ import annotations

import hashlib
import stat
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.launcher.payload import Packed, Program, encode, plain

HEAD = struct.Struct("<40s5Q4I")
FILE = struct.Struct("<QII32s")
REGULAR = stat.S_IFREG | 0o700
ONE = Packed("acme", REGULAR, b"program")
NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name not in {".", ".."}
)
FILES = st.builds(
    Packed, st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.sampled_from([REGULAR, 0o120777]), st.binary()
)


def text(payload, at):
    return payload[at : payload.index(b"\0", at)].decode()


@given(
    files=st.lists(FILES, min_size=1, max_size=8),
    frame=st.binary(max_size=50),
    places=st.tuples(*[st.integers(0, 9)] * 4),
)
def test_everything_stands_where_the_head_says(files, frame, places):
    program = Program(files, *places, ("A=", "B=1", "C"))
    payload = encode(program, frame)
    identity, size, interpreter, library, frame_at, frame_size, variables, count, loader, libraries = HEAD.unpack_from(
        payload
    )
    assert (interpreter, library, loader, libraries) == places
    assert len(identity.rstrip(b"\0")) == 32
    assert (size, count) == (len(plain(program)), len(files))
    assert payload[frame_at:] == frame
    assert frame_size == len(frame)
    assert payload[variables:frame_at] == b"A=\0B=1\0C\0\0"
    for index, file in enumerate(files):
        length, mode, path, digest = FILE.unpack_from(payload, HEAD.size + index * FILE.size)
        assert (length, mode, text(payload, path)) == (len(file.content), file.mode, file.path)
        assert digest == hashlib.blake2b(file.content, digest_size=32).digest()


def identity(program):
    return encode(program, b"")[:32]


@pytest.mark.parametrize(
    "other",
    [
        Program([ONE._replace(path="acne")], 0, 0, 0),
        Program([ONE._replace(content=b"Program")], 0, 0, 0),
        Program([ONE._replace(mode=stat.S_IFREG | 0o600)], 0, 0, 0),
        Program([ONE, ONE._replace(path="b")], 0, 0, 0),
        Program([ONE], 0, 0, 0, variables=("A",)),
    ],
    ids=["path", "content", "mode", "another file", "variables"],
)
def test_what_differs_is_unpacked_elsewhere(other):
    assert identity(other) != identity(Program([ONE], 0, 0, 0))
    assert identity(other) == identity(other)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a/../b", "..", "./a", "a//b", "a/", "a\0b"])
def test_a_path_that_leads_out_of_the_folder(path):
    with pytest.raises(ValueError, match="no path"):
        encode(Program([ONE._replace(path=path)], 0, 0, 0), b"")


def test_what_is_no_file():
    with pytest.raises(ValueError, match="neither a file nor a symbolic link"):
        encode(Program([ONE._replace(mode=stat.S_IFIFO | 0o600)], 0, 0, 0), b"")
