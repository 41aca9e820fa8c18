"""What a suite says, key by key."""

from __future__ import annotations

import json
from typing import ClassVar

import jsonschema
import pytest

from wherry.commands.check.results import Severity
from wherry.commands.check.suite.capture import Source
from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.file import SuiteFile
from wherry.commands.check.suite.planned import Unresolved
from wherry.core.credential import Bearer, OAuth2, Origin, SecretSource
from wherry.core.document import schema_of
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.target import parse_target
from wherry.core.yaml import load as load_yaml
from wherry.core.yaml import plain
from wherry.errors import UsageError
from wherry.profile.file import Profile

NONE: dict[tuple[int, str], object] = {}


def headers(check, values=NONE) -> dict[str, str]:
    return dict(check.resolve(values).call.headers)


def body(check, values=NONE) -> bytes | None:
    return check.resolve(values).call.body


def test_the_least_that_can_be_said(checks):
    (check,) = checks("checks: [{name: up, url: 'http://127.0.0.1:8080/ok'}]")
    assert (check.index, check.suite, check.group, check.name, check.file, check.line) == (
        0, "suite", "", "up", "suite.yaml", 2,
    )  # fmt: skip
    assert (check.timeout_s, check.retry, check.severity) == (10.0, RetryPolicy(0), Severity.ERROR)
    assert (check.needs, check.captures, check.always, check.listed, check.profile) == ((), (), False, False, None)
    ready = check.resolve({})
    assert (ready.target.url, ready.call.method, ready.call.headers, ready.call.body) == (
        "http://127.0.0.1:8080/ok", "GET", (), None,
    )  # fmt: skip
    assert (ready.conditions, ready.request) == ((), "wherry request GET http://127.0.0.1:8080/ok")
    assert check.resolve({}) == ready


def test_everything_that_can_be_said_of_a_check(checks):
    login, check = checks(
        """
        name: api
        group: smoke
        checks:
          - name: login
            url: http://127.0.0.1/login
          - name: orders
            url: http://127.0.0.1/orders
            method: put
            headers: {X-A: b, X-N: 12}
            query: {limit: 5, tag: [a, "b c"], none: null}
            json: {user: ci, n: 1, list: [true, null], text: "1"}
            timeout: 1m30s
            retry: {attempts: 4, base: 100ms, cap: 2s}
            tags: [critical, api, critical]
            severity: warn
            needs: [login]
            always: true
            capture:
              id: {json: $.id}
              place: {header: Location}
              number: {regex: 'id=(\\d+)'}
              session: {cookie: sid}
              token: {json: $.t}
              key: {json: $.k, secret: true}
              csrf_token: {json: $.c, secret: false}
            expect: {status: 201, time: {lt: 800ms}}
        """
    )
    assert (check.suite, check.group, check.index, check.needs, check.always) == ("api", "smoke", 1, (0,), True)
    assert (check.timeout_s, check.retry, check.severity) == (90.0, RetryPolicy(3, 0.1, 2.0), Severity.WARN)
    assert check.tags == ("critical", "api")
    ready = check.resolve({})
    assert ready.target.url == "http://127.0.0.1/orders?limit=5&tag=a&tag=b%20c"
    assert ready.call.method == "PUT"
    assert ready.call.headers == (("X-A", "b"), ("X-N", "12"), ("Content-Type", "application/json"))
    assert json.loads(ready.call.body) == {"user": "ci", "n": 1, "list": [True, None], "text": "1"}
    assert [str(one) for one in ready.conditions] == ["status: 201", "time: less than 800ms"]
    assert [(one.name, one.source, one.part, one.secret) for one in check.captures] == [
        ("id", Source.JSON, "$.id", False),
        ("place", Source.HEADER, "location", False),
        ("number", Source.REGEX, r"id=(\d+)", False),
        ("session", Source.COOKIE, "sid", False),
        ("token", Source.JSON, "$.t", True),
        ("key", Source.JSON, "$.k", True),
        ("csrf_token", Source.JSON, "$.c", False),
    ]
    assert login.needs == ()


