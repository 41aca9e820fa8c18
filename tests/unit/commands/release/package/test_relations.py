"""What packages say of others, and scripts: as dpkg and rpm read and run them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.naming import conventional
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.scripts import NAMES, Scripts
from wherry.commands.release.package.version import linux_version
from wherry.core.record import replace
from wherry.errors import UsageError

TIME_S = 1_700_000_000
SCRIPT = b'#!/bin/sh -e\necho "%s $*" >> "$DPKG_ROOT/said"\n'
FACTS = PackageFacts(
    name="hello",
    version="1.2.3",
    processor="amd64",
    description="Says hello",
    maintainer="A B <a@example.org>",
    license="MIT",
    priority="extra",
    dependencies=("git (>= 2.30)", "vim | nano (= 7)"),
    recommends=("bzr | hg", "gtk > 3"),
    suggests=("cvs",),
    conflicts=("svn (<< 2)",),
    provides=("greeter (= 1)", "polite"),
    replaces=("hello-old <= 1",),
    scripts=Scripts(**{name: SCRIPT % name.encode() for name in NAMES}),
)
ITEMS = (
    Item("etc/hello.conf", data=b"a"),
    Item("opt/hello/a.conf", data=b"a", config="config"),
    Item("opt/hello/b.conf", data=b"b", mode=0o640, config="config|noreplace"),
    Item("usr/bin/hello", data=b"#!/bin/sh\n", executable=True),
    Item("var/lib/hello", mode=0o700),
    Item("var/log/empty"),
)


def tool(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="installing is for root")


def out(*command):
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environ).stdout


@pytest.fixture
def deb(tmp_path):
    write_deb(tmp_path / "hello.deb", ITEMS, FACTS, TIME_S)
    return str(tmp_path / "hello.deb")


@pytest.fixture
def rpm(tmp_path):
    write_rpm(tmp_path / "hello.rpm", ITEMS, FACTS, TIME_S)
    return str(tmp_path / "hello.rpm")


@tool("dpkg-deb")
def test_the_fields_of_a_deb(deb):
    fields = dict(line.split(": ", 1) for line in out("dpkg-deb", "--field", deb).splitlines() if ": " in line)
    wanted = {
        "Depends": "git (>= 2.30), vim | nano (= 7)",
        "Recommends": "bzr | hg, gtk (>> 3)",
        "Suggests": "cvs",
        "Conflicts": "svn (<< 2)",
        "Provides": "greeter (= 1), polite",
        "Replaces": "hello-old (<= 1)",
        "Priority": "extra",
    }
    assert {name: fields[name] for name in wanted} == wanted


@tool("dpkg-deb")
def test_kinds_of_files_of_a_deb(deb, tmp_path):
    listed = {line.split()[5]: line.split()[0] for line in out("dpkg-deb", "--contents", deb).splitlines()}
    assert listed["./var/lib/hello/"] == "drwx------"
    assert listed["./var/log/empty/"] == "drwxr-xr-x"
    assert listed["./opt/hello/b.conf"] == "-rw-r-----"
    out("dpkg-deb", "--control", deb, str(tmp_path / "control"))
    kept = (tmp_path / "control/conffiles").read_text().splitlines()
    assert kept == ["/etc/hello.conf", "/opt/hello/a.conf", "/opt/hello/b.conf"]


@tool("dpkg")
@root_only
def test_scripts_of_a_deb_are_run(deb, tmp_path):
    root = tmp_path / "root"
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    forced = "--force-not-root,script-chrootless,depends"
    out("dpkg", f"--root={root}", "--log=/dev/null", forced, "--install", deb)
    assert (root / "var/lib/hello").is_dir()
    out("dpkg", f"--root={root}", "--log=/dev/null", forced, "--remove", "hello")
    said = (root / "said").read_text().splitlines()
    assert said == ["preinstall install", "postinstall configure ", "preremove remove", "postremove remove"]
    assert (root / "opt/hello/a.conf").is_file(), "what people edit stays until it is purged"


@tool("rpm")
@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("--recommends", ["(bzr or hg)", "gtk > 3"]),
        ("--suggests", ["cvs"]),
        ("--conflicts", ["svn < 2"]),
        ("--obsoletes", ["hello-old <= 1"]),
        ("--provides", ["greeter = 1", "hello = 1.2.3-1", "hello(x86-64) = 1.2.3-1", "polite"]),
        ("--configfiles", ["/etc/hello.conf", "/opt/hello/a.conf", "/opt/hello/b.conf"]),
    ],
)
def test_what_an_rpm_says(rpm, query, lines):
    assert out("rpm", "--query", "--package", query, rpm).splitlines() == lines


@tool("rpm")
def test_what_an_rpm_needs(rpm):
    needed = out("rpm", "--query", "--package", "--requires", rpm).splitlines()
    assert [line for line in needed if not line.startswith("rpmlib")] == [
        "(vim or nano = 7)",
        *["/bin/sh"] * 4,
        "git >= 2.30",
    ]
    assert "digests OK" in out("rpm", "--checksig", "--nosignature", rpm)


@tool("rpm")
def test_kinds_of_files_of_an_rpm(rpm):
    form = "[%{FILENAMES} %{FILEMODES:octal} %{FILEFLAGS:fflags}\n]"
    listed = dict(
        line.split(" ", 1) for line in out("rpm", "--query", "--package", f"--queryformat={form}", rpm).splitlines()
    )
    assert listed["/opt/hello/a.conf"] == "100644 c"
    assert listed["/opt/hello/b.conf"] == "100640 cn"
    assert listed["/etc/hello.conf"] == "100644 cn"
    assert listed["/var/lib/hello"] == "40700 "
    assert listed["/var/log/empty"] == "40755 "


@tool("rpm")
def test_scripts_of_an_rpm(rpm):
    told = out("rpm", "--query", "--package", "--scripts", rpm)
    for words in ("preinstall scriptlet (using /bin/sh -e):", "postuninstall scriptlet (using /bin/sh -e):"):
        assert words in told
    assert told.count("#!/bin/sh -e") == 4


@tool("rpm")
@root_only
@pytest.mark.skipif(shutil.which("busybox") is None, reason="no busybox, as the shell of an empty root")
def test_scripts_of_an_rpm_are_run(rpm, tmp_path):
    root = tmp_path / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(shutil.which("busybox"), root / "bin/sh")
    out("rpm", f"--root={root}", "--install", "--nodeps", "--nosignature", "--ignorearch", rpm)
    out("rpm", f"--root={root}", "--erase", "--nodeps", "hello")
    said = (root / "said").read_text().splitlines()
    assert said == ["preinstall 1", "postinstall 1", "preremove 0", "postremove 0"]


@pytest.mark.parametrize("write", [write_deb, write_rpm])
@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"conflicts": ("a | b",)}, "conflicts: 'a | b' are several"),
        ({"provides": ("a >= 1",)}, "provides: 'a >= 1' is no one version"),
        ({"suggests": ("a b",)}, "suggests: 'a b' is none"),
        ({"scripts": Scripts(preremove=b"echo\n")}, "scripts.preremove does not begin with #!"),
        ({"scripts": Scripts(preremove=b"#!sh\n")}, "scripts.preremove does not begin with #!"),
        ({"scripts": Scripts(preremove=b"#!/bin/sh\r\n")}, "line endings of Windows"),
        ({"scripts": Scripts(preremove=b"#!/bin/sh\n\xff")}, "not text in UTF-8"),
        ({"scripts": Scripts(preremove=b"#!/bin/sh\n\0")}, "a zero byte"),
        ({"priority": "a\nb"}, "priority"),
    ],
)
def test_what_cannot_be_said(tmp_path, write, facts, words):
    with pytest.raises(UsageError, match=words.replace("|", r"\|").replace(".", r"\.")):
        write(tmp_path / "out", ITEMS, replace(FACTS, **facts), TIME_S)
    assert not list(tmp_path.iterdir())


@tool("rpm")
@tool("dpkg-deb")
@pytest.mark.parametrize("version", ["1.2.3", "1.2.3-rc.1", "1.2.3.post1"])
def test_conventional_names_are_what_the_packages_say(tmp_path, version):
    facts = replace(FACTS, version=version, processor="arm64")
    write_deb(tmp_path / "deb", ITEMS, facts, TIME_S)
    write_rpm(tmp_path / "rpm", ITEMS, facts, TIME_S)
    form = "${Package}_${Version}_${Architecture}.deb"
    assert conventional("deb", "hello", linux_version(version), "arm64") == out(
        "dpkg-deb", "--show", f"--showformat={form}", str(tmp_path / "deb")
    )
    form = "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm"
    assert conventional("rpm", "hello", linux_version(version), "arm64") == out(
        "rpm", "--query", "--package", f"--queryformat={form}", str(tmp_path / "rpm")
    )
