"""Where the body goes: standard output, a file, a report."""

from __future__ import annotations

import errno
import gzip
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")

JSON = [("Content-Type", "application/json")]
HOME = Path(__file__).resolve().parents[4]


def test_bytes_pass_untouched(server: Any, request_: Any) -> None:
    body = bytes(range(256)) * 100
    server.replies = [server.Reply(200, body)]
    assert request_(server.url).out == body


def test_a_coded_body_is_decoded(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, gzip.compress(b"text"), [("Content-Encoding", "gzip")])]
    assert request_(server.url).out == b"text"


def test_include(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x", [("X-A", "1")])]
    head, _, body = request_(server.url, "-i").out.partition(b"\n\n")
    assert head.startswith(b"HTTP/1.1 200 OK\n")
    assert b"X-A: 1" in head
    assert body == b"x"


def test_head_prints_the_head(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"not sent", [("X-A", "1")])]
    assert b"X-A: 1\n" in request_("HEAD", server.url).out


def test_verbose_shows_both_heads(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x", [("Set-Cookie", "sid=s3cret")])]
    ran = request_(f"{server.url}/p?q=1", "-v", "-H", "X-Api-Key: k3y")
    assert ran.out == b"x"
    lines = ran.err.splitlines()
    assert lines[0] == "> GET /p?q=1"
    assert "> X-Api-Key: ***" in lines
    assert "< HTTP/1.1 200 OK" in lines
    assert "< Set-Cookie: ***" in lines


def test_timing(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x")]
    names = [line.split("  ")[0] for line in request_(server.url, "--timing").err.splitlines()]
    assert names[-1] == "total"
    assert {"connect", "first byte"} <= set(names)


@pytest.mark.parametrize(
    ("body", "path", "out"),
    [
        (b'{"a":"x y"}', "$.a", "x y\n"),
        (b'{"a":"x y"}', "a", "x y\n"),
        (b'[{"i":1},{"i":2.5},{"i":null},{"i":true}]', "$[*].i", "1\n2.5\nnull\ntrue\n"),
        (b'{"a":{"b":[1, 2]}}', "$.a", '{"b":[1,2]}\n'),
        (b'{"a":12345678901234567890}', "$.a", "12345678901234567890\n"),
        ('{"a":"é"}'.encode(), "$.a", "é\n"),
    ],
)
def test_extract(server: Any, request_: Any, body: bytes, path: str, out: str) -> None:
    server.replies = [server.Reply(200, body)]
    ran = request_(server.url, "--extract", path)
    assert (ran.code, ran.text, ran.err) == (0, out, "")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"b":1}', "$.a selects nothing"),
        (b"<html>", "the body is not JSON: "),
        (b"", "the body is not JSON: empty"),
        (b"\xff\xfe", "the body is not JSON: not UTF-8 text"),
    ],
)
def test_nothing_to_extract(server: Any, request_: Any, body: bytes, words: str) -> None:
    server.replies = [server.Reply(200, body)]
    ran = request_(server.url, "--extract", "$.a")
    assert (ran.code, ran.out) == (1, b"")
    assert words in ran.err.splitlines()[-1]


def test_a_report(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(503), server.Reply(200, b'{"a":1}', [*JSON, ("Set-Cookie", "s=1")])]
    ran = request_(f"{server.url}/?token=t", "--report", "json", "--expect", "status=200")
    report = json.loads(ran.text)
    assert report["request"] == {"method": "GET", "url": f"{server.url}/?token=***"}
    response = report["response"]
    assert (response["status"], response["reason"], response["body_form"], response["body"]) == (
        200,
        "OK",
        "json",
        {"a": 1},
    )
    assert response["headers"]["set-cookie"] == ["***"]
    assert response["timing"]["total"] > 0
    assert [(a["status"], a["words"]) for a in report["attempts"]] == [(503, "HTTP 503 Service Unavailable")]
    assert [c["met"] for c in report["expect"]] == [True]
    assert report["error"] is None


def test_a_report_of_failures(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(404, b"\xff")]
    ran = request_(server.url, "--report", "json")
    report = json.loads(ran.text)
    assert ran.code == 1
    assert report["error"] == {"words": "HTTP 404 Not Found", "reason": None}
    assert report["response"]["body_form"] == "base64"
    assert ran.err == f"wherry: request: GET {server.url}/: HTTP 404 Not Found\n"


def test_a_report_beside_a_file(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"content")]
    ran = request_(server.url, "-o", "file", "--report", "json", "-q")
    response = json.loads(ran.text)["response"]
    assert (response["body_form"], response["body"]) == ("file", "file")
    assert (tmp_path / "file").read_bytes() == b"content"


def test_a_secret_header_never_shows(server: Any, request_: Any) -> None:
    server.answer = lambda seen: server.Reply(400, f"bad key {seen.headers['x-api-key']}".encode())
    ran = request_(server.url, "-H", "X-Api-Key: hunter22")
    assert ran.err.splitlines()[0] == "bad key ***"


