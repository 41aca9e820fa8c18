"""Whether a name has records of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.network import Family
from wherry.core.outcome import Outcome
from wherry.core.trace import Phase
from wherry.net.dns import ask, query
from wherry.net.probe.look import Look
from wherry.net.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.core.wire.dns import Reply
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry

_FAMILIES: Final = {"A": Family.V4, "AAAA": Family.V6}


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Ask the target's server, or the system.

    The system is asked for addresses as any program asks it (hosts file included). Its name servers are asked for other
    types, and where a condition is about the code of the reply, which nobody else tells.
    """
    kind = target.parameters["type"]
    trace.begin(Phase.DNS, target.path)
    server = (await network.addresses(target.host, target.port))[0] if target.host else None
    if inquiry.wants("rcode"):
        return _replied(await ask(target.path, kind, server), target.path, kind)
    answers: Sequence[str]
    if server is not None:
        answers = await query(target.path, kind, server)
    elif kind in _FAMILIES:
        answers = [found.ip for found in await Resolver(_FAMILIES[kind]).resolve(target.path, 0)]
    else:
        answers = await query(target.path, kind)
    return Look(Outcome.MET, _shown(answers), {"answers": list(answers)})


def _replied(reply: Reply, name: str, kind: str) -> Look:
    """What a name server says, whatever it is."""
    facts = {"answers": list(reply.answers), "rcode": reply.code_name}
    if reply.code == 0 and reply.answers:
        return Look(Outcome.MET, _shown(reply.answers), facts)
    return Look(Outcome.UNMET, reply.code_name if reply.code else f"{name} has no {kind} record", facts)


def _shown(answers: Sequence[str], most: int = 4) -> str:
    more = f", and {len(answers) - most} more" if len(answers) > most else ""
    return "".join(c if c.isprintable() else " " for c in ", ".join(answers[:most]))[:200] + more
