"""What a worker tells about a short while: only what is new since it last told, so nothing is sent twice."""

from __future__ import annotations

from typing import Final

import msgspec

from wherry.core.histogram import Sparse  # noqa: TC001  msgspec reads the annotations when it runs

# A worker ends a part at each multiple of this after the measured part began, as near as it can: so the parts of all
# workers fit into the same steps of the series. A step is two of them, or a power of two more.
PART_S: Final = 0.125

# How many targets, and how many wordings of failures, are told apart; the others are counted together.
KEPT: Final = 100
OTHERS: Final = "..."


class TargetPart(msgspec.Struct, array_like=True, kw_only=True):
    """The numbers of one target. ``latency`` is as in :class:`Part`."""

    sent: int = 0
    answered: int = 0
    failed: int = 0
    latency: Sparse = []


class FailurePart(msgspec.Struct, array_like=True, frozen=True):
    """So many failures of one kind (a record.ErrorClass) in the same words."""

    kind: str
    words: str
    count: int


class Part(msgspec.Struct, array_like=True, kw_only=True):
    """One worker's numbers for a while that ended ``until_s`` after the measured part began, ``for_s`` long.

    All counts and histograms are of that while only, by the moment at which something happened: a request is ``sent``
    in one part and ``answered`` or ``failed`` in the same or a later one. Meanings are those of record.Counts and
    record.Record. While the run warms up ``until_s`` is at most 0, and nothing but ``warmup``, ``cpu_s`` and
    ``open_connections`` is told.

    ``first_s``, ``last_s``: when the first request of the while was sent and the last one ended, after the measured
    part began; None where none was. ``service``: None where it is the same as ``latency`` (closed loop).
    ``successful``: None where it is the same as ``latency`` (nothing failed). ``lag``: None in a closed loop.
    ``phases`` are by the names of core.trace.Phase. ``targets`` stays empty where there is only one; a worker tells the
    first ``KEPT`` targets apart and counts the others under ``OTHERS``. ``cut`` is told in the last part.
    ``open_connections`` is what is open now, ``cpu_s`` the processor's seconds that the worker used in the while.
    """

    until_s: float
    for_s: float
    first_s: float | None = None
    last_s: float | None = None
    sent: int = 0
    answered: int = 0
    failed: int = 0
    cut: int = 0
    late: int = 0
    dropped: int = 0
    warmup: int = 0
    connections: int = 0
    reused: int = 0
    retried: int = 0
    open_connections: int = 0
    bytes_in: int = 0
    wire_in: int = 0
    wire_out: int = 0
    cpu_s: float = 0.0
    latency: Sparse = []
    service: Sparse | None = None
    successful: Sparse | None = None
    lag: Sparse | None = None
    phases: dict[str, Sparse] = {}
    statuses: dict[int, int] = {}
    failures: list[FailurePart] = []
    targets: dict[str, TargetPart] = {}
