"""A suite as it is written, key by key.

Values that may hold ``${check.capture}`` keep their nodes (written.py): what they are is known when the
check is about to run. The defaults are those of people who know goss, gatus and hurl: one try, 10 seconds for it, and a
status of 2xx. A gate that tries again unasked hides what is flaky; who wants it says ``retry: 2``.

version: 1
name: api
vars: {base: "${env:BASE_URL:-http://127.0.0.1:8080}"}
defaults: {timeout: 5s, retry: 2, headers: {Accept: application/json}}
checks:
  - name: login
    url: ${base}/login
    json: {user: ci}
    capture: {token: {json: $.token, secret: true}}
  - name: items
    url: ${base}/items
    auth: {bearer: "${login.token}"}
    expect: {status: 200, json.$.items: {length: {ge: 1}}}
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from wherry.commands.check.results import Severity
from wherry.commands.check.suite.written import Axis, Body, Data, Each, Expectations, Path, Regex, Text, Texts, Where
from wherry.core.document import Duration

NAME: Final = "^[A-Za-z_][A-Za-z0-9_-]*$"
"""What variables, captures and the keys of a matrix may be called."""
WORD: Final = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
"""What methods, headers and cookies may be called (RFC 9110 section 5.6.2)."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A map of the file: what it does not know is an error."""


class Basic(Table, frozen=True):
    user: Text
    password: Text


class OAuth2(Table, frozen=True):
    """The client-credentials grant (RFC 6749 section 4.4)."""

    token_url: Text
    client_id: Text
    client_secret: Text
    scope: Text | None = None
    audience: Text | None = None


class Auth(Table, frozen=True):
    """Who asks. A secret may be ``env:NAME``, ``file:PATH`` or ``exec:COMMAND``, which is looked up for it."""

    bearer: Annotated[Text | None, Meta(description="A bearer token.")] = None
    basic: Annotated[Basic | None, Meta(description="A user and a password.")] = None
    oauth2: Annotated[OAuth2 | None, Meta(description="A token that a server gives for client credentials.")] = None

    def __post_init__(self) -> None:
        if sum(kind is not None for kind in (self.bearer, self.basic, self.oauth2)) != 1:
            raise ValueError("write one of bearer, basic and oauth2, such as {bearer: env:TOKEN}")


class Retry(Table, frozen=True):
    """How often and when to try again."""

    attempts: Annotated[int, Meta(ge=1, le=1000, description="How many tries in all, the first one among them.")]
    base: Annotated[Duration, Meta(description="The longest wait before the second try; it doubles for each next.")] = (
        0.5
    )
    cap: Annotated[Duration, Meta(description="The longest wait of all.")] = 30.0


class CaptureEntry(Table, frozen=True):
    """A value to take out of the answer, for ``${check.capture}``."""

    json: Annotated[Path | None, Meta(description="Where it is in the JSON of the body.")] = None
    header: Annotated[
        Annotated[str, Meta(pattern=WORD, extra={"expected": "the name of a header"})] | None,
        Meta(description="The header that it is."),
    ] = None
    regex: Annotated[Regex | None, Meta(description="What matches it in the body: its first group, or all.")] = None
    cookie: Annotated[
        Annotated[str, Meta(pattern=WORD, extra={"expected": "the name of a cookie"})] | None,
        Meta(description="The cookie that the answer sets."),
    ] = None
    secret: Annotated[
        bool | None,
        Meta(description="Whether it is shown nowhere; so is a token unless told."),
    ] = None

    def __post_init__(self) -> None:
        if sum(source is not None for source in (self.json, self.header, self.regex, self.cookie)) != 1:
            raise ValueError("write one of json, header, regex and cookie, such as {json: $.id}")


_AUTH: Final = {"expected": "a map such as {bearer: env:TOKEN}"}
_FIELDS: Final = {"expected": "a map such as {limit: 5}"}

