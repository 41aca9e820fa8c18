"""Opening connections, and each way in which that fails."""

from __future__ import annotations

import asyncio
import select
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wherry.core.network import Family, Resolve
from wherry.core.trace import Phase, Trace
from wherry.net.address import Address
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.race import connect_first, interleaved

needs_unix = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
# 127.0.0.0/8 is loopback as a whole, and a full queue drops what comes, on Linux alone.
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="another network stack")


async def greet(reader, writer):
    writer.write(b"hello\n")
    await writer.drain()
    await reader.read()


async def talk(net, place, trace, **options):
    stream = await dial(net, place, trace, **options)
    try:
        return await stream.readline(), stream.peer
    finally:
        await stream.aclose()


@pytest.fixture
def closed_port():
    """A port that is taken and not listened on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        pytest.param("localhost", {}, id="name"),
        pytest.param("127.0.0.1", {}, id="address"),
        pytest.param(
            "elsewhere.example", {"resolve": (Resolve("elsewhere.example", None, "127.0.0.1"),)}, id="resolve"
        ),
        pytest.param("Elsewhere.example.", {"resolve": (Resolve("elsewhere.example", None, "127.0.0.1"),)}, id="fqdn"),
        pytest.param(
            "two.example",
            {"resolve": tuple(Resolve("two.example", None, ip) for ip in ("::1", "127.0.0.1"))},
            id="the address that works",
        ),
    ],
)
def test_it_connects(run, serve, network, trace, host, settings):
    async def main():
        async with serve(greet) as port:
            return port, *await talk(network(**settings), Place(host, port), trace)

    port, line, peer = run(main())
    assert (line, peer) == (b"hello\n", Address("127.0.0.1", port))
    assert set(trace.seconds) == {Phase.DNS, Phase.CONNECT}
    assert trace.phase is None


def test_an_address_is_pinned(run, serve, network, trace):
    async def main():
        async with serve(greet) as port:
            return await talk(network(), Place("no.such.invalid", port), trace, address=Address("127.0.0.1", port))

    assert run(main())[0] == b"hello\n"


@needs_unix
def test_a_unix_socket(run, network, trace, tmp_path):
    path = str(tmp_path / "s")

    async def main():
        async def handle(reader, writer):
            await greet(reader, writer)
            writer.close()

        server = await asyncio.start_unix_server(handle, path)
        async with server:
            return await talk(network(), Place(socket=path), trace)

    assert run(main()) == (b"hello\n", None)
    assert set(trace.seconds) == {Phase.CONNECT}


@needs_unix
@pytest.mark.parametrize(
    ("path", "reason", "words", "broken"),
    [
        pytest.param("missing", Reason.REFUSED, "no such socket", False, id="missing"),
        pytest.param("stale", Reason.REFUSED, "connection refused", False, id="nobody listens"),
        pytest.param("file", Reason.REFUSED, "connection refused", False, id="a file"),
        pytest.param("x" * 200, Reason.UNREACHABLE, "too long", True, id="too long"),
    ],
)
def test_a_unix_socket_that_fails(run, network, trace, tmp_path, path, reason, words, broken):
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "stale"))
    (tmp_path / "file").touch()
    with pytest.raises(NetFailure, match=words) as caught:
        run(talk(network(), Place(socket=str(tmp_path / path)), trace))
    assert (caught.value.reason, caught.value.phase, caught.value.broken) == (reason, Phase.CONNECT, broken)


@needs_linux
def test_a_unix_socket_whose_queue_is_full(run, network, trace, tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as first:
        server.bind(path)
        server.listen(0)
        first.connect(path)
        with pytest.raises(NetFailure, match="temporarily unavailable") as caught:
            run(talk(network(), Place(socket=path), trace))
    assert (caught.value.phase, caught.value.broken) == (Phase.CONNECT, False)


def test_refused_names_the_address(run, network, trace, closed_port):
    with pytest.raises(NetFailure) as caught:
        run(talk(network(), Place("127.0.0.1", closed_port), trace))
    assert str(caught.value) == f"127.0.0.1:{closed_port}: connection refused"
    assert (caught.value.reason, caught.value.phase) == (Reason.REFUSED, Phase.CONNECT)


@needs_linux
def test_refused_names_every_address(run, network, trace, closed_port):
    ips = [f"127.0.0.{last}" for last in range(1, 7)]
    net = network(resolve=tuple(Resolve("many.example", None, ip) for ip in ips))
    with pytest.raises(NetFailure) as caught:
        run(talk(net, Place("many.example", closed_port), trace))
    listed = "127.0.0.1, 127.0.0.2, 127.0.0.3, 127.0.0.4 and 2 more"
    assert str(caught.value) == f"many.example:{closed_port} ({listed}): connection refused"


@needs_linux
def test_different_failures_stand_side_by_side(run, network, trace, closed_port):
    # 2001:db8::/32 is for documentation: no machine routes it. What the system says to that differs.
    net = network(resolve=(Resolve("two.example", None, "127.0.0.1"), Resolve("two.example", None, "255.255.255.255")))
    with pytest.raises(NetFailure, match=r"connection refused \(127.0.0.1\); .* \(255.255.255.255\)"):
        run(talk(net, Place("two.example", closed_port), trace))


@pytest.mark.parametrize(
    ("host", "settings", "words"),
    [
        pytest.param("127.0.0.1", {"family": Family.V6}, "127.0.0.1 has no IPv6 address", id="literal"),
        pytest.param(
            "a.example", {"family": Family.V6, "resolve": (Resolve("a.example", None, "127.0.0.1"),)},
            "a.example has no IPv6 address", id="resolve",
        ),
        pytest.param("x" * 300 + ".example", {}, "is not a host name|no such host", id="no name at all"),
        pytest.param("ü" * 80, {}, "is not a host name", id="no international name"),
    ],
)  # fmt: skip
def test_names_without_an_address(run, network, trace, host, settings, words):
    with pytest.raises(NetFailure, match=words) as caught:
        run(talk(network(**settings), Place(host, 1), trace))
    assert (caught.value.reason, caught.value.phase) == (Reason.DNS, Phase.DNS)


@needs_linux
def test_a_full_queue_times_out_while_connecting(run, network, trace):
    """A listener that accepts nothing and whose queue is full drops what comes, as a black hole does."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))

            async def main():
                async with bounded(asyncio.get_running_loop().time() + 0.1, trace):
                    await talk(network(), Place("127.0.0.1", port), trace)

            with pytest.raises(NetFailure) as caught:
                run(main())
        finally:
            for filler in fillers:
                filler.close()
    assert str(caught.value).endswith(f"ms while connecting to 127.0.0.1:{port}")
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, Phase.CONNECT)


