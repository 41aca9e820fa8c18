from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest

from wherry.commands.request.payload import Form, Json, Payload, Raw, Upload, build, parse_pair, parse_upload
from wherry.commands.request.source import read_all
from wherry.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")


def built(payload: Payload) -> tuple[bytes, int, str | None]:
    """The body (read twice: it must be replayable), its length, its type."""

    async def go() -> tuple[bytes, int, str | None]:
        body, content_type = await build(payload)
        first, second = await read_all(body), await read_all(body)
        assert first == second
        return first, body.length, content_type

    return asyncio.run(go())


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("payload", "data", "content_type"),
    [
        pytest.param(Json('{"a":1}'), b'{"a":1}', "application/json", id="json"),
        pytest.param(Raw("plain"), b"plain", None, id="raw"),
        pytest.param(Raw(""), b"", None, id="raw-empty"),
        pytest.param(Raw("@@home"), b"@home", None, id="escaped"),
        pytest.param(
            Form((("a", "1 2"), ("b", "é&"))), b"a=1+2&b=%C3%A9%26", "application/x-www-form-urlencoded", id="form"
        ),
    ],
)
def test_bodies_in_memory(payload: Payload, data: bytes, content_type: str | None) -> None:
    assert built(payload) == (data, len(data), content_type)


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[1]" + b" " * 300_000)
    assert built(Raw(f"@{tmp_path}/a.json"))[1:] == (300_003, "application/json")
    assert built(Json(f"@{tmp_path}/a.json"))[1:] == (300_003, "application/json")


@posix
def test_a_pipe_is_read_once_and_sent_often(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"from a pipe")
    os.close(writer)
    assert built(Raw(f"@/dev/fd/{reader}")) == (b"from a pipe", 11, None)
    os.close(reader)


def test_multipart_has_the_length_it_says(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("content")
    data, length, content_type = built(Form((("k", "v"),), (Upload("f", f"{tmp_path}/a.txt"),)))
    assert len(data) == length
    assert content_type is not None
    assert content_type.startswith("multipart/form-data; boundary=wherry-")
    assert b'name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n' in data


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        pytest.param(Json("{"), "the value of --json is not JSON: ", id="json"),
        pytest.param(Json("text"), "is not JSON: expecting value at line 1, column 1", id="bare-text"),
        pytest.param(Raw("@/nowhere"), "reading /nowhere: No such file or directory", id="missing"),
        pytest.param(Raw("@/"), "reading /: it is a folder", id="folder"),
        pytest.param(Form((), (Upload("a", "/nowhere"),)), "reading /nowhere: No such file", id="missing-upload"),
    ],
)
@posix
def test_what_cannot_be_sent(payload: Payload, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        built(payload)
    assert words in str(caught.value)


def test_a_json_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{\n'a'}")
    with pytest.raises(UsageError, match=r"a\.json is not JSON: .* at line 2, column 1"):
        built(Json(f"@{tmp_path}/a.json"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=@b.txt", Upload("a", "b.txt")),
        ("a=@b;c.txt", Upload("a", "b;c.txt")),
        ("a=@b.txt;type=text/x", Upload("a", "b.txt", None, "text/x")),
        ("a=@-;filename=c.bin;type=x/y", Upload("a", "-", "c.bin", "x/y")),
    ],
)
def test_upload(text: str, expected: Upload) -> None:
    assert parse_upload(text) == expected


@pytest.mark.parametrize("text", ["a", "a=b", "=@b", "a=@", "@b"])
def test_no_upload(text: str) -> None:
    with pytest.raises(UsageError, match="is not NAME=@PATH"):
        parse_upload(text)


def test_pairs() -> None:
    assert parse_pair("a=b=c") == ("a", "b=c")
    for text in ("a", "=b", ""):
        with pytest.raises(UsageError, match="is not NAME=VALUE"):
            parse_pair(text)
