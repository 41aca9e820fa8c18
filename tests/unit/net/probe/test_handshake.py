from __future__ import annotations

import asyncio
import socket
import ssl
import struct

import pytest
import trustme

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason

STARTING = b"E\0\0\0\x37SFATAL\0VFATAL\0C57P03\0Mthe system is starting up\0L24\0\0"
GREETING = b"\x14\0\0\0\x0a5.5.5-10.6-MariaDB\0"
START = b"\1\0\0\0\0\0\x12\0\x0a\0\x0a\0\x09" + bytes(12) + b"\xce"
VERSIONS = b"\0\0\0\x10\0\0\0\1\0\0\0\0\0\1\0\3\0\0\0\4"
METADATA = b"\0\0\0\x15\0\0\0\2\0\0\0\1\0\0\0\1\0\1k\0\0\x23\x84\xff\xff"
HELLO = b"\x08secondary\0\1\x01ok\0\0\0\0\0\0\0\xf0\x3f"
MESSAGE = struct.pack("<4iIBi", 26 + len(HELLO), 9, 1, 2013, 0, 0, len(HELLO) + 5) + HELLO + b"\0"
HTTP = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"


def says(data: bytes, *, piece: int = 1 << 20, waits: bool = True):
    """A server that says ``data`` once it was spoken to, in pieces, and then keeps still until the client leaves."""

    async def handler(reader, writer):
        writer.transport.set_write_buffer_limits(0)
        if waits:
            await reader.read(1)
        for at in range(0, len(data), piece):
            writer.write(data[at : at + piece])
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    return handler


@pytest.mark.parametrize("piece", [pytest.param(1 << 20, id="at once"), pytest.param(1, id="byte by byte")])
@pytest.mark.parametrize(
    "url, data, outcome, words",
    [
        pytest.param("redis://{}", b"+PONG\r\n", Outcome.MET, "PONG", id="redis"),
        pytest.param("postgres://{}", STARTING, Outcome.UNMET, "the system is starting up", id="postgres"),
        pytest.param(
            "postgres://{}",
            b"Ecould not fork new process\n\0",
            Outcome.UNMET,
            "could not fork new process",
            id="postgres without a process for us",
        ),
        pytest.param("mysql://{}", GREETING + b"\x07\0\0\2\0\0\0\2\0\0\0", Outcome.MET, "MariaDB 10.6", id="mysql"),
        pytest.param("amqp://{}", START, Outcome.MET, "an AMQP server", id="amqp"),
        pytest.param("kafka://{}", VERSIONS + METADATA, Outcome.MET, "1 broker", id="kafka"),
        pytest.param("mongodb://{}", MESSAGE, Outcome.MET, "secondary", id="mongodb"),
    ],
)
def test_pieces_do_not_matter(look_at, served, url, data, outcome, words, piece):
    async def scenario():
        async with served(says(data, piece=piece, waits="mysql" not in url)) as port:
            return await look_at(url.format(f"127.0.0.1:{port}"))

    found = asyncio.run(scenario())
    assert (found.outcome, found.words, found.reason) == (outcome, words, None)
    assert (found.facts["words"], found.facts["ip"]) == (words, "127.0.0.1")
    assert found.facts["time"] >= sum(found.facts["phases"].values()) > 0


@pytest.mark.parametrize(
    "url, who",
    [
        pytest.param("redis://{}", "a Redis server", id="redis"),
        pytest.param("postgres://{}", "a PostgreSQL server", id="postgres"),
        pytest.param("postgres://{}?sslmode=require", "a PostgreSQL server", id="postgres tls"),
        pytest.param("amqp://{}", "an AMQP server", id="amqp"),
        pytest.param("kafka://{}", "a Kafka broker", id="kafka"),
        pytest.param("mongodb://{}", "a MongoDB server", id="mongodb"),
    ],
)
def test_a_server_of_another_kind(look_at, served, url, who):
    async def scenario():
        async with served(says(HTTP)) as port:
            return await look_at(url.format(f"127.0.0.1:{port}"))

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
    shown = HTTP[:26].decode().replace("\r\n", "\\r\\n")
    assert found.words.startswith(f"not {who}: it answered '{shown}")


def test_ssh_is_not_mysql(look_at, served):
    async def scenario():
        async with served(says(b"SSH-2.0-OpenSSH_9.9\r\n", waits=False)) as port:
            return await look_at(f"mysql://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert found.words == "not a MySQL or MariaDB server: it answered 'SSH-2.0-OpenSSH_9.9\\r\\n'"


KINDS = ["redis", "postgres", "mysql", "amqp", "kafka", "mongodb"]


@pytest.mark.parametrize("kind", KINDS)
def test_refused(look_at, free_port, kind):
    found = asyncio.run(look_at(f"{kind}://127.0.0.1:{free_port}"))
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.REFUSED)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_without_a_word(look_at, served, kind):
    async def handler(reader, writer):
        writer.write_eof()
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"{kind}://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.CLOSED)
    assert found.words == "the server closed the connection without a word"


def test_closed_in_the_middle(look_at, served):
    async def handler(reader, writer):
        await reader.read(1)
        writer.write(b"E\0\0\0\x37SFA")
        writer.write_eof()
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"postgres://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.CLOSED)
    assert found.words == "the server closed the connection in the middle of a message: it answered 'SFA'"


