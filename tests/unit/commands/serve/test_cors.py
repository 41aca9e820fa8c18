from __future__ import annotations

from wherry.commands.serve.cors import open_to_all
from wherry.commands.serve.routes.table import handler, routes

SITE = handler(routes(max_body=10, ready_after_s=0, now=lambda: 0.0), otherwise=None)


def test_every_answer_may_be_read_by_pages(ask):
    site = open_to_all(SITE)
    for method, target, body in [
        ("GET", "/ok", b""),
        ("GET", "/bytes/100000", b""),
        ("GET", "/none", b""),
        ("POST", "/echo", b"x" * 11),
        ("GET", "/status/503", b""),
        ("OPTIONS", "/ok", b""),
    ]:
        answer = ask(site, method, target, body, origin="http://page.test")
        assert answer.headers.get_all("access-control-allow-origin") == ["*"], target


def test_a_preflight_is_answered_before_any_route(ask):
    answer = ask(
        open_to_all(SITE), "OPTIONS", "/status/500",
        origin="http://page.test", access_control_request_method="DELETE",
        access_control_request_headers="authorization, x-token",
    )  # fmt: skip
    assert answer.status == 204
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization, x-token"


def test_faults_stay_what_they_are(ask, talk):
    raw, reset = talk(open_to_all(SITE), b"GET /fault/truncate HTTP/1.1\r\nHost: test\r\n\r\n")
    assert raw.endswith(b"too short")
    assert not reset


def test_without_it_pages_may_not(ask):
    assert "access-control-allow-origin" not in ask(SITE, "GET", "/ok").headers
