from __future__ import annotations

import pytest

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason


@pytest.fixture
def rabbitmq(peers, kit):
    """How to start a RabbitMQ, and its port. It gets a port mapper of its own, else it would leave one running."""
    program = kit.program("/usr/lib/rabbitmq/bin/rabbitmq-server")
    user = kit.user("rabbitmq")
    folder, port, mapper = peers.folder(user), kit.free_port(), kit.free_port()
    peers.start([kit.program("epmd"), "-port", str(mapper), "-address", "127.0.0.1"], folder, user=user)
    (folder / "none.conf").touch()
    (folder / "enabled_plugins").write_text("[].\n")
    environ = {
        "HOME": str(folder), "ERL_EPMD_PORT": str(mapper), "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "wherry@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(kit.free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"), "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_CONFIG_FILE": str(folder / "none.conf"), "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"), "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }  # fmt: skip
    return lambda: peers.start([program], folder, user=user, environ=environ), port


def test_starting_paused_killed(kit, rabbitmq):
    start, port = rabbitmq
    url = f"amqp://127.0.0.1:{port}"
    waiting = kit.wait(url)
    assert kit.see(url).reason is Reason.REFUSED
    server = start()
    seen = kit.see_until_met(url)
    assert {one.reason for one in seen[:-1]} <= {Reason.REFUSED, Reason.CLOSED, Reason.RESET, Reason.TIMEOUT}
    assert seen[-1].words.startswith("RabbitMQ ")
    assert kit.see(url, "version={matches: '^[0-9]+[.]'}").outcome is Outcome.MET
    code, document, _ = waiting.end()
    assert (code, document["ready"]) == (0, True)

    wrong = kit.see(f"redis://127.0.0.1:{port}")
    assert (wrong.outcome, wrong.reason) == (Outcome.UNMET, Reason.PROTOCOL)
    assert wrong.words.startswith("not a Redis server: it answered 'AMQP")

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
