from __future__ import annotations

import os
import pickle
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from wherry.commands.load.options import Content, Sent
from wherry.commands.load.targets import loading
from wherry.commands.load.targets.faults import TargetsError
from wherry.commands.load.targets.loading import loaded
from wherry.core.secret import Secret
from wherry.errors import DeadlinePassed, UsageError, WherryError
from wherry.net.proxies import ProxyChoice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wherry.commands.load.targets.prepared import Requests

URL = "http://a.example/"


@contextmanager
def requests(url: str | None, **sent: Any) -> Iterator[Requests]:
    asked = Sent(sent.pop("method", "GET"), url, **sent)
    with loaded(asked, ProxyChoice({}), authorization=None, inherited_authorization=None) as found:
        yield found


def paths(found: Requests, count: int, worker: int = 0, workers: int = 1) -> list[str]:
    source = found.source(worker, workers)
    return [source.next().data.split(b" ")[1].decode() for _ in range(count)]


@pytest.fixture(params=["kept", "stored"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Requests in memory, and those that are made in their turn."""
    if request.param == "stored":
        monkeypatch.setattr(loading, "_IN_MEMORY", 0)
    return str(request.param)


def test_one_request() -> None:
    with requests(URL) as found:
        assert found.only is not None
        assert found.source(0, 2).next() is found.only
        assert (found.names, found.targets, found.methods, found.urls) == (("GET " + URL,), 1, ("GET",), (URL,))
        assert found.origins == (found.only.origin,)


def test_the_credential_of_the_command_line() -> None:
    asked = Sent("GET", URL)
    with loaded(asked, ProxyChoice({}), authorization=Secret("Bearer t"), inherited_authorization=None) as found:
        assert found.only is not None
        assert b"\r\nAuthorization: Bearer t\r\n" in found.only.data


def test_targets(where: str, tmp_path: Path) -> None:
    file = tmp_path / "targets.http"
    file.write_text(f"GET {URL}a\n\nPOST {URL}b?token=s3cret\nX: 1\n\n# the first again\nGET {URL}a\n")
    with requests(None, targets=str(file)) as found:
        assert paths(found, 4) == ["/a", "/b?token=s3cret", "/a", "/a"]
        assert [paths(found, 3, worker, 2) for worker in (0, 1)] == [
            ["/a", "/a", "/b?token=s3cret"],
            ["/b?token=s3cret", "/a", "/a"],
        ]
        assert found.names == (f"GET {URL}a", f"POST {URL}b?token=***")
        assert (found.targets, found.methods, found.urls) == (3, ("GET", "POST"), (f"{URL}a", f"{URL}b?token=***"))
        source = found.source(0, 1)
        assert [source.next().number for _ in range(3)] == [0, 1, 0]
        assert found.only is None
        assert type(found).__name__.lower() == where
        assert paths(pickle.loads(pickle.dumps(found)), 4) == paths(found, 4)


def test_targets_beyond_those_that_are_told_apart(where: str, tmp_path: Path) -> None:
    file = tmp_path / "targets"
    file.write_text("".join(f"GET {URL}{number}\n" for number in range(150)))
    with requests(None, targets=str(file)) as found:
        source = found.source(0, 1)
        assert [source.next().number for _ in range(150)] == [*range(101), *[100] * 49]
        assert (len(found.names), len(found.urls), found.targets) == (101, 100, 150)


def test_rows(where: str, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text('id,name\n1,a\n"2\n","b, c"\n')
    content = Content('{"name": "{name}"}', json=True)
    with requests(URL + "{id}", method="POST", targets=str(file), content=content) as found:
        source = found.source(0, 1)
        made = [source.next() for _ in range(3)]
        assert [prepared.data.split(b" ")[1] for prepared in made] == [b"/1", b"/2%0A", b"/1"]
        assert made[1].data.endswith(b'Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{"name": "b, c"}')
        assert (found.names, found.targets) == ((f"POST {URL}{{id}}",), 1)
        assert paths(pickle.loads(pickle.dumps(found)), 2) == ["/1", "/2%0A"]


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
def test_weights(where: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(
        "id,weight\n1,1\n2,0\n3,9\n"
        if name == "rows.csv"
        else '{"id": 1}\n{"id": 2, "weight": 0}\n{"id": 3, "weight": 9}\n'
    )
    with requests(URL + "{id}", targets=str(file), seed=3) as found:
        sent = paths(found, 1000)
        assert sent.count("/2") == 0
        assert 50 < sent.count("/1") < 200
        together = [
            path for pair in zip(paths(found, 500, 0, 2), paths(found, 500, 1, 2), strict=True) for path in pair
        ]
        assert together == sent


@pytest.mark.parametrize("where_from", ["stdin", "pipe"])
def test_what_can_be_read_once_is_kept_meanwhile(
    where: str, where_from: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reading, writing = os.pipe()
    os.write(writing, f"GET {URL}a\nGET {URL}b\n".encode())
    os.close(writing)
    with os.fdopen(reading) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        with requests(None, targets="-" if where_from == "stdin" else f"/dev/fd/{reading}") as found:
            assert paths(found, 3) == ["/a", "/b", "/a"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "url", "faults"),
    [
        pytest.param(
            "t.http",
            f"GET {URL}\nX\n\nget {URL}\n\nGET ftp://a/\n",
            None,
            [
                "{f}:2: expected a header such as Accept: text/html, or @FILE, and not 'X'",
                "{f}:4: 'get' is not a method, which is written in capitals",
                "{f}:6: 'ftp://a/': ftp is no scheme of HTTP",
            ],
            id="http",
        ),
        pytest.param(
            "t.json",
            '{"method": "GET", "url": "http://a.example/", "weight": -1}\n\n{}\n',
            None,
            [
                "{f}:1: a weight is a number of 0 or more, and not -1",
                "{f}:3: object missing required field `method`",
            ],
            id="json",
        ),
        pytest.param("t.csv", 'id\n"1\n"\n\n"x"y\n', "{id}", ["{f}:5: ',' expected after '\"'"], id="csv"),
        pytest.param("t.csv", "a\n1\n", "{id}", ["{f}:1: there is no column 'id'; there are a"], id="csv-columns"),
        pytest.param(
            "t.jsonl",
            '{"id": null}\n{}\n[]\n{"id": 1}\n',
            "{id}",
            [
                "{f}:1: 'id' is null, which has no place in a URL",
                "{f}:2: there is no 'id'",
                '{f}:3: a row is a JSON object, such as {"id": 1}',
            ],
            id="jsonl",
        ),
        pytest.param(
            "t.http",
            "GET\n\n" * 30,
            None,
            [f"{{f}}:{n}: a target begins with METHOD URL, and not with 'GET'" for n in range(1, 40, 2)],
            id="many",
        ),
    ],
)
def test_everything_that_is_wrong_is_told_with_its_line(
    name: str, text: str, url: str | None, faults: list[str], tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(TargetsError) as caught, requests(URL + url if url else None, targets=str(file)):
        pass
    assert [fault.replace(str(file), "{f}") for fault in caught.value.faults] == faults
    assert caught.value.count == (30 if len(faults) == 20 else len(faults))


@pytest.mark.parametrize(
    ("name", "text", "url", "words"),
    [
        pytest.param("t.http", "# nothing\n", None, "there is no target in it", id="no-target"),
        pytest.param("t.csv", "id\n", "{id}", "there is no row in it", id="no-row"),
        pytest.param("t.csv", "", "{id}", "there is no row in it", id="empty"),
        pytest.param("t.csv", "id,weight\n1,0\n", "{id}", "no weight is above 0", id="no-weight"),
        pytest.param("t.csv", "id\n1\n", "id", "the rows have nothing to fill in", id="no-placeholder"),
        pytest.param("t.csv", "id\n1\n", None, "rows of csv fill in a URL", id="no-url"),
        pytest.param("none", None, None, "No such file or directory", id="no-file"),
        pytest.param("", None, None, "Is a directory", id="folder"),
    ],
)
def test_files_that_say_nothing(name: str, text: str | None, url: str | None, words: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=words), requests(URL + url if url else None, targets=str(tmp_path / name)):
        pass


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{", "the value of --json is not JSON", id="no-json"),
        pytest.param("@/no/such", "reading /no/such: No such file", id="no-file"),
    ],
)
def test_what_is_no_json(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words), requests(URL, content=Content(text, json=True)):
        pass


def test_a_template_must_become_json(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id\n1\n")
    content = Content('{"a": {id}', json=True)
    with (
        pytest.raises(UsageError, match="the value of --json is not JSON"),
        requests(URL, targets=str(file), content=content),
    ):
        pass


def test_a_body_from_a_file_has_its_type(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text("{no json}")
    with requests(URL, method="POST", content=Content(f"@{file}")) as found:
        assert found.only is not None
        assert b"\r\nContent-Type: application/json\r\n" in found.only.data
        assert found.only.data.endswith(b"\r\n\r\n{no json}")
    with requests(URL, method="POST", content=Content("@@x")) as found:
        assert found.only is not None
        assert found.only.data.endswith(b"\r\n\r\n@x")


def test_a_placeholder_that_nothing_fills_in() -> None:
    with pytest.raises(UsageError, match=r"nothing fills in \{id\} in the URL"), requests(URL + "{id}"):
        pass


class Clock:
    """Time for so many glances."""

    def __init__(self, glances: int) -> None:
        self.glances = glances

    def left(self) -> float:
        if not self.glances:
            raise DeadlinePassed("no time")
        self.glances -= 1
        return 0.01


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"targets": "-", "url": None}, id="targets"),
        pytest.param({"content": Content("@-"), "url": URL}, id="body"),
        pytest.param({"content": Content("@-", json=True), "url": URL}, id="json"),
    ],
)
def test_nobody_is_waited_for_longer_than_there_is_time(
    sent: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reading, writing = os.pipe()
    with os.fdopen(reading) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        asked = Sent("POST", sent.pop("url"), **sent)
        clock = Clock(3)
        with (
            pytest.raises(DeadlinePassed),
            loaded(asked, ProxyChoice({}), authorization=None, inherited_authorization=None, left=clock.left),
        ):
            pass
    os.close(writing)
    assert list(tmp_path.iterdir()) == []


def test_a_long_file_is_not_looked_through_for_longer_than_there_is_time(tmp_path: Path) -> None:
    file = tmp_path / "t.http"
    file.write_text(f"GET {URL}\n\n" * 5000)
    asked = Sent("GET", None, targets=str(file))
    with (
        pytest.raises(DeadlinePassed),
        loaded(asked, ProxyChoice({}), authorization=None, inherited_authorization=None, left=Clock(4).left),
    ):
        pass


def test_a_file_that_changes_is_not_sent_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_IN_MEMORY", 0)
    file = tmp_path / "ids.csv"
    file.write_text("id\n1\n2\n")
    with requests(URL + "{id}", targets=str(file)) as found:
        source = found.source(0, 1)
        file.write_text("id\n1,\n\n")
        source.next  # noqa: B018  it was opened before
        with pytest.raises(WherryError, match="was changed while its requests were sent"):
            found.source(0, 1)
        with pytest.raises(WherryError, match="was changed while its requests were sent"):
            source.next()
