"""The HTTP client against servers that behave and servers that do not."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib

import pytest

from wherry.core.trace import Phase
from wherry.errors import UsageError, WherryError
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.http import Client, Request

needs_unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


class Bytes:
    def __init__(self, data, length=True, piece=1000):
        self.data = data
        self.length = len(data) if length is True else length
        self.piece = piece

    async def chunks(self):
        for start in range(0, len(self.data), self.piece):
            yield self.data[start : start + self.piece]


async def read_head(reader):
    return await reader.readuntil(b"\r\n\r\n")


def answering(*answers, then="close", heads=None):
    """A handler that answers each request on a connection with the next of ``answers``."""

    async def handle(reader, writer):
        for answer in answers:
            head = await read_head(reader)
            if heads is not None:
                heads.append(head)
            writer.write(answer)
            await writer.drain()
        if then == "hang":
            await reader.read()
        elif then == "reset":
            await asyncio.sleep(0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    return handle


async def get(net, port, trace, *, method="GET", headers=(), body=None, limit=100_000_000, scheme="http", **options):
    async with Client(net, **options) as client:
        request = Request(method, f"{scheme}://localhost:{port}/path?q=1", tuple(headers), body)
        async with client.send(request, trace) as response:
            return response, await response.read(limit)


def test_a_response_and_what_is_known_of_it(run, serve, network, trace):
    heads = []

    async def main():
        answer = b"HTTP/1.1 404 Not Here\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc"
        async with serve(answering(answer, heads=heads)) as port:
            return port, *await get(network(), port, trace)

    port, response, body = run(main())
    assert (response.status, response.reason, response.version) == (404, "Not Here", "1.1")
    assert response.headers == [("X-A", "1"), ("x-a", "2"), ("Content-Length", "3")]
    assert response.header("X-a") == "1"
    assert response.header("missing") is None
    assert (response.ip, response.cert, body) == ("127.0.0.1", None, b"abc")
    lines = heads[0].decode().split("\r\n")
    assert lines[0] == "GET /path?q=1 HTTP/1.1"
    assert lines[1] == f"Host: localhost:{port}"
    assert any(line.startswith("User-Agent: wherry/") for line in lines)
    assert any(line.startswith("traceparent: 00-") for line in lines)
    assert "Accept-Encoding: gzip, deflate" in lines
    assert set(trace.seconds) == {Phase.DNS, Phase.CONNECT, Phase.SEND, Phase.FIRST_BYTE, Phase.TRANSFER}
    assert trace.phase is None


def test_own_headers_take_the_place_of_ours(run, serve, network, trace):
    heads = []
    own = [("host", "other"), ("USER-AGENT", "me"), ("accept-encoding", "br"), ("X", "ü")]

    async def main():
        answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"
        async with serve(answering(answer, heads=heads)) as port:
            return await get(network(), port, trace, headers=own)

    _, body = run(main())
    assert body == b"abc", "who asks for a coding by name takes it as it comes"
    head = heads[0].decode().lower()
    assert head.count("host:") == head.count("user-agent:") == head.count("accept-encoding:") == 1
    assert "x: ü" in head


def test_bytes_of_the_command_line_that_are_no_utf_8_go_out_as_they_are(run, serve, network, trace):
    heads = []

    async def main():
        async with serve(answering(b"HTTP/1.1 204 No\r\n\r\n", heads=heads)) as port, Client(network()) as client:
            url = f"http://localhost:{port}/\udcff?ü=\udcfe"
            async with client.send(Request("GET", url, (("X", "\udcff"),)), trace):
                pass

    run(main())
    assert heads[0].startswith(b"GET /%FF?%C3%BC=%FE HTTP/1.1\r\n")
    assert b"\r\nX: \xff\r\n" in heads[0]


def test_the_trace_is_continued(run, serve, network, trace):
    heads = []
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    async def main():
        async with serve(answering(b"HTTP/1.1 204 No\r\n\r\n", heads=heads)) as port:
            await get(network({"TRACEPARENT": parent}), port, trace)

    run(main())
    assert b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-" in heads[0]
    assert b"b7ad6b7169203331" not in heads[0]


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n", b"abcde", id="chunked"),
        pytest.param(OK + b"\r\nabc", b"abc", id="until the connection closes"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", b"ab", id="1.0"),
        pytest.param(b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", b"a", id="1xx"),
        pytest.param(OK + b"Content-Length: 2\r\n\r\nabcdef", b"ab", id="excess is dropped"),
        pytest.param(b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", b"", id="204 has no body"),
        pytest.param(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b"", id="no reason"),
        pytest.param(OK + b"X: \xff\xfe\r\nContent-Length: 0\r\n\r\n", b"", id="octets in a field"),
    ],
)
def test_framing(run, serve, network, trace, answer, expected):
    async def main():
        async with serve(answering(answer)) as port:
            return await get(network(), port, trace)

    assert run(main())[1] == expected


def test_head_has_no_body(run, serve, network, trace):
    async def main():
        async with serve(answering(OK + b"Content-Length: 10\r\n\r\n", then="hang")) as port:
            return await get(network(), port, trace, method="HEAD")

    assert run(main())[1] == b""


def gzipped(data):
    packed = gzip.compress(data)
    return OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed


def coded(coding, data):
    return OK + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (coding, len(data)) + data


RAW_DEFLATE = zlib.compressobj(wbits=-15)
RAW_DEFLATED = RAW_DEFLATE.compress(b"abc" * 1000) + RAW_DEFLATE.flush()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(coded(b"gzip", gzip.compress(b"abc" * 100_000)), b"abc" * 100_000, id="gzip"),
        pytest.param(coded(b"x-gzip", gzip.compress(b"abc")), b"abc", id="x-gzip"),
        pytest.param(coded(b"gzip", gzip.compress(b"abc") + gzip.compress(b"def")), b"abcdef", id="two members"),
        pytest.param(coded(b"gzip", gzip.compress(b"abc") + bytes(8)), b"abc", id="padding"),
        pytest.param(coded(b"deflate", zlib.compress(b"abc" * 1000)), b"abc" * 1000, id="zlib"),
        pytest.param(coded(b"deflate", RAW_DEFLATED), b"abc" * 1000, id="bare deflate"),
        pytest.param(coded(b"deflate, gzip", gzip.compress(zlib.compress(b"abc"))), b"abc", id="two codings"),
        pytest.param(coded(b"identity", b"abc"), b"abc", id="identity"),
        pytest.param(coded(b"gzip", b""), b"", id="empty"),
    ],
)
def test_decoding(run, serve, network, trace, answer, expected):
    async def main():
        async with serve(answering(answer)) as port:
            return await get(network(), port, trace)

    assert run(main())[1] == expected


CLOSED, RESET, PROTOCOL = Reason.CLOSED, Reason.RESET, Reason.PROTOCOL
BOMB = gzip.compress(bytes(40_000_000))
SETTINGS = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"


@pytest.mark.parametrize(
    ("answer", "then", "reason", "words"),
    [
        pytest.param(b"", "close", CLOSED, "closed the connection without a response", id="nothing"),
        pytest.param(b"", "reset", RESET, "reset by the peer", id="reset"),
        pytest.param(OK + b"X: 1\r\n", "close", CLOSED, "in the middle of the response's head", id="half a head"),
        pytest.param(
            OK + b"Content-Length: 10\r\n\r\nabc", "close", CLOSED, "cut off: 3 of 10 bytes came", id="short body"
        ),
        pytest.param(
            OK + b"Content-Length: 10\r\n\r\nabc", "reset", RESET, "3 of 10 bytes came: connection", id="reset body"
        ),
        pytest.param(CHUNKED + b"3\r\nabc\r\n", "close", CLOSED, "its last chunk is missing", id="no last chunk"),
        pytest.param(CHUNKED + b"zz\r\n", "close", PROTOCOL, "invalid character in chunk size", id="bad chunk"),
        pytest.param(CHUNKED + b"1;" + b"x" * 200_000, "hang", PROTOCOL, "more framing than body", id="endless chunk"),
        pytest.param(OK + b"Content-Length: -3\r\n\r\n", "close", PROTOCOL, "Content-Length", id="negative length"),
        pytest.param(
            OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "close", PROTOCOL, "Content-Length",
            id="two lengths",
        ),
        pytest.param(
            OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "close", PROTOCOL, "Content-Length",
            id="length and chunked",
        ),
        pytest.param(OK + b"X: a\0b\r\n\r\n", "close", PROTOCOL, "header value", id="NUL in a field"),
        pytest.param(OK + b"X: y\r\n" * 50_000, "hang", PROTOCOL, "head is longer than 256 KiB", id="endless head"),
        pytest.param(OK + b"X: " + b"y" * 300_000, "hang", PROTOCOL, "head is longer", id="endless field"),
        pytest.param(b"HTTP/1.1 100 C\r\n\r\n" * 99, "hang", PROTOCOL, "interim", id="endless 100"),
        pytest.param(b"SSH-2.0-OpenSSH_9\r\n", "hang", PROTOCOL, "does not speak HTTP here; it sent 'SSH-2.0", id="s"),
        pytest.param(b"\x15\x03\x01\x00\x02\x02\x46", "close", PROTOCOL, "speaks TLS here", id="tls"),
        pytest.param(SETTINGS, "close", PROTOCOL, "HTTP/2 only", id="h2"),
        pytest.param(b"HTTP/2.0 200 OK\r\n\r\n", "close", PROTOCOL, "HTTP/2.0 on an HTTP/1.1", id="version"),
        pytest.param(
            b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "hang", PROTOCOL, "switches protocols",
            id="upgrade",
        ),
        pytest.param(gzipped(b"abc" * 9999)[:-20], "close", CLOSED, "cut off", id="short gzip"),
        pytest.param(
            OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"abc" * 99)[:-9], "close", PROTOCOL,
            "the gzip body is cut off", id="short gzip until close",
        ),
        pytest.param(coded(b"gzip", b"no gzip at all"), "close", PROTOCOL, "not valid gzip", id="no gzip"),
        pytest.param(coded(b"deflate", b"\xff\xff\xff"), "close", PROTOCOL, "not valid deflate", id="no deflate"),
        pytest.param(coded(b"br", b"abc"), "close", PROTOCOL, "encoded as br", id="unasked coding"),
        pytest.param(coded(b"gzip," * 9 + b"gzip", b"abc"), "close", PROTOCOL, "encoded as gzip", id="many codings"),
        pytest.param(coded(b"gzip", BOMB), "close", PROTOCOL, "compression bomb", id="bomb"),
        pytest.param(
            coded(b"gzip, gzip", gzip.compress(BOMB)), "close", PROTOCOL, "compression bomb", id="bomb in a bomb"
        ),
    ],
)  # fmt: skip
def test_servers_that_misbehave(run, serve, network, trace, answer, then, reason, words):
    async def main():
        async with serve(answering(answer, then=then)) as port:
            await get(network(), port, trace)

    with pytest.raises(NetFailure, match=words.replace("(", r"\(")) as caught:
        run(main())
    assert caught.value.reason is reason
    assert not caught.value.broken
    assert "\n" not in str(caught.value)


def test_a_body_beyond_the_limit(run, serve, network, trace):
    async def main():
        async with serve(answering(OK + b"\r\n" + bytes(2000))) as port:
            await get(network(), port, trace, limit=1000)

    with pytest.raises(NetFailure, match="larger than 1000 B"):
        run(main())


@pytest.mark.parametrize("length", [True, None], ids=["length", "chunked"])
def test_a_body_is_sent(run, serve, network, trace, length):
    data = bytes(range(256)) * 1000
    got = []

    async def handle(reader, writer):
        head = await read_head(reader)
        got.append(head)
        if b"chunked" in head:
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
        else:
            body = await reader.readexactly(len(data))
        got.append(body)
        writer.write(OK + b"Content-Length: 0\r\n\r\n")

    async def main():
        async with serve(handle) as port:
            return await get(network(), port, trace, method="POST", body=Bytes(data, length))

    response, _ = run(main())
    assert response.status == 200
    assert got[1] == data
    assert (b"Content-Length: 256000" in got[0]) == (length is True)


def test_a_post_without_a_body_says_so(run, serve, network, trace):
    heads = []

    async def main():
        async with serve(answering(b"HTTP/1.1 204 No\r\n\r\n", heads=heads)) as port:
            await get(network(), port, trace, method="POST")

    run(main())
    assert b"Content-Length: 0\r\n" in heads[0]


def test_an_answer_before_the_body_is_sent(run, serve, network, trace):
    """The server refuses 100 MB by its head; nobody sends them on."""

    async def main():
        answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"
        async with serve(answering(answer, then="hang")) as port:
            return await get(network(), port, trace, method="PUT", body=Bytes(bytes(100_000_000), piece=1_000_000))

    response, body = run(main())
    assert (response.status, body) == (413, b"no")


@pytest.mark.parametrize("length", [10, 5000], ids=["longer", "shorter"])
def test_a_body_that_is_not_as_long_as_it_said(run, serve, network, trace, length):
    async def main():
        async with serve(answering(then="hang")) as port:
            await get(network(), port, trace, method="PUT", body=Bytes(bytes(2000), length))

    with pytest.raises(WherryError, match="it changed while it was sent"):
        run(main())


def test_a_server_that_does_not_take_the_body(run, serve, network, trace):
    """Nothing is read and nothing answered: the time passes while sending."""

    async def handle(reader, writer):
        writer.transport.pause_reading()
        await asyncio.Event().wait()

    async def main():
        soon = asyncio.get_running_loop().time() + 0.2
        async with serve(handle) as port, bounded(soon, trace):
            await get(network(), port, trace, method="PUT", body=Bytes(bytes(100_000_000), piece=1_000_000))

    with pytest.raises(NetFailure, match="while sending to localhost") as caught:
        run(main())
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, Phase.SEND)


def test_a_server_that_hangs_up_on_the_body(run, serve, network, trace):
    async def main():
        async with serve(answering(then="reset")) as port:
            await get(network(), port, trace, method="PUT", body=Bytes(bytes(100_000_000), piece=1_000_000))

    with pytest.raises(NetFailure) as caught:
        run(main())
    assert caught.value.reason in (RESET, CLOSED)


def counting(connections, *answers):
    async def handle(reader, writer):
        connections.append(1)
        for answer in answers:
            await read_head(reader)
            writer.write(answer)
            await writer.drain()

    return handle


KEPT = OK + b"Content-Length: 2\r\n\r\nok"


async def several(net, port, trace, count, *, method="GET", body=None):
    statuses = []
    async with Client(net) as client:
        for _ in range(count):
            async with client.send(Request(method, f"http://localhost:{port}/", (), body), trace) as response:
                statuses.append(response.status)
                await response.read(100)
    return statuses


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([KEPT] * 3, 1, id="kept"),
        pytest.param([OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n"], 3, id="closed by word"),
        pytest.param([b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"], 3, id="1.0"),
        pytest.param([KEPT + b"more"], 3, id="excess"),
        pytest.param([KEPT], 3, id="closed without a word"),
    ],
)
def test_connections_are_reused(run, serve, network, trace, answers, expected):
    connections = []

    async def main():
        async with serve(counting(connections, *answers)) as port:
            return await several(network(), port, trace, 3)

    assert run(main()) == [200, 200, 200]
    assert len(connections) == expected


def test_a_kept_connection_that_dies_is_no_failure_of_a_get(run, serve, network, trace):
    """The server takes a second request on each connection and hangs up on it without an answer."""

    async def handle(reader, writer):
        await read_head(reader)
        writer.write(KEPT)
        await read_head(reader)

    async def main(method):
        async with serve(handle) as port:
            return await several(network(), port, trace, 2, method=method)

    assert run(main("GET")) == [200, 200]
    with pytest.raises(NetFailure, match="without a response"):
        run(main("POST"))


def test_a_body_that_is_not_read_closes_the_connection(run, serve, network, trace):
    gone = []

    async def handle(reader, writer):
        await read_head(reader)
        writer.write(OK + b"Content-Length: 1000\r\n\r\nabc")
        gone.append(await reader.read())

    async def main():
        async with serve(handle) as port, Client(network()) as client:
            async with client.send(Request("GET", f"http://localhost:{port}/"), trace) as response:
                assert response.status == 200
            while not gone:
                await asyncio.sleep(0)

    run(main())
    assert gone == [b""]


@pytest.mark.parametrize(
    ("answer", "words", "phase"),
    [
        pytest.param(b"", "while waiting for the first byte from localhost", Phase.FIRST_BYTE, id="no answer"),
        pytest.param(
            OK + b"Content-Length: 9\r\n\r\na", "while receiving from localhost", Phase.TRANSFER, id="half a body"
        ),
    ],
)
def test_timeouts_name_their_phase(run, serve, network, trace, answer, words, phase):
    async def main():
        soon = asyncio.get_running_loop().time() + 0.05
        async with serve(answering(answer, then="hang")) as port, bounded(soon, trace):
            await get(network(), port, trace)

    with pytest.raises(NetFailure, match=r"timed out after [0-9.]+ms " + words) as caught:
        run(main())
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, phase)


def test_a_cancelled_request_closes_its_connection(run, serve, network, trace):
    gone = asyncio.Event

    async def main():
        asked, left = gone(), gone()

        async def handle(reader, writer):
            await read_head(reader)
            asked.set()
            await reader.read()
            left.set()

        async with serve(handle) as port:
            task = asyncio.create_task(get(network(), port, trace))
            await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await left.wait()

    run(main())


@needs_unix
def test_over_a_unix_socket(run, network, trace, tmp_path):
    path = str(tmp_path / "s")

    async def main():
        server = await asyncio.start_unix_server(lambda r, w: answer(r, w), path)
        async with server:
            return await get(network(), 80, trace, unix_socket=path)

    async def answer(reader, writer):
        await answering(KEPT)(reader, writer)
        writer.close()

    response, body = run(main())
    assert (response.status, response.ip, body) == (200, "", b"ok")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        pytest.param(Request("GE T", "http://h/"), "not an HTTP method", id="method"),
        pytest.param(Request("", "http://h/"), "not an HTTP method", id="no method"),
        pytest.param(Request("GÉT", "http://h/"), "not an HTTP method", id="method beyond ASCII"),
        pytest.param(Request("GET", "http://h/\x7f"), "not an http:// or https:// URL", id="control character"),
        pytest.param(Request("GET", ""), "not an http:// or https:// URL", id="no URL"),
        pytest.param(Request("GET", "ftp://h/"), "not an http:// or https:// URL", id="scheme"),
        pytest.param(Request("GET", "http:///x"), "not an http:// or https:// URL", id="no host"),
        pytest.param(Request("GET", "http://h:99999/"), "not a URL", id="port"),
        pytest.param(Request("GET", "http://h/a b"), "not an http:// or https:// URL", id="space"),
        pytest.param(Request("GET", "http://h/", (("", "1"),)), "not the name of a header", id="no header name"),
        pytest.param(
            Request("GET", "http://h/", (("a b", "1"),)), "not the name of a header", id="space in the middle"
        ),
        pytest.param(Request("GET", "http://h/", (("X Y", "1"),)), "not the name of a header", id="header name"),
        pytest.param(Request("GET", "http://h/", (("X", "secret\r\nY: 1"),)), "header X contains", id="header value"),
    ],
)
def test_what_http_cannot_carry(run, network, trace, request_, words):
    async def main():
        async with Client(network()) as client, client.send(request_, trace):
            pass

    with pytest.raises(UsageError, match=words) as caught:
        run(main())
    assert "secret" not in str(caught.value)