@pytest.mark.parametrize(
    "keys, method, content_type, sent",
    [
        pytest.param("json: {a: 1}", "POST", "application/json", b'{"a":1}', id="json"),
        pytest.param("json: null", "POST", "application/json", b"null", id="json's null"),
        pytest.param("json: ä", "POST", "application/json", '"ä"'.encode(), id="json text"),
        pytest.param("json: {}\n    method: PATCH", "PATCH", "application/json", b"{}", id="another method"),
        pytest.param(
            "json: {}\n    headers: {content-type: application/vnd.api+json}",
            "POST", "application/vnd.api+json", b"{}", id="another type",
        ),
        pytest.param(
            "form: {a: b c, d: [1, 2]}", "POST", "application/x-www-form-urlencoded", b"a=b+c&d=1&d=2", id="a form"
        ),
        pytest.param("body: text", "POST", None, b"text", id="a text"),
        pytest.param('body: ""', "POST", None, b"", id="an empty text"),
        pytest.param("body: {file: data.json}", "POST", "application/json", b'{"file": 1}', id="a file"),
    ],
)  # fmt: skip
def test_bodies(checks, folder, keys, method, content_type, sent):
    (folder / "data.json").write_bytes(b'{"file": 1}')
    (check,) = checks(f"checks:\n  - name: a\n    url: http://127.0.0.1/\n    {keys}")
    call = check.resolve({}).call
    assert (call.method, call.body) == (method, sent)
    assert {name.lower(): value for name, value in call.headers}.get("content-type") == content_type


@pytest.mark.parametrize(
    "auth, header, line",
    [
        pytest.param("{bearer: abcdef}", "Bearer abcdef", "--bearer '***'", id="as it is"),
        pytest.param("{bearer: 'env:TOKEN'}", "Bearer from-env", "--bearer env:TOKEN", id="of the environment"),
        pytest.param("{bearer: '${env:TOKEN}'}", "Bearer from-env", "--bearer env:TOKEN", id="put in"),
        pytest.param("{bearer: 'file:secret'}", "Bearer from-file", "--bearer file:secret", id="of a file"),
        pytest.param(
            "{basic: {user: ci, password: 'env:TOKEN'}}", "Basic Y2k6ZnJvbS1lbnY=", "--user ci:env:TOKEN", id="basic"
        ),
    ],
)  # fmt: skip
def test_who_asks(checks, folder, auth, header, line):
    (folder / "secret").write_text("from-file\n")
    (check,) = checks(f"checks: [{{name: a, url: 'http://127.0.0.1/', auth: {auth}}}]", TOKEN="from-env")
    ready = check.resolve({})
    assert dict(ready.call.headers) == {"Authorization": header}
    assert ready.request == f"wherry request GET http://127.0.0.1/ {line}"
    assert header.partition(" ")[2] in ready.secrets


def test_who_asks_is_found_out_when_it_takes_a_command_or_a_server(checks):
    bearer, oauth2 = checks(
        """
        checks:
          - {name: a, url: "http://127.0.0.1/", auth: {bearer: "exec:print-token --now"}}
          - name: b
            url: http://127.0.0.1/
            auth:
              oauth2: {token_url: "https://id.test/token", client_id: ci, client_secret: "env:SECRET", scope: read}
        """,
        SECRET="s3cr3t",
    )
    ready = bearer.resolve({})
    assert ready.credential == Bearer(SecretSource(Origin.EXEC, "print-token --now"))
    assert ready.call.headers == ()
    assert ready.request == "wherry request GET http://127.0.0.1/ --bearer 'exec:print-token --now'"
    ready = oauth2.resolve({})
    assert ready.credential == OAuth2("https://id.test/token", "ci", SecretSource(Origin.VALUE, "s3cr3t"), "read")
    assert "--oauth-client-secret env:SECRET" in ready.request
    assert ready.secrets == ("s3cr3t",)


def test_what_a_server_answers_runs_no_command(checks):
    _, check = checks(
        """
        checks:
          - {name: login, url: "http://127.0.0.1/", capture: {token: {json: $.t}}}
          - {name: a, url: "http://127.0.0.1/", auth: {bearer: "${login.token}"}}
        """
    )
    ready = check.resolve({(0, "token"): "exec:rm"})
    assert ready.credential is None
    assert dict(ready.call.headers) == {"Authorization": "Bearer exec:rm"}
    assert ready.request.endswith("--bearer '${login.token}'")
    assert ready.secrets == ("exec:rm",)


