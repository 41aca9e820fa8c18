"""The first of several addresses that answers: Happy Eyeballs (RFC 8305)."""

from __future__ import annotations

import asyncio
import socket
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from wherry.core.trace import Phase
from wherry.net.connect import connect
from wherry.net.failure import NetFailure, Reason, os_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.net.address import Address

# Section 8: how long an attempt has for itself before the next address is tried beside it.
_HEAD_START_S: Final = 0.25


async def connect_first(addresses: Sequence[Address], place: str) -> tuple[socket.socket, Address]:
    """A connected socket to one of ``addresses``, and which one that is.

    Raises NetFailure, whose words name each address that failed; ``place`` is ``host:port`` as the user knows it.
    """
    errors: dict[Address, OSError] = {}
    if len(addresses) == 1:
        try:
            return await _connect(addresses[0]), addresses[0]
        except OSError as exc:
            errors[addresses[0]] = exc
        raise _failure(place, errors)
    waiting = interleaved(addresses)
    running: dict[asyncio.Task[socket.socket], Address] = {}
    try:
        while waiting or running:
            if waiting:
                address = waiting.pop(0)
                running[asyncio.create_task(_connect(address))] = address
            done, _ = await asyncio.wait(
                running, timeout=_HEAD_START_S if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                try:
                    connected = task.result()
                except OSError as exc:
                    errors[running.pop(task)] = exc
                else:
                    return connected, running.pop(task)
    finally:
        await _abandon(list(running))
    raise _failure(place, errors)


def interleaved(addresses: Sequence[Address]) -> list[Address]:
    """The families by turns, each in its own order, beginning with the family of the first (section 4)."""
    first = [address for address in addresses if address.version == addresses[0].version]
    second = [address for address in addresses if address.version != addresses[0].version]
    return [address for address in chain.from_iterable(zip_longest(first, second)) if address is not None]


async def _connect(address: Address) -> socket.socket:
    # asyncio sends small pieces at once only where it sees that this is TCP; else a body waits for the head's receipt.
    sock = socket.socket(address.family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setblocking(False)
        await connect(sock, (address.ip, address.port))
    except BaseException:
        sock.close()
        raise
    return sock


async def _abandon(tasks: list[asyncio.Task[socket.socket]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, socket.socket):
            result.close()


def _failure(place: str, errors: dict[Address, OSError]) -> NetFailure:
    """One line for all addresses; those that failed alike stand together."""
    alike: dict[str, list[Address]] = {}
    reasons: list[Reason] = []
    all_broken = True
    for address, exc in errors.items():
        reason, words, broken = os_words(exc)
        alike.setdefault(words, []).append(address)
        reasons.append(reason)
        all_broken = all_broken and broken
    # "No IPv6 here" says less about a service than what the other family met.
    reason = next((reason for reason in reasons if reason is not Reason.UNREACHABLE), reasons[0])
    if len(errors) == 1 and str(next(iter(errors))) == place:
        words = f"{place}: {next(iter(alike))}"
    elif len(alike) == 1:
        [(words, failed)] = alike.items()
        words = f"{place} ({_ips(failed)}): {words}"
    else:
        words = f"{place}: " + "; ".join(f"{words} ({_ips(failed)})" for words, failed in alike.items())
    return NetFailure(words, reason=reason, phase=Phase.CONNECT, broken=all_broken)


def _ips(addresses: list[Address]) -> str:
    more = f" and {len(addresses) - 4} more" if len(addresses) > 4 else ""
    return ", ".join(address.ip for address in addresses[:4]) + more
