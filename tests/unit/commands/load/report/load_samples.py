"""Records of runs as the engine might have made them, and of any runs.

`python load_samples.py` writes golden/, for a person to read what has changed.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st
from msgspec.structs import replace

from wherry.commands.load.gates.gate import parse_gate
from wherry.commands.load.gates.judging import judged
from wherry.commands.load.record import (
    Counts,
    Distribution,
    Ended,
    ErrorClass,
    Failures,
    Limited,
    Plan,
    Record,
    Step,
    TargetResult,
)
from wherry.commands.load.report.rows import Row
from wherry.commands.load.report.writing import pieces
from wherry.commands.load.tally.distribution import distribution
from wherry.core.histogram import Histogram
from wherry.ui.paint import Paint

GOLDEN = Path(__file__).parent / "golden"
BEGAN_S = 1_795_533_642.25  # 2026-11-24T15:20:42.25Z


def of(*values_us: int, times: int = 1) -> Distribution:
    """The distribution of ``values_us``, each so many ``times``."""
    histogram = Histogram()
    for value in values_us:
        histogram.record(value, times)
    return distribution(histogram)


LATENCY = of(*range(2_000, 22_000, 20))  # a thousand values, evenly from 2 ms to 22 ms
SERVICE = of(*range(1_000, 11_000, 10))

OPEN = Record(
    wherry="0.4.0",
    began_s=BEGAN_S,
    elapsed_s=10.0,
    plan=Plan(
        mode="open", methods=("GET",), urls=("http://127.0.0.1:8080/",), targets=1, connections=50, jobs=2,
        duration_s=10.0, rate="100/s", arrivals="constant", timeout_s=30.0, seed=7,
    ),
    counts=Counts(
        planned=1010, sent=1003, answered=980, failed=20, cut=3, late=12, dropped=7, warmup=50, connections=50,
        reused=950, retried=1,
    ),
    target_per_s=101.0,
    achieved_per_s=100.3,
    throughput_per_s=98.0,
    latency=LATENCY,
    service=SERVICE,
    successful=of(*range(2_000, 21_600, 20)),
    lag=of(*[200] * 988, *[12_000] * 12),
    phases={"connect": of(300, 320), "first byte": SERVICE},
    statuses={"200": 980, "503": 8, "500": 2},
    failures=(
        Failures(kind=ErrorClass.STATUS, words="HTTP 503", count=8),
        Failures(kind=ErrorClass.TIMEOUT, words="no answer within 30s", count=7),
        Failures(kind=ErrorClass.RESET, words="the connection was reset", count=3),
        Failures(kind=ErrorClass.STATUS, words="HTTP 500", count=2),
    ),
    bytes_in=1_280_000,
    wire_in=1_500_000,
    wire_out=90_000,
    steps=tuple(Step(at_s=float(at), for_s=1.0, sent=100, answered=98, failed=2, p50_us=12_000) for at in range(10)),
    cpu=(0.21, 0.2),
)  # fmt: skip

CLOSED = replace(
    OPEN,
    plan=replace(OPEN.plan, mode="closed", duration_s=None, requests=1000, rate=None, arrivals=None),
    counts=Counts(planned=1000, sent=1000, answered=1000, connections=50, reused=950),
    target_per_s=None,
    achieved_per_s=4811.2,
    throughput_per_s=4811.2,
    elapsed_s=0.20785,
    service=LATENCY,
    successful=LATENCY,
    lag=None,
    phases={},
    statuses={"200": 1000},
    failures=(),
)

NOTHING = replace(
    CLOSED,
    counts=Counts(planned=10, sent=10, failed=0, cut=10),
    achieved_per_s=0.0,
    throughput_per_s=0.0,
    latency=Distribution(count=0),
    service=Distribution(count=0),
    successful=Distribution(count=0),
    statuses={},
    steps=(),
    ended=Ended.INTERRUPTED,
)

REFUSED = replace(
    CLOSED,
    counts=Counts(planned=1000, sent=1000, failed=1000),
    throughput_per_s=0.0,
    successful=Distribution(count=0),
    statuses={},
    failures=(Failures(kind=ErrorClass.CONNECT, words="connecting to 127.0.0.1:1: connection refused", count=1000),),
)

TARGETS = replace(
    OPEN,
    plan=replace(OPEN.plan, methods=("GET", "POST"), targets=3, urls=("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b")),
    targets=(
        TargetResult(name="GET http://127.0.0.1:8080/a", sent=700, answered=690, failed=10, latency=LATENCY),
        TargetResult(name="pay", sent=300, answered=290, failed=10, latency=SERVICE),
        TargetResult(name="a[0]>1", sent=0, answered=0, failed=0, latency=Distribution(count=0)),
    ),
)  # fmt: skip

# What was read from results that do not say how they were planned.
READ = replace(
    OPEN,
    plan=Plan(mode="unknown", methods=("GET",), urls=("http://127.0.0.1:8080/",), targets=1, connections=0, jobs=0,
              timeout_s=0.0),
    counts=Counts(sent=1000, answered=980, failed=20),
    target_per_s=None, service=Distribution(count=0), lag=None, phases={}, cpu=(),
)  # fmt: skip

LIMITED = replace(
    OPEN, limited=(Limited(words="worker 1 used 99% of its core: the client, not the server, held the run back"),)
)
GATED = judged(OPEN, [parse_gate(text) for text in (
    "p(99)<250ms", "p(50)<10ms", "error_rate<1%", "throughput>900/s", "errors.tls<5", "tls.p(99)<1ms",
)])  # fmt: skip
CUT_OFF = judged(replace(OPEN, ended=Ended.INTERRUPTED), [parse_gate("p(99)<250ms")])
SAMPLES = {
    "open": OPEN, "closed": CLOSED, "nothing": NOTHING, "refused": REFUSED, "targets": TARGETS, "read": READ,
    "limited": LIMITED, "gated": GATED, "cut off": CUT_OFF,
}  # fmt: skip

ROWS = (
    Row(1_795_533_642_250_000_000, 2_500_000, 2_000_000, 200, 0, 13, "", "", "GET", "http://127.0.0.1:8080/"),
    Row(
        1_795_533_642_260_000_000,
        3_000_000,
        2_900_000,
        503,
        0,
        4,
        "status",
        "HTTP 503",
        "GET",
        "http://127.0.0.1:8080/",
    ),
    Row(
        1_795_533_642_270_000_000,
        9_000_000,
        100_000,
        0,
        7,
        0,
        "reset",
        "the connection was reset",
        "POST",
        "http://h/,",
    ),
)


class Rows:
    """The rows above, as a run keeps them."""

    def rows(self):
        return iter(ROWS)


def made(name: str, form: str) -> str:
    """The report of a sample."""
    return "".join(pieces(form, SAMPLES[name], Rows(), Paint(on=False)))


MADE = {
    **{f"{name}.txt": (name, "text") for name in SAMPLES},
    "gated.xml": ("gated", "junit"), "cut off.xml": ("cut off", "junit"), "refused.xml": ("refused", "junit"),
    "gated.prom": ("gated", "prom"), "open.json": ("open", "json"), "open.csv": ("open", "csv"),
    "open.jsonl": ("open", "jsonl"), "open.hdr": ("open", "hdr"),
}  # fmt: skip

texts = st.one_of(
    st.sampled_from(("", "\n", "::error::x", "##vso[x]y", "\x1b[2J", "\u202e", "]]>", "<b>&", '"', "\\", "x" * 300)),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
counts = st.integers(0, 10**9)
# Made once: a histogram takes its time.
distributions = st.sampled_from([of(), of(1), of(3_600_000_000), of(1, 2_000, 59_999_999), LATENCY, SERVICE])
rates = st.floats(0, 1e9)
records = st.builds(
    Record, wherry=texts, name=texts, began_s=st.floats(0, 1e11), elapsed_s=st.floats(0, 1e6),
    ended=st.sampled_from(Ended), plan=st.builds(
        Plan, mode=st.sampled_from(("open", "closed", "unknown")), methods=st.lists(texts, max_size=3).map(tuple),
        urls=st.lists(texts, max_size=3).map(tuple), targets=counts, connections=counts, jobs=counts,
        requests=st.none() | counts, duration_s=st.none() | rates, rate=st.none() | texts,
        arrivals=st.sampled_from((None, "constant", "poisson")), warmup_s=rates, think_s=rates, timeout_s=rates,
        keepalive=st.booleans(), http=st.sampled_from(("1.1", "2")), redirects=st.booleans(),
        expect=st.lists(texts, max_size=2).map(tuple), seed=st.none() | counts,
    ),
    counts=st.builds(Counts, planned=st.none() | counts, sent=counts, answered=counts, failed=counts, cut=counts,
                     late=counts, dropped=counts, warmup=counts, connections=counts, reused=counts, retried=counts),
    target_per_s=st.none() | rates, achieved_per_s=rates, throughput_per_s=rates, latency=distributions,
    service=distributions, successful=distributions, lag=st.none() | distributions,
    phases=st.dictionaries(st.sampled_from(("dns", "connect", "first byte")) | texts, distributions, max_size=2),
    statuses=st.dictionaries(st.integers(100, 599).map(str) | texts, counts, max_size=4),
    failures=st.lists(st.builds(Failures, kind=st.sampled_from(ErrorClass), words=texts, count=counts),
                      max_size=3).map(tuple),
    bytes_in=counts, wire_in=counts, wire_out=counts,
    targets=st.lists(st.builds(TargetResult, name=texts, sent=counts, answered=counts, failed=counts,
                               latency=distributions), max_size=2).map(tuple),
    cpu=st.lists(st.floats(0, 1.1), max_size=2).map(tuple),
    limited=st.lists(st.builds(Limited, words=texts), max_size=2).map(tuple),
    unjudged=st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for file, (name, form) in MADE.items():
        (GOLDEN / file).write_text(made(name, form), encoding="utf-8")
