"""Some of many at once."""

from __future__ import annotations

import asyncio

import pytest

from wherry.commands.release.publish.together import together
from wherry.errors import WherryError


def test_results_are_in_order_and_no_more_than_the_limit_at_once():
    running, most = 0, 0

    async def work(number):
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(number):
            await asyncio.sleep(0)
        running -= 1
        return number * 2

    assert asyncio.run(together(work, [5, 1, 4, 0, 3], limit=2)) == [10, 2, 8, 0, 6]
    assert most == 2


def test_the_first_error_is_raised_and_the_others_end():
    cancelled = []

    async def work(name):
        if name == "bad":
            raise WherryError("no")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(name)
            raise

    with pytest.raises(WherryError, match=r"^no$"):
        asyncio.run(together(work, ["one", "bad", "two"], limit=3))
    assert sorted(cancelled) == ["one", "two"]