def test_defaults_and_what_beats_them(checks):
    given, own = checks(
        """
        defaults:
          timeout: 5s
          retry: 2
          headers: {Accept: application/json, X-Team: core}
          auth: {bearer: abcdef}
          expect: {status: 200, time: {lt: 1s}}
          tags: [smoke]
          severity: warn
        checks:
          - {name: a, url: "http://127.0.0.1/"}
          - name: b
            url: http://127.0.0.1/
            timeout: 1s
            retry: 0
            headers: {accept: text/html, X-Team: null}
            auth: null
            expect: {status: 404}
            tags: [own]
            severity: error
        """
    )
    assert (given.timeout_s, given.retry.retries, given.tags, given.severity) == (5.0, 2, ("smoke",), Severity.WARN)
    assert headers(given) == {"Accept": "application/json", "X-Team": "core", "Authorization": "Bearer abcdef"}
    assert [str(one) for one in given.resolve({}).conditions] == ["status: 200", "time: less than 1s"]
    assert (own.timeout_s, own.retry.retries, own.tags) == (1.0, 0, ("smoke", "own"))
    assert own.severity is Severity.ERROR
    assert headers(own) == {"accept": "text/html"}
    assert [str(one) for one in own.resolve({}).conditions] == ["status: 404", "time: less than 1s"]


@pytest.mark.parametrize(
    "defaults, own, expected",
    [
        pytest.param("auth: {bearer: abcdef}", "headers: {authorization: Own x}", "Own x", id="a header beats auth"),
        pytest.param("headers: {Authorization: Own x}", "auth: {bearer: abcdef}", "Bearer abcdef", id="auth beats it"),
        pytest.param("headers: {Authorization: Own x}", "auth: null", None, id="nobody"),
    ],
)
def test_who_asks_is_said_by_the_check_before_the_defaults(checks, defaults, own, expected):
    (check,) = checks(f"defaults: {{{defaults}}}\nchecks: [{{name: a, url: 'http://127.0.0.1/', {own}}}]")
    assert {name.lower(): value for name, value in headers(check).items()}.get("authorization") == expected


def test_defaults_of_http_do_not_concern_other_kinds(checks):
    (check,) = checks(
        """
        defaults: {headers: {X-A: b}, auth: {bearer: abcdef}, expect: {status: 200, time: {lt: 1s}}}
        checks: [{name: port, url: "tcp://127.0.0.1:1"}]
        """
    )
    ready = check.resolve({})
    assert (ready.call, ready.request) == (None, "")
    assert [str(one) for one in ready.conditions] == ["time: less than 1s"]


@pytest.mark.parametrize(
    "url, kind",
    [
        ("tcp://127.0.0.1:1", "tcp"),
        ("tls://127.0.0.1", "tls"),
        ("dns://localhost", "dns"),
        ("file:/tmp", "file"),
        ("exec:true", "exec"),
        ("redis://127.0.0.1", "redis"),
        ("grpc://127.0.0.1:1/s", "grpc"),
        ("unix:/run/x", "unix"),
    ],
)
def test_all_kinds_of_targets(checks, url, kind):
    (check,) = checks(f"checks: [{{name: a, url: '{url}'}}]")
    assert (check.kind, check.url, check.resolve({}).target.name) == (kind, url, "a")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "http://127.0.0.1/",
        "http://127.0.0.1:8080/a/b.html",
        "https://example.com/a//b/",
        "http://[::1]:8080/a",
        "http://127.0.0.1/a?b=c",
        "http://127.0.0.1/a?key=c&b=d",
        "http://127.0.0.1/?b=c/d&e",
        "http://127.0.0.1?b=c",
        "http://127.0.0.1/a?",
        "http://127.0.0.1/a?b=c#d",
        "HTTP://127.0.0.1/a",
        "http://Example.com:80/~a_b-c",
        "http://user:pass@127.0.0.1/a",
        "http://127.0.0.1/%20",
    ],
)
def test_a_url_is_the_same_target_as_on_a_command_line(checks, url):
    first, second = checks(f"checks: [{{name: a, url: '{url}'}}, {{name: b, url: '{url}'}}]")
    assert first.resolve({}).target == parse_target(url, name="a")
    assert second.resolve({}).target == parse_target(url, name="b")
    assert first.url == first.resolve({}).line.url == parse_target(url).shown


