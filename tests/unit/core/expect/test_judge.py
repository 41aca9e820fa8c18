"""Conditions held against facts: what is met, what is not, and the words for both."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.expect import Verdict, from_map, holds, judge, parse, pattern
from wherry.core.expect.equality import equal
from wherry.core.trace import Phase

DOCUMENT = {
    "db": "up", "items": [1, 2, 3], "one": [7], "n": 5, "t": "5", "x": None, "ok": True, "yes": "true", "none": [],
    "o": {"a": 1, "b": [True]}, "users": [{"id": 1, "role": "a"}, {"id": 2, "role": "b"}], "access_token": "hush",
    "f": 1.0,
}  # fmt: skip
FACTS: dict[str, Any] = {
    "status": 503,
    "time": 1.234,
    "phases": {Phase.CONNECT: 0.01, Phase.FIRST_BYTE: 0.2},
    "size": 2048,
    "body": json.dumps(DOCUMENT).encode(),
    "header": {
        "content-type": ("application/json; charset=utf-8",), "x-n": ("5",), "via": ("a", "b"),
        "authorization": ("hush",),
    },
    "cookie": {"session": "hush"},
    "url": "http://user:hush@h/end",
    "redirects": 0,
    "version": "HTTP/1.1",
    "ip": "127.0.0.1",
    "cert": {"expires_in": 20 * 86400.0, "issuer": "CN=ca", "subject": "CN=h", "names": ("h", "*.h")},
    "answers": ("10.0.0.2", "10.0.0.1"),
    "words": "ready",
}  # fmt: skip


def verdict(text: str, **changes: Any) -> Verdict:
    condition, facts = parse(text), {**FACTS, **changes}
    found = judge(condition, facts)
    assert holds(condition, facts) is found.met
    return found


@pytest.mark.parametrize(
    "text",
    [
        "status=503", "status=5xx", "status={in: [200, 503]}", "status={in: [2xx, 5xx]}", "status={not: 200}",
        "status={not: 2xx}", "status={not: {in: [200, 2xx]}}", "status={ge: 500, lt: 600}", "status={exists: true}",
        "time={lt: 2s}", "time={gt: 1, le: 1.234}", "time.connect={lt: 20ms}", "time.first_byte={lt: 1s}",
        "time.tls={exists: false}", "size=2KiB", "size=2048", "size={not: 1}",
        "header.content-type={contains: json}", "header.Content-Type={matches: '^application/'}", "header.x-n=5",
        "header.x-n={ge: 5}", "header.via=a, b", "header.none={exists: false}", "header.via={length: 4}",
        "cookie.session=hush", "cookie.other={exists: false}",
        "url={matches: /end$}", "redirects=0", "version=HTTP/1.1", "ip=127.0.0.1",
        "cert.expires_in={gt: 14d}", "cert.issuer={contains: ca}", "cert.names={contains: h}", "cert.names=['*.h', h]",
        "cert.names={in: [h, '*.h', x]}", "cert.names={matches: '^\\*'}", "cert.names={length: 2}",
        "answers=[10.0.0.1, 10.0.0.2]", "answers={not: {contains: 10.0.0.3}}", "words=ready", "words={not: starting}",
        "json.$.db=up", "json.db=up", "json.$['db']=up", "json.$.items=[1, 2, 3]", "json.$.items={length: 3}",
        "json.$.items={length: {ge: 1}}", "json.$.items={contains: 2}", "json.$.items={not: {contains: 4}}",
        "json.$.none={length: 0}", "json.$.o={length: 2}", "json.$.db={length: 2}", "json.$.db={not: down}",
        "json.$.n=5", "json.$.n=5.0", "json.$.f=1", "json.$.n={gt: 4, lt: 6}", "json.$.n={in: [4, 5]}",
        "json.$.n={not: null}",
        "json.$.x=null", "json.$.x={exists: true}", "json.$.x={not: 5}", "json.$.ok=true", "json.$.ok={not: false}",
        "json.$.ok={not: 1}", "json.$.o={eq: {a: 1, b: [true]}}", "json.$.nope={exists: false}",
        "json.$.nope={not: {exists: true}}", "json.$.db={matches: ^u}", "json.$.db={in: [up, 5]}",
        "json.$.users[*].id=[1, 2]", "json.$.users[*].id={contains: 2}", "json.$.users[*].id={length: 2}",
        "json.$.users[?@.role=='a'].id=1", "json.$.users[?@.role=='a'].id=[1]", "json.$.users[?@.role=='a'].id={lt: 2}",
        "json.$.users[?@.role=='a']={length: 1}", "json.$.users[?@.role=='z']={exists: false}",
        "json.$.one[*]={length: 1}",
        "json.$..id=[1, 2]", "json.$.o.b[0]=true",
    ],
)  # fmt: skip
def test_met(text: str) -> None:
    assert verdict(text).met, verdict(text).words


@pytest.mark.parametrize(
    "text, words",
    [
        ("status=200", "status: expected 200, got 503"),
        ("status=2xx", "status: expected 2xx, got 503"),
        ("status={in: [200, 2xx]}", "status: expected one of 200, 2xx, got 503"),
        ("status={not: 5xx}", "status: expected not 5xx, got 503"),
        ("status={ge: 200, lt: 300}", "status: expected at least 200 and less than 300, got 503"),
        ("status={exists: false}", "status: expected nothing, got 503"),
        ("time={lt: 800ms}", "time: expected less than 800ms, got 1.23s"),
        ("time.tls={lt: 1s}", "time.tls: expected less than 1s, got nothing"),
        ("time.tls={not: {lt: 1s}}", "time.tls: expected not less than 1s, got nothing"),
        ("size={gt: 10KiB}", "size: expected more than 10 KiB, got 2 KiB"),
        ("cert.expires_in={gt: 30d}", "cert.expires_in: expected more than 30d, got 20d"),
        ("cert.names={contains: x}", 'cert.names: expected something that contains "x", got ["h", "*.h"]'),
        ("cert.names=h", 'cert.names: expected "h", got ["h", "*.h"]'),
        ("cert.names={in: [h]}", 'cert.names: expected one of "h", got ["h", "*.h"]'),
        ("header.x-n=6", 'header.x-n: expected "6", got "5"'),
        ("header.via={gt: 5}", 'header.via: expected more than 5, got text "a, b", not a number'),
        ("header.none={not: x}", 'header.none: expected not "x", got nothing'),
        ("header.none={exists: true}", "header.none: expected something, got nothing"),
        ("url=http://h/", 'url: expected "http://h/", got "http://user:***@h/end"'),
        ("exit=0", "exit: expected 0, got nothing to look at"),
        ("exit={not: 0}", "exit: expected not 0, got nothing to look at"),
        ("exit={exists: false}", "exit: expected nothing, got nothing to look at"),
        ("json.$.db=down", 'json.$.db: expected "down", got "up"'),
        ("json.$.db={lt: 5}", 'json.$.db: expected less than 5, got text "up", not a number'),
        ("json.$.db={not: {lt: 5}}", 'json.$.db: expected not less than 5, got text "up", not a number'),
        ("json.$.t={lt: 9}", 'json.$.t: expected less than 9, got text "5", not a number'),
        ("json.$.t=5", 'json.$.t: expected 5, got text "5"'),
        ("json.$.t={not: 5}", 'json.$.t: expected not 5, got text "5"'),
        ("json.$.t={in: [5, 6]}", 'json.$.t: expected one of 5, 6, got text "5"'),
        ("json.$.n='5'", 'json.$.n: expected "5", got the number 5'),
        ("json.$.n={not: '5'}", 'json.$.n: expected not "5", got the number 5'),
        ("json.$.yes={not: true}", 'json.$.yes: expected not true, got text "true"'),
        ("json.$.ok=1", "json.$.ok: expected 1, got true"),
        ("json.$.ok={lt: 2}", "json.$.ok: expected less than 2, got the value true, not a number"),
        ("json.$.x={lt: 2}", "json.$.x: expected less than 2, got the value null, not a number"),
        ("json.$.x={exists: false}", "json.$.x: expected nothing, got null"),
        ("json.$.n={matches: '5'}", 'json.$.n: expected a match of "5", got the number 5, not text'),
        ("json.$.n={not: {matches: '6'}}", 'json.$.n: expected not a match of "6", got the number 5, not text'),
        (
            "json.$.n={contains: 5}",
            "json.$.n: expected something that contains 5, got the number 5, neither text nor a list",
        ),
        (
            "json.$.o={contains: a}",
            'json.$.o: expected something that contains "a", got the object {"a": 1, "b": [true]}, '
            "neither text nor a list",
        ),
        ("json.$.db={contains: 5}", 'json.$.db: expected something that contains 5, got text "up"'),
        ("json.$.n={length: 1}", "json.$.n: expected length 1, got the number 5, which has no length"),
        ("json.$.items={length: 4}", "json.$.items: expected length 4, got length 3: [1, 2, 3]"),
        ("json.$.items={not: {length: 3}}", "json.$.items: expected not length 3, got length 3: [1, 2, 3]"),
        ("json.$.items={contains: '2'}", 'json.$.items: expected something that contains "2", got [1, 2, 3]'),
        ("json.$.nope=5", "json.$.nope: expected 5, got nothing"),
        ("json.$.nope={not: 5}", "json.$.nope: expected not 5, got nothing"),
        ("json.$.nope={not: {contains: x}}", 'json.$.nope: expected not something that contains "x", got nothing'),
        ("json.$.nope={length: 0}", "json.$.nope: expected length 0, got nothing"),
        ("json.$.nope={not: {in: [1]}}", "json.$.nope: expected not one of 1, got nothing"),
        ("json.$.nope=null", "json.$.nope: expected null, got nothing"),
        ("json.$.users[?@.role=='z']={length: 0}", "json.$.users[?@.role=='z']: expected length 0, got nothing"),
        ("json.$.users[*].id=1", "json.$.users[*].id: expected 1, got [1, 2]"),
        ("json.$.users[*].id={lt: 5}", "json.$.users[*].id: expected less than 5, got the list [1, 2], not a number"),
        # One that makes no sense is not hidden by another that is false.
        ("json.$.n={not: {lt: 1, contains: x}}", None),
        ("json.$.db={not: {eq: down, gt: 1}}", None),
    ],
)
def test_unmet(text: str, words: str | None) -> None:
    found = verdict(text)
    assert not found.met
    assert words is None or found.words == words


@pytest.mark.parametrize(
    "text, words",
    [
        ("status=503", "status: 503"),
        ("time={lt: 2s}", "time: 1.23s"),
        ("json.$.items={length: 3}", "json.$.items: length 3: [1, 2, 3]"),
        ("json.$.nope={exists: false}", "json.$.nope: nothing"),
        ("header.via={contains: a}", 'header.via: "a, b"'),
    ],
)
def test_the_words_of_success(text: str, words: str) -> None:
    assert verdict(text) == Verdict(True, words)


@pytest.mark.parametrize(
    "text, met",
    [
        ("cookie.session=hush", True),
        ("cookie.session=tush", False),
        ("header.authorization={contains: ush}", True),
        ("header.authorization={length: 9}", False),
        ("header.authorization={lt: 9}", False),
        ("json.$.access_token=hush", True),
        ("json.$.access_token=tush", False),
        ("json.$.access_token={exists: false}", False),
        ("cookie.none=tush", False),
        ("json.$={length: 1}", False),
        ("json.$..access_token={length: 1, exists: false}", False),
    ],
)
def test_credentials_are_judged_and_not_shown(text: str, met: bool) -> None:
    found = verdict(text)
    assert found.met is met
    assert "ush" not in found.words


@pytest.mark.parametrize(
    "text, words",
    [
        ("cookie.session=hush", "cookie.session: as expected"),
        ("cookie.session=other", "cookie.session: the value, which is not shown, is not as expected"),
        ("cookie.none=other", "cookie.none: expected a value, got nothing"),
        ("json.$={length: 1}", None),
    ],
)
def test_the_words_of_secrecy(text: str, words: str | None) -> None:
    found = verdict(text)
    assert words in (None, found.words)
    assert "hush" not in found.words


@pytest.mark.parametrize(
    "operator, below, same, above",
    [("lt", True, False, False), ("le", True, True, False), ("gt", False, False, True), ("ge", False, True, True)],
)
def test_orders_at_their_bound(operator: str, below: bool, same: bool, above: bool) -> None:
    condition = from_map("exit", {operator: 5})
    assert [judge(condition, {"exit": code}).met for code in (4, 5, 6)] == [below, same, above]


@pytest.mark.parametrize(
    "choices, met",
    [
        pytest.param(["h", "*.h"], True, id="exactly these"),
        pytest.param(["h", "*.h", "x"], True, id="more"),
        pytest.param(["h"], False, id="fewer"),
    ],
)
def test_every_text_of_a_list_is_among_the_choices(choices: list[str], met: bool) -> None:
    assert judge(from_map("cert.names", {"in": choices}), FACTS).met is met


@pytest.mark.parametrize(
    "text, number",
    [
        pytest.param("12", True, id="whole"),
        pytest.param(" 12.5 ", True, id="space"),
        pytest.param("1e1", True, id="exponent"),
        pytest.param("1_2", False, id="Python's underscores"),
        pytest.param("\u0661\u0662", False, id="digits of another script"),
        pytest.param("12 rows", False, id="more than a number"),
        pytest.param("", False, id="empty"),
    ],
)
def test_a_text_is_compared_as_a_number_where_it_is_one(text: str, number: bool) -> None:
    found = judge(from_map("output", {"gt": 5}), {"output": text})
    assert found.met is number
    assert number or "not a number" in found.words


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
@pytest.mark.parametrize("operators", [{"gt": 5}, {"lt": 5}, {"not": {"gt": 5}}, {"not": {"lt": 5}}])
def test_words_for_numbers_are_above_and_below_nothing(text: str, operators: object) -> None:
    assert not judge(from_map("output", operators), {"output": text}).met


@pytest.mark.parametrize(
    "body, words",
    [
        pytest.param(b"", "a body that is not JSON: it is empty", id="empty"),
        pytest.param(b"<html>", "a body that is not JSON: ", id="HTML"),
        pytest.param(b'{"a": 1', "a body that is not JSON: ", id="cut off"),
        pytest.param(b'{"a": NaN}', "a body that is not JSON: ", id="NaN"),
        pytest.param(b'{"a": 1} x', "a body that is not JSON: ", id="more"),
        pytest.param(b'{"a": "\xff"}', "a body that is not JSON: ", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "a body that is ", id="deep"),
        pytest.param(b"[" * 1500 + b"]" * 1500, "", id="deep, and whole"),
    ],
)
@pytest.mark.parametrize("operators", [1, {"exists": False}, {"not": 1}, {"not": {"exists": True}}])
def test_what_is_not_json_meets_nothing(body: bytes, words: str, operators: object) -> None:
    found = judge(from_map("json.$..a", operators), {"body": body})
    assert not found.met or body.startswith(b"[[")
    assert words in found.words


def test_json_of_a_command() -> None:
    assert judge(parse("json.$.a=1"), {"output": '{"a": 1}\n'}).met
    assert not judge(parse("json.$.a=1"), {"output": "\udcff"}).met


def test_json_after_a_byte_order_mark() -> None:
    assert judge(parse("json.$.a=1"), {"body": b'\xef\xbb\xbf{"a": 1}'}).met


@pytest.mark.parametrize(
    "content_type, body, text",
    [
        pytest.param(None, "é".encode(), "é", id="UTF-8 unless told"),
        pytest.param("text/plain; charset=ISO-8859-1", b"\xe9", "é", id="latin 1"),
        pytest.param('text/plain; charset="windows-1252"', b"\x80", "€", id="quotes"),
        pytest.param("text/plain; charset=utf-16", "é".encode("utf-16"), "é", id="UTF-16"),
        pytest.param("text/plain; charset=punycode", b"a-", "a-", id="no business of a server's"),
        pytest.param("text/plain; charset=zip", b"a", "a", id="no charset"),
        pytest.param("text/plain; charset=iso-8859-99", b"a", "a", id="no such part"),
        pytest.param(None, b"\xef\xbb\xbfa\r\n", "a", id="mark and line end"),
        pytest.param(None, b"\xff", "\ufffd", id="not UTF-8"),
    ],
)
def test_text_is_the_body_decoded_and_trimmed(content_type: str | None, body: bytes, text: str) -> None:
    header = {"content-type": (content_type,)} if content_type else {}
    assert judge(from_map("text", text), {"body": body, "header": header}).met


def test_body_is_untouched() -> None:
    assert judge(from_map("body", "ok\n"), {"body": b"ok\n"}).met
    assert not judge(from_map("body", "ok"), {"body": b"ok\n"}).met


def test_a_pattern_that_would_never_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "LIMIT_S", 0.05)
    found = judge(from_map("text", {"matches": "(a|a)*$"}), {"body": b"a" * 60 + b"!"})
    assert (found.met, found.expected) == (False, 'a match of "(a|a)*$"')
    assert found.words == f"text: expected {found.expected}, got {found.actual}"
    assert found.actual == 'no end of matching "(a|a)*$" within 0.05s'
    inverse = judge(from_map("text", {"not": {"matches": "(a|a)*$"}}), {"body": b"a" * 60 + b"!"})
    assert not inverse.met


@pytest.mark.parametrize(
    "value, shown",
    [
        pytest.param("a\nb\t\x1b[31m", '"a\\nb\\t\\u001b[31m"', id="control characters"),
        pytest.param("\u202eevil", '"\\u202eevil"', id="direction"),
        pytest.param("x" * 500, '"' + "x" * 78 + "…", id="long text"),
        pytest.param(list(range(10_000)), None, id="long list"),
        pytest.param({"k" * 300: "v" * 300}, None, id="long object"),
        pytest.param("\U000e0001", '"\\U000e0001"', id="beyond the first 65536"),
    ],
)
def test_what_is_shown_is_short_and_printable(value: object, shown: str | None) -> None:
    found = judge(from_map("json.$.a", 1), {"body": json.dumps({"a": value}).encode()})
    got = found.words.removeprefix("json.$.a: expected 1, got ")
    assert shown is None or got == shown
    assert len(got) <= 80
    assert got.isprintable()


@pytest.mark.parametrize("subject", ["status", "time", "time.connect", "size", "body", "text", "header.a",
"cookie.a", "json.a",
                                     "url", "redirects", "version", "ip", "cert.expires_in", "cert.names", "answers",
                                     "exit",
                                     "output", "words"])  # fmt: skip
@pytest.mark.parametrize("operators", [{"exists": False}, {"exists": True}, {"not": {"exists": True}}])
def test_without_facts_nothing_is_met(subject: str, operators: object) -> None:
    assert not judge(from_map(subject, operators), {}).met


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(_JSON)
def test_a_value_equals_itself_and_not_its_list(value: object) -> None:
    body = {"body": json.dumps({"a": value}).encode()}
    assert judge(from_map("json.$.a", {"eq": value}), body).met
    assert not judge(from_map("json.$.a", {"not": {"eq": value}}), body).met
    assert not judge(from_map("json.$.a", {"eq": [value]}), body).met


@given(_JSON, _JSON)
def test_a_condition_and_its_opposite_are_never_both_met(actual: object, expected: object) -> None:
    body = {"body": json.dumps({"a": actual}).encode()}
    for operator in ("eq", "contains"):
        yes = judge(from_map("json.$.a", {operator: expected}), body)
        no = judge(from_map("json.$.a", {"not": {operator: expected}}), body)
        assert not (yes.met and no.met)
        assert (yes.words + no.words).isprintable()


@given(_JSON, _JSON)
def test_equality_is_that_of_json(left: object, right: object) -> None:
    same = json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
    assert equal(left, right) is same
    assert equal(right, left) is same