def test_a_report_without_an_answer(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(hang=True)]
    ran = request_(server.url, "--report", "json", "--timeout", "50ms", "--retry", "0")
    report = json.loads(ran.text)
    assert ran.code == 3
    assert report["response"] is None
    assert report["error"]["reason"] == "timeout"


@posix
def test_a_download(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"x" * 3000)]
    ran = request_(server.url, "-o", "file.bin")
    assert (ran.code, ran.out) == (0, b"")
    assert ran.err == "wherry: request: saved file.bin (2.93 KiB)\n"
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]
    assert stat.S_IMODE((tmp_path / "file.bin").stat().st_mode) == 0o644
    assert server.seen[0].headers["accept-encoding"] == "identity"


@posix
def test_a_file_replaced_keeps_its_mode_and_a_link_stays_one(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"new")]
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o600)
    (tmp_path / "link").symlink_to("real")
    assert request_(server.url, "-o", "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o600


def test_a_failed_download_leaves_the_old_file(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(500, b"oops")]
    (tmp_path / "file").write_text("old")
    ran = request_(server.url, "-o", "file", "--retry", "0")
    assert ran.code == 1
    assert "oops" in ran.err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_an_unexpected_download_leaves_the_old_file(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"short")]
    (tmp_path / "file").write_text("old")
    ran = request_(server.url, "-o", "file", "--expect", "size={gt: 100}")
    assert ran.code == 1
    assert (tmp_path / "file").read_text() == "old"


CONTENT = bytes(i % 251 for i in range(10_000))


def ranged(server: Any, *, tag: str = '"v1"', cut_at: int | None = None, content: bytes = CONTENT) -> None:
    """Serves ``content`` with ranges; the first response is cut after ``cut_at`` bytes."""
    cuts = [cut_at] if cut_at else []

    def answer(seen: Any) -> Any:
        start, status, headers = 0, 200, [("ETag", tag), ("Accept-Ranges", "bytes")]
        asked = seen.headers.get("range")
        if asked and seen.headers.get("if-range", tag) == tag:
            start, status = int(asked.removeprefix("bytes=").removesuffix("-")), 206
            if start >= len(content):
                return server.Reply(416, b"", [("Content-Range", f"bytes */{len(content)}")])
            headers.append(("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"))
        part = content[start:]
        if cuts:
            size = cuts.pop()
            return server.Reply(status, part[:size], headers, cut=len(part) - size)
        return server.Reply(status, part, headers)

    server.answer = answer


def test_a_broken_download_goes_on_where_it_was(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server, cut_at=4000)
    ran = request_(server.url, "-o", "file")
    assert ran.code == 0
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.seen[1].headers["range"] == "bytes=4000-"
    assert server.seen[1].headers["if-range"] == '"v1"'


def test_continue_in_another_run(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server, cut_at=4000)
    ran = request_(server.url, "-o", "file", "--retry", "0")
    assert ran.code == 3
    assert "kept the first 3.91 KiB of file; --continue goes on from there" in ran.err
    assert not (tmp_path / "file").exists()
    ran = request_(server.url, "-o", "file", "--continue")
    assert ran.code == 0
    assert "resuming file after 3.91 KiB" in ran.err
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_continue_when_the_file_has_changed(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server, cut_at=4000)
    request_(server.url, "-o", "file", "--retry", "0")
    ranged(server, tag='"v2"', content=b"new content")
    assert request_(server.url, "-o", "file", "--continue").code == 0
    assert (tmp_path / "file").read_bytes() == b"new content"


def test_continue_when_everything_is_here(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server)
    (tmp_path / "file.part").write_bytes(CONTENT)
    (tmp_path / "file.part.json").write_text(json.dumps({"url": f"{server.url}/", "validator": '"v1"'}))
    assert request_(server.url, "-o", "file", "--continue").code == 0
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_continue_when_more_is_here_than_there(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server)
    (tmp_path / "file.part").write_bytes(CONTENT + b"more")
    (tmp_path / "file.part.json").write_text(json.dumps({"url": f"{server.url}/", "validator": '"v1"'}))
    ran = request_(server.url, "-o", "file", "--continue")
    assert ran.code == 0
    assert "beginning anew" in ran.err
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("note", [None, "{", '{"url":"http://other/","validator":"\\"v1\\""}'])
def test_continue_from_something_unknown_begins_anew(
    server: Any, request_: Any, tmp_path: Path, note: str | None
) -> None:
    ranged(server)
    (tmp_path / "file.part").write_bytes(b"who knows")
    if note is not None:
        (tmp_path / "file.part.json").write_text(note)
    assert request_(server.url, "-o", "file", "--continue").code == 0
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert "range" not in server.seen[0].headers


def test_a_range_of_the_users_own_is_saved_as_it_comes(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server)
    assert request_(server.url, "-o", "file", "-H", "Range: bytes=9000-").code == 0
    assert (tmp_path / "file").read_bytes() == CONTENT[9000:]


