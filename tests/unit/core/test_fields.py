import pytest

from wherry.core.fields import by_name, cookies_set


def test_values_keep_their_order_under_one_name():
    assert by_name([("Vary", "a"), ("ETag", "x"), ("vary", "b")]) == {"vary": ["a", "b"], "etag": ["x"]}


@pytest.mark.parametrize(
    ("line", "cookies"),
    [
        pytest.param("a=b; Path=/; Secure", {"a": "b"}, id="attributes are left out"),
        pytest.param(" a = b=c ", {"a": "b=c"}, id="only the first equals sign counts"),
        pytest.param("a=", {"a": ""}, id="empty value"),
        pytest.param("=b", {}, id="no name"),
        pytest.param("a", {}, id="no equals sign"),
    ],
)
def test_cookies(line, cookies):
    assert cookies_set({"set-cookie": [line]}) == cookies


def test_no_cookies():
    assert cookies_set({}) == {}