@pytest.mark.parametrize("kind", KINDS)
def test_reset(look_at, served, kind):
    async def handler(reader, writer):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if kind != "mysql":
            await reader.read(1)

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"{kind}://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.RESET)


def test_kafka_that_hangs_up_at_metadata_wants_a_login(look_at, served):
    async def handler(reader, writer):
        await reader.readexactly(20)
        writer.write(VERSIONS)
        await reader.readexactly(23)

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"kafka://127.0.0.1:{port}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.words) == (Outcome.MET, "answers, and wants a log-in")


def test_redis_over_a_unix_socket(look_at, served, tmp_path):
    path = str(tmp_path / "r.sock")

    async def scenario():
        async with served(says(b"+PONG\r\n"), path=path):
            return await look_at("redis+unix://" + path.replace("/", "%2F"))

    found = asyncio.run(scenario())
    assert (found.outcome, found.words, "ip" in found.facts) == (Outcome.MET, "PONG", False)


def test_conditions_come_on_top(look_at, served):
    async def hangs_up(reader, writer):
        writer.write(GREETING)
        await reader.read(4)

    async def run():
        async with served(hangs_up) as port:
            url = f"mysql://127.0.0.1:{port}"
            return [
                await look_at(url, f"version={{contains: {text}}}", "words={contains: '10.6'}")
                for text in ("MariaDB", "MySQL")
            ]

    met, unmet = asyncio.run(run())
    assert met.outcome is Outcome.MET
    assert unmet.outcome is Outcome.UNMET and unmet.words.startswith("version: expected")


def test_a_condition_does_not_make_a_server_ready(look_at, served):
    async def scenario():
        async with served(says(b"-LOADING Redis is loading\r\n")) as port:
            return await look_at(f"redis://127.0.0.1:{port}", "words={contains: LOADING}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.words) == (Outcome.UNMET, "LOADING Redis is loading")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for 127.0.0.1, one for another host, and the authority's file."""
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))

    def context(name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(name).configure_cert(made)
        return made

    return context, str(path)


def test_redis_over_tls(look_at, served, authority):
    context, ca = authority

    async def scenario():
        async with served(says(b"+PONG\r\n"), tls=context("127.0.0.1")) as port:
            met = await look_at(f"rediss://127.0.0.1:{port}", cacert=ca)
            return met, await look_at(f"rediss://127.0.0.1:{port}"), await look_at(f"redis://127.0.0.1:{port}")

    met, unknown, plain = asyncio.run(scenario())
    assert (met.outcome, met.words) == (Outcome.MET, "PONG")
    assert (unknown.outcome, unknown.reason) == (Outcome.UNMET, Reason.TLS)
    assert plain.outcome is Outcome.UNMET and plain.reason in (Reason.PROTOCOL, Reason.CLOSED, Reason.RESET)


def postgres_with_tls(context: ssl.SSLContext):
    async def handler(reader, writer):
        assert (await reader.readexactly(8))[4:] == bytes.fromhex("04d2162f")
        writer.write(b"S")
        await writer.start_tls(context)
        size = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(size - 4)
        writer.write(b"R\0\0\0\x0c\0\0\0\5salt")
        await reader.read()

    return handler


@pytest.mark.parametrize(
    "mode, name, trusted, outcome, words",
    [
        pytest.param("prefer", "other", False, Outcome.MET, "accepts connections, and wants", id="prefer"),
        pytest.param("require", "other", False, Outcome.MET, "accepts connections, and wants", id="require"),
        pytest.param("verify-ca", "other", True, Outcome.MET, "accepts connections, and wants", id="verify-ca"),
        pytest.param("verify-ca", "127.0.0.1", False, Outcome.UNMET, "issuer", id="verify-ca, unknown issuer"),
        pytest.param("verify-full", "127.0.0.1", True, Outcome.MET, "accepts connections", id="verify-full"),
        pytest.param("verify-full", "other", True, Outcome.UNMET, "not for 127.0.0.1", id="verify-full, another name"),
    ],
)
def test_postgres_encryption(look_at, served, authority, mode, name, trusted, outcome, words):
    context, ca = authority

    async def scenario():
        async with served(postgres_with_tls(context(name))) as port:
            url = f"postgres://127.0.0.1:{port}?sslmode={mode}"
            return await look_at(url, **({"cacert": ca} if trusted else {}))

    found = asyncio.run(scenario())
    assert found.outcome is outcome and words in found.words
    assert found.reason is (None if outcome is Outcome.MET else Reason.TLS)


def test_postgres_that_breaks_the_encryption_off(look_at, served):
    async def handler(reader, writer):
        await reader.readexactly(8)
        writer.write(b"S")
        await reader.read(1)
        writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"postgres://127.0.0.1:{port}?sslmode=require")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS)


def test_bytes_before_the_encryption_are_an_attack(look_at, served):
    async def handler(reader, writer):
        await reader.readexactly(8)
        writer.write(b"SR\0\0\0\x08\0\0\0\0")
        await reader.read()

    async def scenario():
        async with served(handler) as port:
            return await look_at(f"postgres://127.0.0.1:{port}?sslmode=require")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
    assert found.words == "the server sent data before the TLS handshake"
