"""What a run measured: the one document that every report, every gate and every comparison is made of.

It is JSON on disk (`-o json`, `--report json=FILE`); its fields are only ever added to. Times ending in ``_us`` are
microseconds, in ``_s`` seconds; ``began_s`` is seconds since 1970. No secret is in it, and no command line.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

import msgspec

FORMAT: Final = "wherry.load/1"


class Ended(StrEnum):
    """Why the run ended. Gates are judged on ``COMPLETE`` and ``GATE`` only.

    ``UNREACHABLE``: no connection could be made for some seconds, and it was given up.
    """

    COMPLETE = "complete"
    GATE = "gate"
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
    UNREACHABLE = "unreachable"


class ErrorClass(StrEnum):
    """What kind of failure a request met.

    ``STATUS``: a whole answer with a status of 400 or more, and nothing was expected. ``EXPECT``: a whole answer that
    is not as expected.
    """

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    PROXY = "proxy"
    TIMEOUT = "timeout"
    RESET = "reset"
    CLOSED = "closed"
    PROTOCOL = "protocol"
    STATUS = "status"
    EXPECT = "expect"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, as far as two runs must agree in it to be compared.

    ``mode``: ``closed`` sends when an answer has come, ``open`` by a schedule; ``unknown`` where the record was made of
    single results that do not say, and nothing but what they say is known then. ``urls`` are without secrets, at most
    100 of ``targets``. ``rate`` is the schedule as it was written, None in a closed loop. ``requests`` and
    ``duration_s`` are the bounds given, None where there is none.
    """

    mode: Literal["closed", "open", "unknown"]
    methods: tuple[str, ...]
    urls: tuple[str, ...]
    targets: int
    connections: int
    jobs: int
    requests: int | None = None
    duration_s: float | None = None
    rate: str | None = None
    arrivals: Literal["constant", "poisson"] | None = None
    warmup_s: float = 0.0
    think_s: float = 0.0
    timeout_s: float
    keepalive: bool = True
    http: Literal["1.1", "2"] = "1.1"
    redirects: bool = False
    expect: tuple[str, ...] = ()
    seed: int | None = None


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """Durations. ``hdr`` holds all of them (HdrHistogram V2, compressed, base64; 1 µs to 1 h, 3 digits); the others
    are computed from it for people and jq; ``percentiles`` has the keys 50, 75, 90, 95, 99, 99.9, 99.99. Without a
    value, all is None.
    """

    count: int
    min_us: int | None = None
    mean_us: float | None = None
    stdev_us: float | None = None
    max_us: int | None = None
    percentiles: dict[str, int] = {}
    hdr: str = ""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of the measured part. ``sent`` = ``answered`` + ``failed`` + ``cut``.

    ``planned``: by the schedule or by ``requests``, None where only a duration was given. ``answered``: a whole answer
    that is as expected; without an expectation that is a status below 400. ``failed``: all others that ended, time-outs
    included. ``cut``: still under way when the run ended. ``late``: sent more than 10 ms after their time (open loop).
    ``dropped``: planned and never sent. ``warmup``: left out of all other numbers. ``reused``: sent on a connection
    that had carried another request; ``retried``: sent again since a kept connection had just been closed.
    """

    planned: int | None = None
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


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """Failures of one kind and wording; at most 100 wordings are kept, the others are counted under ``...``."""

    kind: ErrorClass
    words: str
    count: int


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One interval of the run, ``at_s`` after it began and ``for_s`` long, by the time when requests ended.

    ``target_per_s`` is what the schedule wanted. ``heat`` counts latencies by power of two: ``heat[i]`` are those of
    at least 2**i and below 2**(i+1) microseconds; trailing zeros are left out.
    """

    at_s: float
    for_s: float
    sent: int = 0
    answered: int = 0
    failed: int = 0
    target_per_s: float | None = None
    open_connections: int = 0
    p50_us: int | None = None
    p90_us: int | None = None
    p99_us: int | None = None
    max_us: int | None = None
    heat: tuple[int, ...] = ()


class TargetResult(msgspec.Struct, frozen=True, kw_only=True):
    """One of several targets; at most 100 are told apart, the others are together under ``...``."""

    name: str
    sent: int
    answered: int
    failed: int
    latency: Distribution


class Limited(msgspec.Struct, frozen=True, kw_only=True):
    """That the client, not the server, held the run back: ``words`` say how, for instance the processor's share."""

    words: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One gate. ``value`` is what was found, None where there was none: such a gate is not met; ``words`` say why.

    It is in seconds, per second, a share of 0 to 1 or a count, as the gate has it.
    """

    expression: str
    met: bool
    value: float | None = None
    words: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run.

    ``elapsed_s``: from the first request of the measured part to the end of the last. ``latency``: of every request
    that ended, failures and time-outs included; in open loop from its planned time to its last byte, in closed loop
    from its sending (nothing is corrected). ``service``: from its sending. ``lag``: from its planned time to its
    sending (open loop). ``successful``: ``latency`` of those that were answered. ``phases``: sampled, by the names of
    core.trace.Phase. ``unjudged``: the gates of a run that was cut off. ``achieved_per_s`` is sent / elapsed; in an
    open loop that was not cut off, sent / the time of the schedule, or until the last sending where that came later:
    the wait for the last answers is no part of it. ``throughput_per_s`` is answered / elapsed, or the time of the
    schedule where that is longer; ``target_per_s`` is the schedule's average. ``bytes_in`` are of bodies, ``wire_in``
    and ``wire_out`` of all that went over connections. ``statuses`` count whole answers by code. ``cpu`` is the share
    of a core that each process used.
    """

    format: str = FORMAT
    wherry: str
    name: str = ""
    began_s: float
    elapsed_s: float
    ended: Ended = Ended.COMPLETE
    plan: Plan
    counts: Counts
    target_per_s: float | None = None
    achieved_per_s: float
    throughput_per_s: float
    latency: Distribution
    service: Distribution
    successful: Distribution
    lag: Distribution | None = None
    phases: dict[str, Distribution] = {}
    statuses: dict[str, int] = {}
    failures: tuple[Failures, ...] = ()
    bytes_in: int = 0
    wire_in: int = 0
    wire_out: int = 0
    steps: tuple[Step, ...] = ()
    targets: tuple[TargetResult, ...] = ()
    cpu: tuple[float, ...] = ()
    limited: tuple[Limited, ...] = ()
    gates: tuple[Judged, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def error_rate(self) -> float | None:
        """Failed of those that ended, 0 to 1; None where none ended."""
        ended = self.counts.answered + self.counts.failed
        return self.counts.failed / ended if ended else None
