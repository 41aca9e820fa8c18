from __future__ import annotations

import os
import sys

import pytest

from wherry.commands.load.targets.stream import pieces, unbounded


class _Enough(Exception):
    pass


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be waited for")
def test_a_silent_pipe_is_left_now_and_then_so_that_signals_are_heard() -> None:
    asked = 0

    def left() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise _Enough

    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file, os.fdopen(writing, "wb"), pytest.raises(_Enough):
        next(pieces(file, left))


def test_all_that_comes_is_read() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        with os.fdopen(writing, "wb") as other:
            other.write(b"some")
        assert b"".join(pieces(file, unbounded)) == b"some"
