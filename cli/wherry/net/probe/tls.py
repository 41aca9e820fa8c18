"""Whether a TLS handshake succeeds, and with what certificate."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from wherry.core.outcome import Outcome
from wherry.core.quantity import format_duration
from wherry.net.certificate import certificate_facts, peer_certificate, session_facts
from wherry.net.dial import Place, dial
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Shake hands, verified as for any connection, and hang up."""
    place = Place(target.host, target.port, tls=True, server_name=target.parameters.get("servername"))
    stream = await dial(network, place, trace, inquiry.address)
    session = stream.ssl_object
    version = session.version() if session is not None else None
    certificate = peer_certificate(session)
    facts: dict[str, object] = {
        "version": version,
        "ip": stream.peer.ip if stream.peer else None,
        "cert": certificate_facts(session, time.time()),
        "tls": session_facts(session),
    }
    await stream.aclose()
    words = version or "TLS"
    if certificate is not None:
        left_s = certificate.not_after - time.time()
        words += (
            f", the certificate is valid for {format_duration(left_s)}"
            if left_s > 0
            else ", the certificate has expired"
        )
    return Look(Outcome.MET, words, facts)
