from __future__ import annotations

import socket
import subprocess
from contextlib import ExitStack

import pytest

from wherry.core.outcome import Outcome
from wherry.core.target import parse_target
from wherry.core.wire import mysql
from wherry.core.wire.talk import Read, Send
from wherry.net.failure import Reason


@pytest.fixture
def mariadb(peers, kit):
    """The command line of a MariaDB with fresh tables, its folder, its port and its user."""
    program = kit.program("mariadbd", "mysqld")
    install = kit.program("mariadb-install-db", "mysql_install_db")
    user = kit.user("mysql")
    folder, port = peers.folder(user), kit.free_port()
    subprocess.run(
        [install, "--no-defaults", f"--datadir={folder}/data", "--skip-test-db",
         "--auth-root-authentication-method=normal", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M"],
        check=True, user=user or None, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    # Without a user of another host, the server would greet nobody from there.
    (folder / "init.sql").write_text("CREATE USER IF NOT EXISTS app@'%' IDENTIFIED BY 'secret';\n")
    argv = [
        program, "--no-defaults", f"--datadir={folder}/data", f"--port={port}", "--bind-address=127.0.0.1",
        f"--socket={folder}/my.sock", f"--pid-file={folder}/pid", f"--init-file={folder}/init.sql",
        "--innodb-buffer-pool-size=16M",
        "--innodb-log-file-size=4M", "--skip-log-bin", "--max-connections=10", "--max-connect-errors=2",
        "--connect-timeout=60", "--performance-schema=off",
    ]  # fmt: skip
    return argv, folder, port, user


def test_one_server_from_start_to_end(peers, kit, mariadb):
    argv, folder, port, user = mariadb
    url = f"mysql://app@127.0.0.1:{port}/app"
    waiting = kit.wait(url)
    assert kit.see(url).reason is Reason.REFUSED
    server = peers.start(argv, folder, user=user)
    code, document, _ = waiting.end()
    assert (code, document["ready"]) == (0, True)
    ready = kit.see(url, "version={matches: MariaDB}")
    assert ready.outcome is Outcome.MET and ready.words.startswith("MariaDB ")
    assert kit.see(f"mariadb://root@127.0.0.1:{port}").outcome is Outcome.MET  # who is let in
    assert kit.see("mysql+unix://root@" + f"{folder}/my.sock".replace("/", "%2F")).outcome is Outcome.MET

    full(kit, url, port)
    blocked_if_broken_off(port)
    not_blocked(port)

    server.pause()
    paused = kit.see(url, timeout_s=0.5)
    assert (paused.outcome, paused.reason) == (Outcome.UNMET, Reason.TIMEOUT)
    waiting = kit.wait(url)
    server.resume()
    assert waiting.end()[0] == 0

    waiting = kit.wait(url, "--not")
    server.kill()
    assert waiting.end()[0] == 0
    assert kit.see(url).reason is Reason.REFUSED


def full(kit, url: str, port: int) -> None:
    """A server that has no connection left says so in place of its greeting."""
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(socket.create_connection(("127.0.0.1", port), 30)).recv(4)
        found = kit.see(url)
        assert (found.outcome, found.words) == (Outcome.UNMET, "Too many connections (1040)")
    kit.see_until_met(url)


def connected_from(ip: str, port: int) -> socket.socket:
    """The server counts no errors of 127.0.0.1; it does of every other address."""
    sock = socket.socket()
    sock.settimeout(30)
    sock.bind((ip, 0))
    sock.connect(("127.0.0.1", port))
    return sock


def blocked_if_broken_off(port: int) -> None:
    """What the next one is about: a client that reads the greeting and leaves locks its host out."""
    for _ in range(4):
        with connected_from("127.0.0.3", port) as sock:
            heard = sock.recv(4096)
    assert b"is blocked because of many connection errors" in heard


def not_blocked(port: int) -> None:
    for _ in range(6):
        with connected_from("127.0.0.2", port) as sock, sock.makefile("rb") as received:
            talk = mysql.talk(parse_target("mysql://db"))
            action = next(talk)
            try:
                while True:
                    if isinstance(action, Send):
                        sock.sendall(action.data)
                        action = talk.send(b"")
                    else:
                        assert isinstance(action, Read)
                        action = talk.send(received.read(action.count))
            except StopIteration as stop:
                assert stop.value.ready, stop.value.words