class TestVariables:
    def test_where_they_come_from(self, suites):
        (suite,) = suites(
            {
                "suite.yaml": """
                version: 1
                name: ${stage}-api
                vars:
                  stage: dev
                  host: "${env:HOST:-127.0.0.1}"
                  base: http://${host}:${port}/${stage}
                  port: 1
                checks: [{name: "up at ${port}", url: "${base}/up", headers: {X-File: "${file:data/x}"}}]
                """,
                "data/x": "from a file\n",
            },
            variables={"port": "8080"},
            HOST="localhost",
        )
        (check,) = suite.checks
        assert (suite.name, check.name, check.url) == ("dev-api", "up at 8080", "http://localhost:8080/dev/up")
        assert headers(check) == {"X-File": "from a file"}

    def test_types_are_kept_where_a_plain_value_is_one_whole_name(self, checks):
        (check,) = checks(
            """
            vars: {n: 5, text: "5", list: [1, 2], map: {a: true}, version: 1.10}
            checks:
              - name: a
                url: http://127.0.0.1/
                json:
                  n: ${n}
                  quoted: "${n}"
                  text: ${text}
                  list: ${list}
                  map: ${map}
                  version: v${version}
                  item: ${list.1}
                expect:
                  json.$.n: ${n}
                  json.$.items: {length: {ge: "${n}"}}
            """
        )
        assert json.loads(body(check)) == {
            "n": 5, "quoted": "5", "text": "5", "list": [1, 2], "map": {"a": True}, "version": "v1.10", "item": 2,
        }  # fmt: skip
        assert [str(one) for one in check.resolve({}).conditions] == [
            "json.$.n: 5", "json.$.items: length at least 5",
        ]  # fmt: skip

    def test_a_variable_of_the_command_line_is_read_as_yaml(self, checks):
        (check,) = checks(
            "vars: {n: null, t: x}\nchecks: [{name: a, url: 'http://127.0.0.1/', json: {n: '${n}'}, timeout: '${t}'}]",
            variables={"n": "12", "t": "3s"},
        )
        assert (json.loads(body(check)), check.timeout_s) == ({"n": "12"}, 3.0)

    def test_an_unknown_variable_of_the_command_line(self, checks):
        with pytest.raises(SuiteError, match=r'^--var bsae: no suite has this variable; did you mean "base"'):
            checks("vars: {base: x}\nchecks: [{name: a, url: 'http://127.0.0.1/'}]", variables={"bsae": "y"})

    def test_a_reference_that_is_none(self, checks):
        (check,) = checks("checks: [{name: a, url: 'http://127.0.0.1/', body: '$${x} costs $5'}]")
        assert body(check) == b"${x} costs $5"


