import click
import pytest

from wherry.ui.types import DURATION, HEADER, RATE, SIZE


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param(DURATION, "1m30s", 90.0, id="duration"),
        pytest.param(SIZE, "10KiB", 10240, id="size"),
        pytest.param(RATE, "60/m", 1.0, id="rate"),
        pytest.param(HEADER, "Accept: a: b ", ("Accept", "a: b"), id="header"),
        pytest.param(HEADER, "X-Empty:", ("X-Empty", ""), id="empty header"),
    ],
)
def test_reads(kind, text, value):
    assert kind.convert(text, None, None) == value


@pytest.mark.parametrize(
    ("kind", "text", "shows"),
    [
        pytest.param(DURATION, "soon", "write it like 250ms", id="duration"),
        pytest.param(SIZE, "big", "write it like 512", id="size"),
        pytest.param(RATE, "fast", "write it like 100/s", id="rate"),
        pytest.param(HEADER, "Accept", "write it like 'Accept: application/json'", id="no colon"),
        pytest.param(HEADER, "A b: c", "write it like", id="space in the name"),
        pytest.param(HEADER, "A: b\r\nC: d", "contains a line break", id="injection"),
    ],
)
def test_refuses_and_shows_what_is_accepted(kind, text, shows):
    with pytest.raises(click.BadParameter, match=shows.replace("(", r"\(")):
        kind.convert(text, None, None)


def test_several_values_of_a_variable_stand_on_lines():
    assert HEADER.split_envvar_value("A: 1 2\nB: 3") == ["A: 1 2", "B: 3"]
