"""Whether a Unix socket accepts connections: that its file exists says nothing."""

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
    del inquiry
    stream = await dial(network, Place(socket=target.socket), trace)
    await stream.aclose()
    return Look(Outcome.MET, "connected")
