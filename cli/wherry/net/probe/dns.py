"""Whether a name has records of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.network import Family
from wherry.core.outcome import Outcome
from wherry.core.trace import Phase
from wherry.net.dns import query
from wherry.net.probe.look import Look
from wherry.net.resolver import Resolver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.network import Network

_FAMILIES: Final = {"A": Family.V4, "AAAA": Family.V6}


async def probe(
    target: Target, network: Network, trace: Trace, *, address: Address | None, conditions: Sequence[Condition]
) -> Look:
    """Ask the target's server, or the system.

    The system is asked for addresses as any program asks it (hosts file included), for other types by its name servers.
    """
    del address, conditions
    kind = target.parameters["type"]
    trace.begin(Phase.DNS, target.path)
    answers: Sequence[str]
    if target.host:
        server = (await network.addresses(target.host, target.port))[0]
        answers = await query(target.path, kind, server)
    elif kind in _FAMILIES:
        answers = [found.ip for found in await Resolver(_FAMILIES[kind]).resolve(target.path, 0)]
    else:
        answers = await query(target.path, kind)
    return Look(Outcome.MET, _shown(answers), {"answers": list(answers)})


def _shown(answers: Sequence[str], most: int = 4) -> str:
    more = f", and {len(answers) - most} more" if len(answers) > most else ""
    return "".join(c if c.isprintable() else " " for c in ", ".join(answers[:most]))[:200] + more
