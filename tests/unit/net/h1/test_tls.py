"""The same over TLS."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from wherry.errors import UsageError
from wherry.net.h1.limits import Limits
from wherry.net.h1.tls import server_context

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.net.h1.exchange import Exchange

GOOD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> tuple[Path, Path]:
    certificate = authority.issue_cert("127.0.0.1")
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(paths[0])
    certificate.private_key_pem.write_to_path(paths[1])
    return paths


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def test_requests(rig: Any, files: tuple[Path, Path], client_tls: ssl.SSLContext) -> None:
    async def main() -> None:
        async with rig.serving(rig.echo, tls=server_context(*files), client_tls=client_tls) as served:
            client = await served.client()
            assert client.writer.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1"
            body = b"x" * 300_000
            answer = await client.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + body)
            assert answer.body == body
            assert (await client.ask(GOOD)).status == 200
            assert served.over[0].scheme == "https"

    rig.run(main())


def test_refusal(rig: Any, files: tuple[Path, Path], client_tls: ssl.SSLContext) -> None:
    async def main() -> None:
        limits = Limits(linger_s=0.05)
        async with rig.serving(limits=limits, tls=server_context(*files), client_tls=client_tls) as served:
            client = await served.client()
            answer = await client.ask(b"GET / HTTP/1.1\r\n\r\n")
            assert (answer.status, answer.header("connection")) == (400, "close")
            await client.close()

    rig.run(main())


def test_the_end_of_the_connection_ends_the_body(
    rig: Any, files: tuple[Path, Path], client_tls: ssl.SSLContext
) -> None:
    """TLS cannot be half closed: to linger would keep the client waiting."""

    def handler(exchange: Exchange) -> None:
        exchange.start(200)
        exchange.write(b"abc")
        if exchange.request.path == "/cut":
            exchange.cut()
        else:
            exchange.end()

    async def main() -> None:
        limits = Limits(linger_s=3600)
        async with rig.serving(handler, limits, tls=server_context(*files), client_tls=client_tls) as served:
            for path in (b"/", b"/cut"):
                client = await served.client()
                await client.send(b"GET " + path + b" HTTP/1.0\r\n\r\n")
                assert (await client.rest()).endswith(b"\r\n\r\nabc")
            while len(served.over) < 2:
                await asyncio.sleep(0)
            assert served.over[0].ended
            assert not served.over[1].ended

    rig.run(main())


def test_plain_http_and_a_failed_handshake_leave_nothing(rig: Any, files: tuple[Path, Path]) -> None:
    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        async with rig.serving(tls=server_context(*files)) as served:
            client = await served.client()
            await client.send(GOOD)
            assert b"HTTP/" not in await client.rest()
            assert served.server.stats.requests == 0

    rig.run(main())


def test_files_that_will_not_do(files: tuple[Path, Path], authority: trustme.CA, tmp_path: Path) -> None:
    certificate, key = files
    with pytest.raises(UsageError, match="No such file"):
        server_context(tmp_path / "none", key)
    other = tmp_path / "other.pem"
    authority.issue_cert("127.0.0.1").private_key_pem.write_to_path(other)
    with pytest.raises(UsageError, match="does not belong to the certificate"):
        server_context(certificate, other)
    text = tmp_path / "text"
    text.write_text("no PEM")
    with pytest.raises(UsageError, match="do not hold a certificate and its key"):
        server_context(text, key)
    with pytest.raises(UsageError, match="do not hold a certificate and its key"):
        server_context(certificate)