@needs_linux
def test_a_slow_address_does_not_hold_the_next(run, serve):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        slow = Address("127.0.0.1", deaf.getsockname()[1])
        fillers = [socket.socket() for _ in range(4)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex((slow.ip, slow.port))

            async def main():
                async with serve(greet) as port:
                    quick = Address("127.0.0.1", port)
                    connected, address = await connect_first([slow, quick], "two.example")
                    connected.close()
                    return address == quick

            assert run(main())
        finally:
            for filler in fillers:
                filler.close()


def test_what_is_small_is_sent_at_once():
    """Nagle's algorithm would hold a body back until the head's receipt came, 40 ms later."""

    async def main():
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        async with server:
            sock, _ = await connect_first([Address(*server.sockets[0].getsockname())], "here")
            transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=sock)
            try:
                return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            finally:
                transport.close()

    with asyncio.Runner() as runner:  # uvloop does it in any case
        assert runner.run(main())


def test_families_take_turns():
    four = [Address(f"10.0.0.{n}", 1) for n in range(3)]
    six = [Address(f"fd00::{n}", 1) for n in range(1)]
    assert interleaved([*six, *four]) == [six[0], four[0], four[1], four[2]]
    assert interleaved([*four, *six]) == [four[0], six[0], four[1], four[2]]


async def say_half(reader, writer):
    await reader.read(1)
    writer.write(b"half")
    await writer.drain()


async def say_reset(reader, writer):
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize(
    ("read", "handler", "reason", "words"),
    [
        pytest.param("readline", say_half, Reason.CLOSED, "closed the connection after 4 bytes", id="end in a line"),
        pytest.param("exactly", say_half, Reason.CLOSED, "closed the connection after 4 bytes", id="end too early"),
        pytest.param("readline", say_reset, Reason.RESET, "connection reset by the peer", id="reset"),
        pytest.param("short line", greet, Reason.PROTOCOL, "a line of more than 3 bytes", id="long line"),
    ],
)
def test_reading_fails(run, serve, network, trace, read, handler, reason, words):
    async def main():
        async with serve(handler) as port:
            stream = await dial(network(), Place("localhost", port), trace)
            try:
                stream.write(b"x")
                match read:
                    case "readline":
                        await stream.readline()
                    case "exactly":
                        await stream.read_exactly(10)
                    case _:
                        await stream.readline(3)
            finally:
                await stream.aclose()
                await stream.aclose()

    with pytest.raises(NetFailure, match=words) as caught:
        run(main())
    assert caught.value.reason is reason


