"""What a look found, and the door to the kinds."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, cast

from wherry.core.outcome import Outcome
from wherry.core.target import Kind
from wherry.errors import WherryError
from wherry.net.failure import NetFailure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.dns import Address
    from wherry.net.failure import Reason
    from wherry.net.network import Network


@dataclass(frozen=True, slots=True)
class Look:
    """``words`` say on one line what was found or why it is not met. ``facts`` are what conditions look at, keyed by
    family (see core/expect). ``reason`` is set where the network or the protocol failed, None where an answer was read.
    """

    outcome: Outcome
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)
    reason: Reason | None = None


class Probe(Protocol):
    """How one kind looks. Failures of the network leave it as NetFailure; :func:`look` makes values of them."""

    async def __call__(
        self,
        target: Target,
        network: Network,
        trace: Trace,
        *,
        address: Address | None,
        conditions: Sequence[Condition],
    ) -> Look: ...


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


async def look(
    target: Target,
    network: Network,
    trace: Trace,
    *,
    address: Address | None = None,
    conditions: Sequence[Condition] = (),
) -> Look:
    """Look at ``target`` once.

    ``address`` is dialled in place of all that the host's name stands for. ``conditions`` take the place of what the
    kind calls ready by itself where they speak of it (an HTTP status, a command's exit code); all of them must hold.

    How long this may take is the caller's business: ``async with bounded(...)`` around it raises its own NetFailure.
    """
    probe = cast("Probe", importlib.import_module(MODULES[target.kind]).probe)
    try:
        found = await probe(target, network, trace, address=address, conditions=conditions)
    except NetFailure as exc:
        outcome = Outcome.BROKEN if exc.broken else Outcome.UNMET
        return Look(outcome, str(exc), reason=exc.reason)
    except WherryError as exc:
        # Whatever else is wrong is on this side of the wire: a certificate that cannot be read, a missing program.
        return Look(Outcome.BROKEN, str(exc))
    finally:
        trace.end()
    return found
