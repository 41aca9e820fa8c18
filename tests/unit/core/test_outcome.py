from __future__ import annotations

from wherry.core.outcome import Outcome


def test_there_are_three_and_none_is_falsy() -> None:
    assert [outcome.value for outcome in Outcome] == ["met", "unmet", "broken"]
    # `if outcome:` must not pass for "met": whoever writes it gets the same for all three, and notices.
    assert all(Outcome)