def test_a_server_that_sends_the_wrong_range(server: Any, request_: Any, tmp_path: Path) -> None:
    def answer(seen: Any) -> Any:
        if "range" not in seen.headers:
            return server.Reply(200, CONTENT)
        return server.Reply(206, CONTENT[1:], [("Content-Range", f"bytes 1-{len(CONTENT) - 1}/{len(CONTENT)}")])

    server.answer = answer
    (tmp_path / "file.part").write_bytes(CONTENT[:500])
    (tmp_path / "file.part.json").write_text(json.dumps({"url": f"{server.url}/", "validator": '"v1"'}))
    ran = request_(server.url, "-o", "file", "--continue")
    assert (ran.code, len(server.seen)) == (0, 2)
    assert "beginning anew: the server sent another range than the one asked for" in ran.err
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_coded_body_is_not_resumed(server: Any, request_: Any, tmp_path: Path) -> None:
    coded = gzip.compress(CONTENT)
    headers = [("ETag", '"v1"'), ("Content-Encoding", "gzip")]
    server.replies = [server.Reply(200, coded[:100], headers, cut=len(coded) - 100), server.Reply(200, coded, headers)]
    assert request_(server.url, "-o", "file").code == 0
    assert "range" not in server.seen[1].headers
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_two_runs_do_not_write_the_same_file(server: Any, request_: Any, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    server.replies = [server.Reply(200, b"x")]
    with (tmp_path / "file.part").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = request_(server.url, "-o", "file")
    assert ran.code == 3
    assert "file.part is being written by another wherry" in ran.err


@posix
def test_a_device_is_written_to_as_it_is(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x")]
    ran = request_(server.url, "-o", "/dev/null", "--expect", "size=1", "--report", "json")
    assert ran.code == 0
    assert json.loads(ran.text)["response"]["body"] == "/dev/null"
    assert Path("/dev/null").is_char_device()


def test_without_a_validator_nothing_is_kept(server: Any, request_: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"half", cut=9)]
    assert request_(server.url, "-o", "file", "--retry", "0").code == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("no/such/folder/file", 3, "writing no/such/folder/file.part: No such file or directory"),
        (".", 2, "directory"),
    ],
)
@posix
def test_where_nothing_can_be_written(server: Any, request_: Any, path: str, code: int, words: str) -> None:
    ran = request_(server.url, "-o", path)
    assert ran.code == code
    assert words in ran.err
    assert server.seen == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(server: Any, request_: Any) -> None:
    server.replies = [server.Reply(200, b"x" * 100_000)]
    ran = request_(server.url, "-o", "/dev/full")
    assert ran.code == 3
    assert f"writing /dev/full: {os.strerror(errno.ENOSPC)}" in ran.err


def wherry(*args: str, **more: Any) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "PYTHONPATH": str(HOME / "cli"), **more.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, "-m", "wherry", "request", *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, **more,
    )  # fmt: skip


@posix
def test_an_interrupted_download_can_be_continued(server: Any, request_: Any, tmp_path: Path) -> None:
    ranged(server)
    whole = server.answer

    def endless(seen: Any) -> Any:
        reply = whole(seen)
        reply.body, reply.cut, reply.stall = reply.body[:4000], len(CONTENT) - 4000, True
        return reply

    server.answer = endless
    process = wherry(server.url, "-o", "file", cwd=tmp_path)
    server.stalled.wait(20)
    part = tmp_path / "file.part"
    while not (part.exists() and (tmp_path / "file.part.json").exists()):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err
    server.answer = whole
    server.released.set()
    assert request_(server.url, "-o", "file", "--continue").code == 0
    assert (tmp_path / "file").read_bytes() == CONTENT


@posix
def test_a_reader_that_goes_away(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(200, b"x" * 5_000_000)]
    process = wherry(server.url, cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    process.wait(20)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.returncode == 141


def test_standard_input_as_the_body(server: Any, tmp_path: Path) -> None:
    server.replies = [server.Reply(503), server.Reply(200, b"got it")]
    body = b"0123456789" * 300_000
    process = wherry("PUT", server.url, "-d", "@-", "--retry-base", "1ms", cwd=tmp_path, stdin=subprocess.PIPE)
    out, _ = process.communicate(body, timeout=30)
    assert (process.returncode, out) == (0, b"got it")
    assert [seen.body for seen in server.seen] == [body, body]


@posix
def test_standard_input_that_never_ends_meets_the_deadline(server: Any, tmp_path: Path) -> None:
    process = wherry("PUT", server.url, "-d", "@-", "-T", "300ms", cwd=tmp_path, stdin=subprocess.PIPE)
    process.wait(20)
    assert process.stderr is not None
    assert b"the deadline passed before anything could be sent" in process.stderr.read()
    assert process.returncode == 124
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        stream.close()
