"""Whatever a secret is and wherever a server puts it, no report shows it."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wherry import app

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("text", "json", "jsonl", "junit", "tap", "prom", "github", "html")

# What a header can carry, so that the same secret can be everywhere; it begins as nothing does that reports say anyway.
SECRETS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60).map("Zq7".__add__)

SUITE = """
version: 1
checks:
  - name: login
    url: ${env:URL}/login
    method: POST
    json: {password: '${env:PASSWORD}'}
    headers: {X-Api-Key: '${env:PASSWORD}'}
    capture: {token: {json: $.value, secret: true}}
  - name: everywhere
    url: ${env:URL}/echo/${login.token}?x=${login.token}
    needs: [login]
    auth: {bearer: '${login.token}'}
    expect:
      status: 204
      body: nothing
      text: {matches: 'nowhere'}
      header.x-plain: other
      json.$.deep: {eq: {a: [1, 2], b: other}}
      json.$.value: other
      json.$: {length: 17}
      url: nowhere
  - name: list
    url: ${env:URL}/echo/x
    needs: [login]
    foreach: '${login.token_list}'
    headers: {X-Item: '${item}'}
    expect: {json.$.deep.b: other}
  - name: loop
    url: ${env:URL}/loop/${login.token}
    needs: [login]
  - name: no capture
    url: ${env:URL}/echo/${login.token}
    needs: [login]
    capture: {x: {json: '$.nothing.here'}}
  - name: command
    url: 'exec:cat secret.txt'
    needs: [login]
    expect: {output: other, exit: 3}
"""


def forms(secret: str) -> Iterator[str]:
    """Ways in which a report may write it."""
    yield from {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        escape(secret),
        html.escape(secret),
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
    }


@given(secret=SECRETS)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_no_report_shows_a_secret(secret, here, server, reply, monkeypatch, capfd):
    def echo(seen):
        value = json.dumps({"value": secret, "deep": {"a": [1], "b": secret}, "path": seen.path}).encode()
        return reply(200, value, [("X-Plain", secret), ("Set-Cookie", f"a={secret}")])

    server.routes["/login"] = lambda _: reply(200, json.dumps({"value": secret, "list": [secret, secret]}).encode())
    for path in {f"/echo/{quote(secret, safe='')}", f"/echo/{quote(secret)}", f"/echo/{secret}", "/echo/x"}:
        server.routes[path.partition("?")[0]] = echo
    monkeypatch.setenv("URL", server.url)
    monkeypatch.setenv("PASSWORD", secret)
    (here / "secret.txt").write_text(f"the beginning {'.' * 60} {secret}\n")
    suite = SUITE.replace("{token: ", "{token_list: {json: $.list, secret: true}, token: ")
    (here / "suite.yaml").write_text(suite)
    capfd.readouterr()
    reports = [word for name in FORMATS for word in ("--report", f"{name}={here / name}.report")]
    assert app.run(["check", "suite.yaml", "-v", *reports]) == 1
    written = {name: (here / f"{name}.report").read_text() for name in FORMATS}
    written |= dict(zip(("stdout", "stderr"), capfd.readouterr(), strict=True))
    assert "login" in written["stdout"]
    for name, text in written.items():
        for form in forms(secret):
            assert form not in text, (name, form)
        beginning = secret[:6]
        if len(secret) > 12:
            assert f"{beginning}…" not in text, name


@pytest.mark.parametrize("cut", range(4, 30))
def test_one_that_is_cut_off_is_not_shown_either(cut, check, server, reply):
    secret = "abcdefghijklmnopqrstuvwxyz0123456789"
    body = json.dumps({"token": secret, "x": "." * (79 - cut) + secret}).encode()
    server.routes["/a"] = lambda _: reply(200, body)
    ran = check(
        "  - {name: a, url: '${env:URL}/a', capture: {t: {json: $.token, secret: true}}}\n"
        "  - {name: b, url: '${env:URL}/a', needs: [a], expect: {json.$.x: other}, headers: {X: '${a.t}'}}",
        report="text",
    )
    assert ran.code == 1
    assert "abcd" not in ran.out


def test_names_subjects_and_why_it_ended(check, server, reply):
    body = json.dumps({"tokens": ["very-secret-token"]}).encode()
    server.routes["/a"] = lambda _: reply(200, body)
    ran = check(
        """
  - {name: a, url: '${env:URL}/a', capture: {t: {json: '$.tokens', secret: true}}}
  - name: b
    foreach: '${a.t}'
    url: '${env:URL}/a'
    needs: [a]
    expect: {"json.$[?@ == '${item}']": other}
  - {name: c, url: '${env:URL}/a', needs: [b]}
""",
        "--fail-fast",
    )
    assert ran.code == 1
    assert "very-secret" not in ran.out + ran.err
    assert ran.document["ended"].startswith("--fail-fast: b")


def test_a_check_that_fails_does_not_show_what_it_would_have_captured(check, server, reply):
    server.routes["/a"] = lambda _: reply(200, b'{"token": "very-secret-token"}')
    ran = check(
        """
  - name: a
    url: '${env:URL}/a'
    expect: {text: other}
    capture: {gone: {json: $.gone}, t: {json: $.token, secret: true}}
"""
    )
    assert (ran.code, ran.statuses) == (1, {"a": "failed"})
    assert "very-secret" not in ran.out + ran.err