class TestCaptures:
    TEXT = """
    checks:
      - name: login
        url: http://127.0.0.1/login
        capture: {token: {json: $.token}, user: {json: $.user}, n: {json: $.n}}
      - name: my orders
        url: http://127.0.0.1/users/${login.user.id}/orders
        query: {n: "${login.n}"}
        headers: {X-Token: "${login.token}"}
        json:
          user: ${login.user}
          n: ${login.n}
          text: n is ${login.n}
        expect:
          json.$.n: ${login.n}
          json.$.items: {length: {ge: "${login.n}"}}
          json.$.token: ${login.token}
    """
    VALUES: ClassVar[dict[tuple[int, str], object]] = {
        (0, "token"): "s3cr3t",
        (0, "user"): {"id": 7, "tags": ["a"]},
        (0, "n"): 3,
    }

    def test_they_are_put_in_with_their_types(self, checks):
        _, check = checks(self.TEXT)
        assert check.needs == (0,)
        assert check.url == "http://127.0.0.1/users/${login.user.id}/orders?n=${login.n}"
        ready = check.resolve(self.VALUES)
        assert ready.target.url == "http://127.0.0.1/users/7/orders?n=3"
        assert json.loads(ready.call.body) == {"user": {"id": 7, "tags": ["a"]}, "n": 3, "text": "n is 3"}
        assert [str(one) for one in ready.conditions] == [
            "json.$.n: 3", "json.$.items: length at least 3", "json.$.token",
        ]  # fmt: skip

    def test_what_is_secret_is_not_shown(self, checks):
        _, check = checks(self.TEXT)
        ready = check.resolve(self.VALUES)
        assert dict(ready.call.headers)["X-Token"] == "s3cr3t"
        assert "s3cr3t" not in ready.request
        assert "-H 'X-Token: ${login.token}'" in ready.request
        assert "s3cr3t" in ready.secrets

    def test_one_that_is_missing(self, checks):
        _, check = checks(self.TEXT)
        with pytest.raises(Unresolved, match=r"^login\.user was not captured$"):
            check.resolve({})

    @pytest.mark.parametrize(
        "user, words",
        [
            pytest.param({"name": "x"}, "login.user has no 'id'", id="no such key"),
            pytest.param(None, "login.user is a single value, which has no 'id'", id="null"),
            pytest.param({"id": None}, "${login.user.id} is nothing, which cannot be part of a text", id="null below"),
            pytest.param({"id": [1]}, "${login.user.id} is a list, which cannot be part of a text", id="a list"),
            pytest.param({"id": "a b"}, "'http://127.0.0.1/users/a b/orders?n=3' contains a space", id="no url"),
        ],
    )
    def test_one_that_cannot_stand_there(self, checks, user, words):
        _, check = checks(self.TEXT)
        with pytest.raises(Exception) as caught:
            check.resolve({**self.VALUES, (0, "user"): user})
        assert words in str(caught.value)

    @pytest.mark.parametrize(
        "keys, value, words",
        [
            pytest.param("url: ${a.x}", ["b"], "a url is text, not a list or a map", id="a list as a url"),
            pytest.param("headers: {X-A: '${a.x}'}", {}, "the header X-A is text", id="a map as a header"),
            pytest.param("headers: {X-A: '${a.x}'}", "b\r\nX-B: c", "contains a line break", id="two headers"),
            pytest.param("body: ${a.x}", [1], "a body is text; what is to be sent as JSON", id="a list as a body"),
            pytest.param("auth: {bearer: '${a.x}'}", None, "is nothing, which cannot be part of a text", id="no token"),
            pytest.param("auth: {bearer: '${a.x}'}", "", "a secret is empty", id="an empty token"),
            pytest.param("auth: {bearer: '${a.x}'}", ["b"], "expected text", id="a list as a token"),
            pytest.param("auth: {bearer: '${a.x}'}", "b\nc", "a secret has one line", id="a token of two lines"),
            pytest.param("json: {a: '${a.x}'}", float("inf"), None, id="any text in quotes"),
            pytest.param("expect: {time: {lt: '${a.x}'}}", "soon", "'soon' is not a duration", id="no duration"),
            pytest.param("expect: {status: '${a.x}'}", [200], "write {in: [...]}", id="a list as a status"),
        ],
    )
    def test_one_of_another_type(self, checks, keys, value, words):
        url = "" if keys.startswith("url") else "url: http://127.0.0.1/\n    "
        capturing = "{name: a, url: 'http://127.0.0.1/', capture: {x: {json: $.x}}}"
        _, check = checks(f"checks:\n  - {capturing}\n  - name: b\n    {url}{keys}")
        if words is None:
            check.resolve({(0, "x"): value})
            return
        with pytest.raises(UsageError) as caught:
            check.resolve({(0, "x"): value})
        assert words in str(caught.value)

    def test_a_check_with_dots_and_spaces_in_its_name(self, checks):
        _, check = checks(
            """
            checks:
              - {name: v1.2 up, url: "http://127.0.0.1/", capture: {id: {json: $.id}}}
              - {name: b, url: "http://127.0.0.1/${v1.2 up.id}"}
            """
        )
        assert check.resolve({(0, "id"): "x"}).target.url == "http://127.0.0.1/x"

    def test_the_whole_url_may_be_captured(self, checks):
        _, check = checks(
            """
            checks:
              - {name: a, url: "http://127.0.0.1/", capture: {next: {header: Location}}}
              - {name: b, url: "${a.next}", method: DELETE, always: true}
            """
        )
        assert (check.kind, check.url) == ("http", "${a.next}")
        assert check.resolve({(0, "next"): "http://127.0.0.1/x"}).target.shown == "http://127.0.0.1/x"

    def test_a_variable_may_hold_one(self, checks):
        _, check = checks(
            """
            vars: {header: "Token ${a.token}"}
            checks:
              - {name: a, url: "http://127.0.0.1/", capture: {token: {json: $.t}}}
              - {name: b, url: "http://127.0.0.1/", headers: {Authorization: "${header}"}}
            """
        )
        assert check.needs == (0,)
        assert headers(check, {(0, "token"): "x"}) == {"Authorization": "Token x"}

    def test_a_default_may_hold_one_of_another_file(self, suites):
        _, api = suites(
            {
                "api.yaml": """
                version: 1
                include: [login.yaml]
                defaults: {auth: {bearer: "${login.token}"}}
                checks: [{name: a, url: "http://127.0.0.1/"}]
                """,
                "login.yaml": """
                version: 1
                checks: [{name: login, url: "http://127.0.0.1/", capture: {token: {json: $.t}}}]
                """,
            }
        )
        (check,) = api.checks
        assert (check.index, check.needs) == (1, (0,))
        assert headers(check, {(0, "token"): "x"}) == {"Authorization": "Bearer x"}


