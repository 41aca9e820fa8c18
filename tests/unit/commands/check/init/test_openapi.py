"""What an OpenAPI document becomes."""

from __future__ import annotations

import pytest

from wherry.commands.check.init.openapi import draft, parse
from wherry.errors import UsageError

OK = {"200": {"description": "ok"}}


def document(operation=None, *, method="get", path="/boats", **more):
    operation = {"responses": OK} | (operation or {})
    return {"openapi": "3.1.0", "info": {"title": "Boats"}, "paths": {path: {method: operation}}, **more}


def drafted(*args, **more):
    return draft(document(*args, **more), "api.json")


def check(*args, **more):
    (found,) = drafted(*args, **more).checks
    return found


def conditions(*args, **more):
    return {one.subject: one.value for one in check(*args, **more).expect}


def answering(schema, **more):
    """The members that are expected of an answer with ``schema``."""
    content = {"application/json": {"schema": schema}}
    found = conditions({"responses": {"200": {"description": "ok", "content": content}}}, **more)
    return [subject.removeprefix("json.$.") for subject in found if subject.startswith("json")]


def needing(*parameters, **more):
    return check({"parameters": list(parameters)}, **more)


def of_components(**more):
    return {"components": more}


@pytest.mark.parametrize(
    "version",
    [
        pytest.param("3.0.0", id="3.0"),
        pytest.param("3.1.1", id="3.1"),
        pytest.param("3.2.0", id="3.2"),
        pytest.param(3.1, id="a number, without quotes"),
    ],
)
def test_versions(version):
    assert len(draft(document() | {"openapi": version}, "api.json").checks) == 1


@pytest.mark.parametrize(
    "root, message",
    [
        pytest.param({"swagger": "2.0"}, "api.json is Swagger 2.0, which is not read", id="swagger"),
        pytest.param({"openapi": "4.0.0"}, 'api.json is OpenAPI "4.0.0"; 3.0, 3.1 and 3.2 are read', id="version 4"),
        pytest.param({"openapi": "3.10.0"}, 'is OpenAPI "3.10.0"', id="version 3.10"),
        pytest.param({"paths": {}}, "api.json is no OpenAPI document: it has no key openapi", id="another"),
        pytest.param([], "api.json is no OpenAPI document", id="a list"),
        pytest.param({"openapi": "3.1.0"}, "api.json: no operation can be checked", id="no paths"),
        pytest.param(
            {"openapi": "3.1.0", "paths": []}, r"api.json: paths: expected a map, got \[\]", id="a wrong type"
        ),
        pytest.param(document({"tags": "a"}), r"paths./boats.get: expected a list, got \"a\"", id="a wrong type below"),
    ],
)
def test_what_is_refused(root, message):
    with pytest.raises(UsageError, match=message):
        draft(root, "api.json")


@pytest.mark.parametrize(
    "reference, message",
    [
        pytest.param("boats.yaml#/Boat", "paths./boats: .boats.yaml#/Boat. is in another document", id="a file"),
        pytest.param("https://a.example/b", "is in another document", id="a URL"),
        pytest.param("#/components/no", "there is nothing at .#/components/no", id="nothing"),
        pytest.param("#boat", "there is nothing at .#boat", id="an anchor"),
        pytest.param("#/components/x", "the reference .#/components/y. leads to itself", id="a circle"),
    ],
)
def test_references_that_cannot_be_followed(reference, message):
    root = document() | {"components": {"x": {"$ref": "#/components/y"}, "y": {"$ref": "#/components/x"}}}
    root["paths"]["/boats"] = {"$ref": reference}
    if reference == "#/components/x":
        message = message.replace("y", "[xy]")
    with pytest.raises(UsageError, match=message):
        draft(root, "api.json")


def test_a_reference_with_escapes_and_positions():
    root = document() | {"x": {"a/b~c d": [{"get": {"operationId": "far", "responses": OK}}]}}
    root["paths"]["/boats"] = {"$ref": "#/x/a~1b~0c%20d/0"}
    assert draft(root, "api.json").checks[0].name == "far"


