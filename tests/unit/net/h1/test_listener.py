"""Where a server listens."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from wherry.errors import WherryError
from wherry.net.h1.server import Server

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.net.h1.exchange import Exchange

GOOD = b"GET / HTTP/1.0\r\n\r\n"
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Unix sockets in asyncio")


async def _ask(*address: Any) -> bytes:
    if len(address) == 1:
        reader, writer = await asyncio.open_unix_connection(address[0])
    else:
        reader, writer = await asyncio.open_connection(*address)
    writer.write(GOOD)
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n\r\n")[2]


def _peer(exchange: Exchange) -> None:
    exchange.respond(200, (), exchange.peer.encode())


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_port_zero_is_one_port_on_every_address(rig: Any) -> None:
    async def main() -> None:
        server = Server(_peer)
        bound = await server.listen("", 0)
        assert len({port for _, port in bound}) == 1
        assert bound[0][1] > 0
        assert (await _ask("127.0.0.1", bound[0][1])).startswith(b"127.0.0.1:")
        if _has_ipv6():
            assert {host for host, _ in bound} == {"0.0.0.0", "::"}
            assert (await _ask("::1", bound[0][1])).startswith(b"[::1]:")
        await server.drain(1)

    rig.run(main())


def test_a_port_that_is_taken(rig: Any) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(WherryError, match=f"listen on 127.0.0.1:{port}: Address already in use") as caught:
                await Server(_peer).listen("127.0.0.1", port)
            assert caught.value.hint

    rig.run(main())


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours(rig: Any, host: str) -> None:
    async def main() -> None:
        with pytest.raises(WherryError, match=f"listen on {host}:0: "):
            await Server(_peer).listen(host, 0)

    rig.run(main())


@unix
def test_unix_socket(rig: Any, tmp_path: Path) -> None:
    path = tmp_path / "s"

    async def main() -> None:
        server = Server(_peer)
        await server.listen_unix(path, mode=0o600)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert await _ask(str(path)) == b"unix"
        with pytest.raises(WherryError, match="Address already in use"):
            await Server(_peer).listen_unix(path)
        assert await _ask(str(path)) == b"unix", "the first one still has it"
        await server.drain(1)
        assert not path.exists()

    rig.run(main())


@unix
def test_a_socket_file_left_over_is_replaced_and_any_other_file_is_not(rig: Any, tmp_path: Path) -> None:
    async def main() -> None:
        left = tmp_path / "left"
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(str(left))
        server = Server(_peer)
        await server.listen_unix(left)
        assert await _ask(str(left)) == b"unix"
        await server.drain(1)
        precious = tmp_path / "file"
        precious.write_text("precious")
        with pytest.raises(WherryError):
            await Server(_peer).listen_unix(precious)
        assert precious.read_text() == "precious"

    rig.run(main())


@unix
def test_an_inherited_socket(rig: Any) -> None:
    async def main() -> None:
        server = Server(_peer)
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        await server.listen_socket(socket.socket(fileno=os.dup(sock.fileno())))
        sock.close()
        assert (await _ask("127.0.0.1", port)).startswith(b"127.0.0.1:")
        await server.drain(1)

    rig.run(main())