class TestMatrix:
    def test_one_check_for_each_combination(self, checks):
        found = checks(
            """
            checks:
              - name: up
                url: http://${region}.test/${tier}
                matrix: {region: [eu, us], tier: [1, 2]}
                capture: {id: {json: $.id}}
              - {name: after, url: "http://127.0.0.1/", needs: [up]}
              - {name: one, url: "http://127.0.0.1/", needs: ["up (region=us, tier=1)"]}
              - name: by id
                url: http://127.0.0.1/${up.id}
                matrix: {region: [eu, us], tier: [1, 2]}
            """
        )
        assert [(check.name, check.base, check.url) for check in found[:4]] == [
            ("up (region=eu, tier=1)", "up", "http://eu.test/1"),
            ("up (region=eu, tier=2)", "up", "http://eu.test/2"),
            ("up (region=us, tier=1)", "up", "http://us.test/1"),
            ("up (region=us, tier=2)", "up", "http://us.test/2"),
        ]
        assert [check.needs for check in found[4:]] == [(0, 1, 2, 3), (2,), (0,), (1,), (2,), (3,)]

    def test_a_name_that_says_it_itself(self, checks):
        found = checks("checks: [{name: 'up in ${r}', url: 'http://${r}.test/', matrix: {r: [eu, us]}}]")
        assert [check.name for check in found] == ["up in eu", "up in us"]

    def test_a_key_hides_a_variable(self, checks):
        found = checks("vars: {r: x}\nchecks: [{name: up, url: 'http://${r}.test/', matrix: {r: [eu, us]}}]")
        assert [check.url for check in found] == ["http://eu.test/", "http://us.test/"]

    def test_its_values_may_be_a_variable(self, checks):
        found = checks("vars: {rs: [1, 2]}\nchecks:\n- name: up\n  url: http://h${r}/\n  matrix:\n    r: ${rs}")
        assert [check.name for check in found] == ["up (r=1)", "up (r=2)"]


class TestForeach:
    def test_over_a_list(self, checks):
        found = checks(
            """
            checks:
              - {name: get, url: "http://127.0.0.1/${item}", foreach: [a, 2]}
              - {name: user, url: "http://127.0.0.1/${item.id}", foreach: [{id: 1}, {id: 2}]}
              - {name: in, url: "http://${r}.test/${item}", foreach: [a], matrix: {r: [eu, us]}}
            """
        )
        assert [(check.name, check.url) for check in found] == [
            ("get (a)", "http://127.0.0.1/a"),
            ("get (2)", "http://127.0.0.1/2"),
            ("user (#1)", "http://127.0.0.1/1"),
            ("user (#2)", "http://127.0.0.1/2"),
            ("in (r=eu, a)", "http://eu.test/a"),
            ("in (r=us, a)", "http://us.test/a"),
        ]

    TEXT = """
    checks:
      - {name: list, url: "http://127.0.0.1/", capture: {items: {json: $.items}, n: {json: $.n}}}
      - name: get
        url: http://127.0.0.1/${item.id}
        foreach: ${list.items}
        json:
          whole: ${item}
          n: ${list.n}
        expect: {json.$.id: "${item.id}"}
        capture: {x: {json: $.x}}
      - {name: after, url: "http://127.0.0.1/", needs: [get]}
    """

    def test_over_a_captured_list(self, checks):
        _, check, after = checks(self.TEXT)
        assert (check.listed, check.needs, check.url) == (True, (0,), "http://127.0.0.1/${item.id}")
        assert after.needs == (1,)
        values = {(0, "items"): [{"id": 7}, {"id": "x"}], (0, "n"): 2}
        found = check.expand(values, 3)
        assert [(one.index, one.name, one.url, one.origin, one.listed) for one in found] == [
            (3, "get (#1)", "http://127.0.0.1/7", 1, False),
            (4, "get (#2)", "http://127.0.0.1/x", 1, False),
        ]
        ready = found[1].resolve(values)
        assert (ready.target.url, ready.target.name) == ("http://127.0.0.1/x", "get (#2)")
        assert json.loads(ready.call.body) == {"whole": {"id": "x"}, "n": 2}
        assert [str(one) for one in ready.conditions] == ['json.$.id: "x"']

    def test_of_nothing(self, checks):
        assert checks(self.TEXT)[1].expand({(0, "items"): [], (0, "n"): 1}, 3) == ()

    @pytest.mark.parametrize(
        "values, words",
        [
            pytest.param({(0, "n"): 1}, "list.items was not captured", id="missing"),
            pytest.param({(0, "items"): {"a": 1}, (0, "n"): 1}, "${list.items} is no list", id="an object"),
            pytest.param({(0, "items"): None, (0, "n"): 1}, "${list.items} is no list", id="null"),
        ],
    )
    def test_of_no_list(self, checks, values, words):
        with pytest.raises(Unresolved) as caught:
            checks(self.TEXT)[1].expand(values, 3)
        assert str(caught.value).startswith(words)

    def test_names_of_items(self, checks):
        _, check = checks(
            """
            checks:
              - {name: list, url: "http://127.0.0.1/", capture: {items: {json: $.items}}}
              - {name: "get ${item.id}", url: "http://127.0.0.1/", foreach: "${list.items}"}
            """
        )
        assert check.name == "get ${item.id}"
        found = check.expand({(0, "items"): [{"id": 1}, {"id": 2}]}, 2)
        assert [one.name for one in found] == ["get 1", "get 2"]

    def test_items_that_are_alike_or_long_are_counted(self, checks):
        _, check = checks(
            """
            checks:
              - {name: list, url: "http://127.0.0.1/", capture: {items: {json: $.items}}}
              - {name: get, url: "http://127.0.0.1/", foreach: "${list.items}", matrix: {r: [eu]}}
            """
        )
        assert [one.name for one in check.expand({(0, "items"): ["a", "b"]}, 2)] == ["get (r=eu, a)", "get (r=eu, b)"]
        assert [one.name for one in check.expand({(0, "items"): ["a", "a"]}, 2)] == ["get (r=eu, #1)", "get (r=eu, #2)"]
        assert [one.name for one in check.expand({(0, "items"): ["a" * 99]}, 2)] == ["get (r=eu, #1)"]


