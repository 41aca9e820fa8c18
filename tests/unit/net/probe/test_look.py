"""Whatever a target says and a server sends, a look is a value: never a traceback."""

from __future__ import annotations

import asyncio
import importlib

import pytest

from wherry.core.outcome import Outcome
from wherry.core.target import Kind
from wherry.errors import UsageError
from wherry.net.failure import Reason
from wherry.net.probe.look import MODULES

ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
# An argument that is not UTF-8 reaches us with such characters in it.
BYTE = "\udcff"


def test_every_kind_has_its_file():
    assert set(MODULES) == set(Kind)
    for module in MODULES.values():
        assert asyncio.iscoroutinefunction(importlib.import_module(module).probe)


@pytest.mark.parametrize(
    "url",
    [
        f"tls://{{}}?servername={BYTE}",
        "tls://{}?servername=a..b",
        "tls://{}?servername=.",
        "tls://{}",
        f"grpc://{{}}/{BYTE}",
        "grpcs://{}/x",
        f"http://{{}}/{BYTE}?{BYTE}",
        f"http://u{BYTE}:p{BYTE}@{{}}/",
        "https://{}/",
        f"postgres://u{BYTE}@{{}}/{BYTE}",
        "postgres://{}?sslmode=require",
        f"redis://u{BYTE}:p{BYTE}@{{}}/1",
        "rediss://{}",
        f"mysql://u{BYTE}@{{}}",
        "amqps://{}",
        "kafka://{}",
        "mongodb://{}?tls=true",
        "dns://a.b?type=TXT&server={}",
        f"dns://{BYTE}?type=TXT&server={{}}",
        f"tcp://{BYTE}:80",
        "tcp://xn--:80",
        f"dns://{'é' * 60}",
        "unix:" + "x" * 300,
        f"unix:{BYTE}",
        "file:" + "x" * 5000,
        f"file:{BYTE}/x",
        f"exec:{BYTE}",
    ],
)
def test_odd_targets_and_a_server_of_tls(look_at, served, url):
    async def handler(reader, writer):
        writer.write(ALERT)
        writer.write_eof()
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(url.replace("{}", f"127.0.0.1:{port}"))

    try:
        found = asyncio.run(scenario())
    except UsageError:
        return  # refused before anything was looked at, which is as good
    assert found.outcome is not Outcome.MET
    assert found.words and "\n" not in found.words


def test_plain_words_for_a_port_that_speaks_tls(look_at, served):
    async def handler(reader, writer):
        await reader.read(1)
        writer.write(ALERT)
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"redis://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.words, found.reason) == ("not a Redis server: it answered in TLS", Reason.PROTOCOL)
