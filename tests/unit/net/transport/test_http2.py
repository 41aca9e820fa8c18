"""HTTP/2 by ALPN, over httpx's transport and over ours; then what only ours does."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.settings import SettingCodes
from http2_peer import Connection, Http2Peer, echo


@pytest.fixture
def tls(certificates):
    context = certificates.server.server()
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def pieces(*given):
    for piece in given:
        await asyncio.sleep(0)
        yield piece


BODY = b"0123456789" * 30_000


@pytest.mark.parametrize(
    ("method", "content", "expected"),
    [
        pytest.param("GET", None, b"", id="none"),
        pytest.param("POST", b"abc", b"abc", id="bytes"),
        pytest.param("POST", BODY, BODY, id="many bytes"),
        pytest.param("PUT", (b"ab", b"", b"c"), b"abc", id="pieces"),
        pytest.param("PUT", (BODY, BODY), BODY * 2, id="large pieces"),
        pytest.param("PUT", (), b"", id="no pieces"),
    ],
)
def test_bodies(run, serve, client, tls, method, content, expected):
    peer = Http2Peer(echo)

    async def main():
        async with serve(peer, tls) as port, client(http2=True) as c:
            body = pieces(*content) if isinstance(content, tuple) else content
            return port, await c.request(method, f"https://localhost:{port}/x?y", content=body)

    port, r = run(main())
    assert (r.status_code, r.http_version, r.reason_phrase, r.content) == (200, "HTTP/2", "OK", b"/x?y " + expected)
    headers = peer.requests[0].headers
    assert (headers[":method"], headers[":authority"]) == (method, f"localhost:{port}")
    assert not {"host", "connection", "transfer-encoding"} & headers.keys()


def test_head_and_statuses_without_a_body(run, serve, client, tls):
    def answer(connection, request):
        connection.respond(request, status=int(request.headers[":path"][1:]), headers=[("x-a", "1")])

    async def main():
        async with serve(Http2Peer(answer), tls) as port, client(http2=True) as c:
            return [
                await c.request(method, f"https://localhost:{port}/{status}")
                for method, status in [("HEAD", 200), ("GET", 204), ("GET", 304), ("GET", 404)]
            ]

    found = run(main())
    assert [(r.status_code, r.content, r.headers["x-a"]) for r in found] == [
        (200, b"", "1"),
        (204, b"", "1"),
        (304, b"", "1"),
        (404, b"", "1"),
    ]


def test_many_tasks_on_one_connection(run, serve, client, tls):
    peer = Http2Peer(echo)

    async def main():
        async with serve(peer, tls) as port, client(http2=True) as c:
            found = await asyncio.gather(*[c.get(f"https://localhost:{port}/{n}") for n in range(60)])
            return [r.text for r in found]

    assert run(main()) == [f"/{n} " for n in range(60)]
    assert peer.connections == 1


def test_a_stream_that_is_let_go_leaves_the_others(run, serve, client, tls):
    def answer(connection, request):
        connection.respond(request, b"x" * 3_000_000 if request.headers[":path"] == "/large" else b"ok")

    peer = Http2Peer(answer)

    async def main():
        async with serve(peer, tls) as port, client(http2=True) as c:
            async with c.stream("GET", f"https://localhost:{port}/large") as r:
                async for piece in r.aiter_raw():
                    assert piece
                    break
            return [(await c.get(f"https://localhost:{port}/x")).text for _ in range(3)]

    assert run(main()) == ["ok"] * 3
    assert peer.connections == 1


def test_a_stream_that_is_reset(run, serve, client, tls):
    def answer(connection, request):
        if request.headers[":path"] == "/bad":
            connection.h2.reset_stream(request.id, 2)
        else:
            connection.respond(request, b"ok")

    peer = Http2Peer(answer)

    async def main():
        async with serve(peer, tls) as port, client(http2=True) as c:
            with pytest.raises(httpx.RemoteProtocolError):
                await c.get(f"https://localhost:{port}/bad")
            return (await c.get(f"https://localhost:{port}/x")).text

    assert run(main()) == "ok"
    assert peer.connections == 1


def test_read_timeout(run, serve, client, tls):
    async def main():
        peer = Http2Peer(lambda *_: None)
        async with serve(peer, tls) as port, client(http2=True, timeout=httpx.Timeout(None, read=0.05)) as c:
            with pytest.raises(httpx.ReadTimeout):
                await c.get(f"https://localhost:{port}/")

    run(main())


# httpx's transport does not do these.


@pytest.mark.parametrize("most", [1, 5])
def test_no_more_streams_than_the_server_allows(run, serve, our_client, tls, most):
    """httpx sends more before it has heard how many there may be, and fails."""
    peer = Http2Peer(echo, most=most)

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True) as c:
            found = await asyncio.gather(*[c.get(f"https://localhost:{port}/{n}") for n in range(60)])
            return [r.text for r in found]

    assert run(main()) == [f"/{n} " for n in range(60)]
    assert peer.connections == 1
    assert peer.busiest <= most


def test_a_request_that_was_not_looked_at_is_sent_again(run, serve, our_client, tls):
    """RFC 9113 section 8.7: after GOAWAY and REFUSED_STREAM, whatever the method. httpx fails."""

    def answer(connection, request):
        if len(peer.requests) == 2:
            connection.h2.reset_stream(request.id, 7)
        elif len(peer.requests) == 4:
            connection.h2.close_connection(0, last_stream_id=request.id - 2)
        else:
            connection.respond(request, request.headers[":path"].encode())

    peer = Http2Peer(answer)

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True) as c:
            return [(await c.post(f"https://localhost:{port}/{n}")).text for n in range(4)]

    assert run(main()) == ["/0", "/1", "/2", "/3"]
    assert peer.connections == 2


@pytest.mark.parametrize("size", [2, 4], ids=["too short", "too long"])
def test_a_body_of_another_length_than_announced(run, serve, our_client, tls, size):
    peer = Http2Peer(echo)

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True) as c:
            url, headers = f"https://localhost:{port}/", {"Content-Length": "3"}
            with pytest.raises(httpx.LocalProtocolError):
                await c.post(url, content=pieces(b"x" * size), headers=headers)
            return (await c.get(url)).status_code

    assert run(main()) == 200
    assert peer.connections == 1


def test_a_refusal_ends_the_sending(run, serve, our_client, tls):
    async def endless():
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0)

    def begun(connection, request):
        connection.respond(request, b"no", status=413)

    peer = Http2Peer(echo)
    peer.begun = begun

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True) as c:
            url = f"https://localhost:{port}/"
            refused = await c.post(url, content=endless())
            peer.begun = None
            return refused.status_code, refused.text, (await c.get(url)).status_code

    assert run(main()) == (413, "no", 200)
    assert peer.connections == 1


def test_a_time_out_costs_the_others_nothing(run, serve, our_client, tls):
    """httpx takes the time-out of one for the end of the connection."""

    def answer(connection, request):
        if request.headers[":path"] == "/slow":
            slow.append((connection, request))
        elif request.headers[":path"] == "/x":
            connection.respond(request, b"ok")

    slow = []
    peer = Http2Peer(answer)

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True, timeout=None) as c:
            url = f"https://localhost:{port}"
            waiting = asyncio.ensure_future(c.get(f"{url}/slow"))
            await peer.until(lambda: slow)
            with pytest.raises(httpx.ReadTimeout):
                await c.get(f"{url}/never", timeout=0.05)
            connection, request = slow[0]
            connection.respond(request, b"late")
            connection.flush()
            return (await waiting).text, (await c.get(f"{url}/x")).text

    assert run(main()) == ("late", "ok")
    assert peer.connections == 1


@pytest.mark.parametrize(
    ("limits", "connections"),
    [
        pytest.param({}, 1, id="kept"),
        pytest.param({"max_keepalive_connections": 0}, 3, id="none kept"),
        pytest.param({"keepalive_expiry": 0.0}, 3, id="none kept for any time"),
    ],
)
def test_keeping(run, serve, our_client, tls, limits, connections):
    peer = Http2Peer(echo)

    async def main():
        async with serve(peer, tls) as port, our_client(http2=True, limits=httpx.Limits(**limits)) as c:
            for _ in range(3):
                assert (await c.get(f"https://localhost:{port}/")).status_code == 200
                await asyncio.sleep(0.01)  # what expires at once needs the loop to turn

    run(main())
    assert peer.connections == connections


def test_an_idle_session_gives_its_place_to_another_origin(run, serve, our_client, tls, says):
    other = says(b"HTTP/1.1 204 No Content\r\n\r\n")
    peer = Http2Peer(echo)

    async def main():
        one = httpx.Limits(max_connections=1)
        async with serve(peer, tls) as port, serve(other) as plain, our_client(http2=True, limits=one) as c:
            urls = [f"https://localhost:{port}/", f"http://127.0.0.1:{plain}/"] * 2
            return [(await c.get(url)).status_code for url in urls]

    assert run(main()) == [200, 204, 200, 204]
    assert (peer.connections, other.connections) == (2, 2)


def test_cancelled_wherever_it_may_be(run, serve, our_client, tls):
    peer = Http2Peer(echo, most=2)

    async def main():
        one = httpx.Limits(max_connections=1)
        async with serve(peer, tls) as port, our_client(http2=True, limits=one, timeout=5) as c:
            for steps in range(60):
                tasks = [asyncio.ensure_future(c.get(f"https://localhost:{port}/{n}")) for n in range(5)]
                for _ in range(steps):
                    await asyncio.sleep(0)
                for task in tasks[:4]:
                    task.cancel()
                found = await asyncio.gather(*tasks, return_exceptions=True)
                assert getattr(found[4], "text", found[4]) == "/4 "

    run(main())
    assert peer.busiest <= 2


def test_closing_with_requests_under_way(run, serve, our_client, tls):
    def answer(connection, request):
        if request.headers[":path"] == "/half":
            connection.h2.send_headers(request.id, [(":status", "200")])
            connection.h2.send_data(request.id, b"half")

    peer = Http2Peer(answer)

    async def main():
        async with serve(peer, tls) as port:
            c = our_client(http2=True, timeout=None)
            tasks = [asyncio.ensure_future(c.get(f"https://localhost:{port}/{what}")) for what in ("half", "none")]
            await peer.until(lambda: len(peer.requests) == 2)
            await c.aclose()
            return await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(found) for found in run(main())] == [httpx.ReadError] * 2


def test_a_dial_that_fails_is_nobody_elses_verdict(run, our_client):
    """Of many requests to an origin that is not there, each says so itself."""

    async def main():
        async with our_client(http2=True) as c:
            return await asyncio.gather(*[c.get("https://127.0.0.1:1/") for _ in range(20)], return_exceptions=True)

    assert [type(found) for found in run(main())] == [httpx.ConnectError] * 20


@pytest.mark.parametrize("limits", [{}, {"max_keepalive_connections": 0}], ids=["kept", "not kept"])
def test_a_server_that_speaks_first(run, serve, our_client, tls, limits):
    """Its settings are there before the first request is: the connection is not taken for an idle one."""

    class Eager(Http2Peer):
        async def __call__(self, reader, writer):
            settings = H2Connection(H2Configuration(client_side=False))
            settings.initiate_connection()
            writer.write(settings.data_to_send())
            await writer.drain()
            await super().__call__(reader, writer)

    async def main():
        async with serve(Eager(echo), tls) as port, our_client(http2=True, limits=httpx.Limits(**limits)) as c:
            return [(await c.get(f"https://localhost:{port}/{n}")).text for n in range(3)]

    assert run(main()) == ["/0 ", "/1 ", "/2 "]


def test_a_server_that_allows_nothing_at_first(run, serve, our_client, tls):
    class Late(Http2Peer):
        async def __call__(self, reader, writer):
            self.most = 0
            connection = Connection(self, writer)
            connection.begin()
            for most in (0, 0, 2):
                connection.receive(await reader.read(65536))
                connection.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: most})
                connection.flush()
            while data := await reader.read(65536):
                connection.receive(data)

    async def main():
        async with serve(Late(echo), tls) as port, our_client(http2=True) as c:
            found = await asyncio.gather(*[c.get(f"https://localhost:{port}/{n}") for n in range(6)])
            return [r.text for r in found]

    assert run(main()) == [f"/{n} " for n in range(6)]


def test_a_server_that_closes_after_the_handshake(run, serve, our_client, tls):
    async def handle(reader, writer):
        pass

    async def main():
        async with serve(handle, tls) as port, our_client(http2=True, limits=httpx.Limits(max_connections=1)) as c:
            found = [c.get(f"https://localhost:{port}/") for _ in range(5)]
            return await asyncio.gather(*found, return_exceptions=True)

    assert {type(found) for found in run(main())} <= {httpx.RemoteProtocolError, httpx.ReadError}
