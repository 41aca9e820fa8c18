"""Peers for the tests of net: real sockets on loopback, and certificates good and bad."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import threading
import time
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wherry.core.network import NetworkSettings
from wherry.core.trace import Trace
from wherry.loop import fast_event_loop
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as files."""

    cert: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


@dataclass(frozen=True)
class Certificates:
    """``ca`` is the file of the authority that signed all but ``self_signed`` and ``stranger``."""

    ca: Path
    server: Identity
    expired: Identity
    future: Identity
    wrong_name: Identity
    self_signed: Identity
    stranger: Identity
    client: Identity


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))

    def issued(name: str, leaf: trustme.LeafCert) -> Identity:
        identity = Identity(folder / f"{name}.pem", folder / f"{name}.key")
        identity.cert.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(str(identity.key))
        return identity

    def issue(*names: str, **options: datetime.datetime) -> trustme.LeafCert:
        return authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA, **options)

    here = ("localhost", "127.0.0.1", "::1")
    stranger = trustme.CA(organization_name="Strangers", key_type=trustme.KeyType.ECDSA)
    return Certificates(
        ca=ca,
        server=issued("server", issue(*here)),
        expired=issued("expired", issue(*here, not_before=NOW - 30 * DAY, not_after=NOW - 2 * DAY)),
        future=issued("future", issue(*here, not_before=NOW + 2 * DAY, not_after=NOW + 30 * DAY)),
        wrong_name=issued("wrong", issue("other.example", "www.other.example")),
        self_signed=_self_signed(folder),
        stranger=issued("stranger", stranger.issue_cert(*here, key_type=trustme.KeyType.ECDSA)),
        client=issued("client", issue("client@example.com")),
    )


def _self_signed(folder: Path) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW - DAY, NOW + DAY)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    identity = Identity(folder / "self.pem", folder / "self.key")
    identity.cert.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    identity.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return identity


@pytest.fixture(params=["asyncio", "fast"])
def run(request: pytest.FixtureRequest) -> Callable[[Awaitable[object]], object]:
    """Runs a coroutine in an event loop: asyncio's own, and the one that wherry uses."""
    factory = fast_event_loop if request.param == "fast" else asyncio.new_event_loop

    def run(main: Awaitable[object]) -> object:
        async def bounded() -> object:
            async with asyncio.timeout(20):  # a hang fails its own test
                return await main

        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(bounded())

    return run


@pytest.fixture
def serve() -> Callable[..., object]:
    """``async with serve(handler, tls=None) as port``: each connection is handed to ``handler(reader, writer)``."""

    @asynccontextmanager
    async def serve(
        handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        tls: ssl.SSLContext | None = None,
    ) -> AsyncIterator[int]:
        tasks: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await handler(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                pass  # the client went
            finally:
                tasks.discard(task)
                writer.close()
                with suppress(ConnectionError, ssl.SSLError, TimeoutError):
                    await writer.wait_closed()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)

    return serve


@pytest.fixture
def openssl_serve() -> Callable[[ssl.SSLContext], object]:
    """``with openssl_serve(context) as port``: greets over TLS, in a thread.

    asyncio's servers keep the alert to themselves with which OpenSSL ends a handshake; this sends it.
    """

    @contextmanager
    def serve(context: ssl.SSLContext) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def accept() -> None:
                while True:
                    try:
                        raw, _ = listener.accept()
                    except OSError:
                        return
                    with raw, suppress(OSError), context.wrap_socket(raw, server_side=True) as secured:
                        secured.sendall(b"hello\n")
                        secured.recv(1)

            thread = threading.Thread(target=accept)
            thread.start()
            try:
                yield listener.getsockname()[1]
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()

    return serve


@pytest.fixture
def network() -> Callable[..., Network]:
    """``network(cacert=..., ...)`` with nothing in the environment."""

    def make(environ: dict[str, str] | None = None, **settings: object) -> Network:
        return Network(NetworkSettings(**settings), environ or {})

    return make


@pytest.fixture
def trace() -> Trace:
    return Trace(time.monotonic)
