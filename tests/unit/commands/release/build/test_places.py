"""Files of a Linux package beside its program: their kinds, permissions and formats, and what only a deb has."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from wherry.commands.release.build.debian import copyright_of
from wherry.commands.release.build.item import Item
from wherry.commands.release.build.places import of_package
from wherry.commands.release.build.program import Program
from wherry.commands.release.file import Content, FileInfo, Nfpm, Overridable, Overrides, Scripts, overridden
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.errors import WherryError


@pytest.fixture
def program(tmp_path):
    home = tmp_path / "built"
    inner = home / "_internal"
    inner.mkdir(parents=True)
    for name in ("acme", "_internal/liba.so.1.2", "_internal/b.cpython-313-x86_64-linux-gnu.so", "_internal/c.sofa"):
        (home / name).write_bytes(b"")
        (home / name).chmod(0o755)
    return Program("acme", "acme", home, home / "acme", home)


def packed(tmp_path, program, *contents, kind="deb"):
    items = of_package(Nfpm(formats=("deb",), contents=contents), "acme", kind, [program], tmp_path)
    return {item.name: item for item in items}


def test_libraries_are_not_programs(tmp_path, program):
    found = packed(tmp_path, program)
    assert {name.split("/")[-1] for name, item in found.items() if item.executable} == {"acme", "c.sofa"}


def test_what_lintian_is_told_is_in_the_deb_of_a_folder(tmp_path, program):
    name = "usr/share/lintian/overrides/acme"
    lines = packed(tmp_path, program)[name].data.decode().splitlines()
    assert "acme: embedded-library *" in lines
    assert all(line.startswith("# ") for line in lines[::2])
    assert name not in packed(tmp_path, program, kind="rpm")
    one_file = Program("acme", "acme", program.executable, program.executable, program.path)
    assert name not in packed(tmp_path, one_file)


def test_kinds_of_contents(tmp_path, program):
    (tmp_path / "etc").mkdir()
    for name in ("a", "b"):
        (tmp_path / "etc" / name).write_text(name)
    found = packed(
        tmp_path,
        program,
        Content(src="etc/*", dst="/opt/", type="config|noreplace", file_info=FileInfo(mode=0o640)),
        Content(src="etc", dst="/srv/tree", type="tree"),
        Content(dst="/var/lib/acme/", type="dir", file_info=FileInfo(mode=0o700)),
        Content(dst="/var/log/acme", type="dir"),
        Content(src="/sbin/acme", dst="/usr/sbin/acme", type="symlink"),
        Content(src="etc/a", dst="/only/rpm", packager="rpm"),
        Content(src="etc/a", dst="/only/deb", packager="deb"),
    )
    assert found["opt/a"] == Item("opt/a", tmp_path / "etc/a", mode=0o640, config="config|noreplace")
    assert found["srv/tree/b"] == Item("srv/tree/b", tmp_path / "etc/b")
    assert (found["var/lib/acme"].folder, found["var/lib/acme"].mode) == (True, 0o700)
    assert found["var/log/acme"] == Item("var/log/acme")
    assert found["usr/sbin/acme"].link == "/sbin/acme"
    assert {name for name in found if name.startswith("only")} == {"only/deb"}


@pytest.mark.parametrize("fields", [{"type": "dir", "src": "a"}, {"type": "config"}, {}])
def test_contents_need_what_they_need(fields):
    with pytest.raises(ValueError, match="src"):
        Content(dst="/a", **fields)


def test_contents_that_are_not_there(tmp_path, program):
    with pytest.raises(WherryError, match=r"contents\[0\]: no-such: no such file"):
        packed(tmp_path, program, Content(src="no-such", dst="/a", type="config"))


def test_an_override_stands_for_the_whole_list_and_for_each_script():
    package = Nfpm(
        formats=("deb", "rpm"),
        dependencies=("a", "b"),
        conflicts=("c",),
        scripts=Scripts(preinstall="pre", postinstall="post"),
        overrides=Overrides(rpm=Overridable(dependencies=("d",), scripts=Scripts(postinstall="rpm"))),
    )
    rpm = overridden(package, "rpm")
    assert (rpm.dependencies, rpm.conflicts) == (("d",), ("c",))
    assert rpm.scripts == Scripts(preinstall="pre", postinstall="rpm")
    assert overridden(package, "deb").dependencies == ("a", "b")


def test_a_copyright_refers_to_what_each_debian_has():
    item = copyright_of(
        "acme", "Acme", "GPL-3.0-or-later OR Apache-2.0", "Ada <a@b.c>", "https://acme.dev", 1_700_000_000
    )
    assert item.name == "usr/share/doc/acme/copyright"
    assert item.data.decode().splitlines()[1:] == [
        "Upstream-Name: Acme",
        "Source: https://acme.dev",
        "",
        "Files: *",
        "Copyright: 2023 Ada <a@b.c>",
        "License: GPL-3.0-or-later OR Apache-2.0",
        " This program is under the licence that SPDX calls GPL-3.0-or-later OR Apache-2.0.",
        " Its text is with the source of the program: https://acme.dev",
        " On Debian systems its text is in /usr/share/common-licenses/GPL-3.",
        " On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.",
    ]


@pytest.mark.skipif(shutil.which("lintian") is None, reason="lintian is not installed")
@pytest.mark.parametrize("licence", ["MIT", "GPL-3.0-or-later", "Apache-2.0 OR MIT"])
def test_a_copyright_that_lintian_takes(tmp_path, licence):
    facts = PackageFacts("acme", "1.2.3", "amd64", "Does things", maintainer="Ada <ada@example.org>")
    items = (
        Item("usr/bin/acme", data=b"#!/bin/sh\n", executable=True),
        copyright_of("acme", "acme", licence, "Ada <ada@example.org>", "https://example.org", 1_700_000_000),
    )
    write_deb(tmp_path / "acme_1.2.3_amd64.deb", items, facts, 1_700_000_000)
    command = ["lintian", "--allow-root", "--check-part", "debian/copyright", tmp_path / "acme_1.2.3_amd64.deb"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
