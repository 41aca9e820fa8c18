"""Requests and responses in HTTP/1.1, over httpx's transport and over ours."""

from __future__ import annotations

import asyncio
import gzip

import httpx
import pytest


async def pieces(*given):
    for piece in given:
        await asyncio.sleep(0)
        yield piece


@pytest.mark.parametrize(
    ("method", "content", "sent"),
    [
        pytest.param("GET", None, ("", None, None), id="none"),
        pytest.param("POST", None, ("", "0", None), id="none, but a length"),
        pytest.param("POST", b"abc", ("abc", "3", None), id="bytes"),
        pytest.param("PUT", b"x" * 300_000, ("x" * 300_000, "300000", None), id="many bytes"),
        pytest.param("POST", (b"ab", b"", b"c"), ("abc", None, "chunked"), id="pieces"),
        pytest.param("POST", (b"x" * 70_000,) * 5, ("x" * 350_000, None, "chunked"), id="large pieces"),
        pytest.param("POST", (), ("", None, "chunked"), id="no pieces"),
        pytest.param("DELETE", b"gone", ("gone", "4", None), id="of a method that seldom has one"),
    ],
)
def test_bodies_up(run, serve, client, echo, method, content, sent):
    async def main():
        async with serve(echo) as port, client() as c:
            body = pieces(*content) if isinstance(content, tuple) else content
            return (await c.request(method, f"http://127.0.0.1:{port}/x?y=1", content=body)).json()

    found = run(main())
    headers = found["headers"]
    assert (found["method"], found["target"]) == (method, "/x?y=1")
    assert (found["body"], headers.get("content-length"), headers.get("transfer-encoding")) == sent


def test_pieces_of_a_known_length(run, serve, client, echo):
    async def main():
        async with serve(echo) as port, client() as c:
            content, headers = pieces(b"ab", b"c"), {"Content-Length": "3"}
            return (await c.post(f"http://127.0.0.1:{port}/", content=content, headers=headers)).json()

    found = run(main())
    assert (found["body"], found["headers"]["content-length"]) == ("abc", "3")
    assert "transfer-encoding" not in found["headers"]


def test_a_body_whose_making_fails(run, serve, client, echo):
    class Mine(Exception):
        pass

    async def broken():
        yield b"abc"
        raise Mine

    async def main():
        async with serve(echo) as port, client() as c:
            with pytest.raises(Mine):
                await c.post(f"http://127.0.0.1:{port}/", content=broken())
            return (await c.get(f"http://127.0.0.1:{port}/")).status_code

    assert run(main()) == 200


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "data", "close", "status", "body"),
    [
        pytest.param("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", False, 200, b"ok", id="length"),
        pytest.param("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", False, 200, b"", id="empty"),
        pytest.param("GET", CHUNKED + b"2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", False, 200, b"abc", id="chunked"),
        pytest.param("GET", CHUNKED + b"1\r\na\r\n0\r\nX-T: 1\r\n\r\n", False, 200, b"a", id="trailers"),
        pytest.param("GET", b"HTTP/1.1 200 OK\r\n\r\nto the end", True, 200, b"to the end", id="until the end"),
        pytest.param("GET", b"HTTP/1.0 200 OK\r\n\r\nold", True, 200, b"old", id="HTTP/1.0"),
        pytest.param("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", False, 200, b"", id="HEAD"),
        pytest.param("GET", b"HTTP/1.1 204 No Content\r\n\r\n", False, 204, b"", id="204"),
        pytest.param("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", False, 304, b"", id="304"),
        pytest.param(
            "GET",
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            False, 200, b"x", id="1xx",
        ),
        pytest.param("GET", b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n", False, 418, b"", id="418"),
    ],
)  # fmt: skip
def test_bodies_down(run, serve, client, says, method, data, close, status, body):
    server = says(data, close=close)

    async def main():
        async with serve(server) as port, client() as c:
            return [await c.request(method, f"http://127.0.0.1:{port}/") for _ in range(3)]

    found = run(main())
    assert [(r.status_code, r.content) for r in found] == [(status, body)] * 3
    assert server.connections == (3 if close else 1)


def test_what_a_response_tells(run, serve, client, says):
    data = b"HTTP/1.1 200 Fine Thing\r\nX-A: 1\r\nx-a: 2\r\nX-Latin: caf\xe9\r\nContent-Length: 0\r\n\r\n"

    async def main():
        async with serve(says(data)) as port, client() as c:
            r = await c.get(f"http://127.0.0.1:{port}/")
            stream = r.extensions["network_stream"]
            return port, r, stream.get_extra_info("server_addr"), stream.get_extra_info("ssl_object")

    port, r, address, session = run(main())
    assert (r.http_version, r.reason_phrase) == ("HTTP/1.1", "Fine Thing")
    assert r.headers.get_list("x-a") == ["1", "2"]
    assert (b"X-Latin", b"caf\xe9") in r.headers.raw
    assert r.extensions["http_version"] == b"HTTP/1.1"
    assert (address[:2], session) == (("127.0.0.1", port), None)


def test_reading_in_pieces_and_letting_go(run, serve, client, says):
    server = says(b"HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n" + b"x" * 8_000_000)

    async def main():
        async with serve(server) as port, client() as c:
            url = f"http://127.0.0.1:{port}/"
            async with c.stream("GET", url) as r:
                whole = sum([len(piece) async for piece in r.aiter_raw()])
            async with c.stream("GET", url) as r:
                async for piece in r.aiter_raw():
                    assert piece
                    break
            async with c.stream("GET", url) as r:
                chunks = [len(piece) async for piece in r.aiter_raw(chunk_size=3_000_000)]
            async with c.stream("GET", url) as r:
                pass
            return whole, chunks, r.is_closed

    assert run(main()) == (8_000_000, [3_000_000, 3_000_000, 2_000_000], True)
    # What was read to its end keeps its connection, what was not closes it.
    assert server.connections == 2


def test_target_and_host_as_they_are_given(run, serve, client, echo):
    async def main():
        async with serve(echo) as port, client() as c:
            url = f"http://127.0.0.1:{port}"
            first = await c.get(f"{url}/a%20b/%C3%A9;p?q=%2F&r=é", headers={"Host": "other.example"})
            second = await c.request("OPTIONS", url, extensions={"target": b"*"})
            return first.json(), second.json()

    first, second = run(main())
    assert first["target"] == "/a%20b/%C3%A9;p?q=%2F&r=%C3%A9"
    assert first["headers"]["host"] == "other.example"
    assert second["target"] == "*"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-A": "a\r\nX-B: b"}, id="line break"),
        pytest.param({"X-A": "a\x00"}, id="NUL"),
        pytest.param({"X A": "a"}, id="name with a space"),
        pytest.param({"": "a"}, id="no name"),
    ],
)
def test_header_fields_that_cannot_be_sent(run, serve, client, echo, headers):
    async def main():
        async with serve(echo) as port, client() as c:
            with pytest.raises(httpx.LocalProtocolError):
                await c.get(f"http://127.0.0.1:{port}/", headers=headers)

    run(main())
    assert echo.requests == []


def test_decoding(run, serve, client, says):
    data = gzip.compress(b"hello " * 1000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(data)

    async def main():
        async with serve(says(head + data)) as port, client() as c:
            url = f"http://127.0.0.1:{port}/"
            async with c.stream("GET", url) as r:
                raw = b"".join([piece async for piece in r.aiter_raw()])
            return (await c.get(url)).text, raw

    assert run(main()) == ("hello " * 1000, data)