def test_an_idle_connection_that_has_ended_is_not_quiet(run, network, trace):
    """Even where the event loop had no turn to notice: a request sent there would be lost."""

    async def main():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            stream = await dial(network(), Place(*listener.getsockname()), trace)
            peer, _ = listener.accept()
            quiet = stream.quiet()
            peer.close()
            descriptor = stream._wire._transport.get_extra_info("socket").fileno()
            select.select([descriptor], [], [], 10)
            ended = not stream.quiet()
            await stream.aclose()
            return quiet, ended

    assert run(main()) == (True, True)


def test_a_fast_peer_is_held_by_a_slow_reader(run, serve, network, trace):
    total = 30_000_000
    written = []

    async def handle(reader, writer):
        for _ in range(total // 1_000_000):
            writer.write(bytes(1_000_000))
            await writer.drain()
            written.append(1_000_000)

    async def main():
        async with serve(handle) as port:
            stream = await dial(network(), Place("localhost", port), trace)
            first = len(await stream.read(1))
            for _ in range(200):
                await asyncio.sleep(0)
            held = sum(written)
            rest = 0
            while data := await stream.read():
                rest += len(data)
            await stream.aclose()
            return held, first + rest

    held, received = run(main())
    assert received == total
    assert held < total


def test_a_black_hole_for_names_holds_neither_deadline_nor_exit(network, monkeypatch):
    """The one thing replaced here is the resolver that never answers: none can be had on loopback without root."""
    import threading

    release = threading.Event()
    asked = []

    def getaddrinfo(name, *args, **kwargs):
        asked.append(name)
        release.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    net = network()
    trace = Trace(time.monotonic)

    async def attempt():
        async with bounded(asyncio.get_running_loop().time() + 0.05, trace):
            await dial(net, Place("slow.example", 1), trace)

    async def main():
        for _ in range(3):
            with pytest.raises(NetFailure, match=r"timed out after [0-9.]+ms while looking up slow.example"):
                await attempt()

    try:
        asyncio.run(main())
        assert not release.is_set()
        assert asked == ["slow.example"], "one question is asked once, however many wait for its answer"
    finally:
        release.set()


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "app.localhost"])
def test_localhost_needs_neither_a_file_nor_a_server(run, serve, network, trace, monkeypatch, host):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "in the system's words")

    net = network()

    async def main():
        async with serve(greet) as port:
            monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
            return await talk(net, Place(host, port), trace)

    assert run(main())[0] == b"hello\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(socket.EAI_NONAME, "no such host: a.example", id="NXDOMAIN"),
        pytest.param(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "a.example", id="no address"),
        pytest.param(socket.EAI_AGAIN, "looking up a.example: the name server does not answer or fails", id="SERVFAIL"),
        pytest.param(socket.EAI_FAIL, "looking up a.example: the name server refuses or fails", id="REFUSED"),
    ],
)
def test_what_the_resolver_says(run, network, trace, monkeypatch, number, words):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(number, "in the system's words")

    net = network()

    async def main():
        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", getaddrinfo)
            await dial(net, Place("a.example", 1), trace)

    with pytest.raises(NetFailure, match=words) as caught:
        run(main())
    assert caught.value.reason is Reason.DNS


@needs_linux
def test_no_descriptor_is_left_behind(run, serve, network, trace, certificates):
    """After connections that worked, failed, were refused and were cancelled."""

    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    async def main():
        net = network(cacert=str(certificates.ca))
        async with (
            serve(greet) as port,
            serve(greet, certificates.expired.server()) as expired,
            serve(say_half) as half,
        ):

            async def once():
                await talk(net, Place("localhost", port), trace)
                for place in (
                    Place("localhost", expired, tls=True),
                    Place("localhost", half, tls=True),
                    Place("127.0.0.1", 1),
                ):
                    with pytest.raises(NetFailure):
                        await talk(net, place, trace)
                task = asyncio.create_task(talk(net, Place("localhost", expired, tls=True), trace))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

            await once()
            before = descriptors()
            for _ in range(5):
                await once()
            # The peers, in this same process, need their turn to close.
            while descriptors() > before:
                await asyncio.sleep(0)

    run(main())


EXITS = """
import asyncio, socket, time
socket.getaddrinfo = lambda *_args, **_named: time.sleep(600)
from wherry.core.network import NetworkSettings
from wherry.core.trace import Trace
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, bounded
from wherry.net.network import Network

async def main():
    trace = Trace(time.monotonic)
    try:
        async with bounded(asyncio.get_running_loop().time() + 0.05, trace):
            await dial(Network(NetworkSettings(), {}), Place("slow.example", 1), trace)
    except NetFailure as exc:
        print(exc.reason)

asyncio.run(main())
"""


def test_a_resolver_that_hangs_does_not_hold_the_process():
    done = subprocess.run([sys.executable, "-c", EXITS], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "timeout\n"
    assert done.stderr == ""
