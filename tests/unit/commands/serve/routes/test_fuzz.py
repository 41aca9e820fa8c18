"""Whatever is asked of the test routes, the answer is one of theirs: never an error of the server."""

from __future__ import annotations

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wherry.commands.serve.routes.table import handler, routes
from wherry.net.h1.server import Server

NAMES = [route.name for route in routes(max_body=1, ready_after_s=0, now=lambda: 0.0) if route.name != "fault"]
PARAMETERS = ["fail", "key", "status", "body", "to", "seed", "chunked", "page", "of", "per", "retry-after", "a", "%00"]
VALUES = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "503", "1e9", "1ms", "99999999999", "%ff", "%0d%0a", "1,2", "x", "%F0%9F%9A%A2"]
    ),
    st.text("abc0123456789%/,.:;=+-", max_size=8),
)
TARGETS = st.builds(
    lambda name, rest, query: f"/{name}{rest}" + ("?" + "&".join(f"{k}={v}" for k, v in query) if query else ""),
    st.sampled_from(NAMES),
    st.one_of(st.just(""), VALUES.map(lambda value: f"/{value}"), st.text("/%2ef.01", max_size=12)),
    st.lists(st.tuples(st.sampled_from(PARAMETERS), VALUES), max_size=3),
)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"])


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(METHODS, TARGETS, st.binary(max_size=20)), min_size=10, max_size=30))
def test_no_request_is_an_error_of_the_server(requests):
    async def scenario() -> Server:
        server = Server(handler(routes(max_body=1000, ready_after_s=0, now=lambda: 0.0), otherwise=None))
        [(host, port)] = await server.listen("127.0.0.1", 0)

        async def one(method: str, target: str, body: bytes) -> None:
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(
                f"{method} {target} HTTP/1.1\r\nHost: test\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            assert (await reader.readline()).startswith(b"HTTP/1.1 ")
            writer.transport.abort()

        # A long delay or drip has no answer to wait for; the others come at once.
        await asyncio.gather(*(one(*each) for each in requests if "/delay" not in each[1]))
        await server.drain(0)
        return server

    assert asyncio.run(scenario()).stats.failed == 0
