"""Conditions as they are written, and what each wrong one is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.expect import SUBJECTS_OF, Condition, check_applies, from_map, parse
from wherry.core.target import Kind
from wherry.errors import UsageError


@pytest.mark.parametrize(
    "text, words",
    [
        ("status=200", "status: 200"),
        ("status=2xx", "status: 2xx"),
        ("status=5XX", "status: 5xx"),
        ("status={in: [200, 3xx]}", "status: one of 200, 3xx"),
        ("status={not: {in: [500, 502]}}", "status: not one of 500, 502"),
        ("status={ge: 200, lt: 300}", "status: at least 200 and less than 300"),
        ("time={lt: 800ms}", "time: less than 800ms"),
        ("time={le: 2}", "time: at most 2s"),
        ("time=1.5", "time: 1.5s"),
        ("time.first_byte={lt: 1s}", "time.first_byte: less than 1s"),
        ("time.first-byte={lt: 1s}", "time.first_byte: less than 1s"),
        ("time.tls={lt: 1s}", "time.tls: less than 1s"),
        ("size={gt: 10MiB}", "size: more than 10 MiB"),
        ("cert.expires_in={gt: 14d}", "cert.expires_in: more than 14d"),
        ("cert.names={contains: a.example}", 'cert.names: something that contains "a.example"'),
        ("cert.names=[a, b]", 'cert.names: ["a", "b"]'),
        ("header.Content-Type={contains: json}", 'header.content-type: something that contains "json"'),
        ("header.x-count=5", 'header.x-count: "5"'),
        ("header.x-count={gt: 5}", "header.x-count: more than 5"),
        ("version=1.10", 'version: "1.10"'),
        ("text=- a: b # c", 'text: "- a: b # c"'),
        ("text='quoted'", 'text: "quoted"'),
        ('text="a\\nb"', 'text: "a\\nb"'),
        ('text=""', 'text: ""'),
        ("text={matches: '^a+$'}", 'text: a match of "^a+$"'),
        ("text={length: 5}", "text: length 5"),
        ("text={length: {ge: 1, le: 5}}", "text: length at least 1 and at most 5"),
        ("text={length: {not: 0}}", "text: length not 0"),
        ("url=http://h/?a=b", 'url: "http://h/?a=b"'),
        ("answers=127.0.0.1", 'answers: "127.0.0.1"'),
        ("exit=0", "exit: 0"),
        ("exit={not: 0}", "exit: not 0"),
        ("redirects={le: 3}", "redirects: at most 3"),
        ("json.$.a=up", 'json.$.a: "up"'),
        ("json.a=5", "json.a: 5"),
        ("json.a=-5.5e3", "json.a: -5500.0"),
        ("json.a=0o17", "json.a: 15"),
        ("json.a=yes", 'json.a: "yes"'),
        ("json.a=true", "json.a: true"),
        ("json.a=a b", 'json.a: "a b"'),
        ("json.$.a=null", "json.$.a: null"),
        ("json.$.a=[1, {b: true}]", 'json.$.a: [1, {"b": true}]'),
        ("json.$.a={eq: {b: 1}}", 'json.$.a: {"b": 1}'),
        ("json.$.a={exists: false}", "json.$.a: nothing"),
        ("json.$.a={exists: true}", "json.$.a: something"),
        ("json.$['a=b']=1", "json.$['a=b']: 1"),
        ('json.$[?@.a=="x"].b=1', 'json.$[?@.a=="x"].b: 1'),
        ('json.$["a\\"=]"]=1', 'json.$["a\\"=]"]: 1'),
        ("json.[0]=1", "json.[0]: 1"),
        (" status = 200 ", "status: 200"),
        ("cookie.session={exists: true}", "cookie.session"),
        ("header.authorization=Basic x", "header.authorization"),
    ],
)
def test_what_is_read(text: str, words: str) -> None:
    assert str(parse(text)) == words


@pytest.mark.parametrize(
    "subject, value, words",
    [
        ("status", 200, "status: 200"),
        ("time", {"lt": "800ms"}, "time: less than 800ms"),
        ("header.content-type", {"contains": "json"}, 'header.content-type: something that contains "json"'),
        ("json.$.items", {"length": {"ge": 1}}, "json.$.items: length at least 1"),
        ("json.$.error", {"exists": False}, "json.$.error: nothing"),
        ("answers", ["a", "b"], 'answers: ["a", "b"]'),
    ],
)
def test_what_a_file_says(subject: str, value: object, words: str) -> None:
    assert str(from_map(subject, value)) == words


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("", "'' is not SUBJECT=YAML, such as status=200 or time={lt: 800ms}", id="empty"),
        pytest.param("status", "'status' is not SUBJECT=YAML", id="no ="),
        pytest.param("=200", "unknown subject ''", id="no subject"),
        pytest.param("statu=200", "unknown subject 'statu'; did you mean \"status\"?", id="misspelt"),
        pytest.param("Status=200", "unknown subject 'Status'; did you mean \"status\"?", id="case"),
        pytest.param("status=", "'status=' expects nothing; write \"\" for empty text", id="no value"),
        pytest.param("status==200", "has an = too many; write status=200", id="two ="),
        pytest.param("status!=200", "is not SUBJECT=YAML; write status={not: 200}", id="!="),
        pytest.param("status>=200", "write status={ge: 200}", id=">="),
        pytest.param("time<=1s", "write time={le: 1s}", id="<="),
        pytest.param("time<a\nb", "write time={lt: a\\u000ab}", id="< and a line end"),
        pytest.param("json.a\nb=1", "unknown subject 'json.a\\nb'", id="a line end in a subject"),
        pytest.param("time<800ms", "write time={lt: 800ms}", id="<"),
        pytest.param("time > 800ms", "write time={gt: 800ms}", id=">"),
        pytest.param("text~=x", "write text={matches: x}", id="~="),
        pytest.param(
            "status.x=1", "status has no parts, so 'status.x' is none of them; write status", id="part of none"
        ),
        pytest.param("header=x", "'header' is incomplete; write header.NAME", id="no header"),
        pytest.param("json.=x", "'json.' is incomplete; write json.PATH", id="no path"),
        pytest.param("cert=x", "'cert' is incomplete; write cert.expires_in", id="no part of a certificate"),
        pytest.param("cert.expire=1d", "unknown subject 'cert.expire'; did you mean \"cert.expires_in\"?", id="cert"),
        pytest.param("time.dsn=1", "unknown phase 'dsn'; did you mean \"dns\"?", id="phase"),
        pytest.param("header.a b=x", "'a b' is not the name of a header", id="header name"),
        pytest.param(
            "status=ok", 'status is a number from 100 to 999, or a class such as 2xx, not "ok"', id="status word"
        ),
        pytest.param("status=20", "a class such as 2xx, not 20", id="status too low"),
        pytest.param("status=0xx", 'a class such as 2xx, not "0xx"', id="class too low"),
        pytest.param("status='200'", 'a class such as 2xx, not "200"', id="status as text"),
        pytest.param("status=200.0", "a class such as 2xx, not 200.0", id="status as fraction"),
        pytest.param("status=true", "a class such as 2xx, not true", id="status as truth"),
        pytest.param(
            "status=[200, 204]", "not [200, 204]; write {in: [...]} for one of several", id="list of statuses"
        ),
        pytest.param("status={lt: 5xx}", 'status: lt takes a number, not "5xx"', id="order of a class"),
        pytest.param("status={contains: 2}", "to which contains does not apply", id="operator of texts"),
        pytest.param("status={}", "status is expected to be nothing at all: the map has no operator", id="empty map"),
        pytest.param("status={not: {}}", "the map has no operator", id="empty not"),
        pytest.param("status={in: []}", "status: in takes a list of values, not []", id="in of nothing"),
        pytest.param("status={in: 200}", "status: in takes a list of values, not 200", id="in of a number"),
        pytest.param("status={exists: 1}", "status: exists takes true or false, not 1", id="exists of a number"),
        pytest.param("time={lt: soon}", "time: 'soon' is not a duration", id="duration"),
        pytest.param("time={lt: -1}", "time is a duration such as 800ms or 14d, not -1", id="negative duration"),
        pytest.param("time={lt: .nan}", "time is a duration such as 800ms or 14d, not nan", id="no number"),
        pytest.param("time={lt: .inf}", "time is a duration such as 800ms or 14d, not inf", id="no end"),
        pytest.param("size={lt: 5 bananas}", "size: '5 bananas' is not a size", id="size"),
        pytest.param("exit=0.5", "exit is a whole number, not 0.5", id="whole number"),
        pytest.param("exit=no", 'exit is a whole number, not "no"', id="word for a number"),
        pytest.param("header.x={eq: 5}", "header.x is text, not 5; put it in quotes", id="number for text"),
        pytest.param("text={contains: [a]}", 'text is text, not ["a"]', id="list for text"),
        pytest.param("text={lt: x}", 'text: lt takes a number, not "x"', id="order of texts"),
        pytest.param("version={lt: 2}", "version is text, to which lt does not apply", id="order of versions"),
        pytest.param("url={lt: 2}", "url is text, to which lt does not apply", id="order of URLs"),
        pytest.param("answers={lt: 2}", "answers is a list of texts, to which lt does not apply", id="order of lists"),
        pytest.param("answers={eq: [1]}", "answers is a list of texts, not 1; put it in quotes", id="list of numbers"),
        pytest.param(
            "text={matches: '('}", 'text: "(" is not a regular expression: missing ) at position 2', id="pattern"
        ),
        pytest.param(
            "text={matches: 'a{99999999999}'}", "is not a regular expression: repeat count too big", id="repeats"
        ),
        pytest.param("text={matches: 5}", "text: matches takes a regular expression, not 5", id="pattern of a number"),
        pytest.param("text={length: x}", 'the length of text is a whole number, not "x"', id="length"),
        pytest.param("text={length: {contains: 1}}", "to which contains does not apply", id="operator of a length"),
        pytest.param("text={length: {}}", "the map has no operator", id="length of nothing"),
        pytest.param("json.a={lt: 800ms}", 'json.a: lt takes a number, not "800ms"', id="JSON has no durations"),
        pytest.param("json.a={ltt: 5}", "json.a: unknown operator 'ltt'; did you mean \"lt\"?", id="operator"),
        pytest.param("json.a=.nan", "json.a: nothing equals NaN", id="NaN"),
        pytest.param("json.a-b=1", "'$.a-b' is not a JSON path: ", id="path"),
        pytest.param("json.$[?nope(@)]=1", "is not a JSON path: ", id="function"),
        pytest.param("json.$.a=[1", '"[1" is not YAML: a comma is missing here', id="not YAML"),
        pytest.param(
            "json.$.a=@x", "is not YAML: a value cannot start with '@'; put it in quotes", id="not YAML either"
        ),
    ],
)
def test_each_error_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pattern_nested_without_end_is_refused() -> None:
    with pytest.raises(UsageError, match="is too complex a regular expression"):
        from_map("text", {"matches": "(" * 5000 + ")" * 5000})


def test_hints_name_what_there_is() -> None:
    with pytest.raises(UsageError) as caught:
        parse("nope=1")
    assert caught.value.hint is not None
    assert "status" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        parse("json.$.a={b: 1}")
    assert caught.value.hint == "an object to compare with is written {eq: {...}}"


@pytest.mark.parametrize(
    "text, kind, applies",
    [
        ("status=200", Kind.HTTP, True),
        ("json.a=1", Kind.EXEC, True),
        ("cert.expires_in={gt: 1d}", Kind.TLS, True),
        ("time.connect={lt: 1s}", Kind.TCP, True),
        ("answers=a", Kind.DNS, True),
        ("size={gt: 0}", Kind.FILE, True),
        ("status=200", Kind.TCP, False),
        ("exit=0", Kind.HTTP, False),
        ("answers=a", Kind.HTTP, False),
        ("cert.issuer=x", Kind.REDIS, False),
    ],
)
def test_a_kind_has_its_subjects(text: str, kind: Kind, applies: bool) -> None:
    condition = parse(text)
    if applies:
        check_applies(condition, kind)
        assert isinstance(parse(text, kind=kind), Condition)
        return
    family = condition.subject.family
    for ask in (lambda: check_applies(condition, kind), lambda: parse(text, kind=kind)):
        with pytest.raises(UsageError, match=f"a {kind} target has no {family}") as caught:
            ask()
        assert caught.value.hint is not None
        assert caught.value.hint.startswith("it has ")


def test_every_kind_has_words_and_no_unknown_family() -> None:
    assert set(SUBJECTS_OF) == set(Kind)
    known = frozenset.union(*SUBJECTS_OF.values())
    assert all("words" in families for families in SUBJECTS_OF.values())
    assert known >= {
        "status",
        "time",
        "size",
        "body",
        "text",
        "header",
        "cookie",
        "json",
        "url",
        "redirects",
        "version",
    }


_PIECES = st.sampled_from(
    ["status", "time", "json", "header", "cert", "text", ".", "=", "{", "}", "lt", "matches", "length", "not", ": ",
    "200", "2xx",
     "800ms", "$", "[", "]", "'", '"', "?", "@", "(", ")", ",", " ", "*", "\\", "!", "<", ">", "~", "\n", "null",
     "x", "exists"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=30))
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    try:
        assert str(parse(text))
    except UsageError as exc:
        assert "\n" not in str(exc)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["eq", "in", "not", "lt", "length", "contains", "matches", "exists", "x"]),
    inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.sampled_from(["status", "time", "size", "text", "answers", "json.$.a", "exit", "cert.expires_in"]), _VALUES)
def test_any_value_is_a_condition_or_a_usage_error(subject: str, value: object) -> None:
    try:
        assert str(from_map(subject, value))
    except UsageError as exc:
        assert "\n" not in str(exc)
