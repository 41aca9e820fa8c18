from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.network import Resolve, parse_resolve
from wherry.errors import UsageError


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("api.example.com:443:127.0.0.1", Resolve("api.example.com", 443, "127.0.0.1"), id="IPv4"),
        pytest.param("API.Example.com:443:127.0.0.1", Resolve("api.example.com", 443, "127.0.0.1"), id="case"),
        pytest.param("h:80:::1", Resolve("h", 80, "::1"), id="IPv6"),
        pytest.param("h:80:[fe80::1]", Resolve("h", 80, "fe80::1"), id="IPv6 in brackets"),
        pytest.param("h:*:10.0.0.1", Resolve("h", None, "10.0.0.1"), id="any port"),
    ],
)
def test_parse_resolve(text: str, expected: Resolve) -> None:
    assert parse_resolve(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "h", "h:80", "h:80:", ":80:127.0.0.1", "h::127.0.0.1", "h:x:127.0.0.1", "h:0:127.0.0.1", "h:65536:127.0.0.1",
     "h:80:example.com", "h:80:127.0.0.1.1", "h:80:[::1", "h:-1:::1", "h: 80:::1", "h:8_0:::1", "h:٨٠:::1",
     "h:" + "9" * 5000 + ":::1"],
)  # fmt: skip
def test_what_is_no_resolve_shows_what_one_looks_like(text: str) -> None:
    with pytest.raises(UsageError, match="is not HOST:PORT:ADDR, such as"):
        parse_resolve(text)


@given(st.text(alphabet="h:.*[]0123456789abcf%", max_size=30))
def test_any_text_is_a_resolve_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        parse_resolve(text)
