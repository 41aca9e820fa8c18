"""What a program depends on, as far as a first handshake: database, cache, queue, gRPC service, mail relay."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import AsyncExitStack, contextmanager

import h2.config
import h2.connection
import h2.events

AUTHENTICATION_WANTED = b"R\0\0\0\x08\0\0\0\x03"
PONG = b"+PONG\r\n"
AMQP_START = b"\1\0\0\0\0\0\x12\0\x0a\0\x0a\0\x09" + bytes(12) + b"\xce"
SERVING = b"\0\0\0\0\2\x08\1"


def says(data):
    """A server that answers what it is asked first with ``data``."""

    async def handler(reader, writer):
        await reader.read(1)
        writer.write(data)
        await reader.read()
        writer.close()

    return handler


async def grpc(reader, writer):
    """Says SERVING to whatever is asked."""
    http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    http2.initiate_connection()
    writer.write(http2.data_to_send())
    while data := await reader.read(65536):
        for event in http2.receive_data(data):
            if isinstance(event, h2.events.StreamEnded):
                http2.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/grpc")])
                http2.send_data(event.stream_id, SERVING)
                http2.send_headers(event.stream_id, [("grpc-status", "0")], end_stream=True)
        writer.write(http2.data_to_send())
    writer.close()


SERVERS = {
    "database": says(AUTHENTICATION_WANTED),
    "cache": says(PONG),
    "queue": says(AMQP_START),
    "payments": grpc,
    "mail": says(b""),
}


@contextmanager
def running():
    """All of them, on ports of the loopback: each one's port by its name."""
    ports: dict[str, int] = {}
    started = threading.Event()
    waker, waking = socket.socketpair()

    async def main():
        async with AsyncExitStack() as stack:
            for name, handler in SERVERS.items():
                server = await stack.enter_async_context(await asyncio.start_server(handler, "127.0.0.1", 0))
                ports[name] = server.sockets[0].getsockname()[1]
            started.set()
            waking.setblocking(False)
            await asyncio.get_running_loop().sock_recv(waking, 1)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    started.wait()
    try:
        yield ports
    finally:
        waker.send(b".")
        thread.join()
        waker.close()
        waking.close()
