"""Names are looked up once, and of several addresses one is taken that answers."""

from __future__ import annotations

import asyncio
import socket

import pytest

from wherry.commands.load.engine.addressing import look_up
from wherry.commands.load.targets.prepared import Origin
from wherry.core.network import NetworkSettings, Resolve
from wherry.net.failure import NetFailure, Reason
from wherry.net.network import Network
from wherry.net.proxies import Proxy


def looked_up(*origins, resolve=()):
    async def main():
        return await look_up(Network(NetworkSettings(resolve=tuple(resolve)), {}), origins, 20.0)

    return asyncio.run(main())


@pytest.fixture
def listening():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_what_is_no_name_needs_no_looking_up():
    assert looked_up(Origin(False, "127.0.0.1", 80), Origin(True, "::1", 443)) == {}
    assert looked_up(Origin(False, "localhost", 80, "/run/socket")) == {}


def test_the_first_address_that_answers_is_taken_for_all(listening):
    names = [Resolve("service.test", None, ip) for ip in ("127.0.0.9", "127.0.0.1")]
    assert looked_up(Origin(False, "service.test", listening), resolve=names) == {"service.test": ["127.0.0.1"]}


def test_where_none_answers_all_are_left_to_be_tried(closed_port):
    names = [Resolve("service.test", None, ip) for ip in ("127.0.0.9", "127.0.0.1")]
    port = int(closed_port.partition(":")[2])
    assert looked_up(Origin(False, "service.test", port), resolve=names) == {"service.test": ["127.0.0.9", "127.0.0.1"]}


def test_one_address_is_not_tried():
    name = Resolve("service.test", None, "127.0.0.1")
    assert looked_up(Origin(False, "service.test", 1), resolve=[name]) == {"service.test": ["127.0.0.1"]}


def test_with_a_proxy_its_name_is_looked_up(listening):
    names = [Resolve("proxy.test", None, "127.0.0.1")]
    origin = Origin(True, "service.test", 443, None, Proxy("proxy.test", listening, False))
    assert looked_up(origin, resolve=names) == {"proxy.test": ["127.0.0.1"]}


def test_a_name_without_address():
    with pytest.raises(NetFailure) as raised:
        looked_up(Origin(False, "no-such-host.invalid", 80))
    assert raised.value.reason is Reason.DNS
