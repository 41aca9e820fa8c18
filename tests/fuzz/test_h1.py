"""A flood of malformed requests: no crash, no hang, nothing left behind, and no request that depends on how it was cut.

Hypothesis picks a seed and a few well-formed requests; from these, hundreds of broken ones are made. Each is fed to two
connections, whole and in pieces, which must answer alike: a front server sees the same bytes in other pieces, and what
is one request to it must be one request here. WHERRY_FUZZ_INPUTS sets how many are made.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from wherry.loop import fast_event_loop
from wherry.net.h1.connection import Connection
from wherry.net.h1.limits import Limits
from wherry.net.h1.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.net.h1.exchange import Exchange

INPUTS = int(os.environ.get("WHERRY_FUZZ_INPUTS", "100000"))
OVER_SOCKETS = 1500
_EACH = 500  # inputs made from one example
_TURNS = 40  # of the loop: more than the pipelined requests of one input take
_LIMITS = Limits(
    request_line=300, head=1000, headers=20, body=5000, drained=500, inbox=1000, pipelined=1000, linger_s=5
)

CORPUS = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /a?b=c HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a.example:80\r\nConnection: close\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3;x=y\r\nabc\r\n0\r\nT:u\r\n\r\n",
    b"POST /unread HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"PUT /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n" + b"x" * 600,
    b"POST /stream HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://b/c HTTP/1.1\r\nHost: a\r\nX-Long: " + b"y" * 200 + b"\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03",
]
TOKENS = [
    *(
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\n\n",
        b" ",
        b"\t",
        b"\0",
        b":",
        b": ",
        b",",
        b";",
        b"\x7f",
        b"\x80",
        b"\xff",
    ),
    *(b"0", b"1", b"-1", b"+5", b"5", b"ffffffffffffffff", b"99999999999999999999", b"0x5", b"5 ", b" 5", b"5,5"),
    *(b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b" HTTP/1.1\r\n", b"GET ", b"POST ", b"CONNECT ", b"/", b"*"),
    *(b"Host: b\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(b"Transfer-Encoding: gzip, chunked\r\n", b"Connection: close\r\n", b"Connection: keep-alive\r\n"),
    *(b"Expect: 100-continue\r\n", b"Upgrade: x\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b"a" * 400, b"A: b\r\n" * 25),
]


def mutated(seeds: list[bytes], dice: random.Random) -> bytes:
    """One or more of ``seeds`` behind each other, broken in a few places."""
    data = bytearray(b"".join(dice.choices(seeds, k=dice.choice((1, 1, 2, 3)))))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(7):
            case 0:
                data[at:at] = dice.choice(TOKENS)
            case 1:
                data[at : at + dice.randrange(1, 8)] = dice.choice(TOKENS)
            case 2:
                del data[at : at + dice.randrange(1, 8)]
            case 3 if at < len(data):
                data[at] = dice.randrange(256)
            case 4:
                data[at:at] = data[dice.randrange(len(data) + 1) :][: dice.randrange(1, 40)]
            case 5:
                del data[at:]
            case _:
                lines = data.split(b"\r\n")
                dice.shuffle(lines)
                data = bytearray(b"\r\n".join(lines))
    return bytes(data)


def pieces(data: bytes, dice: random.Random) -> Iterator[bytes]:
    """``data`` cut anywhere, sometimes into single bytes."""
    longest = dice.choice((1, 5, 50, 500, 500))
    at = 0
    while at < len(data):
        step = dice.randint(1, longest)
        yield data[at : at + step]
        at += step


def handler(exchange: Exchange) -> None:
    path = exchange.request.raw_path
    if path == "/echo":
        exchange.spawn(_echo(exchange))
    elif path == "/stream":
        exchange.spawn(_stream(exchange))
    else:
        exchange.respond(200, (("x-method", exchange.request.method),), exchange.request.target.encode())


async def _echo(exchange: Exchange) -> None:
    exchange.respond(200, (), await exchange.read_body(3000))


async def _stream(exchange: Exchange) -> None:
    body = b"".join([part async for part in exchange.body()])
    exchange.start(200)
    exchange.write(body)
    await exchange.drain()
    exchange.end()


class Wire(asyncio.Transport):
    """A transport without a socket. Like asyncio's, it tells of the end later, and once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.output = b""
        self.closing = self.ended = False
        self.reading = True
        self._connection = connection
        connection.connection_made(self)

    def write(self, data: Any) -> None:
        assert not self.ended, "written after the end"
        assert data, "an empty write"
        self.output += data

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        if not self.closing:
            self.closing = self.ended = True
            asyncio.get_running_loop().call_soon(self._connection.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        assert self.reading
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading
        self.reading = True

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


class Faults:
    """A log in which nothing may stand but refusals."""

    def error(self, message: str, **fields: Any) -> None:
        raise AssertionError(f"{message}: {fields}")

    def debug(self, message: str, **fields: Any) -> None:
        assert message == "request refused"
        assert 400 <= fields["status"] <= 505


async def answers(server: Server, parts: Iterator[bytes]) -> list[bytes]:
    """What a connection says to ``parts``, as comparable answers."""
    connection = Connection(server, "http")
    wire = Wire(connection)
    for part in parts:
        if wire.closing:
            break
        if wire.reading:
            connection.data_received(part)
        for _ in range(20):
            if wire.reading:
                break
            await asyncio.sleep(0)
            if wire.reading:
                connection.data_received(part)
                break
    # A client that closes while its answer is made does not get it: let the answers to all whole requests come first.
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if not server.busy:
            break
    assert not (wire.ended and connection._buffer), "what nobody will read is kept"
    if not wire.closing:
        connection.eof_received()
        wire.close()
    while server.connections or server.busy:
        await asyncio.sleep(0)
    return comparable(wire.output)


_ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[!-9;-~]+: [^\r\n]*\r\n)*)\r\n")
_CHUNK = re.compile(rb"([0-9a-f]+)\r\n")
_VARYING = re.compile(rb"(?:date|connection): [^\r\n]*\r\n")


