from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from wherry.core.outcome import Outcome


def test_exists(look_at, tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 2048)
    found = asyncio.run(look_at(f"file:{tmp_path}/a"))
    assert (found.outcome, found.words, found.facts["size"]) == (Outcome.MET, "exists, 2 KiB", 2048)
    assert "body" not in found.facts


@pytest.mark.parametrize("make", ["nothing", "below a file", "link to nothing"])
def test_does_not_exist(look_at, tmp_path, make):
    path = tmp_path / "a"
    if make == "below a file":
        path.touch()
        path /= "b"
    if make == "link to nothing":
        path.symlink_to(tmp_path / "b")
    found = asyncio.run(look_at(f"file:{path}"))
    assert (found.outcome, found.words, found.reason) == (Outcome.UNMET, "does not exist", None)


def test_link(look_at, tmp_path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert asyncio.run(look_at(f"file:{tmp_path}/b")).outcome is Outcome.MET


def test_folder(look_at, tmp_path):
    found = asyncio.run(look_at(f"file:{tmp_path}"))
    assert (found.outcome, found.words) == (Outcome.MET, "a folder")
    found = asyncio.run(look_at(f"file:{tmp_path}", "size={gt: 0}"))
    assert found.outcome is Outcome.UNMET and found.words.endswith("got nothing to look at")


@pytest.mark.parametrize(
    "expectation, outcome",
    [
        ("text=ready", Outcome.MET),
        ("body={matches: ^ready}", Outcome.MET),
        ("text=done", Outcome.UNMET),
        ("size=6", Outcome.MET),
        ("size={gt: 1KiB}", Outcome.UNMET),
        ("json.$.a=1", Outcome.UNMET),
    ],
)
def test_conditions(look_at, tmp_path, expectation, outcome):
    (tmp_path / "a").write_text("ready\n")
    assert asyncio.run(look_at(f"file:{tmp_path}/a", expectation)).outcome is outcome


def test_json(look_at, tmp_path):
    (tmp_path / "a").write_text('{"state": "up"}')
    assert asyncio.run(look_at(f"file:{tmp_path}/a", "json.$.state=up")).outcome is Outcome.MET


def test_too_large_to_look_into(look_at, tmp_path):
    with Path(tmp_path / "a").open("wb") as file:
        file.truncate((1 << 20) + 1)
    found = asyncio.run(look_at(f"file:{tmp_path}/a", "body={contains: x}"))
    assert (found.outcome, found.words) == (Outcome.UNMET, "more than 1 MiB: too large to look into")
    assert asyncio.run(look_at(f"file:{tmp_path}/a", "size={gt: 1MiB}")).outcome is Outcome.MET


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_opened(look_at, tmp_path):
    os.mkfifo(tmp_path / "a")
    found = asyncio.run(look_at(f"file:{tmp_path}/a", "body={contains: x}"))
    assert found.outcome is Outcome.UNMET and found.words.endswith("got nothing to look at")


def test_what_cannot_be_looked_at_is_broken(look_at, tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "a")
    found = asyncio.run(look_at(f"file:{tmp_path}/a"))
    assert found.outcome is Outcome.BROKEN and found.words.startswith("cannot be looked at: ")


def test_sha256_of_a_file_that_is_too_large_to_look_into(look_at, tmp_path):
    content = b"x" * (2 << 20)
    (tmp_path / "a").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    assert asyncio.run(look_at(f"file:{tmp_path}/a", f"sha256={digest}")).outcome is Outcome.MET
    assert asyncio.run(look_at(f"file:{tmp_path}/a", f"sha256={'0' * 64}")).outcome is Outcome.UNMET
