"""Names to addresses through the system."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Final

from wherry.core.network import Family
from wherry.core.trace import Phase
from wherry.net.address import Address, ascii_host, literal
from wherry.net.failure import NetFailure, Reason

_FAMILIES: Final = {Family.ANY: socket.AF_UNSPEC, Family.V4: socket.AF_INET, Family.V6: socket.AF_INET6}

# Small name servers, and those of container networks, drop what comes beyond a few dozen questions at once; the system
# asks again only after 5 seconds.
_AT_ONCE: Final = threading.Semaphore(16)

# What localhost is where neither a file nor a server says so, as in an empty container (RFC 6761, section 6.3).
_LOOPBACK: Final = (("127.0.0.1", Family.V4), ("::1", Family.V6))


class Resolver:
    """Asks the system, off the loop, and each name only once at a time.

    A resolver that does not answer holds its thread for as long as it likes, but neither our deadline nor our exit: the
    threads are daemons, which asyncio's own executor, joined at exit, has not.
    """

    def __init__(self, family: Family = Family.ANY) -> None:
        self._family = family
        self._asking: dict[str, _Question] = {}

    async def resolve(self, host: str, port: int) -> list[Address]:
        """The addresses of ``host`` in the system's order. Raises NetFailure(DNS)."""
        if (ip := literal(host)) is not None:
            if self._family in (Family.ANY, Address(ip, port).version):
                return [Address(ip, port)]
            raise no_address(host, self._family)
        name = ascii_host(host)
        question = self._asking.get(name)
        if question is None or question.done:
            question = self._asking[name] = _Question(name, self._family)
        try:
            ips = await question.answer()
        except socket.gaierror as exc:
            if not _is_localhost(name):
                raise _explained(exc, host, self._family) from exc
            ips = [ip for ip, family in _LOOPBACK if self._family in (Family.ANY, family)]
        except (UnicodeError, ValueError):
            raise NetFailure(f"{host!r} is not a host name", reason=Reason.DNS, phase=Phase.DNS, broken=True) from None
        except OSError as exc:
            words = exc.strerror or str(exc)
            raise NetFailure(f"looking up {host}: {words.lower()}", reason=Reason.DNS, phase=Phase.DNS) from exc
        finally:
            if question.done and self._asking.get(name) is question:
                del self._asking[name]
        return [Address(ip, port) for ip in ips]


class _Question:
    """One call of getaddrinfo in its own thread; any number of tasks may wait for its answer."""

    def __init__(self, name: str, family: Family) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: set[asyncio.Future[list[str]]] = set()
        self.done = False
        threading.Thread(target=self._ask, args=(name, _FAMILIES[family]), name=f"dns {name}", daemon=True).start()

    async def answer(self) -> list[str]:
        waiter: asyncio.Future[list[str]] = self._loop.create_future()
        self._waiting.add(waiter)
        try:
            return await waiter
        finally:
            self._waiting.discard(waiter)

    def _ask(self, name: str, family: int) -> None:
        ips: list[str] = []
        error: Exception | None = None
        try:
            with _AT_ONCE:
                found = socket.getaddrinfo(name, None, family=family, type=socket.SOCK_STREAM)
            ips = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        except (OSError, ValueError) as exc:
            error = exc
        with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits any more
            self._loop.call_soon_threadsafe(self._tell, ips, error)

    def _tell(self, ips: list[str], error: Exception | None) -> None:
        self.done = True
        for waiter in self._waiting:
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(ips)
            else:
                waiter.set_exception(error)


def _is_localhost(name: str) -> bool:
    return name.removesuffix(".").rpartition(".")[2].lower() == "localhost"


def no_address(host: str, family: Family) -> NetFailure:
    """The failure of a name that exists and has no address that may be used."""
    kind = "address" if family is Family.ANY else f"IPv{family} address"
    return NetFailure(f"{host} has no {kind}", reason=Reason.DNS, phase=Phase.DNS)


def _explained(exc: socket.gaierror, host: str, family: Family) -> NetFailure:
    no_data = {getattr(socket, name, None) for name in ("EAI_NODATA", "EAI_ADDRFAMILY")}
    if exc.errno in no_data:
        return no_address(host, family)
    if exc.errno == socket.EAI_NONAME:
        words = f"no such host: {host}" if family is Family.ANY else f"no such host, or no IPv{family} address: {host}"
    elif exc.errno == socket.EAI_AGAIN:
        words = f"looking up {host}: the name server does not answer or fails (temporary failure)"
    elif exc.errno == socket.EAI_FAIL:
        words = f"looking up {host}: the name server refuses or fails"
    else:
        words = f"looking up {host}: {(exc.strerror or str(exc)).lower()}"
    return NetFailure(words, reason=Reason.DNS, phase=Phase.DNS)
