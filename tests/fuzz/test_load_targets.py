"""Files of targets and rows as nobody would write them: they are sent, or it is said what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wherry.commands.load.options import Content, Sent
from wherry.commands.load.targets.loading import loaded
from wherry.errors import UsageError
from wherry.net.proxies import ProxyChoice

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = [
    b"GET ",
    b"POST ",
    b"http://a/",
    b"http://[::1]:8/x?y=z#f",
    b"http://u:p@a:0/",
    b"ftp://",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"#",
    b"@x",
    b"Host: a",
    b"X: 1",
    b":",
    b"Content-Length: 1",
    b",",
    b'"',
    b'""',
    b"id",
    b"name",
    b"weight",
    b"1",
    b"-1",
    b"nan",
    b"1e999",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"true",
    b'"id": ',
    b'{"id": 1, "name": "x"}',
    b'{"method": "GET", "url": "http://a/"',
    b', "body": "e30="',
    b', "header": {"X": ["1"]}',
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xed\xa0\x80",
    "ü".encode(),
    b"\t",
    b" ",
]
_FILES = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(_WORDS), max_size=25).map(b"".join))


@pytest.mark.parametrize("name", ["http", "json", "csv", "jsonl"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=_FILES)
def test_any_file(name: str, data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "targets"
    file.write_bytes(data)
    url = "http://a.example/{id}" if name in ("csv", "jsonl") else None
    content = Content('{"name": "{name}", "id": {id}}', json=True) if url else None
    sent = Sent("POST", url, targets=str(file), targets_format=name, content=content)
    try:
        with loaded(sent, ProxyChoice({}), authorization=None, inherited_authorization=None) as requests:
            prepared = requests.source(0, 1).next()
    except UsageError as exc:
        assert str(exc)
        return
    head, blank, body = prepared.data.partition(b"\r\n\r\n")
    assert blank
    assert len(body) == prepared.body_size
    assert all(b"\r" not in line and b"\n" not in line and b"\0" not in line for line in head.split(b"\r\n"))
    assert head.split(b"\r\n")[0].count(b" ") == 2


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_url(before: str, after: str) -> None:
    sent = Sent("GET", f"{before}://{after}")
    try:
        with loaded(sent, ProxyChoice({}), authorization=None, inherited_authorization=None) as requests:
            assert requests.only is not None
    except UsageError as exc:
        assert str(exc)
