from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.traceparent import next_traceparent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
FRESH = f"00-{'ab' * 16}-{'ab' * 8}-01"


def some(count: int) -> bytes:
    return b"\xab" * count


@pytest.mark.parametrize(
    "parent, expected",
    [
        pytest.param(f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{'ab' * 8}-01", id="continued"),
        pytest.param(f"00-{TRACE}-{SPAN}-00", f"00-{TRACE}-{'ab' * 8}-00", id="not sampled"),
        pytest.param(f"00-{TRACE}-{SPAN}-ff", f"00-{TRACE}-{'ab' * 8}-01", id="flags of the future are dropped"),
        pytest.param(f" 00-{TRACE}-{SPAN}-01\n", f"00-{TRACE}-{'ab' * 8}-01", id="space around"),
        pytest.param(f"cc-{TRACE}-{SPAN}-01-what-comes", f"00-{TRACE}-{'ab' * 8}-01", id="a later version"),
        pytest.param(f"cc-{TRACE}-{SPAN}-01", f"00-{TRACE}-{'ab' * 8}-01", id="a later version, nothing more"),
        pytest.param(None, FRESH, id="none"),
        pytest.param("", FRESH, id="empty"),
        pytest.param("bogus", FRESH, id="nonsense"),
        pytest.param(f"00-{TRACE}-{SPAN}-01-more", FRESH, id="version 00 has no more"),
        pytest.param(f"cc-{TRACE}-{SPAN}-01.more", FRESH, id="more without a dash"),
        pytest.param(f"ff-{TRACE}-{SPAN}-01", FRESH, id="version ff"),
        pytest.param(f"00-{TRACE.upper()}-{SPAN}-01", FRESH, id="upper case"),
        pytest.param(f"00-{'0' * 32}-{SPAN}-01", FRESH, id="trace of zeros"),
        pytest.param(f"00-{TRACE}-{'0' * 16}-01", FRESH, id="span of zeros"),
        pytest.param(f"00-{TRACE[:-1]}-{SPAN}-01", FRESH, id="short trace"),
        pytest.param(f"00-{TRACE}-{SPAN}-1", FRESH, id="short flags"),
        pytest.param(f"0-{TRACE}-{SPAN}-01", FRESH, id="short version"),
    ],
)
def test_next_traceparent(parent: str | None, expected: str) -> None:
    assert next_traceparent(parent, some) == expected


def test_identifiers_are_never_all_zeros() -> None:
    assert next_traceparent(None, bytes) == f"00-{'0' * 31}1-{'0' * 15}1-01"


@given(st.text(max_size=70), st.binary(min_size=16, max_size=16))
def test_whatever_comes_in_a_valid_one_goes_out(parent: str, seed: bytes) -> None:
    header = next_traceparent(parent, lambda count: seed[:count])
    assert re.fullmatch(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]", header)
    assert next_traceparent(header, lambda count: b"\x01" * count)[:35] == header[:35]
