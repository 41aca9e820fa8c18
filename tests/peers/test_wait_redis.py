from __future__ import annotations

import socket

import pytest

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason


def tell(port: int, *commands: str) -> bytes:
    """Send commands, return the answer to the last of them."""
    with socket.create_connection(("127.0.0.1", port), 30) as sock, sock.makefile("rb") as answers:
        sock.sendall("".join(f"{command}\r\n" for command in commands).encode())
        return [answers.readline() for _ in commands][-1]


@pytest.fixture
def redis(peers, kit):
    """The command line of a Redis in a folder of its own, and its port."""
    port, folder = kit.free_port(), peers.folder()
    argv = [kit.program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    return argv, folder, port


def test_starting_paused_killed(peers, kit, redis):
    argv, folder, port = redis
    url = f"redis://127.0.0.1:{port}/3"
    waiting = kit.wait(url)
    refused = kit.see(url)
    assert (refused.outcome, refused.reason) == (Outcome.UNMET, Reason.REFUSED)
    server = peers.start(argv, folder)
    code, document, _ = waiting.end()
    assert (code, document["ready"], document["words"]) == (0, True, "PONG")

    server.pause()
    paused = kit.see(url, timeout_s=0.5)
    assert (paused.outcome, paused.reason) == (Outcome.UNMET, Reason.TIMEOUT)
    assert "while waiting for the first byte" in paused.words
    waiting = kit.wait(url)
    server.resume()
    assert waiting.end()[0] == 0

    waiting = kit.wait(url, "--not")
    server.kill()
    code, document, _ = waiting.end()
    assert (code, document["ready"]) == (0, True)
    assert kit.see(url).reason is Reason.REFUSED
    code, document, said = kit.wait(url, "-T", "3s").end()
    assert (code, document["ready"], document["reason"]) == (124, False, "refused")
    assert "connection refused" in said


def test_loading_its_data_is_not_ready(peers, kit, redis):
    argv, folder, port = redis
    url = f"redis://127.0.0.1:{port}"
    server = peers.start(argv, folder)
    kit.see_until_met(url)
    # Each key of the file takes 10 ms to load, until we say otherwise.
    tell(port, *[f"SET key{n} {'x' * 2000}" for n in range(2000)], "SAVE")
    server.kill()
    peers.start([*argv, "--key-load-delay", "10000", "--loading-process-events-interval-bytes", "1024"], folder)
    seen = kit.see_until(lambda found: found.words.startswith("LOADING"), url)
    assert seen[-1].outcome is Outcome.UNMET and seen[-1].reason is None
    waiting = kit.wait(url)
    code, document, _ = kit.wait(url, "-T", "3s").end()
    assert code == 124 and document["words"].startswith("LOADING")
    assert tell(port, "CONFIG SET key-load-delay 0") == b"+OK\r\n"
    code, document, _ = waiting.end()
    assert (code, document["words"]) == (0, "PONG")


def test_passwords(peers, kit, redis):
    argv, folder, port = redis
    peers.start([*argv, "--requirepass", "right"], folder)
    seen = kit.see_until_met(f"redis://127.0.0.1:{port}")
    assert seen[-1].words == "answers, and wants a password"
    assert kit.see(f"redis://:right@127.0.0.1:{port}/2").words == "PONG"
    wrong = kit.see(f"redis://:wrong@127.0.0.1:{port}")
    assert wrong.outcome is Outcome.UNMET and wrong.words.startswith("refuses the password: WRONGPASS")
    beyond = kit.see(f"redis://:right@127.0.0.1:{port}/99")
    assert (beyond.outcome, beyond.words) == (Outcome.UNMET, "database 99: ERR DB index is out of range")


def test_a_replica_without_its_primary_is_not_ready(peers, kit, redis):
    argv, folder, port = redis
    primary = ["--replicaof", f"127.0.0.1 {kit.free_port()}", "--replica-serve-stale-data", "no"]
    peers.start([*argv, *primary], folder)
    seen = kit.see_until(lambda found: found.words.startswith("MASTERDOWN"), f"redis://127.0.0.1:{port}")
    assert seen[-1].outcome is Outcome.UNMET