class TestProfiles:
    PROFILE = Profile(
        "staging",
        "http://staging.test/api",
        {"X-Team": "core", "X-Api-Key": "k3y-value"},
        Bearer(SecretSource(Origin.ENV, "TOKEN")),
        NetworkSettings(insecure=True),
    )

    def test_its_url_headers_and_credential(self, checks):
        here, elsewhere, own = checks(
            """
            defaults: {profile: staging}
            checks:
              - {name: a, url: /up?x=1}
              - {name: b, url: "http://127.0.0.1/"}
              - {name: c, url: /up, headers: {x-team: own}, auth: {bearer: abcdef}}
            """,
            profiles={"staging": self.PROFILE},
        )
        ready = here.resolve({})
        assert (here.profile, ready.target.url) == ("staging", "http://staging.test/api/up?x=1")
        assert dict(ready.call.headers) == {"X-Team": "core", "X-Api-Key": "k3y-value"}
        assert ready.credential == self.PROFILE.credential
        assert ready.request == "wherry request GET 'http://staging.test/api/up?x=1' --profile staging"
        assert ready.secrets == ("k3y-value",)
        ready = elsewhere.resolve({})
        assert (dict(ready.call.headers), ready.credential) == ({"X-Team": "core"}, None)
        ready = own.resolve({})
        assert ready.credential is None
        assert dict(ready.call.headers) == {
            "x-team": "own", "X-Api-Key": "k3y-value", "Authorization": "Bearer abcdef",
        }  # fmt: skip

    def test_that_of_the_command_line(self, checks):
        (check,) = checks("checks: [{name: a, url: /up}]", profiles={"staging": self.PROFILE}, profile="staging")
        # The command's own profile is what None stands for.
        assert check.profile is None

    def test_a_check_that_is_nobodys(self, checks):
        (check,) = checks(
            "checks: [{name: a, url: /up, profile: staging, auth: null}]", profiles={"staging": self.PROFILE}
        )
        assert check.resolve({}).credential is None


