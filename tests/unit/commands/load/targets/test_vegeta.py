"""The formats of vegeta, over what its own documentation and tests have."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from wherry.commands.load.targets.call import Call, Fault
from wherry.commands.load.targets.lines import lines_of
from wherry.commands.load.targets.vegeta import HttpTargets, JsonTargets

if TYPE_CHECKING:
    from pathlib import Path


def calls(reader: HttpTargets | JsonTargets, text: str) -> list[Call]:
    return [reader.read(line.data)[0] for line in reader.records(lines_of(io.BytesIO(text.encode())))]


def fault(reader: HttpTargets | JsonTargets, text: str) -> tuple[int, str]:
    for line in reader.records(lines_of(io.BytesIO(text.encode()))):
        try:
            reader.read(line.data)
        except Fault as exc:
            return line.number + exc.line, str(exc)
    raise AssertionError("there is none")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("GET http://a/", [Call("GET", "http://a/")], id="one"),
        pytest.param(
            "GET http://a/\nHEAD http://b/x?y=z\n",
            [Call("GET", "http://a/"), Call("HEAD", "http://b/x?y=z")],
            id="two-lines",
        ),
        pytest.param("\n\n# words\n  GET http://a/  \n\n\n", [Call("GET", "http://a/")], id="blank-and-comments"),
        pytest.param(
            "GET http://a/\r\nX: 1\r\n\r\nGET http://b/\r\n",
            [Call("GET", "http://a/", (("X", "1"),)), Call("GET", "http://b/")],
            id="crlf",
        ),
        pytest.param(
            "POST http://a/\nx-Case: kept: here\nX: 1\nX: 2\n\nGET http://b/",
            [Call("POST", "http://a/", (("x-Case", "kept: here"), ("X", "1"), ("X", "2"))), Call("GET", "http://b/")],
            id="headers",
        ),
        pytest.param(
            "GET http://a/\n# words\nX: 1\n# words\nY: 2\n",
            [Call("GET", "http://a/", (("X", "1"), ("Y", "2")))],
            id="comments-among-headers",
        ),
        pytest.param(
            "GET http://a/\nX: 1\nGET http://b/\n",
            [Call("GET", "http://a/", (("X", "1"),)), Call("GET", "http://b/")],
            id="no-blank-line",
        ),
        pytest.param("\ufeffGET http://a/\n", [Call("GET", "http://a/")], id="byte-order-mark"),
        pytest.param("", [], id="nothing"),
        pytest.param("# GET http://a/\n", [], id="only-a-comment"),
    ],
)
def test_http(text: str, expected: list[Call]) -> None:
    assert calls(HttpTargets(), text) == expected


def test_the_body_is_in_a_file_and_ends_a_target(tmp_path: Path) -> None:
    body = tmp_path / "a body.bin"
    body.write_bytes(b"\x00\xff\n")
    reader = HttpTargets()
    text = f"POST http://a/\nX: 1\n@{body}\nPUT http://b/\n@{body}\n\n"
    expected = [Call("POST", "http://a/", (("X", "1"),), b"\x00\xff\n"), Call("PUT", "http://b/", (), b"\x00\xff\n")]
    assert calls(reader, text) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("http://a/\n", 1, "a target begins with METHOD URL, and not with 'http://a/'", id="no-method"),
        pytest.param("GET http://a/\n\nGET\n", 3, "a target begins with METHOD URL, and not with 'GET'", id="no-url"),
        pytest.param(
            "http://me:pw@a/\n", 1, "a target begins with METHOD URL, and not with 'http://me:***@a/'", id="secret"
        ),
        pytest.param(
            "GET http://a/\nAuthorization Bearer s3cret\n",
            2,
            "expected a header such as Accept: text/html, or @FILE, and not 'Authorization'",
            id="secret-header",
        ),
        pytest.param("get http://a/\n", 1, "'get' is not a method, which is written in capitals", id="lower-case"),
        pytest.param(
            "GET http://a/\nX: 1\nX\n",
            3,
            "expected a header such as Accept: text/html, or @FILE, and not 'X'",
            id="no-colon",
        ),
        pytest.param(
            "GET http://a/\n: 1\n",
            2,
            "expected a header such as Accept: text/html, or @FILE, and not ''",
            id="no-name",
        ),
        pytest.param(
            "GET http://a/\nX:\n",
            2,
            "expected a header such as Accept: text/html, or @FILE, and not 'X'",
            id="no-value",
        ),
        pytest.param(
            "POST http://a/\n# words\n@/no/such/file\n",
            3,
            "reading the body /no/such/file: No such file or directory",
            id="no-body",
        ),
    ],
)
def test_what_is_wrong_with_http(text: str, line: int, words: str) -> None:
    assert fault(HttpTargets(), text) == (line, words)


def test_bytes_that_are_no_text_have_a_line() -> None:
    with pytest.raises(Fault, match="not UTF-8 text") as caught:
        HttpTargets().read(b"GET http://a/\nX: 1\nY: \xff\n")
    assert caught.value.line == 2


def test_json() -> None:
    text = (
        '{"method":"POST", "url":"https://goku/1", "header":{"Content-Type":["text/plain"], "X": ["1", "2"]}, '
        f'"body": "{b64encode(b"FOO").decode()}"}}\n'
        '\n  {"method":"GET",  "url":"https://goku/2", "header": null, "body": null}  \n'
    )
    headers = (("Content-Type", "text/plain"), ("X", "1"), ("X", "2"))
    assert calls(JsonTargets(), text) == [
        Call("POST", "https://goku/1", headers, b"FOO"),
        Call("GET", "https://goku/2"),
    ]


def test_json_may_have_a_weight() -> None:
    assert JsonTargets().read(b'{"method": "GET", "url": "http://a/", "weight": 2}') == (Call("GET", "http://a/"), 2.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "input data was truncated"),
        ('{"method": "GET"}', "object missing required field `url`"),
        ('{"method": "", "url": "http://a/"}', "the method is missing"),
        ('{"method": "GET", "url": ""}', "the url is missing"),
        ('{"method": "GET", "url": "http://a/", "hedaer": {}}', "object contains unknown field `hedaer`"),
        ('{"method": "GET", "url": "http://a/", "body": "%"}', "invalid base64 encoded string - at `$.body`"),
        (
            '{"method": "GET", "url": "http://a/", "header": {"X": "1"}}',
            "expected `array`, got `str` - at `$.header[...]`",
        ),
    ],
)
def test_what_is_wrong_with_json(text: str, words: str) -> None:
    assert fault(JsonTargets(), "\n" + text) == (2, words)
