"""Releases put onto a real nginx, by its WebDAV methods."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from wherry.commands.release.forges.calling import Caller
from wherry.commands.release.forges.put import PutStore, headers
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.scope import Scope
from wherry.errors import WherryError
from wherry.net.http import Client
from wherry.net.network import Network

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "commands" / "release" / "forges"))
from driving import announcement, drive, uploads

CONTENTS = {
    "acme_1.2.0.tar.gz": bytes(range(256)) * 9000,
    "acme_1.2.0+x.deb": b"!<arch>\n",
    "SHA256SUMS": b"sums\n",
    "SHA256SUMS.minisig": b"signature\n",
}
LAST = frozenset({"SHA256SUMS", "SHA256SUMS.minisig"})
# {folders}: whether it makes folders by itself; {methods}: what else than reading is allowed.
CONFIGURATION = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        location / {{
            dav_methods {methods};
            create_full_put_path {folders};
            client_max_body_size 8m;
            limit_except GET {{ auth_basic acme; auth_basic_user_file {folder}/users; }}
        }}
    }}
}}
"""


@pytest.fixture
def nginx(peers, kit):
    program, user = kit.program("nginx"), kit.user("www-data")
    folder = peers.folder(user)

    def start(*, folders: str = "on", methods: str = "PUT DELETE MKCOL") -> str:
        port = kit.free_port()
        (folder / "site" / "releases").mkdir(parents=True)
        for each in (folder / "site", folder / "site" / "releases"):
            each.chmod(0o777)
        (folder / "users").write_text("ada:{PLAIN}lovelace\n")
        who = f"user {user};" if user else ""
        text = CONFIGURATION.format(user=who, folder=folder, port=port, folders=folders, methods=methods)
        (folder / "nginx.conf").write_text(text)
        peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)
        kit.see_until(lambda found: found.reason is None, f"http://127.0.0.1:{port}/")
        return f"http://127.0.0.1:{port}/releases"

    return start, folder


@asynccontextmanager
async def store_at(url: str, password: str = "lovelace"):
    async with Client(Network(NetworkSettings(trust_env=False), {})) as client:
        policy = RetryPolicy(retries=2, base_s=0.0)
        fields = headers("ada", password)
        caller = Caller(client, Scope(), headers=fields, policy=policy, timeout_s=60.0, say=lambda _: None)
        yield PutStore(caller, url, list(CONTENTS), LAST)


def publish(url, files, **how):
    """The names of what was sent."""

    async def scenario():
        async with store_at(url, **how) as store:
            page, sent = await drive(store, announcement(), files)
            assert page == f"{url}/v1.2.0/"
            return sent

    return asyncio.run(scenario())


def there(folder):
    return {each.name: each.read_bytes() for each in (folder / "site" / "releases" / "v1.2.0").iterdir()}


@pytest.mark.parametrize("folders", ["on", "off"])
def test_a_release_and_what_is_gone_on_with(nginx, tmp_path, folders):
    start, folder = nginx
    url = start(folders=folders)
    files = uploads(tmp_path / "dist", CONTENTS)
    # A run that was ended after the first file, and half of a file that something else left.
    publish(url, files[:1])
    assert list(there(folder)) == [files[0].name]
    half = folder / "site" / "releases" / "v1.2.0" / files[1].name
    half.parent.chmod(0o777)
    half.write_bytes(b"!<ar")
    assert publish(url, files) == [file.name for file in files[1:]]
    assert there(folder) == CONTENTS
    assert publish(url, files) == []
    files = uploads(tmp_path / "dist", {**CONTENTS, "SHA256SUMS": b"smus\n"})
    assert publish(url, files) == ["SHA256SUMS"]
    assert there(folder)["SHA256SUMS"] == b"smus\n"


def test_when_it_is_published(nginx, tmp_path):
    start, _ = nginx
    url = start()
    files = uploads(tmp_path / "dist", CONTENTS)

    async def scenario():
        async with store_at(url) as store:
            posted = await store.create(announcement())
            seen = []
            for file in files:
                await store.upload(posted, file, lambda _: None)
                seen.append((await store.find("v1.2.0")).draft)
            return seen

    assert asyncio.run(scenario()) == [True, True, True, False]


def test_a_server_that_lets_nothing_be_removed(nginx, tmp_path):
    start, folder = nginx
    url = start(methods="PUT MKCOL")
    publish(url, uploads(tmp_path / "dist", CONTENTS))
    files = uploads(tmp_path / "dist", {**CONTENTS, "SHA256SUMS": b"smus\n"})
    with pytest.raises(WherryError, match=r"the server lets no file be removed \(HTTP 405\)"):
        publish(url, files)
    assert there(folder) == CONTENTS


@pytest.mark.parametrize(
    ("how", "words"),
    [
        pytest.param({"methods": "off"}, r"PUT .*: HTTP 405", id="no PUT"),
        pytest.param({"folders": "off", "methods": "PUT"}, r"PUT .*: HTTP 500", id="no folders"),
    ],
)
def test_servers_that_take_no_files(nginx, tmp_path, how, words):
    start, _ = nginx
    with pytest.raises(WherryError, match=words):
        publish(start(**how), uploads(tmp_path / "dist", CONTENTS))


def test_refusals(nginx, tmp_path):
    start, folder = nginx
    url = start()
    with pytest.raises(WherryError, match=r"MKCOL .*: HTTP 401") as caught:
        publish(url, uploads(tmp_path / "dist", CONTENTS), password="wrong-secret")
    assert "wrong-secret" not in str(caught.value)
    large = uploads(tmp_path / "dist", {"acme_1.2.0.tar.gz": bytes(9 << 20)})
    with pytest.raises(WherryError, match=r"PUT .*: (HTTP 413|.*closed the connection|connection reset)"):
        publish(url, large)
    assert there(folder) == {}
