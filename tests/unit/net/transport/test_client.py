"""What httpx's client does of its own, over httpx's transport and over ours: redirects, cookies, hooks, credentials."""

from __future__ import annotations

import asyncio

import httpx
import pytest


def site(says):
    """A server of some pages."""

    def answer(request):
        head, fields, body = request
        method, target, _ = head.split("\r\n")[0].split(" ")
        to = {"/301": "301 Moved", "/303": "303 See Other", "/307": "307 Temporary", "/loop": "302 Found"}
        if target in to:
            where = "/loop" if target == "/loop" else "/end"
            return f"HTTP/1.1 {to[target]}\r\nLocation: {where}\r\nContent-Length: 3\r\n\r\nxxx".encode()
        if target == "/set":
            return b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n"
        if target == "/private" and "authorization" not in fields:
            asks = b'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'
            return b"HTTP/1.1 401 No\r\n%b\r\nContent-Length: 0\r\n\r\n" % asks
        text = f"{method} {target} {body.decode()} {fields.get('cookie', '')}".encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text)

    return says(answer)


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        pytest.param("GET", "/301", "GET /end  ", id="301"),
        pytest.param("POST", "/303", "GET /end  ", id="303"),
        pytest.param("POST", "/307", "POST /end body ", id="307"),
    ],
)
def test_redirects(run, serve, client, says, method, path, text):
    server = site(says)

    async def main():
        async with serve(server) as port, client(follow_redirects=True) as c:
            content = b"body" if method == "POST" else None
            r = await c.request(method, f"http://127.0.0.1:{port}{path}", content=content)
            return r.text, len(r.history), r.url.path

    assert run(main()) == (text, 1, "/end")
    assert server.connections == 1


def test_a_streamed_body_is_not_sent_twice(run, serve, client, says):
    async def pieces():
        yield b"x"

    async def main():
        async with serve(site(says)) as port, client(follow_redirects=True) as c:
            with pytest.raises(httpx.StreamConsumed):
                await c.post(f"http://127.0.0.1:{port}/307", content=pieces())

    run(main())


def test_too_many_redirects(run, serve, client, says):
    async def main():
        async with serve(site(says)) as port, client(follow_redirects=True) as c:
            with pytest.raises(httpx.TooManyRedirects):
                await c.get(f"http://127.0.0.1:{port}/loop")

    run(main())


def test_cookies(run, serve, client, says):
    async def main():
        async with serve(site(says)) as port, client() as c:
            await c.get(f"http://127.0.0.1:{port}/set")
            return (await c.get(f"http://127.0.0.1:{port}/x")).text, dict(c.cookies)

    assert run(main()) == ("GET /x  a=1; b=2", {"a": "1", "b": "2"})


def test_hooks(run, serve, client, says):
    seen = []

    async def asked(request):
        seen.append(request.method)
        request.headers["Cookie"] = "hook=1"

    async def answered(response):
        await response.aread()
        seen.append(response.text)

    async def main():
        async with serve(site(says)) as port, client(event_hooks={"request": [asked], "response": [answered]}) as c:
            await c.get(f"http://127.0.0.1:{port}/x")

    run(main())
    assert seen == ["GET", "GET /x  hook=1"]


def test_a_hook_that_fails_leaves_the_connection_to_others(run, serve, client, says):
    async def refuse(response):
        response.raise_for_status()

    async def main():
        hooks, one = {"response": [refuse]}, httpx.Limits(max_connections=1)
        async with serve(site(says)) as port, client(event_hooks=hooks, limits=one, timeout=5) as c:
            with pytest.raises(httpx.HTTPStatusError):
                await c.get(f"http://127.0.0.1:{port}/301")
            return (await c.get(f"http://127.0.0.1:{port}/x")).status_code

    assert run(main()) == 200


def test_digest(run, serve, client, says):
    server = site(says)

    async def main():
        async with serve(server) as port, client(auth=httpx.DigestAuth("user", "pass")) as c:
            return (await c.get(f"http://127.0.0.1:{port}/private")).status_code

    assert run(main()) == 200
    assert server.connections == 1
    assert server.requests[1][1]["authorization"].startswith('Digest username="user"')


def test_elapsed_and_sizes(run, serve, client, says):
    async def main():
        async with serve(site(says)) as port, client() as c:
            r = await c.get(f"http://127.0.0.1:{port}/x")
            return r.elapsed.total_seconds() > 0, r.num_bytes_downloaded, r.is_closed, r.is_stream_consumed

    assert run(main()) == (True, len("GET /x  "), True, True)


def test_requests_that_run_beside_each_other_keep_their_own(run, serve, client, says):
    async def main():
        async with serve(site(says)) as port, client() as c:
            found = await asyncio.gather(*[c.get(f"http://127.0.0.1:{port}/{n}") for n in range(80)])
            return [r.text for r in found]

    assert run(main()) == [f"GET /{n}  " for n in range(80)]
