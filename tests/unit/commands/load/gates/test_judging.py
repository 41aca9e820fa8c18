"""Gates held to records."""

from __future__ import annotations

import re

import pytest
from any_gate import gates
from hypothesis import given
from hypothesis import strategies as st
from load_samples import CLOSED, NOTHING, OPEN, READ, REFUSED, TARGETS, of, records
from msgspec.structs import replace

from wherry.commands.load.gates.gate import parse_gate
from wherry.commands.load.gates.judging import crossed, hold, judge, judged, refuse_impossible
from wherry.commands.load.record import Counts, Ended
from wherry.errors import NotMet, UsageError


@pytest.mark.parametrize("expression, value, words", [
    pytest.param("p(99)<250ms", 0.021791, "21.8ms", id="percentile"),
    pytest.param("p(98.5)<250ms", 0.021695, "21.7ms", id="a percentile that is not kept ready"),
    pytest.param("p(0)<=2ms", 0.002, "2ms", id="p(0)"),
    pytest.param("min<=2ms", 0.002, "2ms", id="min"),
    pytest.param("max<22ms", 0.021983, "22ms", id="max"),
    pytest.param("avg<13ms", 0.011991892, "12ms", id="avg"),
    pytest.param("med<13ms", 0.011983, "12ms", id="med"),
    pytest.param("service.p(50)<6ms", 0.005991, "5.99ms", id="service"),
    pytest.param("successful.max<22ms", 0.021583, "21.6ms", id="successful"),
    pytest.param("lag.p(90)<1ms", 0.0002, "200µs", id="lag"),
    pytest.param("connect.max<1ms", 0.00032, "320µs", id="phase"),
    pytest.param("first_byte.med<6ms", 0.005991, "5.99ms", id="phase of two words"),
    pytest.param("error_rate<=2%", 0.02, "2%", id="error rate, exactly"),
    pytest.param("success_rate>=98%", 0.98, "98%", id="success rate"),
    pytest.param("throughput>=98/s", 98.0, "98/s", id="throughput"),
    pytest.param("rate>=100/s", 100.3, "100/s", id="rate"),
    pytest.param("rate>=6018/m", 100.3, "100/s", id="rate per minute, exactly"),
    pytest.param("requests==1003", 1003.0, "1003", id="requests"),
    pytest.param("answered>=98%", 0.98, "98%", id="answered, as a share"),
    pytest.param("errors<=20", 20.0, "20", id="errors"),
    pytest.param("errors.status==10", 10.0, "10", id="errors of a class, in all wordings"),
    pytest.param("errors.tls==0", 0.0, "0", id="errors of a class that did not happen"),
    pytest.param("errors.timeout<1%", 0.007, "0.7%", id="errors of a class, as a share"),
    pytest.param("status.500==2", 2.0, "2", id="status"),
    pytest.param("status.404==0", 0.0, "0", id="status that did not come"),
    pytest.param("status.5xx<=1%", 0.01, "1%", id="statuses, as a share"),
    pytest.param("late<=12", 12.0, "12", id="late"),
    pytest.param("dropped<1%", 7 / 1010, "0.693%", id="dropped, as a share"),
    pytest.param("cut<5", 3.0, "3", id="cut"),
    pytest.param("connections==50", 50.0, "50", id="connections"),
    pytest.param("reused>900", 950.0, "950", id="reused"),
    pytest.param("retried<2", 1.0, "1", id="retried"),
])  # fmt: skip
def test_what_is_met(expression, value, words):
    found = judge(parse_gate(expression), OPEN)
    assert (found.met, found.words) == (True, words)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("expression, words", [
    pytest.param("p(99)<20ms", "21.8ms, above by 1.79ms (8.96%)", id="above"),
    pytest.param("p(99)>1s", "21.8ms, below by 978ms (97.8%)", id="below"),
    pytest.param("p(99)<0", "21.8ms, above by 21.8ms", id="a limit of nothing"),
    pytest.param("min<2ms", "2ms, exactly the limit", id="the limit itself"),
    pytest.param("requests==1000", "1003, above by 3 (0.3%)", id="not equal"),
    pytest.param("requests!=1003", "1003, which it must not be", id="equal"),
    pytest.param("error_rate<1%", "2%, above by 1 point", id="percentage points"),
    pytest.param("throughput>900/s", "98/s, below by 802/s (89.1%)", id="throughput"),
    pytest.param("rate>=100.4/s", "100/s, below by 0.1/s (0.0996%)", id="hardly"),
])  # fmt: skip
def test_what_is_not_met(expression, words):
    found = judge(parse_gate(expression), OPEN)
    assert (found.met, found.words) == (False, words)
    assert found.value is not None


@pytest.mark.parametrize("expression, record, words", [
    pytest.param("p(99)<1h", NOTHING, "no request ended", id="latency of nothing"),
    pytest.param("error_rate<=1", NOTHING, "no request ended", id="error rate of nothing"),
    pytest.param("errors<5", NOTHING, "no request ended", id="errors of nothing"),
    pytest.param("status.500==0", NOTHING, "no request ended", id="status of nothing"),
    pytest.param("throughput<5", NOTHING, "no request ended", id="throughput of nothing"),
    pytest.param("answered<=1%", NOTHING, "no request ended", id="share of nothing"),
    pytest.param("rate<5", replace(NOTHING, counts=Counts()), "no request was sent", id="rate of nothing"),
    pytest.param("successful.p(99)<1h", REFUSED, "no request was answered", id="successful of failures"),
    pytest.param("tls.p(99)<1h", OPEN, "no tls was measured", id="a phase that was not there"),
    pytest.param("lag.p(99)<1h", CLOSED, "a closed loop has no schedule", id="lag of a closed loop"),
    pytest.param("late==0", CLOSED, "a closed loop has no schedule", id="late in a closed loop"),
    pytest.param("dropped<1%", CLOSED, "a closed loop has no schedule", id="dropped in a closed loop"),
    pytest.param("lag.p(99)<1h", READ, "the results that were read do not say", id="lag of what was read"),
    pytest.param("reused>=0", READ, "the results that were read do not say", id="connections of what was read"),
    pytest.param("service.p(99)<1h", READ, "the results that were read do not say", id="service of what was read"),
    pytest.param("target[pya].p(99)<1h", TARGETS, "there is no such target; did you mean \"pay\"?", id="no target"),
    pytest.param("target[a[0]>1].p(99)<1h", TARGETS, "no request ended", id="a target that was never asked"),
])  # fmt: skip
def test_what_is_not_there_is_not_met(expression, record, words):
    found = judge(parse_gate(expression), record)
    assert (found.met, found.value, found.words) == (False, None, words)


