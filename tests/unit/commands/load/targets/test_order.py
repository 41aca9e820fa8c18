from __future__ import annotations

import pickle
from array import array
from collections import Counter
from itertools import islice

import pytest

from wherry.commands.load.targets.order import ByWeight, InTurn, Order

ORDERS = [
    pytest.param(InTurn(5), id="in-turn"),
    pytest.param(ByWeight(array("d", [1.0, 1.0, 4.0]), 7), id="by-weight"),
]


def first(order: Order, count: int, worker: int = 0, workers: int = 1) -> list[int]:
    return list(islice(order.positions(worker, workers), count))


def test_each_has_its_turn() -> None:
    assert first(InTurn(3), 7) == [0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_workers_together_send_what_one_would(order: Order, workers: int) -> None:
    shares = [first(order, 30, worker, workers) for worker in range(workers)]
    together = [shares[number % workers][number // workers] for number in range(30)]
    assert together == first(order, 30)


@pytest.mark.parametrize("order", ORDERS)
def test_another_process_has_the_same_order(order: Order) -> None:
    assert first(pickle.loads(pickle.dumps(order)), 50) == first(order, 50)


def test_weights() -> None:
    found = Counter(first(ByWeight(array("d", [1.0, 1.0, 4.0]), 7), 4000))
    assert found.keys() == {0, 2}  # the second has no weight
    assert 2.7 < found[2] / found[0] < 3.3
    assert first(ByWeight(array("d", [1.0, 2.0]), 1), 20) != first(ByWeight(array("d", [1.0, 2.0]), 2), 20)
