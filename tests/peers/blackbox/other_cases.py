"""Certificates, streams, names and health services."""

from __future__ import annotations

from typing import Any, Final

from probe_case import INSECURE, PATIENCE, PLAIN, SHORT, Case, expect

_GOOD: Final = "https://127.0.0.1:{good}/"

_TLS: Final = (
    Case("a certificate", True, _GOOD),
    Case("an expired certificate", False, "https://127.0.0.1:{expired}/"),
    Case("a certificate of the future", False, "https://127.0.0.1:{future}/"),
    Case("a self-signed certificate", False, "https://127.0.0.1:{self}/"),
    Case("a certificate of a stranger", False, "https://127.0.0.1:{stranger}/"),
    Case("a certificate for another name", False, "https://127.0.0.1:{other}/"),
    Case("a chain that ends before its leaf", True, "https://127.0.0.1:{chain}/"),
    Case("an expired certificate, unverified", True, "https://127.0.0.1:{expired}/", {"profile": "insecure"}, INSECURE),
    Case("a self-signed one, unverified", True, "https://127.0.0.1:{self}/", {"profile": "insecure"}, INSECURE),
    Case(
        "a certificate of the client", True, "https://127.0.0.1:{mutual}/", {"profile": "client"},
        {"tls_config": {"cert_file": "{folder}/client.pem", "key_file": "{folder}/client.pem"}},
    ),
    Case("no certificate of the client", False, "https://127.0.0.1:{mutual}/"),
    Case("TLS, as wanted", True, _GOOD, expect(url={"matches": "^https:"}), {"fail_if_not_ssl": True}),
    Case("no TLS, unlike wanted", False, f"{PLAIN}/ok", expect(url={"matches": "^https:"}), {"fail_if_not_ssl": True}),
    Case("TLS, unlike wanted", False, _GOOD, expect(url={"matches": "^http:"}), {"fail_if_ssl": True}),
    Case("TLS asked of a port without", False, "https://127.0.0.1:{plain}/"),
)  # fmt: skip

_STREAMS: Final = (
    Case("a port", True, "tcp://127.0.0.1:{plain}"),
    Case("a port over IPv6", True, "tcp://[::1]:{plain}"),
    Case("a port that is closed", False, "tcp://127.0.0.1:{closed}"),
    Case("TLS on a port", True, "tls://127.0.0.1:{good}"),
    Case("TLS on a port, expired", False, "tls://127.0.0.1:{expired}"),
    Case("TLS on a port, expired, unverified", True, "tls://127.0.0.1:{expired}", {"profile": "insecure"}, INSECURE),
    Case("TLS on a port, for another name", False, "tls://127.0.0.1:{other}"),
    Case(
        "TLS on a port, by another name", True, "tls://127.0.0.1:{other}?servername=other.test",
        theirs={"tls_config": {"server_name": "other.test"}}, target="127.0.0.1:{other}",
    ),
    Case("TLS on a port without", False, "tls://127.0.0.1:{plain}"),
)  # fmt: skip


def _dns(
    name: str, passes: bool, asked: str, kind: str = "A", *, ours: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None, timeout: str = PATIENCE,
) -> Case:  # fmt: skip
    theirs: dict[str, Any] = {"query_name": asked, "query_type": kind}
    if answers:
        theirs["validate_answer_rrs"] = answers
    url = f"dns://{asked}?type={kind}&server=127.0.0.1:{{dns}}"
    return Case(name, passes, url, ours or {}, theirs, "127.0.0.1:{dns}", timeout)


_NAMES: Final = (
    _dns("a name", True, "one.test"),
    _dns("a name with three addresses", True, "three.test"),
    _dns("a server for mail", True, "mail.test", "MX"),
    _dns("a text of a name", True, "one.test", "TXT"),
    _dns(
        "a name with the right address", True, "one.test", ours=expect(answers="192.0.2.1"),
        answers={"fail_if_not_matches_regexp": [r".*\t192\.0\.2\.1$"]},
    ),
    _dns(
        "a name with a wrong address", False, "one.test", ours=expect(answers="192.0.2.9"),
        answers={"fail_if_not_matches_regexp": [r".*\t192\.0\.2\.9$"]},
    ),
    _dns("records of a name that does not exist", False, "missing.test"),
    _dns("a name without such records", False, "three.test", "TXT"),
    _dns("records that cannot be looked up", False, "broken.test"),
    _dns("records that are refused", False, "refused.test"),
    _dns("a name server that says nothing", False, "silent.test", timeout=SHORT),
)  # fmt: skip


def _grpc(name: str, passes: bool, port: str, service: str = "", *, timeout: str = PATIENCE) -> Case:
    theirs = {"service": service} if service else {}
    return Case(name, passes, f"grpc://127.0.0.1:{{{port}}}/{service}", {}, theirs, f"127.0.0.1:{{{port}}}", timeout)


_HEALTH: Final = (
    _grpc("a health service", True, "grpc"),
    _grpc("a service that is serving", True, "grpc", "shop.Orders"),
    _grpc("a service that is not serving", False, "grpc", "shop.Stock"),
    _grpc("a service that is not known", False, "grpc", "shop.Nothing"),
    _grpc("gRPC on a closed port", False, "closed", timeout=SHORT),
    _grpc("gRPC asked of an HTTP server", False, "plain", timeout=SHORT),
)

OTHER_CASES: Final = (*_TLS, *_STREAMS, *_NAMES, *_HEALTH)
