"""A folder served over real connections."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import io
import json
import os
import sys
from email.parser import BytesParser
from urllib.parse import quote

import pytest

from wherry.commands.serve.files import content, send
from wherry.commands.serve.files.beneath import Folder
from wherry.commands.serve.files.site import Site
from wherry.net.h1.server import Server

MTIME = 1_700_000_000
TEXT = b"".join(b"line %d\n" % number for number in range(3000))
BIG = bytes(range(256)) * 4096  # 1 MiB

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


@pytest.fixture
def top(tmp_path):
    top = tmp_path / "top"
    (top / "sub").mkdir(parents=True)
    for name, data in {
        "small.txt": b"hello, world\n",
        "text.txt": TEXT,
        "big.bin": BIG,
        "empty": b"",
        "README": b"plain text\n",
        "program": b"\x7fELF\x00",
        "page.html": b"<p>page",
        "sub/index.html": b"<p>index",
        ".env": b"SECRET=1",
    }.items():
        (top / name).write_bytes(data)
        os.utime(top / name, (MTIME, MTIME))
    (tmp_path / "secret.txt").write_text("secret")
    return top


@pytest.fixture
def site(top):
    folder = Folder(str(top))
    yield Site(folder)
    folder.close()


def test_a_file(ask, site):
    answer = ask(site, "GET", "/small.txt")
    assert (answer.status, answer.body) == (200, b"hello, world\n")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["etag"].startswith('"')


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/README", "text/plain; charset=utf-8"),
        ("/program", "application/octet-stream"),
        ("/empty", "text/plain; charset=utf-8"),
        ("/page.html", "text/html; charset=utf-8"),
    ],
)
def test_content_types(ask, site, path, expected):
    assert ask(site, "GET", path).headers["content-type"] == expected


@pytest.mark.parametrize("path", ["/small.txt", "/big.bin", "/text.txt", "/sub/", "/", "/none"])
def test_head_says_what_get_would(ask, site, path):
    got, head = ask(site, "GET", path), ask(site, "HEAD", path)
    assert head.body == b""
    assert head.status == got.status
    ignored = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in ignored} == {
        k: v for k, v in got.headers.items() if k not in ignored
    }


def test_a_big_file(ask, site):
    assert hashlib.sha256(ask(site, "GET", "/big.bin").body).digest() == hashlib.sha256(BIG).digest()


# Conditions and ranges


def test_conditions(ask, site):
    etag = ask(site, "HEAD", "/small.txt").headers["etag"]
    unchanged = ask(site, "GET", "/small.txt", if_none_match=etag)
    assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, b"", etag)
    assert "content-type" not in unchanged.headers
    assert ask(site, "GET", "/small.txt", if_modified_since="Tue, 14 Nov 2023 22:13:20 GMT").status == 304
    assert ask(site, "GET", "/small.txt", if_match='"other"').status == 412
    assert ask(site, "GET", "/small.txt", if_match=etag).status == 200


def test_the_tag_changes_with_every_write(ask, site, top):
    tags = {ask(site, "HEAD", "/small.txt").headers["etag"]}
    (top / "small.txt").write_bytes(b"hello, there\n")
    os.utime(top / "small.txt", ns=(MTIME * 10**9, MTIME * 10**9 + 1))
    tags.add(ask(site, "HEAD", "/small.txt").headers["etag"])
    (top / "new").write_bytes(b"hello, again\n")
    os.utime(top / "new", ns=(MTIME * 10**9, MTIME * 10**9 + 1))
    (top / "new").replace(top / "small.txt")
    tags.add(ask(site, "HEAD", "/small.txt").headers["etag"])
    assert len(tags) == 3


def test_a_file_from_the_future_was_modified_now(ask, site, top):
    os.utime(top / "small.txt", (2**33, 2**33))
    answer = ask(site, "GET", "/small.txt")
    assert answer.headers["last-modified"] <= answer.headers["date"]


@pytest.mark.parametrize(
    ("field", "start", "end"),
    [("bytes=0-4", 0, 5), ("bytes=-100", len(BIG) - 100, len(BIG)), ("bytes=1000-900000", 1000, 900001)],
)
def test_one_range(ask, site, field, start, end):
    answer = ask(site, "GET", "/big.bin", range=field)
    assert (answer.status, answer.body) == (206, BIG[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(BIG)}"


def test_several_ranges(ask, site):
    answer = ask(site, "GET", "/big.bin", range="bytes=0-9,-10,1000-400000")
    assert answer.status == 206
    head = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode()
    parts = BytesParser().parse(io.BytesIO(head + answer.body)).get_payload()
    assert [part["content-range"] for part in parts] == [
        "bytes 0-9/1048576", "bytes 1048566-1048575/1048576", "bytes 1000-400000/1048576",
    ]  # fmt: skip
    # The parser reads lines, so bytes are compared where it cannot touch them.
    for slice_ in (BIG[:10], BIG[-10:], BIG[1000:400001]):
        assert b"\r\n\r\n" + slice_ + b"\r\n--" in answer.body


def test_ranges_outside(ask, site):
    answer = ask(site, "GET", "/small.txt", range="bytes=100-")
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */13")


def test_a_download_is_resumed_only_from_the_same_file(ask, site):
    etag = ask(site, "HEAD", "/small.txt").headers["etag"]
    assert ask(site, "GET", "/small.txt", range="bytes=7-", if_range=etag).body == b"world\n"
    assert ask(site, "GET", "/small.txt", range="bytes=7-", if_range='"other"').body == b"hello, world\n"


# Compression


@pytest.mark.parametrize("name", ["text.txt", "packed-at-once.txt"])
def test_gzip_on_the_way(ask, site, top, name):
    (top / "packed-at-once.txt").write_bytes(TEXT[:5000])
    answer = ask(site, "GET", f"/{name}", accept_encoding="gzip, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["etag"].startswith('W/"')
    assert "accept-ranges" not in answer.headers
    assert gzip.decompress(answer.body) == (top / name).read_bytes()
    assert ask(site, "GET", f"/{name}", accept_encoding="gzip", if_none_match=answer.headers["etag"]).status == 304


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        pytest.param("/small.txt", {"accept_encoding": "gzip"}, id="too small"),
        pytest.param("/big.bin", {"accept_encoding": "gzip"}, id="not text"),
        pytest.param("/text.txt", {"accept_encoding": "gzip;q=0"}, id="refused"),
        pytest.param("/text.txt", {}, id="not asked for"),
        pytest.param("/text.txt", {"accept_encoding": "gzip", "range": "bytes=0-"}, id="a range of the file"),
    ],
)
def test_no_gzip(ask, site, path, fields):
    answer = ask(site, "GET", path, **fields)
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"].startswith('"')


def test_a_compressed_file_beside_it_is_sent_instead(ask, site, top):
    packed = gzip.compress(b"from the sibling")
    (top / "text.txt.gz").write_bytes(packed)
    answer = ask(site, "GET", "/text.txt", accept_encoding="gzip")
    assert (answer.headers["content-encoding"], answer.body) == ("gzip", packed)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-length"] == str(len(packed))
    assert ask(site, "GET", "/text.txt").body == TEXT
    assert ask(site, "GET", "/text.txt.gz", accept_encoding="gzip").headers["content-type"] == "application/gzip"


def test_a_compressed_file_that_is_older_is_not(ask, site, top):
    (top / "text.txt.gz").write_bytes(gzip.compress(b"old"))
    os.utime(top / "text.txt.gz", (MTIME - 1, MTIME - 1))
    assert gzip.decompress(ask(site, "GET", "/text.txt", accept_encoding="gzip").body) == TEXT


# Folders


def test_a_folder_without_a_slash_is_redirected(ask, site, top):
    answer = ask(site, "GET", "/sub?x=1")
    assert (answer.status, answer.headers["location"]) == (301, "/sub/?x=1")
    (top / "a b?").mkdir()
    assert ask(site, "GET", "/a%20b%3f").headers["location"] == "/a%20b%3F/"


def test_index_html(ask, site):
    assert ask(site, "GET", "/sub/").body == b"<p>index"


def test_listing(ask, site, top):
    page = ask(site, "GET", "/?sort=size&order=desc").text
    assert page.index("./sub/") < page.index("./big.bin") < page.index("./small.txt")
    assert ".env" not in page
    listed = json.loads(ask(site, "GET", "/", accept="application/json").body)
    assert {"name": "small.txt", "type": "file", "size": 13, "modified": "2023-11-14T22:13:20Z"} in listed["entries"]


def test_no_index(ask, top):
    folder = Folder(str(top))
    assert ask(Site(folder, index=False), "GET", "/").status == 404
    assert ask(Site(folder, index=False), "GET", "/sub/").status == 200
    folder.close()


def test_hidden(ask, top):
    folder = Folder(str(top))
    assert ask(Site(folder), "GET", "/.env").status == 404
    assert ask(Site(folder, hidden=True), "GET", "/.env").status == 200
    assert ".env" in ask(Site(folder, hidden=True), "GET", "/").text
    folder.close()


# What is not served


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/none", 404),
        ("/small.txt/", 404),
        ("/small.txt/x", 404),
        ("/" + "n" * 300, 404),
        ("/../secret.txt", 403),
        ("/sub/../../secret.txt", 403),
        ("/%2e%2e/secret.txt", 403),
        ("/..%2fsecret.txt", 400),
        ("/..%5csecret.txt", 400),
        ("/small.txt%00", 400),
        ("//small.txt", 400),
        ("/%", 400),
    ],
)
def test_refused_paths(ask, site, path, status):
    answer = ask(site, "GET", path)
    assert answer.status == status
    assert b"secret\n" not in answer.body


@posix
def test_links(ask, site, top):
    (top / "in.txt").symlink_to("small.txt")
    (top / "out.txt").symlink_to("../secret.txt")
    (top / "out").symlink_to("..")
    (top / "loop").symlink_to("loop")
    assert ask(site, "GET", "/in.txt").status == 200
    assert ask(site, "GET", "/out.txt").status == 403
    assert ask(site, "GET", "/out/secret.txt").status == 403
    assert ask(site, "GET", "/loop").status == 404
    page = ask(site, "GET", "/").text
    assert "./in.txt" in page
    assert "./out" not in page
    assert "./loop" not in page


@posix
def test_a_fifo_never_blocks(ask, site, top):
    os.mkfifo(top / "fifo")
    os.mkfifo(top / "text.txt.gz")
    assert ask(site, "GET", "/fifo").status == 403
    assert "fifo" not in ask(site, "GET", "/").text
    assert gzip.decompress(ask(site, "GET", "/text.txt", accept_encoding="gzip").body) == TEXT


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(ask, site, top):
    (top / "small.txt").chmod(0)
    assert ask(site, "GET", "/small.txt").status == 403


@posix
def test_too_many_open_files(ask, site, monkeypatch):
    def full(_names):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(site._folder, "open", full)
    assert ask(site, "GET", "/small.txt").status == 503


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_name_that_is_not_utf8(ask, site, top):
    name = os.fsdecode(b"caf\xe9.txt")
    (top / name).write_bytes(b"noir")
    assert "./caf%E9.txt" in ask(site, "GET", "/").text
    assert ask(site, "GET", "/caf%E9.txt").body == b"noir"
    assert ask(site, "GET", quote(b"/none\xe9")).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods(ask, site, method):
    answer = ask(site, method, "/small.txt")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_options(ask, site):
    answer = ask(site, "OPTIONS", "*")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


def test_pages_for_browsers(ask, site):
    answer = ask(site, "GET", "/none", accept="text/html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>404 Not Found</h1>" in answer.text


# Files that change under their reader


class Meddling(Site):
    """Calls ``meddle`` when half of a file has been read."""

    def __init__(self, folder, meddle) -> None:
        super().__init__(folder)
        self.meddle = meddle

    def __call__(self, exchange) -> None:
        read = content.Content.read
        meddle = self.meddle

        def meddled(self_, start, length):
            if start >= 2 * send.CHUNK:
                meddle()
            return read(self_, start, length)

        self.patch.setattr(content.Content, "read", meddled)
        super().__call__(exchange)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: os.truncate(path, 300_000), id="shorter"),
        pytest.param(lambda path: path.write_bytes(BIG[::-1]), id="rewritten"),
        pytest.param(lambda path: os.truncate(path, 2 * len(BIG)), id="longer"),
    ],
)
@pytest.mark.parametrize("fields", [{}, {"range": "bytes=0-9,100-1000000"}], ids=["whole", "parts"])
def test_an_answer_is_cut_off_rather_than_wrong(talk, top, monkeypatch, change, fields):
    folder = Folder(str(top))
    site = Meddling(folder, lambda: change(top / "big.bin"))
    site.patch = monkeypatch
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    raw, reset = talk(site, f"GET /big.bin HTTP/1.1\r\nHost: test\r\n{lines}\r\n".encode())
    assert reset
    assert len(raw) < len(BIG)
    folder.close()


@posix
def test_a_file_that_is_replaced_is_sent_to_its_end(ask, top, monkeypatch):
    """A deployment renames the new file over the old one: whoever reads the old one gets all of it."""
    (top / "next").write_bytes(BIG[::-1])
    folder = Folder(str(top))
    site = Meddling(folder, lambda: (top / "next").exists() and (top / "next").replace(top / "big.bin"))
    site.patch = monkeypatch
    assert ask(site, "GET", "/big.bin").body == BIG
    folder.close()


# Descriptors


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")  # noqa: PTH112
def test_no_descriptor_is_left_when_clients_go_early(site):
    async def scenario() -> None:
        server = Server(site)
        [(host, port)] = await server.listen("127.0.0.1", 0)
        gc.collect()  # what earlier tests left is not to go while we count
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        for number in range(40):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /big.bin HTTP/1.1\r\nHost: test\r\n\r\nGET /text.txt HTTP/1.1\r\nHost: test\r\n\r\n")
            if number % 2:
                await reader.read(100)
            writer.transport.abort()
        while server.connections or len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.001)
        # A thread may hold the last reference until it takes its next job.
        await asyncio.gather(*(asyncio.to_thread(lambda: None) for _ in range(64)))
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
        await server.drain(0)

    asyncio.run(scenario())