Matrix: TypeAlias = Annotated[
    dict[str, Axis],
    Meta(
        description="One check for each combination; ${key} has its value.",
        extra={"expected": "a map of lists, such as {region: [eu, us]}"},
    ),
]
Severities: TypeAlias = Annotated[Severity | None, Meta(description="error, or warn: then a failure does not matter.")]
Tags: TypeAlias = Annotated[
    list[Annotated[str, Meta(pattern=r"^[^\s,]+$", extra={"expected": "a word without spaces and commas"})]] | None,
    Meta(description="What --tag selects by.", extra={"expected": "a list of tags, such as [critical]"}),
]
Headers: TypeAlias = Annotated[
    dict[str, Text | None] | None,
    Meta(
        description="Headers to send; null takes one of the defaults away.",
        extra={"expected": "a map of headers, such as {Accept: application/json}"},
    ),
]
Timeout: TypeAlias = Annotated[Duration | None, Meta(description="How long one try may take; 10s unless told.")]
Retries: TypeAlias = Annotated[
    Annotated[int, Meta(ge=0, le=1000)] | Retry | None,
    Meta(description="How many more tries a failure gets; none unless told."),
]
Profile: TypeAlias = Annotated[str | None, Meta(description="The profile of config.toml to send it with.")]
Authentication: TypeAlias = Annotated[
    Auth | UnsetType | None,
    Meta(description="Who asks; null where the defaults say who and this check is nobody's.", extra=_AUTH),
]
Expected: TypeAlias = Annotated[
    Expectations | None, Meta(description="What must be true, by subject; of HTTP a status of 2xx unless told.")
]


class Defaults(Table, frozen=True):
    """What holds for all checks of the file that do not say otherwise."""

    timeout: Timeout = None
    retry: Retries = None
    headers: Headers = None
    auth: Annotated[Auth | None, Meta(description="Who asks.", extra=_AUTH)] = None
    profile: Profile = None
    expect: Expected = None
    tags: Tags = None
    severity: Severities = None


class Check(Table, frozen=True):
    """One check."""

    name: Annotated[str, Meta(min_length=1, max_length=200, description="What it is called; no other has that name.")]
    url: Annotated[Where, Meta(description="A target as of `wherry wait`; of a profile with a base_url also a path.")]
    method: Annotated[
        Annotated[str, Meta(pattern=WORD, extra={"expected": "a method such as GET or POST"})] | None,
        Meta(description="GET unless told, or POST where there is a body."),
    ] = None
    headers: Headers = None
    query: Annotated[dict[str, Texts] | None, Meta(description="Added to the URL's query, encoded.", extra=_FIELDS)] = (
        None
    )
    json: Annotated[Data | UnsetType, Meta(description="Send this as JSON.")] = UNSET
    form: Annotated[dict[str, Texts] | None, Meta(description="Send the fields of a form.", extra=_FIELDS)] = None
    body: Annotated[Body | None, Meta(description="Send a text as it is, or {file: PATH}.")] = None
    auth: Authentication = UNSET
    profile: Profile = None
    expect: Expected = None
    capture: Annotated[
        dict[str, Annotated[CaptureEntry, Meta(extra={"expected": "a map such as {json: $.id}"})]] | None,
        Meta(
            description="Values for the checks that need it.",
            extra={"expected": "a map of names to what they capture, such as {id: {json: $.id}}"},
        ),
    ] = None
    needs: Annotated[
        list[str] | None,
        Meta(
            description="Checks that must have passed before.",
            extra={"expected": "a list of names of checks, such as [login]"},
        ),
    ] = None
    always: Annotated[bool, Meta(description="Run it whatever became of what it needs, to clean up.")] = False
    timeout: Timeout = None
    retry: Retries = None
    tags: Tags = None
    severity: Severities = None
    matrix: Matrix | None = None
    foreach: Annotated[Each | None, Meta(description="One check for each item, which is ${item}.")] = None


class Include(Table, frozen=True):
    """Another file, and variables for it."""

    file: str
    vars: dict[str, Data] = {}


class SuiteFile(Table, frozen=True):
    """A file for `wherry check`."""

    name: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100)] | None,
        Meta(description="What the suite is called; the file's name unless told."),
    ] = None
    group: Annotated[str, Meta(description="What several suites belong to, in reports.")] = ""
    vars: Annotated[
        dict[str, Data], Meta(description="Values by name, for ${name}. One that is null must be given by --var.")
    ] = {}
    defaults: Annotated[Defaults | None, Meta(description="What holds for all checks that do not say otherwise.")] = (
        None
    )
    include: Annotated[
        list[str | Include], Meta(description="Other files, whose checks are part of the run, once.")
    ] = []
    checks: Annotated[list[Check], Meta(description="What to check.")] = []
