"""What people want to know of a check."""

from __future__ import annotations

import pytest
from report_samples import HTTP, attempt, result

from wherry.commands.check.report.detail import day, detail, measured, said
from wherry.commands.check.results import Measured, Status, Unmet


def shown(unmet):
    one = result(status=Status.FAILED, attempts=(attempt(1, Status.FAILED, unmet=(unmet,)),))
    return [line for line, *_ in detail(one)][:-2]


@pytest.mark.parametrize("unmet, lines", [
    pytest.param(Unmet("status", "200", "503", "no"), ["status", "  expected  200", "  got       503"], id="values"),
    pytest.param(Unmet("json.$.a", "", "", "json.$.a: no JSON"), ["json.$.a: no JSON"], id="only words"),
    pytest.param(Unmet("text", "a", "b\n\tc\x1b", ""),
                 ["text", "  expected  a", "  got       b", "                c\\x1b"], id="a text of lines"),
    pytest.param(Unmet("json", "{}", "[]", "", (" a", "-b", "+c\x1b\nd")),
                 ["json", "  expected  {}", "  got       []", "   a", "  -b", "  +c\\x1b d"], id="a diff"),
])  # fmt: skip
def test_what_is_not_as_expected(unmet, lines):
    assert shown(unmet) == lines


def test_the_way_to_repeat_it_is_the_command_or_else_the_url():
    assert [line for line, *_ in detail(result(request="wherry request GET a"))][-1] == "wherry request GET a"
    assert [line for line, *_ in detail(result(request="", url="tcp://a:1"))][-1] == "tcp://a:1"
    assert [line for line, *_ in detail(result(request="", url=""))] == ["at smoke.yaml:4"]


@pytest.mark.parametrize("of, lines", [
    pytest.param(Measured(), [], id="nothing"),
    pytest.param(
        HTTP,
        ["HTTP 200, version 1.1, 5 KiB, 1 redirect, from 127.0.0.1",
         "dns 100µs, connect 1.2ms, send 200µs, first byte 8ms, transfer 2.8ms"], id="http",
    ),
    pytest.param(Measured(tls_version="TLSv1.3", expiry_s=0.0), ["TLSv1.3, certificate until 1970-01-01"], id="tls"),
    pytest.param(Measured(answers=0), ["0 answers"], id="dns"),
    pytest.param(Measured(grpc_status=5), ["gRPC status 5"], id="grpc"),
])  # fmt: skip
def test_measured(of, lines):
    assert [line for line, *_ in measured(result(measured=of))] == lines


@pytest.mark.parametrize("one, words", [
    pytest.param(result(words="HTTP 200"), "", id="passed"),
    pytest.param(result(flaky=True, attempts=(attempt(1), attempt(2))), "passed at attempt 2", id="flaky"),
    pytest.param(result(status=Status.ERROR, words="a\nb"), "a b", id="error"),
    pytest.param(result(status=Status.SKIPPED), "skipped", id="no words"),
])  # fmt: skip
def test_said(one, words):
    assert said(one) == words


def test_a_certificate_may_say_any_year():
    assert day(1e18) == "1000000000000000000 seconds since 1970"
