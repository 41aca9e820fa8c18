"""Pages, what is in them, redirects, credentials and trouble."""

from __future__ import annotations

from typing import Final

from odd_server import POSTED
from probe_case import PLAIN, SHORT, Case, expect
from web_server import BIG

_ODD: Final = "http://127.0.0.1:{odd}"
_VERSION: Final = {"header": "X-Version", "regexp": r"^2\."}
_PACKED: Final = (
    expect(body={"matches": "^packed well$"}),
    {"compression": "gzip", "fail_if_body_not_matches_regexp": ["(?m)^packed well$"]},
)

_HTTP: Final = (
    Case("a page", True, f"{PLAIN}/ok"),
    Case("a page over IPv6", True, "http://[::1]:{plain}/ok"),
    Case("a HEAD request", True, f"{PLAIN}/ok", {"method": "HEAD"}, {"method": "HEAD"}),
    Case("created", True, f"{PLAIN}/status/201"),
    Case("no content", True, f"{PLAIN}/status/204"),
    Case("not found", False, f"{PLAIN}/status/404"),
    Case("an error of the server", False, f"{PLAIN}/status/500"),
    Case("unavailable", False, f"{PLAIN}/status/503"),
    Case("not found, as wanted", True, f"{PLAIN}/status/404", expect(status=404), {"valid_status_codes": [404]}),
    Case("found, unlike wanted", False, f"{PLAIN}/ok", expect(status=204), {"valid_status_codes": [204]}),
    Case("an empty page", True, f"{PLAIN}/empty"),
    Case("a big page", True, f"{PLAIN}/big", expect(size={"le": BIG}), {"body_size_limit": f"{BIG}B"}),
    Case("too big a page", False, f"{PLAIN}/big", expect(size={"lt": BIG}), {"body_size_limit": f"{BIG - 1}B"}),
    Case("own fields", True, f"{_ODD}/own-header", *({"headers": {"X-Tenant": "acme"}},) * 2),
    Case(
        "a body posted", True, f"{_ODD}/posted", {"method": "POST", "json": {"user": "ci"}},
        {"method": "POST", "body": POSTED.decode(), "headers": {"Content-Type": "application/json"}},
    ),
    Case(
        "another body posted", False, f"{_ODD}/posted", {"method": "POST", "form": {"user": "ci"}},
        {
            "method": "POST", "body": "user=ci",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
    ),
    Case("HTTP/1.0", True, f"{_ODD}/old"),
    Case(
        "HTTP/1.0 where 1.1 is wanted", False, f"{_ODD}/old", expect(version="HTTP/1.1"),
        {"valid_http_versions": ["HTTP/1.1", "HTTP/2.0"]},
    ),
    Case("HTTP/2", True, "https://127.0.0.1:{two}/"),
    Case("a body that ends with the connection", True, f"{_ODD}/until-close"),
    Case("a body in chunks", True, f"{_ODD}/chunked"),
    Case("a packed body", True, f"{_ODD}/gzip", *_PACKED),
    Case("a packed body of a length", True, f"{_ODD}/gzip/length", *_PACKED),
)  # fmt: skip

_MATCHING: Final = (
    Case(
        "a match in the body", True, f"{PLAIN}/ok", expect(body={"matches": "is (well|fine)"}),
        {"fail_if_body_not_matches_regexp": ["is (well|fine)"]},
    ),
    Case(
        "no match in the body", False, f"{PLAIN}/ok", expect(body={"matches": "is bad"}),
        {"fail_if_body_not_matches_regexp": ["is bad"]},
    ),
    Case(
        "no match in an empty body", False, f"{PLAIN}/empty", expect(body={"matches": "."}),
        {"fail_if_body_not_matches_regexp": ["."]},
    ),
    Case(
        "an unwanted match in the body", False, f"{PLAIN}/ok", expect(body={"not": {"matches": "well"}}),
        {"fail_if_body_matches_regexp": ["well"]},
    ),
    Case(
        "no unwanted match in the body", True, f"{PLAIN}/ok", expect(body={"not": {"matches": "ERROR"}}),
        {"fail_if_body_matches_regexp": ["ERROR"]},
    ),
    Case(
        "a match in a field", True, f"{PLAIN}/ok", expect(header__x_version={"matches": r"^2\."}),
        {"fail_if_header_not_matches": [_VERSION]},
    ),
    Case(
        "no match in a field", False, f"{PLAIN}/ok", expect(header__x_version={"matches": r"^3\."}),
        {"fail_if_header_not_matches": [{**_VERSION, "regexp": r"^3\."}]},
    ),
    Case(
        "a field that is missing", False, f"{PLAIN}/status/204", expect(header__x_version={"matches": r"^2\."}),
        {"fail_if_header_not_matches": [_VERSION]},
    ),
    Case(
        "an unwanted match in a field", False, f"{PLAIN}/ok", expect(header__x_version={"not": {"matches": r"^2\."}}),
        {"fail_if_header_matches": [_VERSION]},
    ),
)  # fmt: skip

_REDIRECTS: Final = (
    *(
        Case(f"a redirect with {status}", True, f"{PLAIN}/moved/{status}")
        for status in (301, 302, 307, 308)
    ),
    Case("three redirects", True, f"{PLAIN}/chain/3"),
    Case("a redirect to TLS", True, f"{PLAIN}/to-tls"),
    Case("a redirect to an expired certificate", False, f"{PLAIN}/to-expired"),
    Case("a redirect to what is missing", False, f"{PLAIN}/to-missing"),
    Case("a redirect to a closed port", False, f"{PLAIN}/to-closed"),
    Case("redirects in a circle", False, f"{PLAIN}/loop"),
    Case(
        "a redirect that is not followed", True, f"{PLAIN}/moved/302", expect(status=302),
        {"follow_redirects": False, "valid_status_codes": [302]},
    ),
    Case(
        "another redirect than wanted", False, f"{PLAIN}/moved/302", expect(status=301),
        {"follow_redirects": False, "valid_status_codes": [301]},
    ),
)  # fmt: skip

_LOG_IN: Final = {"auth": {"basic": {"user": "ci", "password": "pass word"}}}
_CREDENTIALS: Final = (
    Case(
        "a password", True, f"{PLAIN}/protected", _LOG_IN,
        {"basic_auth": {"username": "ci", "password": "pass word"}},
    ),
    Case(
        "a wrong password", False, f"{PLAIN}/protected", {"auth": {"basic": {"user": "ci", "password": "guess"}}},
        {"basic_auth": {"username": "ci", "password": "guess"}},
    ),
    Case("no password", False, f"{PLAIN}/protected"),
    Case("a token", True, f"{_ODD}/bearer", {"auth": {"bearer": "s3cr3t"}}, {"bearer_token": "s3cr3t"}),
    Case("a wrong token", False, f"{_ODD}/bearer", {"auth": {"bearer": "guess"}}, {"bearer_token": "guess"}),
)  # fmt: skip

_TROUBLE: Final = (
    Case("a closed port", False, "http://127.0.0.1:{closed}/"),
    Case("a slow answer", True, f"{_ODD}/slow"),
    Case("no answer", False, f"{_ODD}/never", timeout=SHORT),
    Case(
        "half an answer", False, f"{_ODD}/half", expect(body={"matches": "this"}),
        {"fail_if_body_not_matches_regexp": ["this"]}, timeout=SHORT,
    ),
    Case(
        "a body that is cut off", False, f"{_ODD}/cut-off", expect(body={"matches": "this"}),
        {"fail_if_body_not_matches_regexp": ["this"]},
    ),
    Case("a connection that is closed", False, f"{_ODD}/closed"),
    Case("another protocol", False, f"{_ODD}/no-http"),
)  # fmt: skip

RESOLVED_CASES: Final = (
    Case("a page by its name", True, "http://web.test:{plain}/ok"),
    Case("a name that does not exist", False, "http://missing.test:{plain}/ok"),
    Case("a name that cannot be looked up", False, "http://broken.test:{plain}/ok"),
)

HTTP_CASES: Final = (*_HTTP, *_MATCHING, *_REDIRECTS, *_CREDENTIALS, *_TROUBLE)
