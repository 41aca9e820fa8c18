"""Which proxy is chosen, and what is said to it."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress

import pytest

from wherry.core.trace import Phase
from wherry.errors import UsageError
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import Client, Request
from wherry.net.proxies import ProxyChoice, parse_proxy

ENV = {"HTTP_PROXY": "http://plain:1", "https_proxy": "secure:2"}


@pytest.mark.parametrize(
    ("environ", "scheme", "host", "port", "chosen"),
    [
        pytest.param(ENV, "http", "a.example", 80, "plain:1", id="http"),
        pytest.param(ENV, "https", "a.example", 443, "secure:2", id="https, lower case, no scheme"),
        pytest.param(ENV, "", "a.example", 5432, None, id="a database has none in the environment"),
        pytest.param({}, "http", "a.example", 80, None, id="none"),
        pytest.param(ENV, "http", "localhost", 80, None, id="localhost"),
        pytest.param(ENV, "http", "127.9.9.9", 80, None, id="loopback"),
        pytest.param(ENV, "http", "::1", 80, None, id="loopback 6"),
        pytest.param(ENV | {"REQUEST_METHOD": "GET"}, "http", "a.example", 80, None, id="CGI"),
        pytest.param(
            {"REQUEST_METHOD": "GET", "http_proxy": "http://plain:1"},
            "http",
            "a.example",
            80,
            "plain:1",
            id="CGI, lower",
        ),
        pytest.param({"HTTP_PROXY": ""}, "http", "a.example", 80, None, id="empty"),
        pytest.param({"HTTPS_PROXY": "https://p"}, "https", "a.example", 443, "p:443", id="port by scheme"),
        pytest.param({"HTTP_PROXY": "http://[::1]:8"}, "http", "a.example", 80, "[::1]:8", id="IPv6 proxy"),
    ],
)
def test_the_environment(environ, scheme, host, port, chosen):
    proxy = ProxyChoice(environ).choose(scheme, host, port)
    assert (None if proxy is None else str(proxy)) == chosen


@pytest.mark.parametrize(
    ("no_proxy", "host", "port", "direct"),
    [
        pytest.param("*", "a.example", 80, True, id="all"),
        pytest.param("a.example", "a.example", 80, True, id="name"),
        pytest.param("a.example", "A.Example.", 80, True, id="case and dot"),
        pytest.param("a.example", "b.a.example", 80, True, id="below a name"),
        pytest.param("a.example", "ba.example", 80, False, id="only a suffix"),
        pytest.param(".a.example", "a.example", 80, False, id="a dot excludes the name itself"),
        pytest.param(".a.example", "b.a.example", 80, True, id="a dot means below"),
        pytest.param("*.a.example", "b.a.example", 80, True, id="star"),
        pytest.param("x, a.example y", "a.example", 80, True, id="commas and spaces"),
        pytest.param("a.example:80", "a.example", 80, True, id="port"),
        pytest.param("a.example:80", "a.example", 443, False, id="other port"),
        pytest.param("10.0.0.0/8", "10.1.2.3", 80, True, id="CIDR"),
        pytest.param("10.0.0.0/8", "11.1.2.3", 80, False, id="outside the CIDR"),
        pytest.param("10.1.2.3", "10.1.2.3", 80, True, id="address"),
        pytest.param("10.1.2.3:8080", "10.1.2.3", 80, False, id="address, other port"),
        pytest.param("fd00::/8", "fd00::1", 80, True, id="CIDR 6"),
        pytest.param("fd00::1", "fd00:0::1", 80, True, id="IPv6 in another spelling"),
        pytest.param("[fd00::1]:80", "fd00::1", 80, True, id="IPv6 with a port"),
        pytest.param("1.2.3", "21.2.3", 80, False, id="no suffix of an address"),
        pytest.param("", "a.example", 80, False, id="empty"),
    ],
)
def test_no_proxy(no_proxy, host, port, direct):
    environ = {"HTTP_PROXY": "http://p:1", "no_proxy": no_proxy}
    assert (ProxyChoice(environ).choose("http", host, port) is None) == direct
    assert (ProxyChoice({}, "http://p:1", no_proxy).choose("", host, port) is None) == direct


def test_an_explicit_proxy_is_for_everything():
    choice = ProxyChoice(ENV, "http://mine:3")
    for scheme, host in (("http", "a.example"), ("", "db.example"), ("https", "localhost")):
        assert str(choice.choose(scheme, host, 1)) == "mine:3"
    assert ProxyChoice(ENV, "").choose("http", "a.example", 80) is None, "an empty one is none"
    assert ProxyChoice(ENV | {"NO_PROXY": "*"}, no_proxy="b").choose("http", "a.example", 80) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("socks5://p:1080", "SOCKS proxies are not supported", id="socks"),
        pytest.param("ftp://p:1", "is not a proxy; write http://HOST:PORT", id="scheme"),
        pytest.param("http://", "is not a proxy", id="no host"),
        pytest.param("http://p:99999", "is not a proxy", id="port"),
        pytest.param("http://p:x", "is not a proxy", id="port is no number"),
        pytest.param("http://u:secret@p:x", r"u:\*\*\*@p", id="password"),
        pytest.param("http://a b", "is not a proxy", id="space"),
    ],
)
def test_no_proxies_at_all(network, text, words):
    for make in (lambda: network(proxy=text), lambda: network({"https_proxy": text})):
        with pytest.raises(UsageError, match=words) as caught:
            make()
        assert "secret" not in str(caught.value)
    with pytest.raises(UsageError, match=r"^https_proxy: "):
        network({"https_proxy": text})


def test_credentials_are_for_the_proxy_alone():
    proxy = parse_proxy("http://us%40er:p%3Aw@p:1", "--proxy")
    assert proxy.authorization.reveal() == "Basic " + base64.b64encode(b"us@er:p:w").decode()
    assert "p:w" not in f"{proxy} {proxy!r}"


def proxying(heads, *, answer=b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n"):
    """A proxy that connects where it is told to."""

    async def pump(reader, writer):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()

    async def handle(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head.decode())
        method, target, _ = head.split(b" ", 2)
        if method != b"CONNECT" or b" 200 " not in answer:
            writer.write(answer)
            await writer.drain()
            return
        _, _, port = target.rpartition(b":")
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(answer)
        try:
            await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
        finally:
            inner_writer.close()

    return handle


async def greet(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    await writer.drain()
    await reader.read()


async def get(net, url, trace):
    async with Client(net) as client, client.send(Request("GET", url), trace) as response:
        return await response.read(100)


def test_http_is_asked_of_the_proxy(run, serve, network, trace):
    heads = []

    async def main():
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        async with serve(proxying(heads, answer=answer)) as port:
            net = network({"HTTP_PROXY": f"http://user:pw@127.0.0.1:{port}"})
            return await get(net, "http://a.example:81/x?y", trace)

    assert run(main()) == b"ok"
    lines = heads[0].split("\r\n")
    assert lines[0] == "GET http://a.example:81/x?y HTTP/1.1"
    assert "Host: a.example:81" in lines
    assert "Proxy-Authorization: Basic dXNlcjpwdw==" in lines


@pytest.mark.parametrize("tls_proxy", [False, True], ids=["http proxy", "https proxy"])
def test_https_goes_through_the_proxy(run, serve, network, trace, certificates, tls_proxy):
    heads = []

    async def main():
        proxy_tls = certificates.server.server() if tls_proxy else None
        async with serve(greet, certificates.server.server()) as port, serve(proxying(heads), proxy_tls) as through:
            scheme = "https" if tls_proxy else "http"
            net = network(cacert=str(certificates.ca), proxy=f"{scheme}://user:pw@localhost:{through}")
            return port, await get(net, f"https://localhost:{port}/", trace)

    port, body = run(main())
    assert body == b"ok"
    lines = heads[0].split("\r\n")
    assert lines[0] == f"CONNECT localhost:{port} HTTP/1.1"
    assert "Proxy-Authorization: Basic dXNlcjpwdw==" in lines
    assert {Phase.DNS, Phase.CONNECT, Phase.PROXY, Phase.TLS} < set(trace.seconds)


def test_any_connection_goes_through_an_explicit_proxy(run, serve, network, trace):
    heads = []

    async def main():
        async with serve(greet) as port, serve(proxying(heads)) as through:
            stream = await dial(network(proxy=f"http://127.0.0.1:{through}"), Place("127.0.0.1", port), trace)
            stream.write(b"\r\n\r\n")
            line = await stream.readline()
            await stream.aclose()
            return line

    assert run(main()) == b"HTTP/1.1 200 OK\r\n"
    assert len(heads) == 1


def test_a_refused_certificate_is_explained_through_the_proxy(run, serve, network, trace, certificates):
    heads = []

    async def main():
        async with serve(greet, certificates.wrong_name.server()) as port, serve(proxying(heads)) as through:
            net = network(cacert=str(certificates.ca), proxy=f"http://127.0.0.1:{through}")
            await get(net, f"https://localhost:{port}/", trace)

    with pytest.raises(NetFailure, match=r"the certificate is for other.example"):
        run(main())
    assert len(heads) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(b"HTTP/1.1 407 Who\r\n\r\n", r"wants credentials \(407\)", id="407"),
        pytest.param(
            b"HTTP/1.1 403 Not \x1b[31mthere\r\n\r\n", "did not connect to a.example:1: 403 Not  ?.31mthere", id="403"
        ),
        pytest.param(b"SSH-2.0-x\r\n", "is no HTTP proxy; it sent 'SSH-2.0-x'", id="no proxy"),
        pytest.param(b"", "closed the connection", id="closed"),
        pytest.param(b"HTTP/1.1 500 X\r\n" + b"X: y\r\n" * 999, "has no end", id="endless"),
        pytest.param(b"x" * 99_999, "a line of more than", id="endless line"),
    ],
)
def test_proxies_that_do_not(run, serve, network, trace, answer, words):
    async def main():
        async with serve(proxying([], answer=answer)) as port:
            await dial(network(proxy=f"http://127.0.0.1:{port}"), Place("a.example", 1), trace)

    with pytest.raises(NetFailure, match=words) as caught:
        run(main())
    assert (caught.value.reason, caught.value.phase) == (Reason.PROXY, Phase.PROXY)


def test_rejected_credentials_are_not_shown(run, serve, network, trace):
    async def main():
        async with serve(proxying([], answer=b"HTTP/1.1 407 Who\r\n\r\n")) as port:
            await dial(network(proxy=f"http://user:secret@127.0.0.1:{port}"), Place("a.example", 1), trace)

    with pytest.raises(NetFailure, match="does not accept the credentials") as caught:
        run(main())
    assert "secret" not in str(caught.value)


def test_a_proxy_that_is_not_there(run, network, trace):
    with pytest.raises(NetFailure, match=r"^proxy 127.0.0.1:1: connection refused") as caught:
        run(dial(network(proxy="http://127.0.0.1:1"), Place("a.example", 1), trace))
    assert caught.value.reason is Reason.PROXY


def test_a_tls_proxy_that_is_not_trusted(run, serve, network, trace, certificates):
    async def main():
        async with serve(proxying([]), certificates.expired.server()) as port:
            net = network(cacert=str(certificates.ca), proxy=f"https://localhost:{port}")
            await dial(net, Place("a.example", 1), trace)

    with pytest.raises(NetFailure, match=r"^proxy localhost:[0-9]+: .*certificate has expired") as caught:
        run(main())
    assert caught.value.reason is Reason.PROXY
