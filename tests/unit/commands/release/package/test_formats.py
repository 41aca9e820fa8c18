"""Archives and packages, read by the tools that people have."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.members import appearing
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.package.zip import write_zip
from wherry.core.record import replace
from wherry.errors import UsageError

TIME_S = 1_700_000_000
FACTS = PackageFacts(
    name="hello",
    version="1.2.3",
    processor="amd64",
    description="Says hello.\nIt says it well.\n\nAnd twice.",
    maintainer="A B <a@example.org>",
    homepage="https://example.org/hello",
    license="MIT",
    dependencies=("libc6",),
)
PAGE = b".TH HELLO 1\n.SH NAME\nhello \\- says hello\n"
LICENCE = b"Copyright 2026 A B\nPermission is hereby granted, free of charge.\n"
LONG = "usr/lib/hello/" + "/".join(["a" * 60] * 5) + "/" + "b" * 120


def tool(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


@pytest.fixture
def items(tmp_path):
    program = tmp_path / "program"
    program.write_bytes(b"#!/bin/sh\necho hello\n")
    return (
        Item("etc/hello.conf", data=b"greeting = hello\n"),
        Item("usr/bin/hello", link="../lib/hello/hello"),
        Item(LONG, data=b"long"),
        Item("usr/lib/hello/empty", data=b""),
        Item("usr/lib/hello/grüße.txt", data="grüße".encode()),
        Item("usr/lib/hello/hello", source=program, executable=True),
        Item("usr/share/doc/hello/copyright", data=LICENCE),
        Item("usr/share/man/man1/hello.1.gz", data=gzip.compress(PAGE, mtime=0)),
    )


def out(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=QUIET).stdout


QUIET = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
WRITERS = [
    pytest.param(write_tar_gz, id="tar.gz"),
    pytest.param(write_zip, id="zip"),
    pytest.param(lambda path, items, time_s: write_deb(path, items, FACTS, time_s), id="deb"),
    pytest.param(lambda path, items, time_s: write_rpm(path, items, FACTS, time_s), id="rpm"),
]


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_files_make_the_same_bytes(tmp_path, items, write):
    write(tmp_path / "one", items, TIME_S)
    program = tmp_path / "program"
    program.chmod(0o640)
    os.utime(program, (1, 1))
    write(tmp_path / "other", items, TIME_S)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("write", WRITERS)
def test_a_failure_leaves_nothing(tmp_path, items, write):
    (tmp_path / "program").unlink()
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "out", items, TIME_S)
    assert not list(tmp_path.iterdir())


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "out"
    target.write_bytes(b"old")
    with pytest.raises(OSError, match="disk"), appearing(target) as file:
        file.write(b"half")
        raise OSError("disk")
    assert target.read_bytes() == b"old"
    with appearing(target) as file:
        file.write(b"whole")
    assert [each.name for each in tmp_path.iterdir()] == ["out"]
    assert target.read_bytes() == b"whole"


def test_tar(tmp_path, items):
    write_tar_gz(tmp_path / "a.tar.gz", items, TIME_S)
    with tarfile.open(tmp_path / "a.tar.gz") as archive:
        found = {entry.name: entry for entry in archive}
        assert list(found) == [item.name for item in items]
        assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in found.values()} == {(0, 0, "root", "root", TIME_S)}
        assert found["usr/lib/hello/hello"].mode == 0o755
        assert found["usr/lib/hello/empty"].mode == 0o644
        assert found["usr/bin/hello"].linkname == "../lib/hello/hello"
        assert archive.extractfile("usr/lib/hello/grüße.txt").read() == "grüße".encode()
        assert archive.extractfile(LONG).read() == b"long"
    head = (tmp_path / "a.tar.gz").read_bytes()[:10]
    assert head[3] == 0, "no name in the header"


@tool("tar")
def test_tar_by_tar(tmp_path, items):
    write_tar_gz(tmp_path / "a.tar.gz", items, TIME_S)
    out("tar", "-xzf", str(tmp_path / "a.tar.gz"), "-C", str(tmp_path))
    assert out(str(tmp_path / "usr/bin/hello")) == "hello\n"
    assert (tmp_path / LONG).read_bytes() == b"long"


def test_zip(tmp_path, items):
    write_zip(tmp_path / "a.zip", items, TIME_S)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [item.name for item in items]
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert archive.getinfo("usr/lib/hello/hello").external_attr >> 16 == 0o100755
        assert archive.getinfo("usr/bin/hello").external_attr >> 16 == 0o120777
        assert archive.read("usr/lib/hello/grüße.txt") == "grüße".encode()


def test_zip_before_its_time(tmp_path, items):
    write_zip(tmp_path / "a.zip", items, 0)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@tool("dpkg-deb")
def test_deb(tmp_path, items):
    file = tmp_path / "hello.deb"
    write_deb(file, items, FACTS, TIME_S)
    fields = out("dpkg-deb", "--field", str(file))
    assert "Package: hello\nVersion: 1.2.3\nArchitecture: amd64\nMaintainer: A B <a@example.org>\n" in fields
    assert fields.endswith("Description: Says hello\n It says it well.\n .\n And twice.\n")
    root = tmp_path / "root"
    out("dpkg-deb", "--raw-extract", str(file), str(root))
    assert out(str(root / "usr/bin/hello")) == "hello\n"
    assert (root / "DEBIAN/conffiles").read_text() == "/etc/hello.conf\n"
    subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=root, check=True)
    assert b"hello (1.2.3) unstable" in gzip.decompress((root / "usr/share/doc/hello/changelog.gz").read_bytes())


@tool("dpkg")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="installing is for root")
def test_deb_is_installed(tmp_path, items):
    file, root = tmp_path / "hello.deb", tmp_path / "root"
    write_deb(file, items, replace(FACTS, dependencies=()), TIME_S)
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    out("dpkg", f"--root={root}", "--force-not-root,script-chrootless", "--install", str(file))
    assert "install ok installed" in out("dpkg-query", f"--admindir={root}/var/lib/dpkg", "--status", "hello")
    assert out(str(root / "usr/bin/hello")) == "hello\n"
    out("dpkg", f"--root={root}", "--force-script-chrootless", "--purge", "hello")
    assert not (root / "usr/bin/hello").exists()


@tool("lintian")
def test_deb_has_no_error_for_lintian(tmp_path, items):
    file = tmp_path / "hello_1.2.3_amd64.deb"
    plain = tuple(item for item in items if "grüße" not in item.name and item.name != LONG)
    write_deb(file, plain, FACTS, TIME_S)
    command = ["lintian", "--fail-on", "error", "--allow-root", "--suppress-tags", "bad-distribution-in-changes-file"]
    ran = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout


@tool("lintian")
def test_one_line_of_description_is_enough_for_lintian(tmp_path, items):
    file = tmp_path / "hello_1.2.3_amd64.deb"
    plain = tuple(item for item in items if "grüße" not in item.name and item.name != LONG)
    write_deb(file, plain, replace(FACTS, description="Says hello"), TIME_S)
    command = ["lintian", "--fail-on", "error", "--allow-root", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout


def test_a_deb_without_a_maintainer(tmp_path, items):
    with pytest.raises(UsageError, match="maintainer"):
        write_deb(tmp_path / "hello.deb", items, replace(FACTS, maintainer=None), TIME_S)
    assert [each.name for each in tmp_path.iterdir()] == ["program"]


@tool("rpm")
def test_rpm(tmp_path, items):
    file = tmp_path / "hello.rpm"
    write_rpm(file, items, replace(FACTS, version="1.2.3-rc.1"), TIME_S)
    assert "digests OK" in out("rpm", "--checksig", "--nosignature", str(file))
    query = "%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{LICENSE} %{SUMMARY}|%{DESCRIPTION}|%{URL} %{BUILDTIME}"
    asked = out("rpm", "--query", "--package", f"--queryformat={query}", str(file))
    described = "It says it well.\n\nAnd twice."
    assert asked == f"hello 1.2.3~rc.1 1 x86_64 MIT Says hello|{described}|https://example.org/hello {TIME_S}"
    listed = out("rpm", "--query", "--package", "--dump", str(file)).splitlines()
    assert any(line.startswith("/usr/lib/hello/hello 21 ") and " 0100755 root root " in line for line in listed)
    assert any(line.startswith("/usr/lib/hello ") and " 040755 " in line for line in listed), "its own folder"
    assert not any(line.startswith("/usr/bin ") for line in listed), "the system's folder"
    assert out("rpm", "--query", "--package", "--configfiles", str(file)) == "/etc/hello.conf\n"


@tool("rpmlint")
def test_rpm_has_no_error_for_rpmlint(tmp_path, items):
    file = tmp_path / "hello-1.2.3-1.x86_64.rpm"
    plain = (item for item in items if "grüße" not in item.name)
    write_rpm(file, plain, replace(FACTS, description="Says a word.\nIt says it well.", dependencies=("bash",)), TIME_S)
    ran = subprocess.run(["rpmlint", str(file)], capture_output=True, text=True, timeout=120, check=False)
    errors = {line.split()[2] for line in ran.stdout.splitlines() if ": E: " in line}
    # Signing takes a key, rpmbuild leaves the group unsaid as well, and these files are an empty one and a script.
    assert errors <= {"no-signature", "no-group-tag", "zero-length", "no-binary"}, ran.stdout
    assert "1 packages" in ran.stdout


@tool("rpm2cpio")
@tool("cpio")
def test_rpm_by_cpio(tmp_path, items):
    write_rpm(tmp_path / "hello.rpm", items, FACTS, TIME_S)
    payload = subprocess.run(["rpm2cpio", str(tmp_path / "hello.rpm")], check=True, capture_output=True).stdout
    command = ["cpio", "--extract", "--make-directories", "--quiet"]
    subprocess.run(command, check=True, cwd=tmp_path, input=payload, env=QUIET)
    assert out(str(tmp_path / "usr/bin/hello")) == "hello\n"
    assert (tmp_path / LONG).read_bytes() == b"long"


@tool("rpm")
def test_rpm_says_what_it_needs(tmp_path, items):
    file = tmp_path / "hello.rpm"
    needed = ("zlib", "git (>= 2.30)", "python3 > 3.9", "python3 << 4", "vim | nano (= 7)")
    write_rpm(file, items, replace(FACTS, version="1.2.3rc1", dependencies=needed), TIME_S)
    told = out("rpm", "--query", "--package", "--requires", str(file)).splitlines()
    assert [line for line in told if not line.startswith("rpmlib")] == [
        "(vim or nano = 7)",
        "git >= 2.30",
        "python3 > 3.9",
        "python3 < 4",
        "zlib",
    ]
    assert "rpmlib(TildeInVersions) <= 4.10.0-1" in told
    assert "rpmlib(RichDependencies) <= 4.12.0-1" in told


@tool("rpm")
def test_rpm_has_its_own_folders(tmp_path):
    names = (
        "etc/hello/hello.conf",
        "etc/sudoers.d/hello",
        "opt/maker/hello/data",
        "usr/lib/hello/_internal/data",
        "usr/lib/systemd/system/hello.service",
        "usr/lib/x86_64-linux-gnu/hello.so",
        "usr/share/hello/a/data",
        "usr/share/man/man1/hello.1.gz",
    )
    file = tmp_path / "hello.rpm"
    write_rpm(file, (Item(name, data=b"") for name in names), FACTS, TIME_S)
    listed = [line.split() for line in out("rpm", "--query", "--package", "--dump", str(file)).splitlines()]
    assert {line[0] for line in listed if line[4] == "040755"} == {
        "/etc/hello",
        "/opt/maker",
        "/opt/maker/hello",
        "/usr/lib/hello",
        "/usr/lib/hello/_internal",
        "/usr/share/hello",
        "/usr/share/hello/a",
    }


@tool("dpkg-deb")
def test_what_people_edit_has_no_sum(tmp_path):
    items = (Item("etc/a", data=b"a"), Item("etc/b", link="a"), Item("usr/c", data=b"c"))
    write_deb(tmp_path / "hello.deb", items, FACTS, TIME_S)
    out("dpkg-deb", "--control", str(tmp_path / "hello.deb"), str(tmp_path / "control"))
    assert (tmp_path / "control/conffiles").read_text() == "/etc/a\n"
    assert [line.split()[1] for line in (tmp_path / "control/md5sums").read_text().splitlines()] == [
        "usr/c",
        "usr/share/doc/hello/changelog.gz",
    ]


@tool("dpkg-deb")
def test_a_description_is_folded(tmp_path, items):
    told = replace(FACTS, description=f"Says hello.\n\n\n{'word ' * 30}\n - one\n.two\n\nthree\n")
    write_deb(tmp_path / "hello.deb", items, told, TIME_S)
    lines = out("dpkg-deb", "--field", str(tmp_path / "hello.deb"), "Description").splitlines()
    assert lines[0] == "Says hello"
    assert lines[-4:] == ["  - one", "  .two", " .", " three"]
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize("write", [write_deb, write_rpm])
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"name": "Hello World"}, id="a name of two words"),
        pytest.param({"name": "h"}, id="a short name"),
        pytest.param({"maintainer": "A\nDepends: b"}, id="a maintainer of two lines"),
        pytest.param({"homepage": "https://example.org\x00"}, id="a homepage with a zero byte"),
        pytest.param({"dependencies": ("a b",)}, id="a dependency of two words"),
        pytest.param({"version": "latest"}, id="a version without numbers"),
    ],
)
def test_what_a_package_cannot_say(tmp_path, items, write, facts):
    with pytest.raises(UsageError):
        write(tmp_path / "out", items, replace(FACTS, **facts), TIME_S)
    assert [each.name for each in tmp_path.iterdir()] == ["program"]


@tool("rpm")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="installing is for root")
def test_rpm_is_installed(tmp_path, items):
    file, root = tmp_path / "hello.rpm", tmp_path / "root"
    root.mkdir()
    write_rpm(file, items, FACTS, TIME_S)
    out("rpm", f"--root={root}", "--install", "--nodeps", "--nosignature", "--ignorearch", str(file))
    assert out(str(root / "usr/bin/hello")) == "hello\n"
    assert (root / LONG).read_bytes() == b"long"
    assert out("rpm", f"--root={root}", "--verify", "--nodeps", "hello") == ""
    assert out("rpm", f"--root={root}", "--query", "hello") == "hello-1.2.3-1.x86_64\n"
