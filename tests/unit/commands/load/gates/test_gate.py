"""Gates as they are written."""

from __future__ import annotations

import pytest
from any_gate import gates
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.gates.gate import parse_gate
from wherry.errors import UsageError


@pytest.mark.parametrize("text, same", [
    # k6's own.
    pytest.param("p(99)<250", "p(99)<250ms", id="a bare number is milliseconds"),
    pytest.param("p(99.9) < 200", "p(99.9)<200ms", id="spaces"),
    pytest.param("p(0)>1", "p(0)>1ms", id="p(0)"),
    pytest.param("p(100)>1", "p(100)>1ms", id="p(100)"),
    pytest.param("avg<200", "avg<200ms", id="avg"),
    pytest.param("min>=1.5", "min>=1.5ms", id="min"),
    pytest.param("med<=200", "med<=200ms", id="med"),
    pytest.param("max!=200", "max!=200ms", id="max"),
    pytest.param("count>20", "requests>20", id="count"),
    pytest.param("count===20", "requests==20", id="==="),
    pytest.param("rate>100", "rate>100/s", id="rate"),
    pytest.param("http_req_duration: p(95)<500", "service.p(95)<500ms", id="duration"),
    pytest.param("http_req_waiting:p(95)<500", "first_byte.p(95)<500ms", id="waiting"),
    pytest.param("http_req_connecting: avg<5", "connect.avg<5ms", id="connecting"),
    pytest.param("http_req_tls_handshaking: max<5", "tls.max<5ms", id="tls handshaking"),
    pytest.param("http_req_receiving: med<5", "transfer.med<5ms", id="receiving"),
    pytest.param("http_req_sending: med<5", "send.med<5ms", id="sending"),
    pytest.param("http_req_failed: rate<0.01", "error_rate<0.01", id="failed"),
    pytest.param("http_req_failed: count<5", "errors<5", id="failed, counted"),
    pytest.param("http_reqs: count>1000", "requests>1000", id="http_reqs"),
    pytest.param("http_reqs: rate>=100", "rate>=100/s", id="http_reqs per second"),
    pytest.param("dropped_iterations: count==0", "dropped==0", id="dropped iterations"),
    # The record's.
    pytest.param("p(99)<250ms", "p(99)<250ms", id="duration"),
    pytest.param("p(99)<1m30s", "p(99)<90s", id="duration of parts"),
    pytest.param("p(99)<1.5s", "p(99)<1.5s", id="seconds"),
    pytest.param("p(99)<250us", "p(99)<250us", id="microseconds"),
    pytest.param("p(99)<250µs", "p(99)<250us", id="micro sign"),
    pytest.param("p(99)<.5m", "p(99)<0.5m", id="minutes"),
    pytest.param("  p( 99.90 )  <  250 ms  ", "p(99.9)<250ms", id="space everywhere"),
    pytest.param("latency.p(95)<1s", "p(95)<1s", id="latency"),
    pytest.param("latency: p(95) < 1s", "p(95)<1s", id="latency with a colon"),
    pytest.param("service.p(95)<1s", "service.p(95)<1s", id="service"),
    pytest.param("successful.med<1s", "successful.med<1s", id="successful"),
    pytest.param("lag.p(99)<1ms", "lag.p(99)<1ms", id="lag"),
    pytest.param("dns.max<1ms", "dns.max<1ms", id="phase"),
    pytest.param("first_byte.p(50)<1ms", "first_byte.p(50)<1ms", id="phase of two words"),
    pytest.param("error_rate<1%", "error_rate<1%", id="percent"),
    pytest.param("error_rate<0.5 %", "error_rate<0.5%", id="percent after a space"),
    pytest.param("error_rate<0.01", "error_rate<0.01", id="fraction"),
    pytest.param("error_rate==0", "error_rate==0", id="none"),
    pytest.param("error_rate.value<1", "error_rate<1", id="a gauge's value"),
    pytest.param("success_rate>=99.9%", "success_rate>=99.9%", id="success"),
    pytest.param("throughput>900/s", "throughput>900/s", id="throughput"),
    pytest.param("throughput>900", "throughput>900/s", id="throughput without a unit"),
    pytest.param("throughput>1500/m", "throughput>1500/m", id="per minute"),
    pytest.param("throughput>10/250ms", "throughput>40/s", id="per quarter of a second"),
    pytest.param("rate>=900/s", "rate>=900/s", id="achieved"),
    pytest.param("rate>0", "rate>0/s", id="anything at all"),
    pytest.param("answered.rate>5", "throughput>5/s", id="answered per second"),
    pytest.param("requests>1000", "requests>1000", id="requests"),
    pytest.param("answered>=99%", "answered>=99%", id="a share of a count"),
    pytest.param("errors<5", "errors<5", id="errors"),
    pytest.param("errors.rate<1%", "error_rate<1%", id="errors as a share"),
    pytest.param("errors.timeout<5", "errors.timeout<5", id="class of errors"),
    pytest.param("errors.timeout<1%", "errors.timeout<1%", id="class of errors as a share"),
    pytest.param("status.500==0", "status.500==0", id="status"),
    pytest.param("status.5xx<1%", "status.5xx<1%", id="statuses"),
    pytest.param("late<1%", "late<1%", id="late"),
    pytest.param("dropped==0", "dropped==0", id="dropped"),
    pytest.param("cut==0", "cut==0", id="cut"),
    pytest.param("connections<=50", "connections<=50", id="connections"),
    pytest.param("retried==0", "retried==0", id="retried"),
    pytest.param("reused>0", "reused>0", id="reused"),
    # One of several targets.
    pytest.param("target[pay].p(99)<1s", "target[pay].p(99)<1s", id="target"),
    pytest.param("target[pay]: avg < 1s", "target[pay].avg<1s", id="target with a colon"),
    pytest.param("target[pay].latency.max<1s", "target[pay].max<1s", id="latency of a target"),
    pytest.param("target[GET http://[::1]/?a>=b].error_rate<1%", "target[GET http://[::1]/?a>=b].error_rate<1%",
                 id="any name"),
    pytest.param("target[a].p(99)].requests>5", "target[a].p(99)].requests>5", id="a name like a gate"),
    pytest.param("target[ a ].throughput>5/s", "target[ a ].throughput>5/s", id="spaces in a name"),
])  # fmt: skip
def test_what_is_a_gate(text, same):
    assert str(parse_gate(text)) == same
    assert parse_gate(same) == parse_gate(text)


