"""Any gate that can be written."""

from __future__ import annotations

from hypothesis import strategies as st

from wherry.commands.load.gates.gate import OPERATORS, Gate
from wherry.commands.load.gates.subject import DISTRIBUTIONS, QUANTITIES, STATISTICS, Kind, Subject
from wherry.commands.load.record import ErrorClass

numbers = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e9))
of_all = st.one_of(
    st.builds(Subject, st.sampled_from(DISTRIBUTIONS), st.sampled_from(STATISTICS)),
    st.builds(Subject, st.sampled_from(DISTRIBUTIONS), percentile=st.floats(0, 100)),
    st.sampled_from([Subject(name) for name in QUANTITIES if name != "status"]),
    st.sampled_from(ErrorClass).map(lambda kind: Subject("errors", kind.value)),
    st.sampled_from(["200", "404", "5xx"]).map(lambda status: Subject("status", status)),
)
names = st.text(min_size=1, max_size=12) | st.sampled_from(["a]", "].", "[", "<", "target[a].p(99)<5"])
of_a_target = st.one_of(
    st.builds(Subject, st.just("latency"), percentile=st.floats(0, 100), target=names),
    st.builds(Subject, st.sampled_from(["error_rate", "requests", "errors", "throughput"]), target=names),
)


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    """Any gate that can be written."""
    subject = draw(of_all | of_a_target)
    limits = {
        Kind.DURATION: st.tuples(numbers, st.sampled_from(["ns", "us", "ms", "s"])),
        Kind.SHARE: st.tuples(st.floats(0, 1), st.just("")) | st.tuples(st.floats(0, 100), st.just("%")),
        Kind.RATE: st.tuples(numbers, st.sampled_from(["/s", "/m", "/h"])),
        Kind.COUNT: st.tuples(st.integers(0, 10**15).map(float), st.just("")),
    }
    return Gate(subject, draw(st.sampled_from(OPERATORS)), *draw(limits[subject.kind]))