def _end_of_chunks(output: bytes, at: int) -> int:
    """Where the chunked body that starts at ``at`` ends, 0 if it is cut short."""
    while match := _CHUNK.match(output, at):
        at = match.end() + int(match[1], 16) + 2
        if match[1] == b"0":
            return at if at <= len(output) else 0
    return 0


def comparable(output: bytes, *, whole: bool = True) -> list[bytes]:
    """The well-formed answers in ``output``; a refusal is reduced to being one: which flaw is seen first may vary.

    Not ``whole``: the last one may be cut short, as it is for a client that closes while its answer is made.
    """
    found: list[bytes] = []
    at = 0
    while at < len(output):
        match = _ANSWER.match(output, at)
        assert match, output[at:]
        status, fields = match.groups()
        at = match.end()
        if status == b"100":
            continue
        length = re.search(rb"content-length: (\d+)\r\n", fields)
        if length and b"x-method: HEAD" not in fields:
            body = output[at : at + int(length[1])]
            assert len(body) == int(length[1]) or not whole
        elif b"transfer-encoding: chunked" in fields:
            end = _end_of_chunks(output, at)
            assert end or not whole
            body = output[at : end or len(output)]
        else:
            body = output[at:] if b"close" in fields and not length else b""
        at += len(body)
        if status >= b"400":
            assert b"connection: close\r\n" in fields
            assert at == len(output), "something follows a refusal"
            found.append(b"refused")
        else:
            found.append(status + _VARYING.sub(b"", fields) + body)
    return found


@settings(
    max_examples=max(1, INPUTS // _EACH),
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a smaller seed is no simpler input; the note shows the one that failed
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32), seeds=st.lists(st.sampled_from(CORPUS), min_size=1, max_size=4))
def test_malformed_requests(seed: int, seeds: list[bytes]) -> None:
    dice = random.Random(seed)

    async def main() -> None:
        server = Server(handler, _LIMITS, Faults())
        asyncio.get_running_loop().set_exception_handler(_unhandled)
        for _ in range(_EACH):
            data = mutated(seeds, dice)
            cuts = list(pieces(data, dice))
            whole = await answers(server, iter([data] if data else []))
            cut = await answers(server, iter(cuts))
            if whole != cut:
                note(f"{data!r} in {cuts!r}")
            assert whole == cut
        await server.drain(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with asyncio.Runner(loop_factory=fast_event_loop) as runner:
        runner.run(main())


def _unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    raise AssertionError(context)


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if sys.platform.startswith("linux") else 0


def test_malformed_requests_over_sockets() -> None:
    dice = random.Random(2)

    async def main() -> None:
        server = Server(handler, _LIMITS, Faults())
        [(_, port)] = await server.listen("127.0.0.1", 0)
        before = _descriptors()

        async def one() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                for piece in pieces(mutated(CORPUS, dice), dice):
                    writer.write(piece)
                    await asyncio.sleep(0)
                if dice.random() < 0.8:
                    writer.write_eof()
                    comparable(await reader.read(), whole=False)
                else:
                    writer.transport.abort()
            except ConnectionError:
                pass
            finally:
                writer.close()

        for _ in range(OVER_SOCKETS // 50):
            await asyncio.gather(*[one() for _ in range(50)])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /alive HTTP/1.0\r\n\r\n")
        assert (await reader.read()).endswith(b"/alive"), "and it still serves"
        writer.close()
        while server.connections or server.busy:
            await asyncio.sleep(0.01)
        assert _descriptors() <= before
        assert await server.drain(1) == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with asyncio.Runner(loop_factory=fast_event_loop) as runner:
        runner.run(main())