@pytest.mark.parametrize(
    "servers, url, base",
    [
        pytest.param(["https://a.example/v1/"], "", "${env:BASE_URL:-https://a.example/v1}", id="absolute"),
        pytest.param(["/v1"], "https://a.example/api/doc.json", "${env:BASE_URL:-https://a.example/v1}", id="relative"),
        pytest.param(["/v1"], "", "${env:BASE_URL}", id="relative to a file"),
        pytest.param([], "http://a.example:81/x", "${env:BASE_URL:-http://a.example:81}", id="none"),
        pytest.param(["https://ann:pw@a.example"], "", "${env:BASE_URL:-https://a.example}", id="a password"),
        pytest.param(["https://{x}.a.example"], "", "${env:BASE_URL}", id="a variable without a default"),
        pytest.param(["ws://a.example"], "", "${env:BASE_URL}", id="no http"),
        pytest.param(["https://a.example:port"], "", "${env:BASE_URL}", id="no port"),
    ],
)
def test_servers(servers, url, base):
    root = document(servers=[{"url": server} for server in servers])
    assert draft(root, "api.json", document_url=url).base == base


def test_variables_of_a_server():
    server = {"url": "https://{region}.a.example/{v}", "variables": {"region": {"default": "eu"}, "v": {"default": 2}}}
    assert drafted(servers=[server]).base == "${env:BASE_URL:-https://eu.a.example/2}"


def test_names_are_different():
    root = document()
    root["paths"]["/quays"] = {"get": {"operationId": "list", "responses": OK}, "head": {"responses": OK}}
    root["paths"]["/ports"] = {"get": {"operationId": "list", "responses": OK}}
    checks = draft(root, "api.json").checks
    assert [(one.name, one.method) for one in checks] == [
        ("GET /boats", "GET"),
        ("list", "GET"),
        ("HEAD /quays", "HEAD"),
        ("list (2)", "GET"),
    ]


def test_tags_are_words():
    assert check({"tags": ["boats", "all, boats", "boats", "${x}", "", 7]}).tags == ("boats", "all-boats", "$${x}")


@pytest.mark.parametrize(
    "responses, status",
    [
        pytest.param({"200": {}, "404": {}}, 200, id="one"),
        pytest.param({"204": {}, "200": {}}, {"in": [200, 204]}, id="two"),
        pytest.param({"2XX": {}}, "2xx", id="a class"),
        pytest.param({"default": {}}, "2xx", id="anything"),
        pytest.param({"302": {}, "404": {}}, 302, id="a redirect"),
        pytest.param({"404": {}}, "2xx", id="only what is wrong"),
    ],
)
def test_status(responses, status):
    assert conditions({"responses": responses})["status"] == status


@pytest.mark.parametrize(
    "media, type_, accept",
    [
        pytest.param(["application/json"], "json", {}, id="json"),
        pytest.param(["application/problem+json; v=1"], None, {}, id="parameters"),
        pytest.param(["application/hal+json"], "json", {}, id="a kind of json"),
        pytest.param(["text/csv", "application/json"], "json", {"Accept": "application/json"}, id="json among others"),
        pytest.param(["Text/CSV"], "text/csv", {}, id="another"),
        pytest.param(["text/*"], None, {}, id="a range"),
        pytest.param(["text/csv", "text/html"], None, {}, id="two others"),
        pytest.param([], None, {}, id="none"),
    ],
)
def test_types(media, type_, accept):
    operation = {"responses": {"200": {"content": {name: {} for name in media}}}}
    expected = {"contains": type_} if type_ else None
    assert conditions(operation).get("header.content-type") == expected
    assert check(operation).headers == accept


PAGE = {"type": "object", "required": ["total"]}


