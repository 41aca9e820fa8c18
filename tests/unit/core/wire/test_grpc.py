from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.wire.grpc import check_request, judge
from wherry.core.wire.talk import NotThisProtocol

HEADERS = {":status": "200", "content-type": "application/grpc"}
OK = {"grpc-status": "0"}


def message(data: bytes) -> bytes:
    return b"\0" + len(data).to_bytes(4, "big") + data


@pytest.mark.parametrize(
    "service, request_bytes",
    [
        pytest.param("", b"\0\0\0\0\0", id="the server"),
        pytest.param("a.B", b"\0\0\0\0\5\x0a\3a.B", id="a service"),
        pytest.param("é", b"\0\0\0\0\4\x0a\2\xc3\xa9", id="not ASCII"),
        pytest.param("x" * 200, b"\0\0\0\0\xcb\x0a\xc8\1" + b"x" * 200, id="a long name"),
    ],
)
def test_request(service, request_bytes):
    assert check_request(service) == request_bytes


@pytest.mark.parametrize(
    "data, ready, words",
    [
        pytest.param(b"\x08\1", True, "SERVING", id="serving"),
        pytest.param(b"\x08\2", False, "NOT_SERVING", id="not serving"),
        pytest.param(b"\x08\0", False, "UNKNOWN", id="unknown"),
        pytest.param(b"", False, "UNKNOWN", id="unknown, left out"),
        pytest.param(b"\x08\3", False, "SERVICE_UNKNOWN", id="service unknown"),
        pytest.param(b"\x08\x63", False, "status 99", id="a status to come"),
        pytest.param(b"\x12\2hi\x08\1\x1d\0\0\0\0\x21" + b"\0" * 8, True, "SERVING", id="fields to come"),
    ],
)
def test_serving(data, ready, words):
    answer = judge(HEADERS, message(data), OK, "")
    assert (answer.ready, answer.words) == (ready, words)


@pytest.mark.parametrize(
    "service, ended, words",
    [
        pytest.param(
            "a.B", {"grpc-status": "5", "grpc-message": "unknown service"},
            "does not know the service a.B (NOT_FOUND): unknown service", id="unknown service",
        ),
        pytest.param(
            "", {"grpc-status": "12", "grpc-message": "Method not found!"},
            "has no health service (UNIMPLEMENTED): Method not found!", id="no health service",
        ),
        pytest.param("", {"grpc-status": "14"}, "UNAVAILABLE", id="no message"),
        pytest.param(
            "", {"grpc-status": "16", "grpc-message": "no%20way%0A%E2%98%83"}, "UNAUTHENTICATED: no way ☃", id="encoded"
        ),
        pytest.param("", {"grpc-status": "2", "grpc-message": "50%"}, "UNKNOWN: 50%", id="badly encoded"),
        pytest.param("", {"grpc-status": "99"}, "status 99", id="a code to come"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("trailers_only", [True, False], ids=["trailers only", "trailers"])
def test_refusals(service, ended, words, trailers_only):
    answer = judge(HEADERS | ended, b"", {}, service) if trailers_only else judge(HEADERS, b"", ended, service)
    assert (answer.ready, answer.words) == (False, words)


@pytest.mark.parametrize(
    "headers, body, trailers, words",
    [
        pytest.param(
            {":status": "404", "content-type": "text/html"}, b"", {},
            "not a gRPC server: it answered with HTTP status 404 and text/html", id="a web server",
        ),
        pytest.param(
            {":status": "200"}, b"", {}, "not a gRPC server: it answered with HTTP status 200 and no content type",
            id="no content type",
        ),
        pytest.param({}, b"", {}, "it answered with HTTP status ? and no content type", id="nothing"),
        pytest.param(HEADERS, message(b"\x08\1"), {}, "its answer has no status", id="no status"),
        pytest.param(HEADERS, message(b"\x08\1"), {"grpc-status": "-1"}, "its answer has no status", id="no number"),
        pytest.param(HEADERS, b"", OK, "its answer is not one whole message", id="no message"),
        pytest.param(HEADERS, message(b"\x08\1")[:-1], OK, "its answer is not one whole message", id="cut off"),
        pytest.param(HEADERS, message(b"\x08\1") * 2, OK, "its answer is not one whole message", id="two messages"),
        pytest.param(HEADERS, b"\1" + message(b"\x08\1")[1:], OK, "its answer is compressed", id="compressed"),
        pytest.param(HEADERS, message(b"\x08" + b"\xff" * 11), OK, "no protocol buffer", id="endless number"),
        pytest.param(HEADERS, message(b"\x12\xff\xff\xff\xff\x0f"), OK, "no protocol buffer", id="4 GiB announced"),
        pytest.param(HEADERS, message(b"\x0b"), OK, "no protocol buffer", id="a group"),
    ],
)  # fmt: skip
def test_not_a_health_service(headers, body, trailers, words):
    with pytest.raises(NotThisProtocol, match=words.replace("?", r"\?")):
        judge(headers, body, trailers, "")


@given(
    st.dictionaries(st.sampled_from([":status", "content-type", "grpc-status", "grpc-message"]), st.text(max_size=9)),
    st.binary(max_size=40) | st.binary(max_size=40).map(message),
    st.dictionaries(st.sampled_from(["grpc-status", "grpc-message"]), st.sampled_from(["0", "5", "%ff%0a"])),
)
def test_any_response(headers, body, trailers):
    with suppress(NotThisProtocol):
        assert judge(HEADERS | headers, body, trailers, "s").words.isprintable()