@pytest.mark.parametrize("text, words", [
    pytest.param("", "it has no operator", id="empty"),
    pytest.param("   ", "it has no operator", id="blank"),
    pytest.param("p(99)", "it has no operator", id="no operator"),
    pytest.param("<250ms", "it is about nothing", id="no subject"),
    pytest.param("p(99)<", "it has no limit", id="no limit"),
    pytest.param("<", "it is about nothing", id="an operator alone"),
    pytest.param("p(99)=250ms", "the operators are > >= < <= == !=, and a gate has one", id="="),
    pytest.param("p(99)=<250ms", "the operators are", id="=<"),
    pytest.param("p(99)<>250ms", "the operators are", id="<>"),
    pytest.param("p(99)!250ms", "the operators are", id="!"),
    pytest.param("p(99)!==250ms", "the operators are", id="!=="),
    pytest.param("p(99)<250ms<3s", "the operators are", id="two operators"),
    pytest.param("p(99)≤250ms", "it has no operator", id="a sign of mathematics"),
    pytest.param("p95<250ms", "'p95' is no statistic; did you mean \"p(95)\"?", id="p95"),
    pytest.param("p[95]<250ms", "did you mean \"p(95)\"?", id="p[95]"),
    pytest.param("P(95)<250ms", "did you mean \"p(95)\"?", id="P(95)"),
    pytest.param("p(95<250ms", "did you mean \"p(95)\"?", id="not closed"),
    pytest.param("service.p95<250ms", "did you mean \"p(95)\"?", id="p95 of a distribution"),
    pytest.param("p()<250ms", "nothing is called 'p()'", id="p()"),
    pytest.param("p(foo)<250ms", "nothing is called 'p(foo)'", id="p(foo)"),
    pytest.param("p(-1)<250ms", "nothing is called 'p(-1)'", id="p(-1)"),
    pytest.param("p(NaN)<250ms", "nothing is called 'p(NaN)'", id="p(NaN)"),
    pytest.param("p(101)<250ms", "p(101) is no percentile; one is p(0) to p(100)", id="p(101)"),
    pytest.param("mean<250ms", "'mean' is no statistic; did you mean \"avg\"?", id="mean"),
    pytest.param("service.median<250ms", "did you mean \"med\"?", id="median"),
    pytest.param("service.stdev<250ms", "'stdev' is no statistic; there are p(N), avg, min, med, max", id="stdev"),
    pytest.param("latency<250ms", "latency has many values; write latency.p(99)", id="no statistic"),
    pytest.param("latncy.p(99)<250ms", "nothing is called 'latncy'; did you mean \"latency\"?", id="a slip"),
    pytest.param("thruput>5", "nothing is called 'thruput'; did you mean \"throughput\"?", id="another slip"),
    pytest.param("foo>20", "nothing is called 'foo'", id="unknown"),
    pytest.param("foo.bar>20", "nothing is called 'foo'", id="unknown with a part"),
    pytest.param("value>20", "the value of what? write it like error_rate.value", id="k6's gauge"),
    pytest.param("p(99)<250x", "p(99) is compared with a duration such as 250ms, and '250x' is none", id="no unit"),
    pytest.param("p(99)<1%", "a duration such as 250ms, and '1%' is none", id="a duration in percent"),
    pytest.param("p(99)<-1ms", "and '-1ms' is none", id="negative"),
    pytest.param("p(99)<+1ms", "and '+1ms' is none", id="a sign"),
    pytest.param("p(99)<1e3", "and '1e3' is none", id="an exponent"),
    pytest.param("p(99)<inf", "and 'inf' is none", id="infinity"),
    pytest.param("p(99)<" + "9" * 400, "is none", id="more than a number holds"),
    pytest.param("p(99)<1000000d", "and '1000000d' is none", id="more than a hundred years"),
    pytest.param("p(99)<\u0661ms", "is none", id="a digit of another script"),
    pytest.param("p(99)<1m 30s", "is none", id="a space within"),
    pytest.param("error_rate<5", "error_rate is compared with a share such as 1% or 0.01, and '5' is none", id="5"),
    pytest.param("error_rate<101%", "and '101%' is none", id="more than all"),
    pytest.param("error_rate<1ms", "and '1ms' is none", id="a share in milliseconds"),
    pytest.param("rate>0.95", "is 0.95 a share? rate is per second: write 0.95/s", id="k6's rate of checks"),
    pytest.param("throughput>99%", "a rate such as 900/s, and '99%' is none", id="a rate in percent"),
    pytest.param("throughput>9/parsec", "and '9/parsec' is none", id="a rate of nothing"),
    pytest.param("throughput>9/0s", "and '9/0s' is none", id="a rate in no time"),
    pytest.param("requests>1.5", "a count such as 1000, and '1.5' is none", id="half a request"),
    pytest.param("requests>1%", "and '1%' is none", id="a share of nothing"),
    pytest.param("requests>1k", "and '1k' is none", id="a thousand"),
    pytest.param("requests.p(99)>1", "requests has no 'p(99)'; it is one number", id="a count has no statistic"),
    pytest.param("throughput.count>1", "throughput has no 'count'; it is one number", id="a rate has no count"),
    pytest.param("errors.timeot<5", "no errors are of the class 'timeot'; did you mean \"timeout\"?", id="no class"),
    pytest.param("status==0", "which status? write status.500 or status.5xx", id="no status"),
    pytest.param("status.42==0", "'42' is no status", id="two digits"),
    pytest.param("status.600==0", "'600' is no status", id="beyond 599"),
    pytest.param("target<5", "nothing is called 'target'", id="a target without a name"),
    pytest.param("target[a]<5", "a target is written target[NAME].p(99)", id="nothing of a target"),
    pytest.param("target[].p(99)<5", "a target is written target[NAME].p(99)", id="an empty name"),
    pytest.param("target[a.p(99)<5", "a target is written target[NAME].p(99)", id="a name that does not end"),
    pytest.param("target[a].lag.p(99)<5", "lag.p(99) is not known of a single target, only answered", id="its lag"),
    pytest.param("target[a].errors.tls<5", "errors.tls is not known of a single target", id="its classes of errors"),
])  # fmt: skip
def test_what_is_none(text, words):
    with pytest.raises(UsageError) as caught:
        parse_gate(text)
    error = str(caught.value)
    assert words in error
    assert error.endswith("write it like 'p(99)<250ms', 'error_rate<1%' or 'throughput>900/s'")
    assert "\n" not in error


def test_an_error_does_not_repeat_a_megabyte():
    with pytest.raises(UsageError) as caught:
        parse_gate("x" * 1_000_000)
    assert len(str(caught.value)) < 400


@given(gates())
def test_what_is_shown_reads_as_it_was(gate):
    assert parse_gate(str(gate)) == gate


pieces = st.sampled_from([
    "p(", "99", ")", "<", ">", "=", "!", "250", "ms", "%", "/s", "target[", "]", ".", ":", " ", "latency", "errors",
    "status", "rate", "count", "500", "timeout",
])  # fmt: skip


@given(st.text(max_size=30) | st.lists(pieces, max_size=9).map("".join))
def test_any_text_is_a_gate_or_a_line_that_says_why_not(text):
    try:
        gate = parse_gate(text)
    except UsageError as error:
        assert str(error).endswith("'throughput>900/s'")
    else:
        assert parse_gate(str(gate)) == gate
