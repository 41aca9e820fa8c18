"""Releases in a folder, as a real nginx shows them."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from wherry.commands.release.forges.directory import DirectoryStore

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "commands" / "release" / "forges"))
from driving import announcement, drive, uploads

CONTENTS = {"acme_1.2.0.deb": b"!<arch>\n", "SHA256SUMS": b"sums"}
CONFIGURATION = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root {folder}/site; default_type text/plain; }}
}}
"""


def test_a_draft_is_hidden_and_a_release_is_read(peers, kit, tmp_path):
    program, user, port = kit.program("nginx"), kit.user("www-data"), kit.free_port()
    folder = peers.folder(user)
    (folder / "site").mkdir()
    who = f"user {user};" if user else ""
    (folder / "nginx.conf").write_text(CONFIGURATION.format(user=who, folder=folder, port=port))
    peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)
    url = f"http://127.0.0.1:{port}"
    kit.see_until(lambda found: found.reason is None, url)

    store, files = DirectoryStore(folder / "site"), uploads(tmp_path / "dist", CONTENTS)
    asyncio.run(drive(store, announcement(draft=True), files))
    # Where the tests run as nginx's own user, nothing can be hidden from it.
    assert kit.see(f"{url}/.v1.2.0.part/SHA256SUMS").words == ("403 Forbidden" if user else "200 OK")
    assert kit.see(f"{url}/v1.2.0/SHA256SUMS").words == "404 Not Found"
    asyncio.run(drive(store, announcement(), files))
    for tag in ("v1.2.0", "latest"):
        assert kit.see(f"{url}/{tag}/SHA256SUMS", "body=sums").words == "200 OK"
    asyncio.run(drive(store, announcement("v1.3.0-rc.1", prerelease=True), files[:1]))
    assert kit.see(f"{url}/latest/SHA256SUMS").words == "200 OK"
    asyncio.run(drive(store, announcement("v1.3.0"), files[:1]))
    assert kit.see(f"{url}/latest/SHA256SUMS").words == "404 Not Found"
    assert kit.see(f"{url}/latest/acme_1.2.0.deb").words == "200 OK"
