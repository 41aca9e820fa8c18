from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason

SERVER = Path(__file__).parent / "health_server.py"


@pytest.fixture
def start(peers, kit):
    pytest.importorskip("grpc")
    port = kit.free_port()

    def run(delay_s: float = 0.0, service: str = "health"):
        argv = [sys.executable, str(SERVER), str(port), str(delay_s), service]
        return peers.start(argv, peers.folder(), stdin=subprocess.PIPE)

    return run, port


def tell(server, line: str) -> None:
    server.process.stdin.write(f"{line}\n".encode())
    server.process.stdin.flush()


def test_starting_serving_paused_killed(kit, start):
    run, port = start
    url, service = f"grpc://127.0.0.1:{port}", f"grpc://127.0.0.1:{port}/shop.Orders"
    waiting = kit.wait(service)
    assert kit.see(url).reason is Reason.REFUSED
    server = run()
    seen = kit.see_until(lambda found: found.reason is None, url)
    assert (seen[-1].outcome, seen[-1].words) == (Outcome.UNMET, "NOT_SERVING")
    unknown = kit.see(service)
    assert unknown.outcome is Outcome.UNMET
    assert unknown.words == "does not know the service shop.Orders (NOT_FOUND): unknown service: shop.Orders (é)"
    code, document, _ = kit.wait(url, "-T", "500ms").end()
    assert (code, document["words"]) == (124, "NOT_SERVING")

    tell(server, " SERVING")
    assert kit.see_until_met(url)[-1].words == "SERVING"
    assert waiting.process.poll() is None
    tell(server, "shop.Orders SERVING")
    code, document, _ = waiting.end()
    assert (code, document["words"]) == (0, "SERVING")

    server.pause()
    paused = kit.see(url, timeout_s=0.5)
    assert (paused.outcome, paused.reason) == (Outcome.UNMET, Reason.TIMEOUT)
    waiting = kit.wait(url)
    server.resume()
    assert waiting.end()[0] == 0

    waiting = kit.wait(url, "--not")
    tell(server, " NOT_SERVING")
    assert waiting.end()[0] == 0
    server.kill()
    assert kit.see(url).reason is Reason.REFUSED


def test_no_health_service(kit, start):
    run, port = start
    run(service="none")
    seen = kit.see_until(lambda found: found.reason is None, f"grpc://127.0.0.1:{port}")
    assert seen[-1].outcome is Outcome.UNMET
    assert seen[-1].words == "has no health service (UNIMPLEMENTED): Method not found!"


def test_a_port_of_another_protocol(kit, start):
    run, port = start
    run()
    kit.see_until(lambda found: found.reason is None, f"grpc://127.0.0.1:{port}")
    found = kit.see(f"redis://127.0.0.1:{port}")
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