@pytest.mark.parametrize(
    "schema, members",
    [
        pytest.param(PAGE, ["total"], id="required"),
        pytest.param({"required": ["a", 7, "x" * 61]}, ["a"], id="without a type"),
        pytest.param({"type": "array", "items": PAGE}, [], id="a list"),
        pytest.param(PAGE | {"nullable": True}, [], id="perhaps null, in 3.0"),
        pytest.param(PAGE | {"type": ["object", "null"]}, [], id="perhaps null, in 3.1"),
        pytest.param(PAGE | {"type": ["object"]}, ["total"], id="a list of types"),
        pytest.param({"required": ["a"], "properties": {"a": {"writeOnly": True}}}, [], id="only sent"),
        pytest.param({"allOf": [PAGE, {"required": ["a", "total"]}]}, ["total", "a"], id="all of several"),
        pytest.param({"oneOf": [PAGE, {"required": ["a", "total"]}]}, ["total"], id="one of several"),
        pytest.param({"anyOf": [PAGE, {"type": "string"}]}, [], id="any of several"),
        pytest.param({"$ref": "#/components/schemas/Tree"}, ["name"], id="a circle"),
        pytest.param({"$ref": "#/components/schemas/Wide"}, [], id="a circle that grows"),
        pytest.param(True, [], id="anything"),
    ],
)
def test_members(schema, members):
    tree = {"required": ["name"], "allOf": [{"$ref": "#/components/schemas/Tree"}]}
    wide = {"allOf": [{"$ref": "#/components/schemas/Wide"}] * 3}
    assert answering(schema, components={"schemas": {"Tree": tree, "Wide": wide}}) == members


def test_an_answer_to_head_has_no_members():
    content = {"application/json": {"schema": PAGE}}
    found = conditions({"responses": {"200": {"content": content}}}, method="head")
    assert found == {"status": 200, "header.content-type": {"contains": "json"}}


@pytest.mark.parametrize(
    "given, url",
    [
        pytest.param({"example": "north side"}, "${base}/quays/north%20side/plan", id="example"),
        pytest.param({"examples": {"a": {"value": 7}}}, "${base}/quays/7/plan", id="examples"),
        pytest.param({"schema": {"default": True}}, "${base}/quays/true/plan", id="default"),
        pytest.param({"schema": {"examples": ["a"]}}, "${base}/quays/a/plan", id="examples of a schema"),
        pytest.param({"schema": {"enum": ["b", "c"]}}, "${base}/quays/b/plan", id="enum"),
        pytest.param({"schema": {"const": "d"}}, "${base}/quays/d/plan", id="const"),
        pytest.param({"schema": {"allOf": [{}, {"default": "e"}]}}, "${base}/quays/e/plan", id="below allOf"),
        pytest.param({"example": "${env:HOME}"}, "${base}/quays/%24%7Benv%3AHOME%7D/plan", id="an expression"),
    ],
)
def test_values_in_the_path(given, url):
    assert needing({"name": "quay", "in": "path", **given}, path="/quays/{quay}/plan").url == url


@pytest.mark.parametrize(
    "given, query",
    [
        pytest.param({"required": True, "example": 5}, {"q": 5}, id="number"),
        pytest.param({"required": True, "example": "${x}"}, {"q": "$${x}"}, id="an expression"),
        pytest.param({"required": True, "example": [1, "b"]}, {"q": ["1", "b"]}, id="list"),
        pytest.param({"required": True, "example": [1, 2], "explode": False}, {"q": "1,2"}, id="list in one field"),
        pytest.param({"example": 5}, {}, id="not required"),
        pytest.param({"name": "api_key", "required": True}, {"api_key": "${env:API_KEY}"}, id="secret"),
    ],
)
def test_values_in_the_query(given, query):
    assert needing({"name": "q", "in": "query", **given}).query == query


