from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.serve.files.negotiate import compressible, takes_gzip


@pytest.mark.parametrize(
    ("field", "takes"),
    [
        pytest.param(None, False, id="absent"),
        pytest.param("", False, id="empty"),
        pytest.param("gzip", True, id="plain"),
        pytest.param("GZip", True, id="another case"),
        pytest.param("x-gzip", True, id="its old name"),
        pytest.param("gzip, deflate, br", True, id="a browser"),
        pytest.param("deflate, gzip;q=1.0, *;q=0.5", True, id="with weights"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip;q=0.000", False, id="refused in full"),
        pytest.param("*", True, id="anything"),
        pytest.param("*;q=0", False, id="nothing"),
        pytest.param("gzip;q=0, *", False, id="anything but"),
        pytest.param("br, *;q=0.1", True, id="by the star"),
        pytest.param("identity, gzip;q=0.5", False, id="as it is, rather"),
        pytest.param("identity;q=0.5, gzip;q=0.5", True, id="all the same"),
        pytest.param("br", False, id="another"),
        pytest.param("gzip;q=2", False, id="a weight that is none"),
        pytest.param("gzip;level=9", False, id="a parameter that is none"),
        pytest.param("gzipped", False, id="a longer word"),
    ],
)
def test_takes_gzip(field, takes):
    assert takes_gzip(field) is takes


@given(st.text(max_size=60))
def test_nothing_raises(text):
    takes_gzip(text)


@pytest.mark.parametrize(
    ("content_type", "gains"),
    [
        ("text/html; charset=utf-8", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("application/problem+json", True),
        ("application/wasm", True),
        ("image/png", False),
        ("application/gzip", False),
        ("font/woff2", False),
        ("application/octet-stream", False),
    ],
)
def test_compressible(content_type, gains):
    assert compressible(content_type) is gains
