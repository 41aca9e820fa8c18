"""What a look found, and the door to the kinds."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, cast

from wherry.core.outcome import Outcome
from wherry.core.record import Record, replace
from wherry.core.target import Kind
from wherry.errors import WherryError
from wherry.net.address import Address
from wherry.net.failure import NetFailure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.core.call import HttpCall
    from wherry.core.expect import Condition, Verdict
    from wherry.core.target import Target
    from wherry.core.trace import Phase, Trace
    from wherry.net.failure import Reason
    from wherry.net.http import Client
    from wherry.net.network import Network


class Look(Record):
    """``words`` say on one line what was found or why it is not met. ``facts`` are what conditions look at, keyed by
    family (see core/expect). ``reason`` is set where the network or the protocol failed, None where an answer was read;
    ``phase`` is the one that it failed in. ``unmet`` are the conditions that do not hold.
    """

    outcome: Outcome
    words: str
    facts: Mapping[str, object] = MappingProxyType({})
    reason: Reason | None = None
    phase: Phase | None = None
    unmet: tuple[Verdict, ...] = ()


class Inquiry(Record):
    """What one look is to find out besides whether the target is there.

    ``conditions`` say which facts are worth their price; ``body`` asks for the body whatever they say. ``address`` is
    dialled in place of all that the host's name stands for. Of HTTP targets, ``call`` is what to send (a plain GET
    where it is None), and ``client`` keeps connections from look to look.
    """

    conditions: Sequence[Condition] = ()
    address: Address | None = None
    call: HttpCall | None = None
    client: Client | None = None
    body: bool = False

    def wants(self, *families: str) -> bool:
        """Whether any of the conditions looks at one of ``families``."""
        return any(condition.subject.family in families for condition in self.conditions)


class Probe(Protocol):
    """How one kind looks: what it calls ready by itself, and the facts that conditions will be held against.

    Failures of the network leave it as NetFailure.
    """

    async def __call__(self, target: Target, network: Network, trace: Trace, inquiry: Inquiry, /) -> Look: ...


# Named, not imported: most runs look at one kind, and gRPC's h2 need not be loaded for it. The freezer is told of them.
MODULES: Final[Mapping[Kind, str]] = {
    Kind.HTTP: "wherry.net.probe.http",
    Kind.TCP: "wherry.net.probe.tcp",
    Kind.TLS: "wherry.net.probe.tls",
    Kind.UNIX: "wherry.net.probe.unix",
    Kind.DNS: "wherry.net.probe.dns",
    Kind.FILE: "wherry.net.probe.file",
    Kind.EXEC: "wherry.net.probe.exec",
    Kind.REDIS: "wherry.net.probe.handshake",
    Kind.POSTGRES: "wherry.net.probe.handshake",
    Kind.MYSQL: "wherry.net.probe.handshake",
    Kind.AMQP: "wherry.net.probe.handshake",
    Kind.MONGODB: "wherry.net.probe.handshake",
    Kind.KAFKA: "wherry.net.probe.handshake",
    Kind.GRPC: "wherry.net.probe.grpc",
}
# A condition on one of these says in place of the kind what is ready: status=404, exit=3, rcode=NXDOMAIN.
_DECIDES: Final = frozenset({"status", "exit", "rcode", "grpc.serving"})
# This one does where there was no answer to judge: a call that ended well is still to say SERVING.
_DECIDES_UNLESS_OK: Final = "grpc.status"


async def look(
    target: Target,
    network: Network,
    trace: Trace,
    *,
    address: str | None = None,
    conditions: Sequence[Condition] = (),
    call: HttpCall | None = None,
    client: Client | None = None,
    body: bool = False,
) -> Look:
    """Look at ``target`` once.

    ``address`` is an IP, dialled in place of all that the host's name stands for. ``conditions`` must all hold; what
    the kind calls ready by itself (a status of 2xx, exit code 0) must too, unless one of them is about just that. The
    rest is as of :class:`Inquiry`.

    How long this may take is the caller's business: ``async with bounded(...)`` around it raises its own NetFailure.
    """
    probe = cast("Probe", importlib.import_module(MODULES[target.kind]).probe)
    pinned = None if address is None else Address(address, target.port)
    try:
        found = await probe(target, network, trace, Inquiry(conditions, pinned, call, client, body))
    except NetFailure as exc:
        outcome = Outcome.BROKEN if exc.broken else Outcome.UNMET
        return Look(outcome, str(exc), reason=exc.reason, phase=exc.phase or trace.phase)
    except WherryError as exc:
        # Whatever else is wrong is on this side of the wire: a CA file that cannot be read, a program that is missing.
        return Look(Outcome.BROKEN, str(exc))
    # Not where it is cancelled: the words of a time-out name the phase that the trace is in.
    trace.end()
    facts = {"words": found.words, **found.facts, "time": trace.total(), "phases": dict(trace.seconds)}
    return _judged(found, facts, conditions)


def _judged(found: Look, facts: Mapping[str, object], conditions: Sequence[Condition]) -> Look:
    """``found``, with all of its ``facts``, under ``conditions``."""
    if found.outcome is Outcome.BROKEN or not conditions:
        return replace(found, facts=facts)
    if found.outcome is Outcome.UNMET and not any(_decides(str(one.subject), facts) for one in conditions):
        return replace(found, facts=facts)
    from wherry.core.expect import judge  # 10 ms that a look without conditions need not wait for

    verdicts = (judge(condition, facts) for condition in conditions)
    unmet = tuple(verdict for verdict in verdicts if not verdict.met)
    if unmet:
        return Look(Outcome.UNMET, "; ".join(verdict.words for verdict in unmet), facts, unmet=unmet)
    return Look(Outcome.MET, found.words, facts)


def _decides(subject: str, facts: Mapping[str, object]) -> bool:
    if subject == _DECIDES_UNLESS_OK:
        grpc = facts.get("grpc")
        return isinstance(grpc, dict) and grpc["status"] != 0
    return subject in _DECIDES
