from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.net.address import literal

ADDRESSES = st.one_of(st.ip_addresses().map(str), st.text("0123456789abcf.:%", max_size=20), st.text(max_size=8))


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("127.0.0.1", id="IPv4"),
        pytest.param("::1", id="IPv6"),
        pytest.param("fe80::1%eth0", id="a zone"),
        pytest.param("::ffff:127.0.0.1", id="IPv4 in IPv6"),
    ],
)
def test_an_address(host: str) -> None:
    assert literal(host) == host


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("localhost", id="a name"),
        pytest.param("127.1", id="short"),
        pytest.param("127.0.0.01", id="a leading zero"),
        pytest.param("127.0.0.1%eth0", id="IPv4 has no zones"),
        pytest.param("fe80::1%", id="an empty zone"),
        pytest.param("[::1]", id="brackets"),
        pytest.param("127.0.0.1\0", id="NUL"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_no_address(host: str) -> None:
    assert literal(host) is None


@given(ADDRESSES)
def test_judged_as_ipaddress_does(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        assert literal(host) is None
    else:
        assert literal(host) == host
