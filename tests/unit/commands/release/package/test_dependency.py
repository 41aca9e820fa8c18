"""What a package needs, in both formats."""

from __future__ import annotations

import pytest

from wherry.commands.release.package.dependency import parse, with_glibc
from wherry.errors import UsageError


@pytest.mark.parametrize(
    ("text", "deb", "rpm"),
    [
        pytest.param("git", ["git"], ["git"], id="a name"),
        pytest.param("git (>= 1:2.30)", ["git (>= 1:2.30)"], ["git >= 1:2.30"], id="Debian's way"),
        pytest.param("git(>=2)", ["git (>= 2)"], ["git >= 2"], id="without spaces"),
        pytest.param("git >= 2.30", ["git (>= 2.30)"], ["git >= 2.30"], id="rpm's way"),
        pytest.param("git<2", ["git (<< 2)"], ["git < 2"], id="less"),
        pytest.param("git (>> 2)", ["git (>> 2)"], ["git > 2"], id="greater"),
        pytest.param("git == 2", ["git (= 2)"], ["git = 2"], id="equal"),
        pytest.param("g++", ["g++"], ["g++"], id="signs in a name"),
        pytest.param("libc.so.6(GLIBC_2.17)(64bit)", ["libc.so.6(GLIBC_2.17)(64bit)"], None, id="rpm's library"),
        pytest.param("a (= 1) | b", ["a (= 1)", "b"], ["a = 1", "b"], id="one is enough"),
    ],
)
def test_dependencies(text, deb, rpm):
    found = parse(text)
    assert [each.deb() for each in found] == deb
    assert [each.rpm() for each in found] == (rpm or deb)


@pytest.mark.parametrize(
    "text", ["", "a b", "a (>= )", "a >=", "a (2)x", "a (=< 2)", "a |", "a\nb", "a (>= 1) [amd64]", "a, b"]
)
def test_none(text):
    with pytest.raises(UsageError, match="dependencies"):
        parse(text)


@pytest.mark.parametrize(
    ("dependencies", "version", "deb", "rpm"),
    [
        pytest.param(("git",), "2.28", ("git", "libc6 (>= 2.28)"), ("git", "glibc (>= 2.28)"), id="it is added"),
        pytest.param(("git",), None, ("git",), ("git",), id="none is needed"),
        pytest.param(("libc6 | musl",), "2.28", ("libc6 | musl",), ("libc6 | musl",), id="it is told"),
        pytest.param(("libc.so.6(GLIBC_2.17)(64bit)",), "2.28", None, None, id="told as a library"),
    ],
)
def test_the_glibc_that_programs_need(dependencies, version, deb, rpm):
    assert with_glibc(dependencies, version, "deb") == (deb or dependencies)
    assert with_glibc(dependencies, version, "rpm") == (rpm or dependencies)
