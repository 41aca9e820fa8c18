"""The same tests over httpx's own transport and over ours: what they assert must hold of both."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "h2"))  # http2_peer


class Kind:
    """``name`` is "httpx" or "wherry"; a call makes a transport of that kind, to be used where it was made."""

    def __init__(self, name, network):
        self.name = name
        self._network = network

    def __call__(self, *, cacert=None, proxy=None, uds=None, http2=False, limits=None):
        limits = limits or httpx.Limits(max_connections=100, max_keepalive_connections=20)
        if self.name == "httpx":
            verify = ssl.create_default_context(cafile=cacert) if cacert else False
            return httpx.AsyncHTTPTransport(
                verify=verify, trust_env=False, http2=http2, limits=limits, proxy=proxy, uds=uds
            )
        from wherry.net.transport.transport import Transport

        trust = {"cacert": str(cacert)} if cacert else {"insecure": True}
        return Transport(self._network(proxy=proxy, **trust), http2=http2, unix_socket=uds, limits=limits)


@pytest.fixture(params=["httpx", "wherry"])
def transport(request, network):
    return Kind(request.param, network)


def clients(transport):
    """Makes an httpx.AsyncClient over a transport; what is for the transport is given to that."""

    def make(*, timeout=5, follow_redirects=False, event_hooks=None, auth=None, cookies=None, **options):
        return httpx.AsyncClient(
            transport=transport(**options),
            timeout=timeout,
            follow_redirects=follow_redirects,
            event_hooks=event_hooks or {},
            auth=auth,
            cookies=cookies,
        )

    return make


@pytest.fixture
def client(transport):
    """``async with client(...) as c``: a client over either transport."""
    return clients(transport)


@pytest.fixture
def our_client(network):
    """A client over ours."""
    return clients(Kind("wherry", network))


async def read_request(reader):
    """One request: its head as text, its body; None where there is none. Closes nothing."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    fields = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in head.split("\r\n")[1:]}
    body = b""
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    elif "content-length" in fields:
        body = await reader.readexactly(int(fields["content-length"]))
    return head, fields, body


def response(body=b"", status="200 OK", **fields):
    """A response of a known length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.fixture
def says():
    """``says(data, close=False)``: a handler that answers each request with ``data``; ``requests`` are kept."""

    def make(data, *, close=False):
        async def handle(reader, writer):
            handle.connections += 1
            while (request := await read_request(reader)) is not None:
                handle.requests.append(request)
                writer.write(data if isinstance(data, bytes) else data(request))
                await writer.drain()
                if close:
                    return

        handle.connections = 0
        handle.requests = []
        return handle

    return make


@pytest.fixture
def echo(says):
    """Answers with what it was asked, as JSON."""

    def answer(request):
        head, fields, body = request
        method, target, _ = head.split("\r\n")[0].split(" ")
        document = {"method": method, "target": target, "headers": fields, "body": body.decode()}
        return response(json.dumps(document).encode(), **{"Content-Type": "application/json"})

    return says(answer)
