"""What one answer becomes."""

from __future__ import annotations

import json

import pytest

from wherry.commands.check.init.endpoint import Answer, draft

DAY = 86400.0


def answer(url="http://api.example/health", body=b"", **more):
    values = {
        "headers_sent": (),
        "status": 200,
        "content_type": "application/json; charset=utf-8",
        "seconds": 0.02,
        "final_url": url,
    }
    return Answer(url=url, body=body, **(values | more))


def check(*args, **more):
    return draft(answer(*args, **more)).checks[0]


def expected(*args, **more):
    return {one.subject: one.value for one in check(*args, **more).expect}


def of_json(document):
    return {
        subject: value for subject, value in expected(body=json.dumps(document).encode()).items() if "json" in subject
    }


def test_what_every_answer_has():
    assert expected() == {
        "status": 200,
        "header.content-type": {"contains": "application/json"},
        "time": {"lt": "1s"},
    }


def test_without_a_type():
    assert "header.content-type" not in expected(content_type="")


@pytest.mark.parametrize(
    "seconds, limit, timeout",
    [
        pytest.param(0.001, "1s", "", id="fast"),
        pytest.param(0.15, "2s", "", id="rounded up"),
        pytest.param(1.0, "10s", "", id="as long as a try may take"),
        pytest.param(2.0, "20s", "20s", id="longer than a try may take"),
    ],
)
def test_the_limit_of_time_is_ten_times_what_it_took(seconds, limit, timeout):
    assert expected(seconds=seconds)["time"] == {"lt": limit}
    assert check(seconds=seconds).timeout == timeout


@pytest.mark.parametrize(
    "left_s, words",
    [pytest.param(30 * DAY, "", id="long"), pytest.param(3 * DAY, "It has 3d left.", id="short")],
)
def test_a_certificate(left_s, words):
    (one,) = [one for one in check(expires_in_s=left_s).expect if one.subject == "cert.expires_in"]
    assert (one.value, one.why) == ({"gt": "14d"}, words)


@pytest.mark.parametrize(
    "document, conditions",
    [
        pytest.param({"status": "UP"}, {"json.$.status": "UP"}, id="healthy"),
        pytest.param({"status": "starting"}, {"json.$.status": {"exists": True}}, id="another word"),
        pytest.param({"items": [1]}, {"json.$.items": {"length": {"ge": 1}}}, id="a list with something in it"),
        pytest.param({"items": []}, {"json.$.items": {"exists": True}}, id="an empty list"),
        pytest.param({"a-b": None}, {"json.$['a-b']": {"exists": True}}, id="a name with a dash"),
        pytest.param({"it's \\": 1}, {"json.$['it\\'s \\\\']": {"exists": True}}, id="a name to be escaped"),
        pytest.param({"error": "x", "errors": [1], "2024-11-01": 1, "deadbeef01": 1}, {}, id="what comes and goes"),
        pytest.param({"x" * 61: 1}, {}, id="a long name"),
        pytest.param([1], {"json.$": {"length": {"ge": 1}}}, id="a list"),
        pytest.param([], {}, id="an empty list at the top"),
        pytest.param(7, {}, id="a number"),
    ],
)
def test_json(document, conditions):
    assert of_json(document) == conditions


def test_ten_members_are_enough():
    assert len(of_json({chr(ord("a") + at): at for at in range(20)})) == 10


def test_what_only_looks_like_json():
    assert not [subject for subject in expected(body=b"{") if subject.startswith("json")]


@pytest.mark.parametrize(
    "final, url",
    [
        pytest.param("http://api.example/up", "${base}/up", id="the same server"),
        pytest.param("http://other.example/up", "http://other.example/up", id="another server"),
        pytest.param("http://api.example.evil/up", "http://api.example.evil/up", id="a name that begins so"),
        pytest.param("http://api.example/up?state=7", None, id="a query, which may be another each time"),
    ],
)
def test_where_redirects_lead(final, url):
    assert expected(final_url=final, redirects=1).get("url") == url


@pytest.mark.parametrize(
    "path, name",
    [
        pytest.param("", "home", id="nothing"),
        pytest.param("/", "home", id="the top"),
        pytest.param("/v1/orders/", "orders", id="the last part"),
        pytest.param("/status.json", "status", id="without its ending"),
        pytest.param("/orders/42", "endpoint", id="a number"),
    ],
)
def test_names(path, name):
    assert check(f"http://api.example{path}").name == name


def test_a_query_stays_in_the_url():
    assert check("http://api.example/a?x=1&y=${b}").url == "${base}/a?x=1&y=$${b}"


def test_no_secret_of_a_query_is_written():
    found = check("http://api.example/a?x=1&token=s3cret&x=2")
    assert (found.url, found.query) == ("${base}/a", {"x": ["1", "2"], "token": "${env:TOKEN}"})


def test_no_secret_of_a_header_is_written():
    sent = (("X-Team", "core"), ("X-Api-Key", "s3cret"), ("Authorization", "Bearer s3cret"), ("Cookie", "a=s3cret"))
    found = check(headers_sent=sent)
    assert found.headers == {"X-Team": "core", "X-Api-Key": "${env:X_API_KEY}", "Cookie": "${env:COOKIE}"}
    assert found.auth == {"bearer": "${env:API_TOKEN}"}
    assert draft(answer(headers_sent=sent)).variables == ("X_API_KEY", "COOKIE", "API_TOKEN")


def test_no_password_of_a_url_is_written():
    found = draft(answer("http://ann:s3cret@api.example:8080/a"))
    assert found.base == "${env:BASE_URL:-http://api.example:8080}"
    assert found.checks[0].auth == {"basic": {"user": "${env:API_USER}", "password": "${env:API_PASSWORD}"}}
    assert "s3cret" not in repr(found)
