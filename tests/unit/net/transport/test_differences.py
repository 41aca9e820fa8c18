"""Where our transport is meant to differ from httpx's own; each row has both outcomes, so that none is forgotten.

Differences that no row shows: "connect" bounds all of opening a connection, where httpx gives each of its steps as
much; "read" bounds the wait for a whole head and not for each piece of it, so that a server cannot make it last for
ever. An idempotent request on a connection that the server has just closed is sent once more (RFC 9112 section 9.3.1),
where httpx fails. SOCKS proxies, the extensions ``trace`` and ``sni_hostname``, and a stream to read from after 101 or
CONNECT are not there: nobody here uses them. `wherry.net.transport.engine` uses a trace of ours.
"""

from __future__ import annotations

import asyncio

import h11
import httpx
import pytest

LONG_HEAD = b"HTTP/1.1 200 OK\r\nX-A: %s\r\nContent-Length: 0\r\n\r\n"


async def shorter():
    yield b"x"


async def post_short(c, url):
    """httpx lets the exception of its parser through, which is none of httpx's."""
    await c.post(url, content=shorter(), headers={"Content-Length": "3"})


async def get(c, url):
    return (await c.get(url)).status_code


async def upgrade(c, url):
    """We speak no other protocol than HTTP: nobody would read what follows."""
    return (await c.get(url, headers={"Connection": "upgrade", "Upgrade": "x"})).status_code


async def control_character(c, url):
    """httpx sends what RFC 9110 section 5.5 forbids."""
    return (await c.get(url, headers={"X-A": "a\x01b"})).status_code


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ROWS = [
    pytest.param(OK, post_short, h11.LocalProtocolError, httpx.LocalProtocolError, id="a body that is too short"),
    pytest.param(OK, control_character, 200, httpx.LocalProtocolError, id="a control character in a field"),
    pytest.param(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", upgrade, 101, httpx.RemoteProtocolError, id="101"
    ),
    # h11 stops at 100 kB; servers of large cookies and policies send more, and we take up to 256 KiB.
    pytest.param(LONG_HEAD % (b"x" * 150_000), get, httpx.RemoteProtocolError, 200, id="a head of 150 kB"),
    # RFC 9112 section 6.3: whoever believes either of them is smuggled something. h11 takes the chunks.
    pytest.param(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        get,
        200,
        httpx.RemoteProtocolError,
        id="a length and chunks",
    ),
]


@pytest.mark.parametrize(("data", "ask", "theirs", "ours"), ROWS)
def test_differences(run, serve, client, transport, says, data, ask, theirs, ours):
    expected = theirs if transport.name == "httpx" else ours

    async def main():
        async with serve(says(data)) as port, client() as c:
            return await ask(c, f"http://127.0.0.1:{port}/")

    if isinstance(expected, int):
        assert run(main()) == expected
    else:
        with pytest.raises(expected) as caught:
            run(main())
        assert type(caught.value) is expected


# What httpx's transport cannot do at all.


def test_a_body_is_sent_while_its_response_is_read(run, serve, our_client):
    """We read while we send, so that servers may answer before they have heard everything. httpx sends first, and waits
    for a server that waits for it.
    """

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
        heard.set()
        while b"0\r\n\r\n" not in await reader.read(1000):
            pass
        writer.write(b"end")

    async def pieces():
        yield b"a"
        await heard.wait()
        yield b"b"

    async def main():
        nonlocal heard
        heard = asyncio.Event()
        async with serve(handle) as port, our_client() as c:
            return (await c.post(f"http://127.0.0.1:{port}/", content=pieces())).text

    heard = None
    assert run(main()) == "end"


def test_early_refusals_end_the_sending(run, serve, our_client):
    """A server that has heard enough need not hear the rest; httpx would send on for ever."""

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        while await reader.read(65536):
            pass

    async def endless():
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0)

    async def main():
        async with serve(handle) as port, our_client() as c:
            return (await c.post(f"http://127.0.0.1:{port}/", content=endless())).status_code

    assert run(main()) == 413


def test_cancelled_wherever_it_may_be(run, serve, our_client, says):
    """After whatever number of steps of the loop: httpx's pool loses the place of some, and stands still."""
    server = says(OK)

    async def main():
        async with serve(server) as port, our_client(limits=httpx.Limits(max_connections=2)) as c:
            url = f"http://127.0.0.1:{port}/"
            for steps in range(60):
                tasks = [asyncio.ensure_future(c.get(url)) for _ in range(4)]
                for _ in range(steps):
                    await asyncio.sleep(0)
                for task in tasks[:3]:
                    task.cancel()
                found = await asyncio.gather(*tasks, return_exceptions=True)
                assert getattr(found[3], "status_code", found[3]) == 200

    run(main())
