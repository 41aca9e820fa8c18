"""The plan as tables: no clock, no sleep."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.wait.events import Ending, Finding, Standing
from wherry.commands.wait.plan import Done, Probe, Rules, Sleep, State, after, combine, limit, next_step, verdict, wish
from wherry.core.outcome import Outcome

MET, UNMET, BROKEN = Outcome.MET, Outcome.UNMET, Outcome.BROKEN


def middle() -> float:
    """A jitter of nothing."""
    return 0.5


@pytest.mark.parametrize(
    "state, now, step",
    [
        pytest.param(State(), 100.0, Probe(), id="the first attempt comes at once"),
        pytest.param(State(due=101.0), 100.5, Sleep(0.5), id="not due"),
        pytest.param(State(due=101.0), 101.0, Probe(), id="due"),
        pytest.param(State(due=500.0), 159.0, Sleep(1.0), id="never asleep beyond the deadline"),
        pytest.param(State(), 160.0, Done(Ending.DEADLINE), id="deadline"),
        pytest.param(State(Standing.READY), 170.0, Done(Ending.READY), id="ready stays ready after the deadline"),
        pytest.param(State(Standing.BROKEN), 100.0, Done(Ending.BROKEN), id="broken at once"),
    ],
)
def test_next_step(state, now, step):
    assert next_step(state, Rules(deadline=160.0), now) == step


@pytest.mark.parametrize(
    "now, until",
    [
        pytest.param(100.0, (105.0, False), id="time enough"),
        pytest.param(155.0, (160.0, True), id="both end together"),
        pytest.param(159.5, (160.0, True), id="cut by the deadline"),
    ],
)
def test_limit(now, until):
    assert limit(Rules(timeout_s=5.0, deadline=160.0), now) == until


def test_no_deadline_cuts_nothing():
    assert limit(Rules(timeout_s=5.0), 1e9) == (1e9 + 5.0, False)


def carry(rules, outcomes, now=0.0):
    """The state after attempts that found ``outcomes``, each at the instant it was due."""
    state = State()
    for outcome in outcomes:
        state = after(state, rules, Finding(outcome, "words"), max(now, state.due), middle)
    return state


@pytest.mark.parametrize(
    "rules, outcomes, standing, streak",
    [
        pytest.param(Rules(), [MET], Standing.READY, 1, id="one success is enough"),
        pytest.param(Rules(), [UNMET, UNMET, MET], Standing.READY, 1, id="third time lucky"),
        pytest.param(Rules(), [UNMET], Standing.WAITING, 0, id="unmet waits"),
        pytest.param(Rules(), [BROKEN], Standing.BROKEN, 0, id="broken ends"),
        pytest.param(Rules(stable=3), [MET, MET], Standing.WAITING, 2, id="two of three"),
        pytest.param(Rules(stable=3), [MET, MET, MET], Standing.READY, 3, id="three of three"),
        pytest.param(Rules(stable=3), [MET, MET, UNMET, MET], Standing.WAITING, 1, id="a failure starts anew"),
        pytest.param(Rules(gone=True), [UNMET], Standing.READY, 1, id="gone"),
        pytest.param(Rules(gone=True), [MET], Standing.WAITING, 0, id="still there"),
        pytest.param(Rules(gone=True), [BROKEN], Standing.BROKEN, 0, id="broken is not gone"),
        pytest.param(Rules(gone=True, stable=2), [UNMET, MET, UNMET], Standing.WAITING, 1, id="gone twice in a row"),
    ],
)
def test_standing(rules, outcomes, standing, streak):
    state = carry(rules, outcomes)
    assert (state.standing, state.streak, state.attempts) == (standing, streak, len(outcomes))


def test_pauses_grow_to_every():
    rules, state, pauses = Rules(every_s=1.0), State(), []
    for _ in range(9):
        state = after(state, rules, Finding(UNMET), 0.0, middle)
        pauses.append(round(state.due, 3))
    assert pauses == [0.1, 0.15, 0.225, 0.338, 0.506, 0.759, 1.0, 1.0, 1.0]


def test_a_shorter_every_is_the_first_pause_too():
    assert carry(Rules(every_s=0.05), [UNMET]).due == pytest.approx(0.05)


def test_successes_are_every_apart():
    assert carry(Rules(every_s=2.0, stable=2), [MET]).due == 2.0


def test_a_success_makes_the_next_failure_quick_again():
    rules = Rules(every_s=1.0, stable=2)
    slow = carry(rules, [UNMET] * 10 + [MET])
    assert after(slow, rules, Finding(UNMET), 100.0, middle).due == pytest.approx(100.1)


@pytest.mark.parametrize("gone", [False, True])
def test_an_attempt_cut_by_the_deadline_shows_nothing(gone):
    rules = Rules(gone=gone, deadline=10.0)
    refused = Finding(UNMET if not gone else MET, "said more", "refused")
    before = after(State(), rules, refused, 9.0, middle)
    cut = after(before, rules, Finding(UNMET, "timed out after 1ms", "timeout", cut=True), 9.999, middle)
    assert (cut.standing, cut.finding, cut.attempts, cut.due) == (Standing.WAITING, refused, 2, 10.0)


def test_an_only_attempt_cut_by_the_deadline_is_told():
    finding = Finding(UNMET, "timed out after 10s while connecting", "timeout", cut=True)
    assert after(State(), Rules(deadline=10.0), finding, 10.0, middle).finding is finding


@given(st.lists(st.sampled_from([MET, UNMET])), st.integers(1, 5), st.booleans())
def test_ready_exactly_when_the_last_n_are_as_wanted(outcomes, stable, gone):
    rules = Rules(stable=stable, gone=gone)
    state = State()
    seen = []
    for outcome in outcomes:
        if state.standing is Standing.READY:
            break
        seen.append(wish(outcome, gone=gone))
        state = after(state, rules, Finding(outcome), 0.0, middle)
    assert (state.standing is Standing.READY) == (len(seen) >= stable and set(seen[-stable:]) == {MET})


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 2000), st.floats(0.01, 100))
def test_a_pause_is_never_nothing_nor_much_beyond_every(number, failures, every_s):
    state = after(State(failures=failures), Rules(every_s=every_s), Finding(UNMET), 0.0, lambda: number)
    assert 0.009 <= state.due <= every_s * 1.1


R, D, B = Ending.READY, Ending.DEADLINE, Ending.BROKEN


@pytest.mark.parametrize(
    "endings, of_all, of_any",
    [
        pytest.param([None], None, None, id="undecided"),
        pytest.param([R], R, R, id="one ready"),
        pytest.param([R, None], None, R, id="one of two"),
        pytest.param([R, R], R, R, id="both"),
        pytest.param([R, D], D, R, id="one late"),
        pytest.param([B, None], B, None, id="broken ends at once, but another may do"),
        pytest.param([B, R], B, R, id="broken beside ready"),
        pytest.param([B, D], B, D, id="broken beside late"),
        pytest.param([B, B], B, B, id="all broken"),
        pytest.param([D, D], D, D, id="all late"),
        pytest.param([D, None], None, None, id="late beside undecided"),
    ],
)
def test_verdict(endings, of_all, of_any):
    assert verdict(endings, any_of=False) is of_all
    assert verdict(endings, any_of=True) is of_any


def found(*pairs):
    return [(address, Finding(outcome, words)) for address, outcome, words in pairs]


@pytest.mark.parametrize(
    "gone, pairs, outcome, words",
    [
        pytest.param(False, [("a", MET, "200")], MET, "200", id="one address, met"),
        pytest.param(False, [("a", UNMET, "refused")], UNMET, "a: refused", id="one address, unmet"),
        pytest.param(False, [("a", MET, "ok"), ("b", MET, "ok")], MET, "all 2 addresses: ok", id="all met"),
        pytest.param(False, [("a", MET, "ok"), ("b", UNMET, "no")], UNMET, "1 of 2 addresses: b: no", id="one unmet"),
        pytest.param(False, [("a", UNMET, "no"), ("b", BROKEN, "x")], BROKEN, "1 of 2 addresses: b: x", id="broken"),
        pytest.param(True, [("a", UNMET, "no"), ("b", MET, "ok")], MET, "1 of 2 addresses: b: ok", id="one is there"),
        pytest.param(True, [("a", UNMET, "no"), ("b", UNMET, "x")], UNMET, "all 2 addresses: no", id="all gone"),
        pytest.param(
            False,
            [(name, UNMET, "no") for name in "abcde"],
            UNMET,
            "5 of 5 addresses: a: no; b: no; c: no; and 2 more",
            id="many",
        ),
    ],
)
def test_combine(gone, pairs, outcome, words):
    finding = combine(found(*pairs), gone=gone)
    assert (finding.outcome, finding.words) == (outcome, words)


def test_combine_tells_the_phases_of_the_slowest():
    quick, slow = Finding(MET, phases={"connect": 0.1}), Finding(MET, phases={"connect": 0.1, "tls": 0.2})
    assert combine([("a", quick), ("b", slow)], gone=False).phases == slow.phases


def test_an_address_that_was_cut_stands_behind_one_that_found_something():
    cut = Finding(UNMET, "timed out", "timeout", cut=True)
    finding = combine([("a", cut), ("b", Finding(UNMET, "refused", "refused"))], gone=False)
    assert (finding.cut, finding.reason) == (False, "refused")
    assert finding.words == "2 of 2 addresses: b: refused; a: timed out"


def test_a_gone_address_that_was_cut_is_no_proof():
    cut = Finding(UNMET, "timed out", "timeout", cut=True)
    state = after(State(), Rules(gone=True), combine([("a", Finding(UNMET)), ("b", cut)], gone=True), 0.0, middle)
    assert state.standing is Standing.WAITING
    assert math.isinf(state.due)