@pytest.mark.parametrize(
    "given, headers",
    [
        pytest.param({"name": "X-Team", "example": "core"}, {"X-Team": "core"}, id="value"),
        pytest.param({"name": "X-Token"}, {"X-Token": "${env:X_TOKEN}"}, id="secret"),
        pytest.param({"name": "Accept"}, {}, id="a name that does not count"),
        pytest.param({"name": "sid", "in": "cookie"}, {"Cookie": "sid=${env:SID}"}, id="cookie"),
    ],
)
def test_values_in_headers(given, headers):
    assert needing({"in": "header", "required": True, **given}).headers == headers


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"in": "path", "name": "id"}, id="path"),
        pytest.param({"in": "path", "name": "id", "example": {"a": 1}}, id="an object in the path"),
        pytest.param({"in": "query", "name": "id"}, id="query"),
        pytest.param({"in": "query", "name": "id", "style": "deepObject", "example": "a"}, id="another style"),
        pytest.param({"in": "query", "name": "id", "content": {}, "example": "a"}, id="content"),
        pytest.param({"in": "query", "name": "id", "example": [[1]]}, id="lists of lists"),
        pytest.param({"in": "header", "name": "id", "example": "a\nb"}, id="a line end in a header"),
        pytest.param({"in": "header", "name": "i d", "example": "a"}, id="no name of a header"),
    ],
)
def test_what_has_no_value_is_left_out_and_counted(given):
    root = document()
    root["paths"]["/x/{id}"] = {
        "parameters": [{"in": "path", "name": "id", "example": 1}],
        "get": {"operationId": "lacking", "parameters": [{"required": True, **given}], "responses": OK},
    }
    found = draft(root, "api.json")
    name = given["name"]
    assert [one.name for one in found.checks] == ["GET /boats"]
    assert found.outro == (f"Left out as the document gives no value for what they need: lacking ({name}).",)


def test_of_many_that_lack_a_value_ten_are_named():
    paths = {f"/{at}/{{id}}": {"get": {"operationId": f"get{at}", "responses": OK}} for at in range(12)}
    root = document()
    root["paths"] |= paths
    (words,) = draft(root, "api.json").outro
    assert words.endswith("get9 (id) and 2 more.")


def test_a_path_whose_parameter_nothing_describes():
    with pytest.raises(UsageError, match="no operation can be checked") as caught:
        drafted(path="/boats/{id}")
    assert caught.value.hint == "left out as the document gives no value for what they need: GET /boats/{id} (id)"


def test_what_may_change_something_is_left_out_and_counted():
    root = document()
    root["paths"]["/boats"] |= {"post": {}, "delete": {}, "options": {}}
    root["paths"]["/quays"] = {"post": {}, "get": {"responses": OK, "servers": [{"url": "/"}]}, "summary": "Quays"}
    found = draft(root, "api.json")
    assert found.outro == (
        "Left out as they are not GET or HEAD: POST 2, DELETE 1, OPTIONS 1.",
        "Left out as they have a server of their own: 1.",
    )
    assert "1 of 6 operations" in found.intro[1]


def test_a_large_document_is_cut_short():
    paths = {f"/{at}": {"get": {"responses": OK}} for at in range(1003)}
    found = draft(document() | {"paths": paths}, "api.json")
    assert len(found.checks) == 1000
    assert found.outro == ("Left out beyond the first 1000 checks: 3.",)


