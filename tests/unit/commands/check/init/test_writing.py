"""What is written reads well, loads, and means what was meant."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.commands.check.init import endpoint, openapi
from wherry.commands.check.init.draft import Check, Draft, Expectation, literal
from wherry.commands.check.init.writing import written
from wherry.commands.check.suite.loading import load
from wherry.core.interpolate import interpolate
from wherry.core.yaml import load as load_yaml
from wherry.core.yaml import plain
from wherry.errors import UsageError
from wherry.profile.file import Profile

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


def loaded(draft):
    """The checks of the suite, as `wherry check` reads it."""
    environ = dict.fromkeys(draft.variables, "from-the-environment")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "suite.yaml")
        path.write_text(written(draft), encoding="utf-8")
        (suite,) = load([str(path)], {}, environ, profile_of=lambda _: Profile())
    return suite.checks


def test_layout():
    check = Check(
        name="boats",
        url="${base}/boats",
        method="HEAD",
        query={"limit": 5, "tag": ["a", "b"]},
        headers={"Accept": "text/csv"},
        auth={"bearer": "${env:API_TOKEN}"},
        timeout="20s",
        tags=("fleet",),
        expect=(Expectation("status", 200), Expectation("time", {"lt": "20s"}, "It is far away.")),
    )
    draft = Draft(("A first suite.", "Change it."), "${env:BASE_URL:-http://a.example}", (check,), ("Left out: 3.",))
    assert (
        written(draft)
        == """\
# A first suite.
# Change it.
version: 1

vars:
  base: "${env:BASE_URL:-http://a.example}"

checks:
  - name: boats
    url: ${base}/boats
    method: HEAD
    query: {limit: 5, tag: [a, b]}
    headers: {Accept: text/csv}
    auth: {bearer: "${env:API_TOKEN}"}
    timeout: 20s
    tags: [fleet]
    expect:
      status: 200
      # It is far away.
      time: {lt: 20s}

# Left out: 3.
"""
    )


def test_what_is_the_same_everywhere_is_said_once():
    checks = tuple(
        Check(
            name, "${base}/" + name, headers={"X-Team": "core", "X-Name": name}, auth={"bearer": "${env:T}"},
            expect=(Expectation("status", 200),),
        )
        for name in ("a", "b")
    )  # fmt: skip
    text = written(Draft((), "http://a.example", checks))
    assert text.count("bearer") == 1
    assert 'defaults:\n  headers: {X-Team: core}\n  auth: {bearer: "${env:T}"}\n' in text
    assert [line.strip() for line in text.splitlines() if "X-Name" in line] == [
        "headers: {X-Name: a}",
        "headers: {X-Name: b}",
    ]


@given(TEXTS, st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3) | TEXTS, max_size=3), TEXTS, TEXTS)
def test_foreign_texts_mean_themselves(name, query, value, words):
    check = Check(
        literal(name),
        literal(value),
        query={key: literal(v) if isinstance(v, str) else [literal(each) for each in v] for key, v in query.items()},
        expect=(Expectation("body", {"contains": literal(value)}, words),),
    )
    text = written(Draft((words,), "${env:BASE}", (check,), (words,)))
    node = interpolate(load_yaml(text, source=""), source="", environ={"BASE": "b"}, read_file=str)
    (found,) = plain(node)["checks"]
    assert (found["name"], found["url"]) == (name, value)
    assert found.get("query", {}) == query
    assert found["expect"] == {"body": {"contains": value}}


@given(
    st.dictionaries(TEXTS, JSON, max_size=14) | JSON,
    st.lists(st.tuples(WORDS, TEXTS), max_size=3),
    TEXTS,
    st.floats(0, 100),
    st.none() | st.floats(-1e6, 1e8),
)
@settings(max_examples=40)
def test_whatever_an_endpoint_answers_its_suite_loads(document, query, content_type, seconds, expires_in_s):
    url = f"http://api.example/a/b?{urlencode(query)}"
    body = json.dumps(document).encode()
    answer = endpoint.Answer(url, (), 200, content_type, body, seconds, url, expires_in_s=expires_in_s)
    draft = endpoint.draft(answer)
    (check,) = loaded(draft)
    assert len(check.resolve({}).conditions) == len(draft.checks[0].expect)


SCHEMAS = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "required": st.lists(TEXTS, max_size=3),
            "type": st.sampled_from(["object", "array", ["object", "null"]]),
            "example": JSON,
            "default": JSON,
            "enum": st.lists(JSON, max_size=2),
            "allOf": st.lists(SCHEMAS, max_size=2),
            "oneOf": st.lists(SCHEMAS, max_size=2),
            "$ref": st.just("#/components/schemas/a"),
        },
    )
)
PARAMETERS = st.fixed_dictionaries(
    {"name": TEXTS, "in": st.sampled_from(["path", "query", "header", "cookie"]), "required": st.booleans()},
    optional={"schema": SCHEMAS, "example": JSON, "style": WORDS, "explode": st.booleans()},
)
RESPONSES = st.dictionaries(
    st.sampled_from(["200", "204", "2XX", "302", "404", "default"]),
    st.fixed_dictionaries(
        {},
        optional={
            "content": st.dictionaries(
                st.sampled_from(["application/json", "text/csv", "a/b+json"]) | TEXTS,
                st.fixed_dictionaries({}, optional={"schema": SCHEMAS}),
                max_size=2,
            )
        },
    ),
    max_size=3,
)
OPERATIONS = st.fixed_dictionaries(
    {"responses": RESPONSES},
    optional={
        "operationId": TEXTS,
        "tags": st.lists(TEXTS, max_size=3),
        "parameters": st.lists(PARAMETERS, max_size=3),
        "security": st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.lists(TEXTS, max_size=2)), max_size=2),
    },
)
SCHEMES = st.fixed_dictionaries(
    {"type": st.sampled_from(["http", "apiKey", "oauth2", "openIdConnect"])},
    optional={
        "scheme": st.sampled_from(["basic", "bearer"]),
        "name": TEXTS,
        "in": st.sampled_from(["header", "query", "cookie"]),
        "flows": st.fixed_dictionaries({"clientCredentials": st.fixed_dictionaries({"tokenUrl": TEXTS})}),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "openapi": st.just("3.1.0"),
        "paths": st.dictionaries(
            TEXTS.map(lambda text: f"/{text}"), st.fixed_dictionaries({"get": OPERATIONS}), max_size=3
        ),
    },
    optional={
        "info": st.fixed_dictionaries({"title": TEXTS}),
        "servers": st.lists(st.fixed_dictionaries({"url": TEXTS | st.just("http://a.example")}), max_size=1),
        "components": st.fixed_dictionaries(
            {
                "schemas": st.fixed_dictionaries({"a": SCHEMAS}),
                "securitySchemes": st.dictionaries(st.sampled_from(["a", "b"]), SCHEMES),
            }
        ),
    },
)


@given(DOCUMENTS)
@settings(max_examples=80)
def test_whatever_a_document_says_its_suite_loads(document):
    """Or it is refused in words."""
    try:
        draft = openapi.draft(document, "api.json")
    except UsageError:
        return
    if "BASE_URL" in draft.variables:
        draft = Draft(draft.intro, "http://a.example", draft.checks, draft.outro)
    for check, made in zip(loaded(draft), draft.checks, strict=True):
        assert len(check.resolve({}).conditions) == len(made.expect)


def test_variables_are_named_once():
    checks = (Check("a", "${env:A}", headers={"b": "${env:C}"}), Check("b", "${env:C}"))
    assert Draft((), "${env:A}/${env:B:-x}", checks).variables == ("A", "C")
