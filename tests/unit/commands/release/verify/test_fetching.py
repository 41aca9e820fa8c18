"""A release is fetched from a real server, whose connections break, and judged as if it lay here."""

from __future__ import annotations

import asyncio
import re
import tempfile
from contextlib import asynccontextmanager
from urllib.parse import unquote

import pytest
import small_release as small
from small_release import KEY, LINUX, SUMS

from wherry.commands.release.forges.calling import Caller
from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.verify import run
from wherry.commands.release.verify.fetching import Fetching
from wherry.commands.release.verify.judging import judge
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.scope import Scope
from wherry.errors import UsageError, WherryError
from wherry.net.failure import NetFailure
from wherry.net.http import Client
from wherry.net.network import Network


class Files:
    """Serves a folder; the first ``cuts`` answers for each file break off in the middle."""

    def __init__(self, folder, cuts=0, statuses=None):
        self.folder = folder
        self.cuts = cuts
        self.statuses = statuses or {}
        self.otherwise = 404
        self.asked = []

    async def __call__(self, reader, writer):
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                path = unquote(head.split()[1].partition("?")[0])
                self.asked.append(path)
                status, extra, body, whole = self._answer(path, head)
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode())
                writer.write(body if whole else body[: len(body) // 2])
                await writer.drain()
                if not whole:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, path, head):
        folder, _, name = path.rpartition("/")
        file = self.folder / name
        if name in self.statuses:
            return self.statuses[name], "", b"no", True
        if folder != "/v1" or not file.is_file():
            return self.otherwise, "", b"<html>", True
        body = file.read_bytes()
        whole = len(body) < 2 or self.asked.count(path) > self.cuts
        if ranged := re.search(r"(?i)^range: bytes=(\d+)-", head, re.MULTILINE):
            start = int(ranged[1])
            span = f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}\r\n"
            return 206, span + 'ETag: "a"\r\n', body[start:], whole
        return 200, 'ETag: "a"\r\n', body, whole


@asynccontextmanager
async def served(files, retries=4):
    server = await asyncio.start_server(files, "127.0.0.1", 0)
    async with server, Client(Network(NetworkSettings(), {})) as client:
        policy = RetryPolicy(retries, base_s=0)
        caller = Caller(client, Scope(), headers=(), policy=policy, timeout_s=60, say=lambda _: None)
        yield caller, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def fetch(files, path, folder, retries=4):
    """What was fetched, and the lines that were said."""
    folder.mkdir()
    said = []

    async def all_of_it():
        async with served(files, retries) as (caller, base):
            return await Fetching(caller, folder, said.append).fetch(base + path)

    return asyncio.run(all_of_it()), said


@pytest.fixture
def release(tmp_path):
    return small.write(tmp_path / "release")


@pytest.mark.parametrize("path", ["/v1/", "/v1"])
def test_a_whole_release(release, tmp_path, path):
    found, said = fetch(Files(release), path, tmp_path / "got")
    assert found == tmp_path / "got"
    assert sorted(each.name for each in found.iterdir()) == sorted(each.name for each in release.iterdir())
    assert len(said) == len(list(release.iterdir()))
    assert judge(found, KEY.public, ["checksum", "signature", "provenance", "sbom"]).verified


@pytest.mark.parametrize("path", [f"/v1/{LINUX}.deb", f"/v1/{LINUX}.deb?token=x"])
def test_one_file_and_what_it_is_judged_by(release, tmp_path, path):
    found, _ = fetch(Files(release), path, tmp_path / "got")
    names = {each.name for each in (tmp_path / "got").iterdir()}
    assert names == {
        f"{LINUX}.deb", SUMS, f"{SUMS}.minisig", "acme_1.2.3.intoto.json", f"{LINUX}.cdx.json", f"{LINUX}.spdx.json",
    }  # fmt: skip
    assert judge(found, KEY.public, ["checksum", "signature", "provenance", "sbom"]).verified


def test_connections_that_break(release, tmp_path):
    found, _ = fetch(Files(release, cuts=2), "/v1/", tmp_path / "got")
    assert judge(found, KEY.public, ["checksum", "signature", "provenance", "sbom"]).verified


def test_connections_that_break_for_good(release, tmp_path):
    with pytest.raises(NetFailure, match=f"GET .*/{SUMS}: the body is cut off"):
        fetch(Files(release, cuts=99), "/v1/", tmp_path / "got", retries=1)


def test_a_server_that_answers_everything(release, tmp_path):
    """As one does that has a page for whatever is not there."""
    files = Files(release)
    files.otherwise = 200
    found, _ = fetch(files, f"/v1/{LINUX}.deb", tmp_path / "got")
    assert found == tmp_path / "got" / f"{LINUX}.deb"


def test_what_is_missing_there(release, tmp_path):
    (release / "install.sh").unlink()
    found, _ = fetch(Files(release), "/v1/", tmp_path / "got")
    assert not judge(found, KEY.public, ()).verified


def test_each_file_with_a_signature_of_its_own(release, tmp_path):
    (release / f"{SUMS}.minisig").unlink()
    small.write_signature(release, f"{LINUX}.deb")
    found, _ = fetch(Files(release), "/v1/", tmp_path / "got")
    assert (found / f"{LINUX}.deb.minisig").exists()


@pytest.mark.parametrize(
    "path, error, words",
    [
        ("/v2/", UsageError, f"has no {SUMS}"),
        ("/v1/nothing", WherryError, "/v1/nothing is not there"),
        ("/v1/..%2f..%2fx", UsageError, "names no file"),
        ("/v1/.hidden", UsageError, "names no file"),
        ("", UsageError, "names no file"),
    ],
)
def test_what_is_not_there(release, tmp_path, path, error, words):
    with pytest.raises(error, match=words):
        fetch(Files(release), path, tmp_path / "got")
    assert not any((tmp_path / "got").iterdir())


def test_a_server_that_refuses(release, tmp_path):
    with pytest.raises(Refused, match="HTTP 403"):
        fetch(Files(release, statuses={f"{LINUX}.deb": 403}), "/v1/", tmp_path / "got")


def test_checksums_that_lead_elsewhere_fetch_nothing(release, tmp_path):
    (release / SUMS).write_text(f"{'0' * 64}  ../evil\n")
    files = Files(release)
    found, _ = fetch(files, "/v1/", tmp_path / "got")
    assert not any("evil" in path for path in files.asked)
    assert not judge(found, None, ()).verified


def test_a_text_without_end_is_not_fetched(release, tmp_path):
    (release / SUMS).write_bytes(b"0" * 5_000_000)
    with pytest.raises(WherryError, match=r"it is larger than 4.*MiB"):
        fetch(Files(release), "/v1/", tmp_path / "got")


def test_the_command_fetches_judges_and_leaves_nothing(release, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = []

    async def whole():
        async with served(Files(release)) as (_, base):
            options = run.Options(f"{base}/v1/", KEY.public.line(), ("sbom",), NetworkSettings(), 60.0)
            return await run.verify_url(options, Scope(), said.append)

    before = sorted(tmp_path.iterdir())
    assert asyncio.run(whole()).verified
    assert f"fetched {SUMS}, " in said[0]
    assert sorted(tmp_path.iterdir()) == before
    assert run.is_url("https://acme.dev/") and not run.is_url("dist")
