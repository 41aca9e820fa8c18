"""What every format can hold."""

from __future__ import annotations

import pytest

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.contents import checked
from wherry.errors import UsageError, WherryError


def files(*names):
    return tuple(Item(name, data=b"") for name in names)


def test_one_order():
    assert checked(files("usr/b", "usr/a", "usr/a-b", "usr/é"), 0) == files("usr/a", "usr/a-b", "usr/b", "usr/é")


@pytest.mark.parametrize(
    ("items", "said"),
    [
        pytest.param(files("/usr/a"), "no name in an archive", id="absolute"),
        pytest.param(files("usr/../../a"), "no name in an archive", id="leads out"),
        pytest.param(files(""), "no name in an archive", id="empty"),
        pytest.param(files("."), "no name in an archive", id="the folder itself"),
        pytest.param(files("usr//a"), "no name in an archive", id="two slashes"),
        pytest.param(files("./a"), "no name in an archive", id="a dot"),
        pytest.param(files("a/"), "no name in an archive", id="a slash at the end"),
        pytest.param(files("a\nb"), "not every system reads", id="two lines"),
        pytest.param(files("a\x7f"), "not every system reads", id="a control character"),
        pytest.param(files("a\udcff"), "not every system reads", id="not Unicode"),
        pytest.param(files("usr/a", "b", "usr/a"), "usr/a is there twice", id="twice"),
        pytest.param(files("usr/a", "usr/a/b"), "usr/a is a file, and there are files in it", id="a file with files"),
        pytest.param((Item("a", link=""),), "is a link to ''", id="a link to nothing"),
        pytest.param((Item("a", link="b\0"),), "not every system reads", id="a link to no name"),
    ],
)
def test_what_no_format_holds(items, said):
    with pytest.raises(WherryError, match=said):
        checked(items, 0)


@pytest.mark.parametrize("time_s", [-1, 1 << 32, 10**20])
def test_times_that_no_format_has(time_s):
    with pytest.raises(UsageError, match="from 1970 to 2106"):
        checked((), time_s)
