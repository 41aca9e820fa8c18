"""What is not a request gets its answer and the end of the connection, at once and whatever follows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wherry.net.h1.limits import Limits

GOOD = b"GET /good HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "data, status",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, id="whole and malformed"),
        pytest.param(b"GET /\r\n\r\n", 505, id="HTTP/0.9"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 505, id="HTTP/2 preface"),
        pytest.param(b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, id="unknown method"),
        # Heads that are not complete, and need not be:
        pytest.param(b"GET /\n", 400, id="HTTP/0.9 with a bare LF"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\n", 400, id="bare LF in a head to come"),
        pytest.param(b"\n\n\n", 400, id="bare LFs"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, id="TLS"),
        pytest.param(b"GET /" + b"a" * 300, 414, id="endless request line"),
        pytest.param(b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n", 414, id="long request line in a head to come"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: " + b"a" * 1000, 431, id="endless field"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200, 431, id="endless fields"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"b" * 1000 + b"\r\n\r\n", 431, id="long head"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 30 + b"\r\n", 431, id="many fields"),
    ],
)
@pytest.mark.parametrize("after", [b"", GOOD])
def test_refused(rig: Any, data: bytes, status: int, after: bytes) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(request_line=200, head=600, headers=20)) as served:
            client = await served.client()
            await client.send(after + data)
            if after:
                assert (await client.answer()).body == b"GET /good"
            answer = await client.answer()
            assert answer.status == status
            assert answer.header("connection") == "close"
            assert answer.header("content-type") == "text/plain; charset=utf-8"
            assert answer.body.endswith(b"\n")
            await client.send(GOOD)
            assert await client.rest() == b""
            assert served.server.stats.refused == 1
            [(message, fields)] = served.logged
            assert (message, fields["status"]) == ("request refused", status)

    rig.run(main())


def test_the_answer_arrives_while_the_client_goes_on_sending(rig: Any) -> None:
    """Closed with input unread, the kernel would reset the connection and take the answer away (RFC 9112, 9.6)."""

    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            client.writer.write(b"GET / HTTP/1.1\r\n\r\n" + b"x" * 4_000_000)
            await asyncio.sleep(0)
            assert (await client.answer()).status == 400
            assert await client.rest() == b""

    rig.run(main())


def test_two_lines_in_front_are_refused_however_they_come(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            for step in (1, 2, 3, 100):
                client = await served.client()
                data = b"\r\n\r\n" + GOOD
                for i in range(0, len(data), step):
                    client.writer.write(data[i : i + step])
                    await asyncio.sleep(0.001)
                assert (await client.answer()).status == 400

    rig.run(main())


def test_too_many_connections(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(connections=2)) as served:
            first, second = await served.client(), await served.client()
            for client in (first, second):
                assert (await client.ask(GOOD)).status == 200
            third = await served.client()
            await third.send(GOOD)
            answer = await third.answer()
            assert (answer.status, answer.body) == (503, b"too many connections\n")
            assert await third.rest() == b""
            await third.close()
            assert (await first.ask(GOOD)).status == 200
            await first.close()
            while served.server.connections > 1:
                await asyncio.sleep(0)
            fourth = await served.client()
            assert (await fourth.ask(GOOD)).status == 200

    rig.run(main())
