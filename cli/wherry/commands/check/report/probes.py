"""What a result says in numbers, under the names of blackbox_exporter where it has one for it."""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wherry.commands.check.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.commands.check.results import Measured, Result

    Number = tuple[str, float, Mapping[str, str]]

FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "probe_success": "Whether the check passed: 1 or 0",
        "probe_duration_seconds": "How long the last attempt took",
        "probe_dns_lookup_time_seconds": "How long looking up the name took",
        "probe_ip_protocol": "The version of IP that was spoken, 4 or 6",
        "probe_http_status_code": "The status of the answer",
        "probe_http_duration_seconds": "How long each phase of the exchange took, redirects included",
        "probe_http_version": "The version of HTTP that was spoken",
        "probe_http_redirects": "How many redirects were followed",
        "probe_http_ssl": "Whether the answer came over TLS: 1 or 0",
        "probe_http_content_length": "Bytes of the answer's body",
        "probe_failed_due_to_regex": "Whether the body or a header was not as expected: 1 or 0",
        "probe_ssl_earliest_cert_expiry": "When the first of the certificates presented expires, in seconds since 1970",
        "probe_tls_version_info": "The version of TLS, as a label of a 1",
        "probe_dns_answer_rrs": "How many records answered the question",
        "probe_grpc_status_code": "The status of the gRPC call",
        "wherry_check_skipped": "1 for a check that was not tried, which has no other metrics",
        "wherry_check_attempts": "How often the check was tried",
        "wherry_check_flaky": "Whether the check passed after it had failed: 1 or 0",
    }
)

_PHASES: Final = {
    "dns": "resolve",
    "connect": "connect",
    "proxy": "connect",
    "tls": "tls",
    "send": "processing",
    "first_byte": "processing",
    "transfer": "transfer",
}
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def samples(result: Result) -> Iterator[Number]:
    """Name, value and further labels of each number there is; what was not measured has none."""
    if result.status is Status.SKIPPED:
        yield "wherry_check_skipped", 1, _NONE
        return
    of = result.measured
    yield "probe_success", result.status is Status.PASSED, _NONE
    yield "probe_duration_seconds", result.attempts[-1].seconds if result.attempts else result.seconds, _NONE
    if "dns" in of.phases:
        yield "probe_dns_lookup_time_seconds", of.phases["dns"], _NONE
    if of.ip_version is not None:
        yield "probe_ip_protocol", of.ip_version, _NONE
    if result.kind == "http":
        yield from _http(result)
    if of.expiry_s is not None:
        yield "probe_ssl_earliest_cert_expiry", of.expiry_s, _NONE
    if of.tls_version is not None:
        yield "probe_tls_version_info", 1, {"version": of.tls_version.replace("TLSv", "TLS ")}
    if of.answers is not None:
        yield "probe_dns_answer_rrs", of.answers, _NONE
    if of.grpc_status is not None:
        yield "probe_grpc_status_code", of.grpc_status, _NONE
    yield "wherry_check_attempts", len(result.attempts), _NONE
    yield "wherry_check_flaky", result.flaky, _NONE


def _http(result: Result) -> Iterator[Number]:
    of = result.measured
    for phase, seconds in _phases(of).items():
        yield "probe_http_duration_seconds", seconds, {"phase": phase}
    if of.status_code is None:
        return
    yield "probe_http_status_code", of.status_code, _NONE
    yield "probe_http_ssl", of.tls, _NONE
    content = any(unmet.subject in ("body", "text") or unmet.subject.startswith("header.") for unmet in result.unmet)
    yield "probe_failed_due_to_regex", content, _NONE
    if of.http_version is not None:
        with suppress(ValueError):
            yield "probe_http_version", float(of.http_version.removeprefix("HTTP/")), _NONE
    if of.redirects is not None:
        yield "probe_http_redirects", of.redirects, _NONE
    if of.size is not None:
        yield "probe_http_content_length", of.size, _NONE


def _phases(of: Measured) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, seconds in of.phases.items():
        phase = _PHASES.get(name.replace(" ", "_"))
        if phase is not None:
            found[phase] = found.get(phase, 0.0) + seconds
    return found
