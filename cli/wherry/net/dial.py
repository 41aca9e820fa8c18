"""Opening a connection: name, addresses, proxy, TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.core.trace import Phase, Trace
from wherry.net.address import Address, ascii_host
from wherry.net.connect import connect
from wherry.net.failure import NetFailure, Reason, os_words
from wherry.net.race import connect_first
from wherry.net.stream import Stream, Wire

if TYPE_CHECKING:
    from wherry.core.certificate import Certificate
    from wherry.net.network import Network
    from wherry.net.proxies import Proxy

# A second look at a refused certificate is a courtesy: it may not take long.
_SECOND_LOOK_S: Final = 2.0


class Place(Record):
    """Where to connect: ``host`` and ``port``, or the path of a Unix ``socket``.

    ``server_name`` is what the certificate must be for, where that is not ``host``.
    """

    host: str = ""
    port: int = 0
    socket: str = ""
    tls: bool = False
    server_name: str | None = None

    @property
    def certified(self) -> str:
        """The name or address that the certificate must be for."""
        return (self.server_name or self.host or "localhost").rstrip(".").partition("%")[0]

    def __str__(self) -> str:
        if self.socket:
            return self.socket
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


async def dial(
    network: Network,
    place: Place,
    trace: Trace,
    address: Address | None = None,
    *,
    alpn: tuple[str, ...] = (),
    scheme: str = "",
) -> Stream:
    """Connect to ``place``; ``address`` is dialled in place of all that its name stands for. Raises NetFailure.

    ``trace`` goes through DNS, CONNECT, PROXY and TLS, and stays in the phase that failed. A proxy that the user named
    is gone through (by CONNECT) whatever is spoken, those of the environment where ``scheme`` is http or https.
    """
    proxy = None if place.socket else network.proxy(scheme, place.host, place.port)
    stream = await _open(network, place, trace, address, proxy)
    if place.tls:
        try:
            await secure(network, stream, place, trace, address, alpn=alpn, scheme=scheme)
        except BaseException:
            await stream.aclose()
            raise
    trace.end()
    return stream


async def secure(
    network: Network,
    stream: Stream,
    place: Place,
    trace: Trace,
    address: Address | None = None,
    *,
    alpn: tuple[str, ...] = (),
    scheme: str = "https",
) -> None:
    """Turn ``stream``, a connection to ``place``, into a TLS one. Raises NetFailure(TLS).

    Where the server's certificate is refused, a second connection tells what is wrong with it.
    """
    trace.begin(Phase.TLS, str(place))
    try:
        await stream.start_tls(network.tls_context(alpn=alpn), ascii_host(place.certified))
    except NetFailure as exc:
        words, hint = exc.message, exc.hint
        if isinstance(exc.__cause__, ssl.SSLCertVerificationError):
            from wherry.net.certificate import explain_certificate

            await stream.aclose()
            proxy = None if place.socket else network.proxy(scheme, place.host, place.port)
            pinned = address or (stream.peer if proxy is None else None)
            certificate = await _second_look(network, place, pinned, proxy)
            words, hint = explain_certificate(exc.__cause__, certificate, place.certified, time.time())
        broken = exc.broken
        raise NetFailure(f"{place}: {words}", reason=exc.reason, phase=Phase.TLS, broken=broken, hint=hint) from exc
    trace.end()


async def _open(network: Network, place: Place, trace: Trace, address: Address | None, proxy: Proxy | None) -> Stream:
    """A connection to ``place`` without TLS."""
    if place.socket:
        return await _unix(place.socket, trace)
    if proxy is None:
        trace.begin(Phase.DNS, place.host)
        addresses = [address] if address else await network.addresses(place.host, place.port)
        return await _tcp(addresses, str(place), trace)
    from wherry.net.tunnel import tunnel

    stream = await dial_proxy(network, proxy, trace)
    try:
        await tunnel(stream, proxy, address.ip if address else ascii_host(place.host), place.port, trace)
    except BaseException:
        await stream.aclose()
        raise
    return stream


async def dial_proxy(network: Network, proxy: Proxy, trace: Trace) -> Stream:
    """Connect to ``proxy`` itself. Raises NetFailure(PROXY)."""
    try:
        trace.begin(Phase.DNS, proxy.host)
        addresses = await network.addresses(proxy.host, proxy.port)
        stream = await _tcp(addresses, str(proxy), trace)
    except NetFailure as exc:
        raise NetFailure(f"proxy {exc.message}", reason=Reason.PROXY, phase=exc.phase, broken=exc.broken) from exc
    if proxy.tls:
        trace.begin(Phase.PROXY, str(proxy))
        try:
            await stream.start_tls(network.tls_context(), ascii_host(proxy.host))
        except BaseException as exc:
            await stream.aclose()
            if isinstance(exc, NetFailure):
                raise NetFailure(f"proxy {proxy}: {exc.message}", reason=Reason.PROXY, phase=Phase.PROXY) from exc
            raise
    return stream


async def _tcp(addresses: list[Address], place: str, trace: Trace) -> Stream:
    trace.begin(Phase.CONNECT, place)
    connected, address = await connect_first(addresses, place)
    return await _stream(connected, address)


async def _unix(path: str, trace: Trace) -> Stream:
    trace.begin(Phase.CONNECT, path)
    if not hasattr(socket, "AF_UNIX"):
        raise NetFailure("Unix sockets are not available here", reason=Reason.UNREACHABLE, broken=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await connect(sock, path)
    except OSError as exc:
        sock.close()
        reason, words, broken = os_words(exc)
        # Without a number it is about the path itself: too long for the system.
        broken = broken or exc.errno is None
        raise NetFailure(f"{path}: {words}", reason=reason, phase=Phase.CONNECT, broken=broken) from exc
    except BaseException:
        sock.close()
        raise
    return await _stream(sock, None)


async def _stream(sock: socket.socket, address: Address | None) -> Stream:
    loop = asyncio.get_running_loop()
    try:
        wire: Wire
        if address is None:
            _, wire = await loop.create_unix_connection(Wire, sock=sock)
        else:
            _, wire = await loop.create_connection(Wire, sock=sock)
    except BaseException:
        sock.close()
        raise
    return Stream(wire, address)


async def _second_look(
    network: Network, place: Place, address: Address | None, proxy: Proxy | None
) -> Certificate | None:
    """The certificate that was just refused, fetched once more without judging it: OpenSSL does not hand it over.

    Nothing is sent to this connection but the handshake, without our own certificate.
    """
    from wherry.net.certificate import peer_certificate

    stream = None
    try:
        async with asyncio.timeout(_SECOND_LOOK_S):
            stream = await _open(network, place, Trace(time.monotonic), address, proxy)
            await stream.start_tls(network.blind_context(), ascii_host(place.certified))
            return peer_certificate(stream.ssl_object)
    except (NetFailure, TimeoutError):
        return None
    finally:
        if stream is not None:
            await stream.aclose()
