"""Metrics, judged by the rules of Prometheus's text format (prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

import re

import pytest
from hostile import quick, runs
from hypothesis import given
from report_samples import HTTP, MADE, SUMMARY, attempt, report, result

from wherry.commands.check.report.probes import samples
from wherry.commands.check.report.prom import Prom
from wherry.commands.check.results import Measured, Status, Unmet

_SAMPLE = re.compile(r'([a-zA-Z_:][\w:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+)\} (\S+)', re.ASCII)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def parse(page):
    """The samples of a page; asserts what a strict reader would refuse."""
    found, headed, family = {}, [], None
    assert page.endswith("\n")
    for line in page.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in headed, "a family stands in one place"
            headed.append(family)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge"
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == family
            labels = tuple(_LABEL.findall(sample[2]))
            assert (family, labels) not in found, "a sample stands once"
            found[family, labels] = float(sample[3])
    return found


@quick
@given(runs)
def test_any_text_is_a_valid_page(results):
    page = report(Prom, results)
    assert all(line.isprintable() for line in page.split("\n"))
    parse(page)


def test_the_sample_is_a_valid_page():
    found = parse(report(MADE["prom"]))
    assert found["probe_success", (("suite", "api"), ("group", "smoke"), ("check", "slow"), ("kind", "http"))] == 0


def test_of_a_repeated_check_the_last_result_counts():
    results = [result(0), result(1, status=Status.FAILED), result(0, status=Status.ERROR, attempts=(attempt(1),) * 3)]
    found = parse(report(Prom, results))
    assert {name: value for (name, _), value in found.items()} == {
        "probe_success": 0, "probe_duration_seconds": 0.0123, "wherry_check_attempts": 3, "wherry_check_flaky": 0,
        "wherry_check_end_timestamp_seconds": SUMMARY.began_s + SUMMARY.seconds,
    }  # fmt: skip


def test_suites_of_one_name_are_told_apart():
    found = parse(report(Prom, [result(0), result(1, group=""), result(2, group="other")]))
    assert len([name for name, _ in found if name == "probe_success"]) == 3


@pytest.mark.parametrize("fields, wanted", [
    pytest.param({"status": Status.SKIPPED}, {"wherry_check_skipped": 1}, id="nothing is known of what was skipped"),
    pytest.param({"status": Status.ERROR}, {"probe_success": 0}, id="no numbers without an answer"),
    pytest.param({"measured": HTTP, "kind": "tcp"},
                 {"probe_dns_lookup_time_seconds": 0.0001, "probe_ip_protocol": 4}, id="tcp"),
    pytest.param(
        {"measured": HTTP},
        {
            "probe_dns_lookup_time_seconds": 0.0001, "probe_ip_protocol": 4, "probe_http_status_code": 200,
            "probe_http_version": 1.1, "probe_http_redirects": 1, "probe_http_ssl": 0,
            "probe_http_content_length": 5120, "probe_failed_due_to_regex": 0,
            "resolve": 0.0001, "connect": 0.0012, "processing": 0.0002 + 0.008, "transfer": 0.0028,
        },
        id="http",
    ),
    pytest.param({"measured": Measured(http_version="HTTP/2", status_code=200, tls=True)},
                 {"probe_http_version": 2.0, "probe_http_ssl": 1, "probe_http_status_code": 200,
                  "probe_failed_due_to_regex": 0}, id="http/2"),
    pytest.param({"measured": Measured(tls_version="TLSv1.3", expiry_s=1e9), "kind": "tls"},
                 {"TLS 1.3": 1, "probe_ssl_earliest_cert_expiry": 1e9}, id="tls"),
    pytest.param({"measured": Measured(answers=0), "kind": "dns"}, {"probe_dns_answer_rrs": 0}, id="dns"),
    pytest.param({"measured": Measured(grpc_status=5), "kind": "grpc"}, {"probe_grpc_status_code": 5}, id="grpc"),
    pytest.param({"measured": Measured(status_code=200), "status": Status.FAILED,
                  "attempts": (attempt(1, Status.FAILED, unmet=(Unmet("header.a", "b", "c", ""),)),)},
                 {"probe_failed_due_to_regex": 1, "probe_http_ssl": 0, "probe_http_status_code": 200}, id="content"),
])  # fmt: skip
def test_samples(fields, wanted):
    common = {"probe_success": fields.get("status", Status.PASSED) is Status.PASSED, "probe_duration_seconds": 0.0123,
              "wherry_check_attempts": len(fields.get("attempts", ())), "wherry_check_flaky": 0}  # fmt: skip
    found = {more.get("phase", more.get("version", name)): value for name, value, more in samples(result(**fields))}
    assert found == ({} if fields.get("status") is Status.SKIPPED else common) | wanted
