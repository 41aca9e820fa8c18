from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from wherry.commands.request.cookiefile import format_cookies, parse_cookies
from wherry.commands.request.cookies import CookieJar
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX system")

# As curl writes it.
CURL = """# Netscape HTTP Cookie File
# https://curl.se/docs/http-cookies.html

127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\ts1
#HttpOnly_.a.example\tTRUE\t/app\tTRUE\t4102444800\tid\tx=y
localhost\tFALSE\t/\tFALSE\t0\tlocal\tl1
gone.example\tFALSE\t/\tFALSE\t1000\told\to1
"""


@pytest.fixture
def jar(tmp_path: Path) -> CookieJar:
    (tmp_path / "jar.txt").write_text(CURL)
    return CookieJar(tmp_path / "jar.txt")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("http://127.0.0.1:8080/x", "session=s1", id="any-port"),
        pytest.param("https://www.a.example/app/x", "id=x=y", id="domain-path-secure"),
        pytest.param("http://www.a.example/app/x", None, id="secure-only"),
        pytest.param("https://www.a.example/", None, id="other-path"),
        pytest.param("https://b.example/app", None, id="other-domain"),
        pytest.param("http://localhost/", "local=l1", id="localhost"),
        pytest.param("http://gone.example/", None, id="expired"),
    ],
)
def test_which_cookies_go_where(jar: CookieJar, url: str, expected: str | None) -> None:
    assert jar.header(url) == expected


@posix
def test_cookies_set_are_kept_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "jar.txt"
    jar = CookieJar(path)
    assert jar.take("http://localhost/", [("Set-Cookie", "a=1; HttpOnly"), ("set-cookie", "b=2; Max-Age=100")])
    assert not jar.take("http://localhost/", [("Set-Cookie", "a=1; HttpOnly")])
    assert not jar.take("http://localhost/", [("Content-Type", "text/plain")])
    jar.save()
    assert CookieJar(path).header("http://localhost/") == "a=1; b=2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert "#HttpOnly_localhost\tFALSE\t/\tFALSE\t0\ta\t1\n" in text
    assert [p.name for p in tmp_path.iterdir()] == ["jar.txt"]


def test_a_cookie_for_a_foreign_domain_is_refused(tmp_path: Path) -> None:
    jar = CookieJar(tmp_path / "jar.txt")
    assert not jar.take("http://a.example/", [("Set-Cookie", "a=1; Domain=b.example")])
    assert not jar.take("http://a.example/", [("Set-Cookie", "a=1; Domain=example")])


def test_an_unchanged_jar_is_not_written(tmp_path: Path) -> None:
    CookieJar(tmp_path / "jar.txt").save()
    assert list(tmp_path.iterdir()) == []


def test_the_form_survives_a_round() -> None:
    cookies = parse_cookies(CURL, "jar")
    assert parse_cookies(format_cookies(cookies), "jar")[1].__dict__ == cookies[1].__dict__


@pytest.mark.parametrize("line", ["a\tb", "a b c d e f g", "h\tFALSE\t/\tFALSE\tsoon\tn\tv"])
def test_what_is_no_cookie_file(tmp_path: Path, line: str) -> None:
    (tmp_path / "jar.txt").write_text(f"# x\n{line}\n")
    with pytest.raises(UsageError, match=r"jar\.txt: line 2: no cookie in Netscape's format"):
        CookieJar(tmp_path / "jar.txt")


@posix
def test_a_jar_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reading the cookie jar"):
        CookieJar(tmp_path)
    jar = CookieJar(tmp_path / "no" / "jar.txt")
    jar.take("http://a/", [("Set-Cookie", "a=1")])
    with pytest.raises(WherryError, match="writing the cookie jar"):
        jar.save()
