import pytest

from wherry.core.call import HttpCall


@pytest.mark.parametrize(
    ("call", "repeatable"),
    [
        pytest.param(HttpCall(), True, id="a GET"),
        pytest.param(HttpCall("POST"), False, id="a POST"),
        pytest.param(HttpCall("POST", (("Idempotency-Key", "1"),)), True, id="with an idempotency key"),
    ],
)
def test_what_may_be_sent_twice(call: HttpCall, repeatable: bool) -> None:
    assert call.repeatable is repeatable
