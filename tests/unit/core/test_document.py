"""Files read into typed values: what fits, and the words and lines for what does not."""

from __future__ import annotations

import enum
from typing import Annotated, Any, ClassVar, Literal

import jsonschema
import msgspec
import pytest

from wherry.core.document import DocumentError, Duration, Rate, Size, load_document, schema_of
from wherry.core.fit import Unfit
from wherry.core.yaml import Entries, Node, Scalar, plain
from wherry.errors import UsageError


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Basic(Entry, tag_field="type", tag="basic"):
    user: str
    password: str


class Bearer(Entry, tag_field="type", tag="bearer"):
    token: str


class Level(enum.Enum):
    FATAL = "fatal"
    WARN = "warn"


class Even:
    """A type that msgspec knows nothing of."""

    json_schema: ClassVar = {"type": "integer", "multipleOf": 2}

    def __init__(self, number: int) -> None:
        if number % 2:
            raise ValueError(f"{number} is odd")
        self.number = number


class Check(Entry):
    url: str
    expect: dict[str, Any] = {}
    timeout: Duration = 5.0
    limit: Size | None = None
    pace: Rate | None = None
    retry: Annotated[int, msgspec.Meta(ge=0)] = 0
    ratio: float = 1.0
    quiet: bool = False
    method: Literal["GET", "POST"] = "GET"
    level: Level = Level.FATAL
    auth: Basic | Bearer | None = None
    tags: list[str] = []
    pair: tuple[int, ...] = ()
    body: str | dict[str, Any] | None = None
    even: Even | None = None
    renamed: str = msgspec.field(default="", name="as")

    def __post_init__(self) -> None:
        if self.method == "POST" and self.body is None:
            raise ValueError("a POST needs a body")


class Suite(Entry):
    checks: Annotated[list[Check], msgspec.Meta(min_length=1)]
    by_name: dict[str, Check] = {}


class Versioned(Entry):
    version: int
    name: str = ""


def even(node: Node) -> Even:
    if isinstance(node, Entries):
        raise Unfit(node.keys["odd"], "no place for an odd one")
    assert isinstance(node, Scalar)
    assert isinstance(node.value, int)
    return Even(node.value)


def load(text: str) -> Suite:
    environ = {"PORT": "8080", "NAME": "x", "TOKEN": "hush"}
    return load_document("f.yaml", text, Suite, environ=environ, read_file=str.upper, hooks={Even: even})


def check(*lines: str) -> Check:
    return load("version: 1\nchecks:\n- url: u\n" + "".join(f"  {line}\n" for line in lines)).checks[0]


@pytest.mark.parametrize(
    "line, field, value",
    [
        pytest.param("timeout: 1m30s", "timeout", 90.0, id="duration"),
        pytest.param("timeout: 2", "timeout", 2.0, id="duration, a number"),
        pytest.param("timeout: '2.5'", "timeout", 2.5, id="duration, text"),
        pytest.param("limit: 10MiB", "limit", 10485760, id="size"),
        pytest.param("limit: 512", "limit", 512, id="size, a number"),
        pytest.param("limit: null", "limit", None, id="nothing where it may be"),
        pytest.param("pace: 1500/m", "pace", 25.0, id="rate"),
        pytest.param("retry: 3", "retry", 3, id="number"),
        pytest.param("ratio: 2", "ratio", 2.0, id="a whole number is a number"),
        pytest.param("quiet: true", "quiet", True, id="truth"),
        pytest.param("method: POST\n  body: x", "body", "x", id="choice, and a text of two kinds"),
        pytest.param("body: {a: [1]}", "body", {"a": [1]}, id="a map of two kinds"),
        pytest.param("level: warn", "level", Level.WARN, id="enumeration"),
        pytest.param("auth: {type: basic, user: u, password: p}", "auth", Basic("u", "p"), id="tagged"),
        pytest.param("auth: {type: bearer, token: t}", "auth", Bearer("t"), id="tagged otherwise"),
        pytest.param("tags: [a, 'b']", "tags", ["a", "b"], id="list"),
        pytest.param("pair: [1, 2]", "pair", (1, 2), id="tuple"),
        pytest.param("as: x", "renamed", "x", id="a key of another name"),
        pytest.param(
            "expect: {status: 200, time: {lt: 800ms}}", "expect", {"status": 200, "time": {"lt": "800ms"}}, id="free"
        ),
        pytest.param("retry: ${env:PORT}", "retry", 8080, id="a variable as a number"),
        pytest.param("body: ${env:PORT}", "body", "8080", id="a variable as text"),
        pytest.param("timeout: ${env:PORT}", "timeout", 8080.0, id="a variable as a duration"),
        pytest.param("body: ${file:a}", "body", "A", id="a file"),
    ],
)
def test_what_fits(line: str, field: str, value: object) -> None:
    assert getattr(check(line), field) == value


