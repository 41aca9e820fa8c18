"""The files in examples/load are what the guide says they are."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wherry.commands.load.options import Content, Sent
from wherry.commands.load.targets.loading import loaded
from wherry.net.proxies import ProxyChoice

if TYPE_CHECKING:
    from wherry.commands.load.targets.prepared import Prepared

EXAMPLES = Path(__file__).parents[5] / "examples" / "load"


@pytest.fixture(autouse=True)
def _in_their_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)


def first(count: int, sent: Sent) -> list[Prepared]:
    with loaded(sent, ProxyChoice({}), authorization=None, inherited_authorization=None) as requests:
        source = requests.source(0, 1)
        return [source.next() for _ in range(count)]


def body(prepared: Prepared) -> object:
    return json.loads(prepared.data[len(prepared.data) - prepared.body_size :])


def test_targets_in_turn() -> None:
    sent = first(5, Sent("GET", None, targets="shop.http"))
    assert [(prepared.method, prepared.url.partition(":8080")[2]) for prepared in sent] == [
        ("GET", "/json"), ("GET", "/echo?page=1"), ("GET", "/echo?page=2"), ("POST", "/echo"), ("GET", "/json")
    ]  # fmt: skip
    assert body(sent[3]) == {"item": "coal", "count": 3}


def test_targets_by_weight() -> None:
    sent = first(1000, Sent("GET", None, targets="mix.json"))
    counts = Counter(prepared.number for prepared in sent)
    assert counts[0] > 700
    assert counts[1] > counts[2] > 20
    assert body(next(prepared for prepared in sent if prepared.number == 2)) == {"item": "coal"}


def test_rows_of_a_table() -> None:
    content = Content('{"id": {id}, "name": "{name}"}', json=True)
    sent = first(50, Sent("POST", "http://127.0.0.1:8080/users/{name}", targets="users.csv", content=content))
    assert {(prepared.data.split(b" ")[1], json.dumps(body(prepared), ensure_ascii=False)) for prepared in sent} == {
        (b"/users/Ann", '{"id": 1, "name": "Ann"}'),
        (b"/users/O%27Brien%2C%20Pat", '{"id": 2, "name": "O\'Brien, Pat"}'),
        (b"/users/Zo%C3%AB%20%22Zed%22%20Zimmer", '{"id": 3, "name": "Zoë \\"Zed\\" Zimmer"}'),
    }


def test_rows_of_json() -> None:
    content = Content('{"order": {id}, "lines": {lines}, "note": "gift: {gift}"}', json=True)
    sent = first(2, Sent("PUT", "http://127.0.0.1:8080/orders/{id}", targets="orders.jsonl", content=content))
    assert [body(prepared) for prepared in sent] == [
        {"order": 17, "lines": [{"item": "coal", "count": 3}], "note": "gift: false"},
        {"order": 18, "lines": [], "note": "gift: true"},
    ]
