"""A flood of broken suites and conditions: no traceback, and never a gate that is open by mistake.

Hypothesis picks seeds; from each, hundreds of broken files are made of good ones: by characters, lines and values.
A file is refused in words, or it has checks. A condition is refused in words, or is unmet where nothing is known.
WHERRY_FUZZ_INPUTS sets how many are made.
"""

from __future__ import annotations

import os
import random
import re
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.loading import load
from wherry.core.expect import SUBJECTS_OF, from_map, judge, parse
from wherry.errors import UsageError
from wherry.profile.file import Profile

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wherry.commands.check.suite.planned import Suite

INPUTS = int(os.environ.get("WHERRY_FUZZ_INPUTS", "5000"))
_EACH = 250

CORPUS = [
    """version: 1
name: api
group: smoke
vars: {base: "${env:BASE_URL:-http://127.0.0.1:8080}", limit: 5, token: "${env:API_TOKEN}"}
defaults: {timeout: 5s, retry: 2, headers: {X-Team: core}, tags: [smoke], expect: {status: 200}}
checks:
  - name: login
    url: ${base}/login
    json: {user: ci, password: "${token}", n: 12}
    capture: {token: {json: $.token, secret: true}, items: {json: $.items}, n: {regex: 'n=(\\d+)'}, c: {cookie: sid}}
  - name: orders
    url: ${base}/orders/${login.n}
    query: {limit: "${limit}"}
    auth: {bearer: "${login.token}"}
    matrix: {region: [eu, us], tier: [a, b]}
    headers: {X-Region: "${region}"}
    retry: {attempts: 3, base: 1s}
    expect: {json.$.items: {length: {ge: "${login.n}"}}, time: {lt: 800ms}, header.x: {matches: "^a+$"}}
  - name: each
    url: ${base}/i/${item.id}
    foreach: ${login.items}
    severity: warn
  - {name: cert, url: "tls://localhost:443", expect: {cert.expires_in: {gt: 14d}}}
  - {name: logout, needs: [orders], always: true, method: DELETE, url: "${base}/session"}
""",
    """version: 1
checks:
  - name: up
    url: http://127.0.0.1/
    expect:
      status: {in: [200, 204]}
      body: {contains: ok, not: {contains: error}}
  - name: form
    url: http://127.0.0.1/
    form: {a: b, c: [d, e]}
    auth: {basic: {user: ci, password: env:API_TOKEN}}
  - {name: port, url: "tcp://127.0.0.1:5432"}
  - {name: run, url: "exec:echo 12", expect: {exit: 0, output: {matches: "[0-9]+"}}}
  - {name: name, url: "dns://localhost?type=A", expect: {answers: {contains: 127.0.0.1}}}
""",
]
KEYS = re.findall(r"[a-z_.$]+(?=:)", "\n".join(CORPUS))
VALUES = [
    "", "null", "~", "true", "0", "-1", "1e999", ".nan", ".inf", "[]", "{}", "[[]]", "[a, b]", "{a: b}", "''", '"\\0"',
    "${", "${}", "${a", "${.}", "${login.}", "${login.token}", "${login.token.a}", "${item}", "${env:}", "${env:A B}",
    "${file:}", "${file:.}", "${file:/}", "$${x}", "${login.items.99999999999999}", "&a [*a]", "*a", "!!x", "? x",
    "http://", "http://[", "http://[::1", "http://a:b@c:d@e/", "exec:'", "exec:", "file:", "unix:", "dns://", "tcp://:",
    "1d", "99999999999999d", "(a|a)*$", "(", "$.[", "$..[?(@.a)]", "x" * 300, "é", "\u202e", "2xx", "env:",
]  # fmt: skip


