from __future__ import annotations

from wherry.core.trace import Phase, Trace


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_seconds_go_to_the_phase_they_were_spent_in() -> None:
    clock = Clock()
    trace = Trace(clock)
    trace.begin(Phase.DNS)
    clock.now += 1
    trace.begin(Phase.CONNECT)
    clock.now += 2
    trace.end()
    clock.now += 4  # between phases: nobody's
    trace.begin(Phase.TLS)
    clock.now += 8
    assert trace.phase is Phase.TLS
    trace.end()
    assert trace.seconds == {Phase.DNS: 1, Phase.CONNECT: 2, Phase.TLS: 8}
    assert trace.total() == 15
    assert trace.phase is None


def test_a_phase_that_comes_again_adds_to_itself() -> None:
    clock = Clock()
    trace = Trace(clock)
    for _ in range(2):
        trace.begin(Phase.CONNECT)
        clock.now += 3
    trace.end()
    assert trace.seconds == {Phase.CONNECT: 6}


def test_ending_twice_is_harmless() -> None:
    trace = Trace(Clock())
    trace.end()
    trace.end()
    assert trace.seconds == {}


def test_time_before_the_first_phase_is_in_the_total_only() -> None:
    clock = Clock()
    trace = Trace(clock)
    clock.now += 5
    trace.begin(Phase.SEND)
    clock.now += 1
    trace.end()
    assert trace.seconds == {Phase.SEND: 1}
    assert trace.total() == 6


def test_phases_are_in_the_order_in_which_they_happen() -> None:
    assert list(Phase) == ["dns", "connect", "proxy", "tls", "send", "first byte", "transfer"]
