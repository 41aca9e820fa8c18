"""The handshakes of core/wire, over a real connection."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Final

from wherry.core.outcome import Outcome
from wherry.core.target import Kind
from wherry.core.trace import Phase
from wherry.core.wire import amqp, kafka, mongodb, mysql, postgres, redis
from wherry.core.wire.talk import NotThisProtocol, PeerClosed, Read, ReadLine, ReadSome, Send, StartTls
from wherry.net.address import ascii_host
from wherry.net.certificate import explain_certificate
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason
from wherry.net.probe.look import Look
from wherry.net.tls import client_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.core.wire.talk import Action, Answer, Talk
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry
    from wherry.net.stream import Stream

TALKS: Final[Mapping[Kind, Callable[[Target], Talk]]] = {
    Kind.REDIS: redis.talk,
    Kind.POSTGRES: postgres.talk,
    Kind.MYSQL: mysql.talk,
    Kind.AMQP: amqp.talk,
    Kind.MONGODB: mongodb.talk,
    Kind.KAFKA: kafka.talk,
}


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Connect and shake hands as a client of the target's kind does."""
    place = Place(target.host, target.port, target.socket, tls=target.tls)
    stream = await dial(network, place, trace, inquiry.address)
    try:
        answer = await _Line(stream, network, place, trace).hold(TALKS[target.kind](target))
    finally:
        await stream.aclose()
    facts = dict(answer.facts)
    if stream.peer is not None:
        facts["ip"] = stream.peer.ip
    return Look(Outcome.MET if answer.ready else Outcome.UNMET, answer.words, facts)


class _Line:
    """Does what a talk says with one connection.

    It keeps the bytes that have come and were not asked for yet: of a server of another kind they are what there is to
    show.
    """

    def __init__(self, stream: Stream, network: Network, place: Place, trace: Trace) -> None:
        self._stream = stream
        self._network = network
        self._place = place
        self._trace = trace
        self._buffer = bytearray()
        self._heard = False

    async def hold(self, talk: Talk) -> Answer:
        """Hold ``talk`` to its end. Raises NetFailure."""
        lost: NetFailure | None = None
        try:
            action = next(talk)
            while True:
                try:
                    result = await self._do(action)
                except NetFailure as exc:
                    if exc.reason not in (Reason.CLOSED, Reason.RESET) or isinstance(action, StartTls):
                        raise
                    lost = exc
                    action = talk.throw(PeerClosed())
                else:
                    action = talk.send(result)
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
        except PeerClosed:
            assert lost is not None
            raise lost from None
        except NotThisProtocol as exc:
            words = exc.words(bytes(self._buffer))
            raise NetFailure(words, reason=Reason.PROTOCOL, phase=self._trace.phase) from None
        finally:
            talk.close()

    async def _do(self, action: Action) -> bytes:
        match action:
            case Send(data):
                self._stream.write(data)
                await self._stream.drain()
                return b""
            case Read(count):
                while len(self._buffer) < count:
                    await self._receive()
                return self._take(count)
            case ReadLine(limit):
                while (end := self._buffer.find(b"\n", 0, limit)) < 0 and len(self._buffer) < limit:
                    await self._receive()
                return self._take(limit if end < 0 else end + 1)
            case ReadSome():
                if not self._buffer:
                    await self._receive()
                return self._take(len(self._buffer))
            case StartTls():
                await self._start_tls(action)
                return b""

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    async def _receive(self) -> None:
        self._trace.begin(Phase.TRANSFER if self._heard else Phase.FIRST_BYTE, str(self._place))
        try:
            data = await self._stream.read()
        except NetFailure as exc:
            if exc.reason is not Reason.RESET:
                raise
            raise self._cut_short("reset", exc.reason) from exc
        if not data:
            raise self._cut_short("closed", Reason.CLOSED)
        self._heard = True
        self._buffer += data

    def _cut_short(self, how: str, reason: Reason) -> NetFailure:
        words = f"the server {how} the connection"
        if self._buffer:
            # What it was in the middle of may be no message at all: a server of another kind says its piece and leaves.
            words = NotThisProtocol(f"{words} in the middle of a message").words(bytes(self._buffer))
        else:
            words += " before it was done" if self._heard else " without a word"
        return NetFailure(words, reason=reason, phase=self._trace.phase)

    async def _start_tls(self, action: StartTls) -> None:
        if self._buffer:
            raise NetFailure("the server sent data before the TLS handshake", reason=Reason.PROTOCOL, phase=Phase.TLS)
        self._trace.begin(Phase.TLS, str(self._place))
        if action.verify and not action.check_name:
            # One of its own: the others share theirs.
            context = client_context(self._network.settings, self._network.environ)
            context.check_hostname = False
        else:
            context = self._network.tls_context(verify=action.verify)
        host = ascii_host(self._place.certified)
        try:
            await self._stream.start_tls(context, host)
        except NetFailure as exc:
            if not isinstance(exc.__cause__, ssl.SSLCertVerificationError):
                raise
            words, hint = explain_certificate(exc.__cause__, None, host, time.time())
            raise NetFailure(words, reason=Reason.TLS, phase=Phase.TLS, hint=hint) from exc.__cause__
