"""Whether a port accepts connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.outcome import Outcome
from wherry.net.dial import Place, dial
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Connect, and hang up."""
    stream = await dial(network, Place(target.host, target.port), trace, inquiry.address)
    await stream.aclose()
    facts = {"ip": stream.peer.ip} if stream.peer else {}
    return Look(Outcome.MET, f"connected to {stream.peer}" if stream.peer else "connected", facts)
