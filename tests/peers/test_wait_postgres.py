from __future__ import annotations

import shutil
import signal
import socket
import struct
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import trustme

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Cluster:
    argv: list[str]
    data: Path
    folder: Path
    port: int
    user: str

    @property
    def url(self) -> str:
        return f"postgres://127.0.0.1:{self.port}/postgres"

    def configure(self, text: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(text + "\n")


@pytest.fixture
def cluster(peers, kit):
    """A cluster that was made and never started; every log-in is trusted."""
    initdb = kit.program("/usr/lib/postgresql/*/bin/initdb", "initdb")
    user = kit.user("postgres")
    folder, port = peers.folder(user), kit.free_port()
    data = folder / "data"
    subprocess.run(
        [initdb, "-N", "-A", "trust", "-U", "postgres", "--no-locale", "-D", str(data)],
        check=True, user=user or None, cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    made = Cluster([initdb.replace("initdb", "postgres"), "-D", str(data)], data, folder, port, user)
    made.configure(f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nfsync = off")
    return made


def start(peers, cluster):
    # SIGQUIT: killed, it would leave its children to whoever takes in orphans.
    return peers.start(cluster.argv, cluster.folder, user=cluster.user, farewell=signal.SIGQUIT)


def test_recovering_ready_paused_killed(peers, kit, cluster):
    # A recovery that lasts until we let it end: the port is open, and every client hears 57P03.
    cluster.configure(f"restore_command = 'while [ ! -e {cluster.folder}/go ]; do sleep 0.05; done; false'")
    (cluster.data / "recovery.signal").touch()
    waiting = kit.wait(cluster.url)
    assert kit.see(cluster.url).reason is Reason.REFUSED
    server = start(peers, cluster)
    seen = kit.see_until(lambda found: found.reason is None, cluster.url)
    assert (seen[-1].outcome, seen[-1].words) == (Outcome.UNMET, "the database system is starting up")
    assert kit.see(f"127.0.0.1:{cluster.port}").outcome is Outcome.MET  # as far as TCP goes, it is ready
    code, document, said = kit.wait(cluster.url, "-T", "1s").end()
    assert (code, document["ready"], document["words"]) == (124, False, "the database system is starting up")
    assert "the database system is starting up" in said
    assert waiting.process.poll() is None
    (cluster.folder / "go").touch()
    code, document, _ = waiting.end()
    assert (code, document["ready"], document["words"]) == (0, True, "accepts connections")

    server.pause()
    paused = kit.see(cluster.url, timeout_s=0.5)
    assert (paused.outcome, paused.reason) == (Outcome.UNMET, Reason.TIMEOUT)
    waiting = kit.wait(cluster.url)
    server.resume()
    assert waiting.end()[0] == 0

    waiting = kit.wait(cluster.url, "--not")
    server.kill()
    assert waiting.end()[0] == 0
    assert kit.see(cluster.url).reason is Reason.REFUSED


def test_shutting_down_is_not_ready(peers, kit, cluster):
    server = start(peers, cluster)
    kit.see_until_met(cluster.url)
    with socket.create_connection(("127.0.0.1", cluster.port), 30) as client:
        # A session that is open keeps a "smart" shutdown from ending.
        start_up = struct.pack("!I", 3 << 16) + b"user\0postgres\0\0"
        client.sendall(struct.pack("!I", len(start_up) + 4) + start_up)
        heard = b""
        while b"Z\0\0\0\5I" not in heard:
            heard += client.recv(4096)
        server.process.send_signal(signal.SIGTERM)
        seen = kit.see_until(lambda found: found.outcome is Outcome.UNMET, cluster.url)
        assert (seen[-1].words, seen[-1].reason) == ("the database system is shutting down", None)
    server.process.wait(30)
    assert kit.see(cluster.url).reason is Reason.REFUSED


def test_refusals_of_a_server_that_is_up(peers, kit, cluster):
    (cluster.data / "pg_hba.conf").write_text(
        "host all md5user 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust\n"
    )
    cluster.configure("max_connections = 5\nsuperuser_reserved_connections = 1\nmax_wal_senders = 0")
    start(peers, cluster)
    kit.see_until_met(cluster.url)
    at = f"127.0.0.1:{cluster.port}"
    for url, words in (
        (f"postgres://md5user@{at}/postgres", "accepts connections, and wants a password"),
        (f"postgres://stranger@{at}/postgres", "accepts connections, and says: no pg_hba.conf entry for host"),
        (f"postgres://postgres@{at}/nothing", "accepts connections"),
        (f"postgres://{at}?sslmode=prefer", "accepts connections"),
    ):
        found = kit.see(url)
        assert found.outcome is Outcome.MET and found.words.startswith(words), url
    demanded = kit.see(f"postgres://{at}?sslmode=require")
    assert (demanded.outcome, demanded.words) == (Outcome.UNMET, "speaks no TLS, and sslmode is require")
    assert not [line for line in (cluster.folder / "log").read_text().splitlines() if "message" in line]


@pytest.mark.parametrize(
    "mode, outcome", [("require", Outcome.MET), ("verify-ca", Outcome.MET), ("verify-full", Outcome.UNMET)]
)
def test_encryption(peers, kit, cluster, mode, outcome):
    authority = trustme.CA()
    issued = authority.issue_cert("db.example")
    for name, pem in (("server.crt", issued.cert_chain_pems[0]), ("server.key", issued.private_key_pem)):
        pem.write_to_path(str(cluster.data / name))
    if cluster.user:
        shutil.chown(cluster.data / "server.key", cluster.user)
    (cluster.data / "server.key").chmod(0o600)
    authority.cert_pem.write_to_path(str(cluster.folder / "ca.pem"))
    cluster.configure("ssl = on")
    start(peers, cluster)
    kit.see_until_met(cluster.url)
    found = kit.see(f"{cluster.url}?sslmode={mode}", cacert=str(cluster.folder / "ca.pem"))
    assert found.outcome is outcome, found.words
    if outcome is Outcome.UNMET:
        assert found.reason is Reason.TLS and "127.0.0.1" in found.words


def test_over_its_unix_socket(peers, kit, cluster):
    start(peers, cluster)
    path = f"{cluster.folder}/.s.PGSQL.{cluster.port}".replace("/", "%2F")
    assert kit.see_until_met(f"postgres+unix://{path}/postgres")[-1].words == "accepts connections"
