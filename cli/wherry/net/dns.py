"""Asking a name server: one question over UDP, and over TCP where the reply does not fit."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.network import Family
from wherry.core.trace import Phase
from wherry.core.wire.dns import Question, Reply, decode_reply, framed
from wherry.core.wire.talk import NotThisProtocol
from wherry.net.address import Address, literal
from wherry.net.failure import NetFailure, Reason, explain
from wherry.net.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Address", "query", "resolve", "system_servers"]

# Seconds until a datagram is sent again; after the last the server counts as silent.
_PATIENCE_S: Final = (1.0, 2.0, 4.0)
_RESOLV_CONF: Final = Path("/etc/resolv.conf")


async def resolve(host: str, port: int, family: Family = Family.ANY) -> list[Address]:
    """The addresses of ``host`` as the system has them, hosts file included. Raises NetFailure(DNS)."""
    return await Resolver(family).resolve(host, port)


async def query(name: str, kind: str, server: Address | None = None) -> Sequence[str]:
    """The records of ``kind`` (A, MX, TXT, ...) that ``name`` has, as a zone file writes them.

    ``server`` None: the system's name servers, each in turn. Raises NetFailure(DNS) for a name that is not there or
    has no such record and for a server that fails, is silent or does not speak DNS; UsageError for what is no DNS name.
    """
    reply, asked = await _first_reply(name, kind, server)
    return _answers(reply, name, kind, asked)


async def ask(name: str, kind: str, server: Address | None = None) -> Reply:
    """The reply to the same question, whatever its code. Raises NetFailure(DNS) where there is none."""
    reply, _ = await _first_reply(name, kind, server)
    return reply


async def _first_reply(name: str, kind: str, server: Address | None) -> tuple[Reply, Address]:
    """The reply of the first server that gives one, and which that is."""
    servers = [server] if server is not None else system_servers()
    if not servers:
        hint = "name one: dns://NAME?server=ADDRESS"
        raise NetFailure("no name server is known here", reason=Reason.DNS, phase=Phase.DNS, broken=True, hint=hint)
    for rest, address in enumerate(servers, 1 - len(servers)):
        try:
            return await _ask(Question(name, kind, secrets.randbits(16)), address), address
        except NetFailure:
            if rest == 0:
                raise
    raise AssertionError


def system_servers(path: Path = _RESOLV_CONF) -> list[Address]:
    """The name servers that the system asks, from resolv.conf; none where there is no such file."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return []
    words = (line.split() for line in text.splitlines())
    ips = (literal(line[1].partition("%")[0]) for line in words if len(line) > 1 and line[0] == "nameserver")
    return [Address(ip, 53) for ip in ips if ip is not None]


def _answers(reply: Reply, name: str, kind: str, server: Address) -> Sequence[str]:
    if reply.code == 3:
        raise NetFailure(f"no such name: {name} (NXDOMAIN)", reason=Reason.DNS, phase=Phase.DNS)
    if reply.code != 0:
        raise NetFailure(f"name server {server}: {reply.code_name}", reason=Reason.DNS, phase=Phase.DNS)
    if not reply.answers:
        raise NetFailure(f"{name} has no {kind} record", reason=Reason.DNS, phase=Phase.DNS)
    return reply.answers


async def _ask(question: Question, server: Address) -> Reply:
    try:
        reply = await _over_udp(question, server)
        return await _over_tcp(question, server) if reply.truncated else reply
    except NotThisProtocol as exc:
        raise NetFailure(f"name server {server}: {exc}", reason=Reason.DNS, phase=Phase.DNS) from exc
    except (OSError, asyncio.IncompleteReadError) as exc:
        failure = explain(exc, Phase.DNS, about=f"name server {server}")
        raise NetFailure(failure.message, reason=Reason.DNS, phase=Phase.DNS, broken=failure.broken) from exc


class _Datagrams(asyncio.DatagramProtocol):
    """Waits for the one datagram that answers the question; what else arrives is somebody else's (RFC 5452)."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.stray = ""

    def datagram_received(self, data: bytes, _addr: tuple[str | object, int]) -> None:
        try:
            reply = decode_reply(data, self._question)
        except NotThisProtocol as exc:
            self.stray = str(exc)
            return
        if not self.reply.done():
            self.reply.set_result(reply)

    def error_received(self, exc: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(exc)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.reply.cancel()
        self.closed.set_result(None)


async def _over_udp(question: Question, server: Address) -> Reply:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: _Datagrams(question), remote_addr=(server.ip, server.port)
    )
    try:
        for patience_s in _PATIENCE_S:
            transport.sendto(question.encode())
            done, _ = await asyncio.wait([protocol.reply], timeout=patience_s)
            if done:
                return protocol.reply.result()
    finally:
        transport.close()
        await asyncio.shield(protocol.closed)
    words = protocol.stray or f"no answer after {len(_PATIENCE_S)} tries"
    raise NetFailure(f"name server {server}: {words}", reason=Reason.DNS, phase=Phase.DNS)


async def _over_tcp(question: Question, server: Address) -> Reply:
    reader, writer = await asyncio.open_connection(server.ip, server.port)
    try:
        writer.write(framed(question.encode()))
        length = int.from_bytes(await reader.readexactly(2), "big")
        return decode_reply(await reader.readexactly(length), question)
    finally:
        writer.close()