@pytest.mark.parametrize("expression, value", [
    pytest.param("target[pay].p(99)<20ms", 0.010895, id="latency"),
    pytest.param("target[pay].error_rate<5%", 1 / 30, id="error rate"),
    pytest.param("target[pay].requests>=300", 300, id="requests"),
    pytest.param("target[pay].errors<=10", 10, id="errors"),
    pytest.param("target[pay].throughput>=29/s", 29, id="throughput"),
    pytest.param("target[pay].rate>=30/s", 30, id="rate"),
    pytest.param("target[GET http://127.0.0.1:8080/a].answered>=98%", 690 / 700, id="a name with dots"),
])  # fmt: skip
def test_one_of_several_targets(expression, value):
    found = judge(parse_gate(expression), TARGETS)
    assert found.met
    assert found.value == pytest.approx(value)


@given(st.integers(1, 2000))
def test_a_limit_is_exactly_what_is_written(ms):
    record = replace(OPEN, latency=replace(of(1), max_us=ms * 1000))
    for unit, factor in (("ms", 1), ("us", 1000)):
        assert judge(parse_gate(f"max<={ms * factor}{unit}"), record).met
        assert judge(parse_gate(f"max=={ms * factor}{unit}"), record).met
        assert not judge(parse_gate(f"max<{ms * factor}{unit}"), record).met


@pytest.mark.parametrize("ended, is_judged", [
    pytest.param(Ended.COMPLETE, True, id="complete"),
    pytest.param(Ended.GATE, True, id="ended by a gate"),
    pytest.param(Ended.DEADLINE, False, id="ended by the deadline"),
    pytest.param(Ended.INTERRUPTED, False, id="interrupted"),
    pytest.param(Ended.UNREACHABLE, False, id="unreachable"),
])  # fmt: skip
def test_what_was_cut_off_is_not_judged(ended, is_judged):
    gates = [parse_gate("p(99)<250ms"), parse_gate("late==0")]
    record = judged(replace(OPEN, ended=ended), gates)
    assert [each.met for each in record.gates] == ([True, False] if is_judged else [])
    assert record.unjudged == (() if is_judged else ("p(99)<250ms", "late==0"))


@pytest.mark.parametrize("expression, rate, ends", [
    pytest.param("p(99)<20ms", "100/s", True, id="a percentile"),
    pytest.param("error_rate<1%", "100/s", True, id="a share"),
    pytest.param("errors<5", "100/s", True, id="a count that cannot fall"),
    pytest.param("requests==1000", "100/s", True, id="a count that is past it"),
    pytest.param("requests==2000", "100/s", False, id="a count that is not yet there"),
    pytest.param("requests>2000", "100/s", False, id="a count that is to rise"),
    pytest.param("requests!=1003", "100/s", False, id="a count that will be another"),
    pytest.param("throughput>900/s", "100/s", True, id="a rate"),
    pytest.param("throughput>900/s", "10/s:1000/s", False, id="a rate that climbs"),
    pytest.param("throughput>900/s", "5s@10/s,5s@1000/s", False, id="a rate that climbs in steps"),
    pytest.param("throughput<50/s", "10/s:1000/s", True, id="a rate that is too high"),
    pytest.param("tls.p(99)<1ms", "100/s", False, id="what is not there"),
    pytest.param("p(99)<250ms", "100/s", False, id="what is met"),
])  # fmt: skip
def test_what_ends_a_run(expression, rate, ends):
    record = replace(OPEN, plan=replace(OPEN.plan, rate=rate))
    assert len(crossed(record, [parse_gate(expression)])) == ends
    assert crossed(record, [parse_gate(expression)], least=1001) == ()


def test_what_cannot_be_met_is_refused():
    gates = [parse_gate("p(99)<250ms"), parse_gate("lag.p(99)<1ms")]
    refuse_impossible(gates, open_loop=True)
    with pytest.raises(UsageError) as caught:
        refuse_impossible(gates, open_loop=False)
    assert caught.value.advice == (
        "--gate lag.p(99)<1ms: a closed loop has no schedule, so nothing is behind it; give --rate"
    )


@given(gates(), records)
def test_any_gate_can_be_held_to_any_record(gate, record):
    found = judge(gate, record)
    assert found.expression == str(gate)
    assert found.words
    assert found.value is not None or not found.met
    crossed(record, [gate])


def test_what_is_not_met_is_named():
    hold(judged(OPEN, [parse_gate("p(99)<1s")]))
    hold(OPEN)
    with pytest.raises(NotMet, match=re.escape("2 of 3 gates not met: p(99)<1ms, tls.max<1s")):
        hold(judged(OPEN, [parse_gate(text) for text in ("p(99)<1ms", "p(99)<1s", "tls.max<1s")]))
