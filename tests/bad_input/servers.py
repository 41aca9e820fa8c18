"""Servers that do everything wrong, one fault a path, each on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\n"


async def truncated(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 100\r\n\r\nshort")


async def chunk_cut(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nshort")


async def chunk_size(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nshort\r\n")


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(OK)
    line = b"X-Filler: " + b"x" * 1000 + b"\r\n"
    while True:
        writer.write(line * 64)
        await writer.drain()


async def endless_header(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"X-Filler: ")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def endless_status(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 ")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def two_lengths(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")


async def negative_length(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: -5\r\n\r\nhello")


async def huge_length(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 99999999999999999999999999\r\n\r\nhello")


async def bomb(writer: asyncio.StreamWriter) -> None:
    # 64 MiB of zeros in 64 kB, and once more: a few hundred bytes that stand for 64 MiB.
    body = gzip.compress(gzip.compress(bytes(64 << 20)))
    head = OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    writer.write(head + body)


async def not_gzip(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")


async def gzip_cut(writer: asyncio.StreamWriter) -> None:
    body = gzip.compress(b"hello" * 1000)[:-10]
    writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def redirect_loop(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /redirect-loop\r\nContent-Length: 0\r\n\r\n")


async def redirect_nowhere(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: 0\r\n\r\n")


async def redirect_garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n")


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 1000000\r\n\r\nhello")
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def closes(_writer: asyncio.StreamWriter) -> None:
    pass


async def hangs(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def stalls(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 100\r\n\r\nhel")
    await asyncio.Event().wait()


async def garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff\x16garbage\r\n\r\n" * 10)


async def ssh(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")


async def invalid_utf8(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n" + b'{"a":"\xff\xfe"}')


async def not_json(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{'a': 1}\n")


async def deep_json(writer: asyncio.StreamWriter) -> None:
    body = b"[" * 200_000 + b"]" * 200_000
    writer.write(OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def header_utf8(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"X-Name: \xff\xfe\r\nContent-Length: 2\r\n\r\nok")


async def header_nul(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"X-Name: a\0b\r\nContent-Length: 2\r\n\r\nok")


async def escapes(writer: asyncio.StreamWriter) -> None:
    body = b"\x1b]0;owned\x07\x1b[2Jgone"
    writer.write(b"HTTP/1.1 500 \x1b[31mRed\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def teapot(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")


async def version(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")


FAULTS: dict[str, Callable[[asyncio.StreamWriter], Awaitable[None]]] = {
    name.replace("_", "-"): function
    for name, function in list(globals().items())
    if asyncio.iscoroutinefunction(function)
}


# Held here: a task that waits for ever for a client that has gone is held by nothing else, and may not be collected.
_open: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    _open[asyncio.current_task()] = writer
    try:
        head = await reader.read(1)
        if head == b"\x16":  # the first byte of a TLS handshake
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        head += await reader.readuntil(b"\r\n\r\n")
        await FAULTS[head.split(b" ")[1].decode().strip("/")](writer)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, KeyError):
        pass
    finally:
        writer.close()


async def _greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    _open[asyncio.current_task()] = writer
    with contextlib.suppress(OSError):
        await ssh(writer)
        await writer.drain()
        await _reader.read()
    writer.close()


class _NoSuchName(asyncio.DatagramProtocol):
    """A name server that knows nothing: NXDOMAIN to every question, SERVFAIL to those for `servfail`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        code = 2 if b"servfail" in data else 3
        self.transport.sendto(data[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, 0, 0, 0) + data[12:], addr)


@contextlib.contextmanager
def hostile() -> Iterator[dict[str, str]]:
    """Run them all; yields the places: FAULTY (http, one fault a path), SSH, NAMES, CLOSED and HOLE, as host:port."""
    ports: dict[str, str] = {}
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    async def main() -> None:
        servers = [await asyncio.start_server(each, "127.0.0.1", 0) for each in (_serve, _greet)]
        for name, server in zip(("FAULTY", "SSH"), servers, strict=True):
            ports[name] = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        transport, _ = await loop.create_datagram_endpoint(_NoSuchName, local_addr=("127.0.0.1", 0))
        ports["NAMES"] = f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
        stop.append(asyncio.Event())
        ready.set()
        await stop[0].wait()
        transport.close()
        for server in servers:
            server.close()
        answering = asyncio.all_tasks() - {asyncio.current_task()}
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        for writer in _open.values():
            writer.transport.abort()
        # Transports close in a turn of the loop after they were told to.
        await asyncio.gather(*(writer.wait_closed() for writer in _open.values()), return_exceptions=True)
        _open.clear()

    stop: list[asyncio.Event] = []
    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    ready.wait()
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else gets the port
    ports["CLOSED"] = f"127.0.0.1:{closed.getsockname()[1]}"
    # A full backlog: further connections are neither accepted nor refused.
    hole = socket.create_server(("127.0.0.1", 0), backlog=0)
    ports["HOLE"] = f"127.0.0.1:{hole.getsockname()[1]}"
    fillers = []
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(hole.getsockname())
        fillers.append(filler)
    try:
        yield ports
    finally:
        loop.call_soon_threadsafe(stop[0].set)
        thread.join()
        loop.close()
        for each in (closed, hole, *fillers):
            each.close()