class TestSecrets:
    def test_all_of_a_suite(self, suites):
        (suite,) = suites(
            {
                "suite.yaml": """
                version: 1
                vars: {password: "${env:PASS}", name: ci}
                checks:
                  - name: a
                    url: http://app:pass-word@127.0.0.1/?key=${password}
                    headers: {X-Api-Key: in-a-header, X-A: "${env:MY_TOKEN}"}
                    json: {user: "${name}", password: "${password}", nested: [{secret: in-json}]}
                  - {name: b, url: "http://127.0.0.1/", auth: {basic: {user: u, password: in-auth}}}
                  - {name: c, url: "http://127.0.0.1/", form: {token: in-form, a: b}}
                """
            },
            PASS="in-env", MY_TOKEN="in-token",
        )  # fmt: skip
        hidden = {"pass-word", "in-env", "in-a-header", "in-json", "in-auth", "in-form", "in-token"}
        assert hidden | {"dTppbi1hdXRo"} == set(suite.secrets)
        for check in suite.checks:
            ready = check.resolve({})
            said = f"{check.url} {ready.request} {ready.target.shown} {ready.target.name}"
            assert not [secret for secret in suite.secrets if secret in said]

    def test_one_in_a_name_or_in_a_list_is_known_too(self, suites):
        (suite,) = suites(
            {
                "suite.yaml": """
                version: 1
                vars: {tokens: [first-one, second-one]}
                include: [vars.yaml]
                checks: [{name: "a ${tokens.1} ${password}", url: "http://127.0.0.1/", tags: ["${env:MY_TOKEN}"]}]
                """,
                "vars.yaml": "version: 1\nvars: {password: of-a-file}",
            },
            MY_TOKEN="in-a-tag",
        )
        assert set(suite.secrets) == {"first-one", "second-one", "in-a-tag", "of-a-file"}

    def test_the_line_shows_where_they_come_from(self, checks):
        (check,) = checks(
            """
            checks:
              - name: a
                url: http://127.0.0.1/
                headers: {X-Api-Key: abcdef, X-B: "${env:MY_TOKEN}"}
                json: {password: "${env:PASSWORD}", pin: 1}
            """,
            MY_TOKEN="in-token", PASSWORD="pw-of-env",
        )  # fmt: skip
        assert check.resolve({}).request == (
            "wherry request POST http://127.0.0.1/ -H 'X-Api-Key: ***' -H 'X-B: ${env:MY_TOKEN}' "
            """--json '{"password":"${env:PASSWORD}","pin":1}'"""
        )

    def test_the_line_shows_nothing_that_is_expected_of_a_secret(self, checks):
        (check,) = checks(
            """
            checks:
              - name: a
                url: http://127.0.0.1/
                expect:
                  json.$.token: {matches: "^s3cr3t", length: {ge: 8}, in: [abcdef, "$${x}"]}
                  header.authorization: abcdef
            """
        )
        assert check.resolve({}).request == (
            "wherry request GET http://127.0.0.1/ "
            """--expect 'json.$.token={matches: "***", length: {ge: 8}, in: ["***", "***"]}' """
            """--expect 'header.authorization="***"'"""
        )

    def test_a_fault_shows_none(self, checks):
        with pytest.raises(SuiteError) as caught:
            checks("checks: [{name: a, url: 'http://h:1${env:MY_TOKEN}/'}]", MY_TOKEN="s3cr3t")
        assert "s3cr3t" not in str(caught.value)


def test_the_schema_says_the_same_as_the_loader():
    schema = schema_of(SuiteFile)
    jsonschema.Draft202012Validator.check_schema(schema)
    good = """
    version: 1
    vars: {base: x, n: null, list: [1]}
    defaults: {timeout: 5s, retry: 2, headers: {a: b}, auth: {bearer: x}, expect: {status: 200}, tags: [a]}
    include: [a.yaml, {file: b.yaml, vars: {x: 1}}]
    checks:
      - name: a
        url: http://127.0.0.1/
        query: {a: [1, 2], b: c}
        json: {a: [1]}
        auth: null
        retry: {attempts: 2, base: 1s}
        foreach: "${a.b}"
        matrix: {a: [1, b, true]}
        capture: {a: {json: $.a, secret: true}}
        body: {file: x}
    """
    jsonschema.validate(plain(load_yaml(good, source="")), schema)
    for bad in ("{expct: {}}", "{timeout: []}", "{matrix: {a: []}}", "{capture: {a: {xpath: b}}}", "{severity: bad}"):
        with pytest.raises(jsonschema.ValidationError):
            check = {"name": "a", "url": "tcp://127.0.0.1:1", **plain(load_yaml(bad, source=""))}
            jsonschema.validate({"version": 1, "checks": [check]}, schema)
