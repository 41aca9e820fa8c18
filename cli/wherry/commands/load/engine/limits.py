"""Whether the client, and not the server, set the pace of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Limited
from wherry.commands.load.schedule.share import share_out
from wherry.net.h1.descriptors import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.record import Record

# A loop that sleeps less than this is not waiting for a server.
_BUSY: Final = 0.95
# Of the requests sent; single ones are late on any machine.
_MANY: Final = 0.01


def possible_connections(wanted: int, jobs: int) -> int:
    """How many of the connections that are wanted the system lets so many processes open."""
    return min(wanted, allow(share_out(wanted, jobs)[0]) * jobs)


def limits(record: Record, own_fault: int, possible: int) -> Iterator[Limited]:
    """How the client held the run back.

    ``own_fault``: requests sent late although a connection was free; ``possible``: connections that could be opened.
    """
    busy = sum(share >= _BUSY for share in record.cpu)
    if busy:
        whose = "the process that sends" if len(record.cpu) == 1 else f"{busy} of {len(record.cpu)} processes that send"
        yield Limited(words=f"{whose} had no rest: the client sets the pace, or measures its own delays")
    sent = record.counts.sent
    if own_fault > sent * _MANY:
        yield Limited(words=f"{own_fault} requests were sent late although a connection was free")
    waited = record.counts.late - own_fault
    most_open = max((step.open_connections for step in record.steps), default=0)
    if record.plan.mode == "open" and waited > sent * _MANY and most_open >= possible:
        least = "" if possible >= record.plan.connections else ", more than which the system does not let us open"
        yield Limited(words=f"{waited} requests had to wait for one of {possible} connections{least}")