def broken(dice: random.Random) -> str:
    """One of the corpus, broken in a few places."""
    text = dice.choice(CORPUS)
    for _ in range(dice.choice((1, 1, 2, 3, 5))):
        lines = text.split("\n")
        at = dice.randrange(len(lines))
        place = dice.randrange(len(text) + 1)
        match dice.randrange(9):
            case 0:
                text = text[:place] + dice.choice(VALUES) + text[place:]
            case 1:
                text = text[:place] + text[place + dice.randrange(1, 12) :]
            case 2:
                text = (
                    text[:place] + chr(dice.choice((0, 9, 10, 32, 34, 39, 58, 123, 125, 91, 93, 0x2028))) + text[place:]
                )
            case 3:
                del lines[at]
                text = "\n".join(lines)
            case 4:
                lines.insert(at, lines[dice.randrange(len(lines))])
                text = "\n".join(lines)
            case 5:
                lines[at] = (
                    f"{lines[at][: len(lines[at]) - len(lines[at].lstrip())]}{dice.choice(KEYS)}: {dice.choice(VALUES)}"
                )
                text = "\n".join(lines)
            case 6:
                words = re.split(r"([:,\[\]{} \n]+)", text)
                words[dice.randrange(0, len(words), 2)] = dice.choice([*VALUES, *KEYS])
                text = "".join(words)
            case 7:
                lines[at] = " " * dice.randrange(8) + lines[at].lstrip()
                text = "\n".join(lines)
            case _:
                text = text[:place]
    return text


def loaded(path: Path, text: str) -> tuple[Suite, ...]:
    """The suites, or none where the file is refused as it should be."""
    path.write_text(text, "utf-8")
    try:
        suites = load([str(path)], {}, {"API_TOKEN": "s3cr3t-token"}, profile_of=lambda _: Profile())
    except SuiteError as exc:
        assert exc.faults
        for fault in exc.faults:
            assert fault.words.strip(), fault
            assert "\n" not in str(fault)
            assert fault.line >= 0
            assert fault.column >= 0
            assert "s3cr3t" not in str(fault)
        return ()
    assert any(suite.checks for suite in suites), "a run without a check"
    return suites


CAPTURED = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "a",
    "a b",
    "http://127.0.0.1/",
    [],
    [1, {"id": 2}],
    {"id": 1},
    {"id": None},
    "\0",
]


def resolve_all(suites: tuple[Suite, ...], dice: random.Random) -> None:
    """Whatever is captured, a check is made ready or refused in words."""
    planned = [check for suite in suites for check in suite.checks]
    for check in planned:
        values = {
            (other.index, capture.name): dice.choice(CAPTURED)
            for other in planned
            for capture in other.captures
            if dice.random() < 0.9
        }
        try:
            for ready in check.expand(values, len(planned)) if check.listed else (check,):
                assert "s3cr3t" not in ready.resolve(values).request
        except UsageError as exc:
            assert str(exc).strip()


@settings(
    max_examples=max(1, INPUTS // _EACH),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(seed=st.integers(0, 2**64))
def test_a_broken_suite_is_refused_in_words_or_has_checks(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    path = tmp_path_factory.getbasetemp() / "suite.yaml"
    for number in range(_EACH):
        dice = random.Random(f"{seed}/{number}")
        text = broken(dice)
        try:
            resolve_all(loaded(path, text), dice)
        except Exception as exc:
            raise AssertionError(f"seed {seed}/{number}:\n{text}") from exc


OPERATORS = st.sampled_from(["lt", "le", "gt", "ge", "in", "contains", "matches", "length", "exists", "not", "eq", "x"])
SINGLE = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["2xx", "1s", "("])
)
JSON: st.SearchStrategy[object] = st.deferred(
    lambda: SINGLE | st.lists(JSON, max_size=3) | st.dictionaries(OPERATORS, JSON, max_size=3)
)
FAMILIES = {family for families in SUBJECTS_OF.values() for family in families} - {"header", "cookie", "json", "cert"}
PARTS = ["header.x", "cookie.sid", "json.$.a", "json.$..a", "json.$[?@.a]", "cert.expires_in", "cert.names", "time.tls"]
SUBJECTS = st.sampled_from([*sorted(FAMILIES), *PARTS, "x"]) | st.text(max_size=12)


@settings(max_examples=max(100, INPUTS // 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(SUBJECTS, JSON)
def test_a_condition_is_refused_in_words_or_unmet_where_nothing_is_known(subject: str, value: object) -> None:
    try:
        condition = from_map(subject, value)
    except UsageError as exc:
        assert str(exc).strip()
        return
    verdict = judge(condition, {})
    assert not verdict.met
    assert "\n" not in verdict.words


@settings(max_examples=max(100, INPUTS // 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.builds("{}{}{}".format, SUBJECTS, st.sampled_from(["=", "", "==", "!=", "<", "~="]), st.text(max_size=20)))
def test_a_text_is_a_condition_or_refused_in_words(text: str) -> None:
    try:
        condition = parse(text)
    except UsageError as exc:
        assert str(exc).strip()
        return
    assert not judge(condition, {}).met