SCHEMES = {
    "bearerAuth": {"type": "http", "scheme": "Bearer"},
    "apiToken": {"type": "http", "scheme": "bearer"},
    "login": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "queryKey": {"type": "apiKey", "in": "query", "name": "api_key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
    "person": {"type": "oauth2", "flows": {"authorizationCode": {"tokenUrl": "https://a.example/t"}}},
    "robot": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t"}}},
    "tls": {"type": "mutualTLS"},
}
ROBOT = {
    "token_url": "https://a.example/t",
    "client_id": "${env:ROBOT_CLIENT_ID}",
    "client_secret": "${env:ROBOT_CLIENT_SECRET}",
}


@pytest.mark.parametrize(
    "ways, auth, headers, query",
    [
        pytest.param([], {}, {}, {}, id="nobody"),
        pytest.param([{"bearerAuth": []}, {}], {}, {}, {}, id="anybody"),
        pytest.param([{"bearerAuth": []}], {"bearer": "${env:BEARER_AUTH_TOKEN}"}, {}, {}, id="bearer"),
        pytest.param([{"apiToken": []}], {"bearer": "${env:API_TOKEN}"}, {}, {}, id="a name that says it"),
        pytest.param(
            [{"login": []}],
            {"basic": {"user": "${env:LOGIN_USER}", "password": "${env:LOGIN_PASSWORD}"}}, {}, {}, id="basic",
        ),
        pytest.param([{"key": []}], {}, {"X-API-Key": "${env:X_API_KEY}"}, {}, id="key in a header"),
        pytest.param([{"queryKey": []}], {}, {}, {"api_key": "${env:API_KEY}"}, id="key in the query"),
        pytest.param([{"session": []}], {}, {"Cookie": "sid=${env:SID}"}, {}, id="cookie"),
        pytest.param([{"oidc": []}], {"bearer": "${env:OIDC_TOKEN}"}, {}, {}, id="OpenID Connect"),
        pytest.param([{"person": []}], {"bearer": "${env:PERSON_TOKEN}"}, {}, {}, id="OAuth 2 of people"),
        pytest.param([{"robot": ["a", "b"]}], {"oauth2": ROBOT | {"scope": "a b"}}, {}, {}, id="OAuth 2 of programs"),
        pytest.param([{"tls": []}], {}, {}, {}, id="a client certificate"),
        pytest.param([{"digest": []}, {"key": []}], {}, {"X-API-Key": "${env:X_API_KEY}"}, {}, id="the known one"),
        pytest.param(
            [{"robot": [], "key": []}], {"oauth2": ROBOT}, {"X-API-Key": "${env:X_API_KEY}"}, {}, id="two together",
        ),
    ],
)  # fmt: skip
def test_who_asks(ways, auth, headers, query):
    found = check(security=ways, components={"securitySchemes": SCHEMES})
    assert (found.auth, found.headers, found.query) == (auth, headers, query)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param({"digest": []}, id="digest"),
        pytest.param({"login": [], "bearerAuth": []}, id="two for one field"),
        pytest.param({"unheard": []}, id="not described"),
    ],
)
def test_who_asks_in_another_way_is_left_out(way):
    root = document(components={"securitySchemes": SCHEMES})
    root["paths"]["/secret"] = {"get": {"security": [way], "responses": OK}}
    assert draft(root, "api.json").outro == ("Left out as they authenticate in a way that no check can: 1.",)


def test_an_operation_may_be_open_where_the_rest_is_not():
    found = check({"security": []}, security=[{"key": []}], components={"securitySchemes": SCHEMES})
    assert found.headers == {}


def test_cookies_add_up():
    parameters = [{"name": "lang", "in": "cookie", "required": True}]
    found = check({"parameters": parameters}, security=[{"session": []}], components={"securitySchemes": SCHEMES})
    assert found.headers == {"Cookie": "lang=${env:LANG}; sid=${env:SID}"}


@pytest.mark.parametrize(
    "data, value",
    [
        pytest.param(b'\xef\xbb\xbf {"a": 1}', {"a": 1}, id="json"),
        pytest.param(b"a: 1\n200: x\n", {"a": 1, "200": "x"}, id="yaml"),
    ],
)
def test_json_and_yaml(data, value):
    assert parse(data, "api") == value


@pytest.mark.parametrize(
    "data, message",
    [
        pytest.param(b"{", "api: not JSON: ", id="json"),
        pytest.param(b"{" * 100_000, "api: ", id="deep json"),
        pytest.param(b"a: 1\na: 2\n", "api: line 2: the key 'a' is given twice", id="yaml"),
    ],
)
def test_what_is_neither(data, message):
    with pytest.raises(UsageError, match=message):
        parse(data, "api")