def test_defaults_and_hooks() -> None:
    assert check() == Check("u")
    made = check("even: 4").even
    assert made is not None
    assert made.number == 4


@pytest.mark.parametrize(
    "line, words",
    [
        pytest.param("timout: 1s", 'unknown key "timout"; did you mean "timeout"?', id="unknown key"),
        pytest.param("renamed: x", 'unknown key "renamed"', id="a field that has another name"),
        pytest.param(
            "timeout: soon", "checks[0].timeout: 'soon' is not a duration; write it like 250ms", id="duration"
        ),
        pytest.param("timeout: -1", "checks[0].timeout: '-1' is not a duration", id="negative duration"),
        pytest.param("timeout: true", "checks[0].timeout: expected a duration, got true", id="truth for a duration"),
        pytest.param("timeout: [1]", "checks[0].timeout: expected a duration, got a list", id="list for a duration"),
        pytest.param("timeout:", "checks[0].timeout: expected a duration, got nothing", id="nothing for a duration"),
        pytest.param("limit: 10Mx", "checks[0].limit: '10Mx' is not a size", id="size"),
        pytest.param("pace: fast", "checks[0].pace: 'fast' is not a rate", id="rate"),
        pytest.param("retry: x", "checks[0].retry: expected a whole number, got text 'x'", id="number"),
        pytest.param("retry: 1.5", "checks[0].retry: expected a whole number, got the number 1.5", id="fraction"),
        pytest.param("retry: '5'", "checks[0].retry: expected a whole number, got text '5'", id="text is no number"),
        pytest.param("retry: true", "checks[0].retry: expected a whole number, got true", id="truth is no number"),
        pytest.param("retry: -1", "checks[0].retry: expected a whole number >= 0, got the number -1", id="bound"),
        pytest.param("quiet: yes", "checks[0].quiet: expected true or false, got text 'yes'", id="yes is not true"),
        pytest.param("retry:", "checks[0].retry: expected a whole number, got nothing", id="nothing"),
        pytest.param("retry: {a: 1}", "checks[0].retry: expected a whole number, got a map", id="map for a number"),
        pytest.param("quiet: ${env:PORT}", "checks[0].quiet: expected true or false, got a number", id="variable"),
        pytest.param(
            "quiet: 1", "checks[0].quiet: expected true or false, got the number 1", id="a number is not true"
        ),
        pytest.param("method: PUT", "checks[0].method: expected one of GET, POST, got text 'PUT'", id="choice"),
        pytest.param(
            "level: wran", "checks[0].level: expected one of fatal, warn, got text 'wran'; did you mean", id="enum"
        ),
        pytest.param("tags: x", "checks[0].tags: expected a list, got text 'x'", id="list"),
        pytest.param("tags: [a, 5]", "checks[0].tags[1]: expected text, got the number 5; put it in quotes", id="item"),
        pytest.param("expect: [a]", "checks[0].expect: expected a map, got a list", id="map"),
        pytest.param("body: 5", "checks[0].body: expected text or a map, got the number 5", id="two kinds"),
        pytest.param("body: [5]", "checks[0].body: expected text or a map, got a list", id="neither kind"),
        pytest.param(
            "auth: {user: u}", 'checks[0].auth: key "type" is missing; it is one of basic, bearer', id="no tag"
        ),
        pytest.param(
            "auth: {type: basix}", "checks[0].auth.type: unknown type 'basix'; did you mean \"basic\"", id="tag"
        ),
        pytest.param("auth: {type: basic, user: u}", 'checks[0].auth: key "password" is missing', id="missing key"),
        pytest.param("auth: x", "checks[0].auth: expected a map, got text", id="text for a tagged map"),
        pytest.param("method: POST", "checks[0]: a POST needs a body", id="rule across keys"),
        pytest.param("even: 3", "checks[0].even: 3 is odd", id="hook"),
        pytest.param("even: {odd: 1}", "checks[0].even: no place for an odd one", id="hook, a place within"),
    ],
)
def test_what_does_not_fit(line: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check("# here:", line)
    place = 3 if line == "method: POST" else 5  # a rule across keys is about the whole check
    assert caught.value.errors[0].startswith(f"f.yaml: line {place}: {words}")
    assert str(caught.value) == caught.value.errors[0]


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param("", "line 1: the file is empty; it begins with version: 1", id="empty"),
        pytest.param("# x\n", "line 1: the file is empty; it begins with version: 1", id="comment"),
        pytest.param("- 1\n", "line 1: the file is not a map; it begins with version: 1", id="list"),
        pytest.param("hello\n", "line 1: the file is not a map; it begins with version: 1", id="text"),
        pytest.param("checks: []\n", 'line 1: key "version" is missing; write version: 1', id="no version"),
        pytest.param("version: 2\n", "line 1: version 2 is not known; this wherry reads version 1", id="later version"),
        pytest.param("version: '1'\n", "line 1: version is a number; write version: 1", id="version as text"),
        pytest.param("version: true\n", "line 1: version is a number; write version: 1", id="version as truth"),
        pytest.param("version: 1\n", 'line 1: key "checks" is missing', id="missing key"),
        pytest.param("version: 1\nchecks: []\n", "line 2: checks: expected at least 1 item, got 0", id="too few"),
        pytest.param("version: 1\nchecks: [x]\n", "line 2: checks[0]: expected a map, got text 'x'", id="no map"),
        pytest.param("version: 1\nchecks: [{}]\n", 'line 2: checks[0]: key "url" is missing', id="missing in a list"),
        pytest.param(
            "version: 1\nchecks: [{url: u}]\nby_name:\n  a: {url: 5}\n",
            "line 4: by_name.a.url: expected text, got the number 5; put it in quotes",
            id="in a map",
        ),
        pytest.param(
            "a: 1\na: 2\n", "line 2: the key 'a' is given twice, first on line 1", id="not YAML as we read it"
        ),
        pytest.param(
            "version: 1\nchecks: ['${env:NO}']\n", "line 2: the environment variable NO is not set", id="variable"
        ),
    ],
)
def test_whole_files(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(text)
    assert str(caught.value) == f"f.yaml: {message}"


def test_all_faults_are_found_in_the_order_of_their_lines() -> None:
    with pytest.raises(DocumentError) as caught:
        load("version: 1\nchecks:\n- retry: x\n  tags: [1]\n- url: u\n  limt: 1\nextra: 1\n")
    assert [error.removeprefix("f.yaml: ") for error in caught.value.errors] == [
        'line 3: checks[0]: key "url" is missing',
        "line 3: checks[0].retry: expected a whole number, got text 'x'",
        "line 4: checks[0].tags[0]: expected text, got the number 1; put it in quotes",
        'line 6: unknown key "limt"; did you mean "limit"?',
        'line 7: unknown key "extra"',
    ]
    assert str(caught.value) == f"{caught.value.errors[0]} (and 4 more)"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("auth: {type: basic, user: u, password: 123456}", id="a key that names a secret"),
        pytest.param("retry: ${env:TOKEN}", id="a variable"),
    ],
)
def test_a_refusal_shows_no_secret(line: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check(line)
    assert "123456" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_without_an_environment_an_expression_is_text() -> None:
    text = "version: 1\nchecks: [{url: '${env:PORT}'}]\n"
    assert load_document("f.yaml", text, Suite).checks[0].url == "${env:PORT}"


def test_a_type_may_have_the_version_as_a_field() -> None:
    assert load_document("f.yaml", b"version: 1\nname: x\n", Versioned) == Versioned(1, "x")


def test_a_merged_key_is_reported_where_it_is_written() -> None:
    text = "version: 1\nby_name:\n  a: &a\n    url: u\n    retry: x\nchecks:\n- <<: *a\n"
    with pytest.raises(DocumentError) as caught:
        load(text)
    assert [error.partition(": ")[2][:6] for error in caught.value.errors] == ["line 5", "line 5"]


GOOD = {
    "version": 1,
    "checks": [{"url": "u", "timeout": "5s", "limit": 5, "auth": {"type": "bearer", "token": "t"}, "even": 4}],
}


@pytest.mark.parametrize(
    "change, valid",
    [
        pytest.param({}, True, id="as it is"),
        pytest.param({"version": 2}, False, id="another version"),
        pytest.param({"extra": 1}, False, id="unknown key"),
        pytest.param({"checks": []}, False, id="too few"),
        pytest.param({"checks": [{"url": "u", "timout": 1}]}, False, id="unknown key deep down"),
        pytest.param({"checks": [{"url": "u", "timeout": True}]}, False, id="wrong type"),
        pytest.param({"checks": [{"url": "u", "even": 3}]}, False, id="a hook's own schema"),
        pytest.param({"checks": [{"url": "u", "expect": {"status": 200}}]}, True, id="a free map"),
    ],
)
def test_the_schema_judges_as_the_loader_does(change: dict[str, Any], valid: bool) -> None:
    schema = schema_of(Suite)
    jsonschema.Draft202012Validator.check_schema(schema)
    document = {**GOOD, **change}
    assert jsonschema.Draft202012Validator(schema).is_valid(document) is valid
    try:
        load(msgspec.json.encode(document).decode())
    except UsageError:
        assert not valid
    else:
        assert valid


def test_the_schema_of_a_flat_type_has_no_definitions() -> None:
    schema = schema_of(Versioned)
    assert list(schema["properties"]) == ["version", "name"]
    assert schema["required"] == ["version"]
    assert "$defs" not in schema


def test_a_hook_sees_the_node() -> None:
    class Raw:
        def __init__(self, value: object) -> None:
            self.value = value

    class File(Entry):
        raw: Any

    seen = load_document("f.yaml", "version: 1\nraw: {a: 1}\n", File, hooks={Any: lambda node: Raw(plain(node))})
    assert seen.raw.value == {"a": 1}
