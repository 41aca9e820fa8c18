"""Proxies, Unix sockets and TLS, over httpx's transport and over ours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest


class Proxy:
    """A proxy that opens tunnels, and answers what it would forward itself; ``heads`` are what it was asked."""

    def __init__(self, *, refuses=None):
        self.heads = []
        self.refuses = refuses

    async def __call__(self, reader, writer):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            if self.refuses:
                writer.write(self.refuses)
                await writer.drain()
                return
            if not head.startswith("CONNECT "):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
                continue
            port = int(head.split()[1].rpartition(":")[2])
            there, here = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(copy(reader, here))
                    both.create_task(copy(there, writer))
            finally:
                here.close()
            return


async def copy(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("credentials", "authorization"),
    [
        pytest.param("", None, id="open"),
        pytest.param("user:pass%21@", "Basic dXNlcjpwYXNzIQ==", id="with credentials"),
    ],
)
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_proxies(run, serve, client, echo, certificates, credentials, authorization, tls):
    proxy = Proxy()

    async def main():
        context = certificates.server.server() if tls else None
        async with serve(echo, context) as there, serve(proxy) as port:
            url = f"{'https' if tls else 'http'}://127.0.0.1:{there}/a?b"
            async with client(proxy=f"http://{credentials}127.0.0.1:{port}") as c:
                return there, [await c.get(url) for _ in range(2)]

    there, responses = run(main())
    first = proxy.heads[0].split("\r\n")
    if tls:
        assert [r.json()["target"] for r in responses] == ["/a?b"] * 2
        assert first[0] == f"CONNECT 127.0.0.1:{there} HTTP/1.1"
        assert len(proxy.heads) == 1
        assert "proxy-authorization" not in responses[0].json()["headers"]
    else:
        assert [r.text for r in responses] == ["proxy"] * 2
        assert first[0] == f"GET http://127.0.0.1:{there}/a?b HTTP/1.1"
        assert f"host: 127.0.0.1:{there}" in [line.lower() for line in first]
    sent = [line.partition(": ")[2] for line in first if line.lower().startswith("proxy-authorization:")]
    assert sent == ([authorization] if authorization else [])


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
def test_a_proxy_that_opens_no_tunnel(run, serve, client, status):
    proxy = Proxy(refuses=f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    async def main():
        async with serve(proxy) as port, client(proxy=f"http://127.0.0.1:{port}") as c:
            with pytest.raises(httpx.ProxyError, match=status[:3]):
                await c.get("https://127.0.0.1:1/")

    run(main())


def test_a_proxy_that_is_not_there(run, client):
    async def main():
        async with client(proxy="http://127.0.0.1:1") as c:
            for url in ("http://127.0.0.1:2/", "https://127.0.0.1:2/"):
                with pytest.raises(httpx.ConnectError):
                    await c.get(url)

    run(main())


@asynccontextmanager
async def listening(handler, path):
    over = asyncio.Event()

    async def connected(reader, writer):
        try:
            await handler(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()
            over.set()

    server = await asyncio.start_unix_server(connected, path)
    try:
        yield over
    finally:
        server.close()


def test_a_unix_socket(run, client, says, tmp_path):
    path = str(tmp_path / "s")
    server = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async def main():
        async with listening(server, path) as over:
            async with client(uds=path) as c:
                found = [(await c.get("http://somewhere.example/x")).text for _ in range(3)]
            await over.wait()
        async with client(uds=str(tmp_path / "none")) as c:
            with pytest.raises(httpx.ConnectError):
                await c.get("http://somewhere.example/x")
        return found

    assert run(main()) == ["ok"] * 3
    assert server.connections == 1
    assert server.requests[0][1]["host"] == "somewhere.example"


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1 only", "HTTP/2 offered"])
def test_tls(run, serve, client, echo, certificates, http2):
    async def main():
        async with (
            serve(echo, certificates.server.server()) as port,
            client(cacert=certificates.ca, http2=http2) as c,
        ):
            found = await asyncio.gather(*[c.get(f"https://localhost:{port}/") for _ in range(10)])
            session = found[0].extensions["network_stream"].get_extra_info("ssl_object")
            return found, session.version()

    found, version = run(main())
    assert {(r.status_code, r.http_version) for r in found} == {(200, "HTTP/1.1")}
    assert version == "TLSv1.3"


def test_a_large_body_both_ways_over_tls(run, serve, client, echo, certificates):
    body = "0123456789" * 300_000

    async def main():
        async with serve(echo, certificates.server.server()) as port, client(cacert=certificates.ca) as c:
            return (await c.post(f"https://localhost:{port}/", content=body)).json()["body"]

    assert run(main()) == body
