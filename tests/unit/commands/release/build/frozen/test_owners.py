"""The packages of files, asked of the real dpkg and rpm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wherry.commands.release.build.frozen.owners import owners
from wherry.commands.release.build.item import Item
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.rpm import write_rpm

LIBC = next(iter([*Path("/lib").glob("*/libc.so.6"), *Path("/lib64").glob("libc.so.6")]), None)
DPKG = pytest.mark.skipif(
    not shutil.which("dpkg-query") or LIBC is None or not Path("/var/lib/dpkg/info").is_dir(), reason="asks dpkg"
)


@DPKG
def test_dpkg_by_either_path_to_a_file():
    paths = [str(LIBC), f"/usr{LIBC}", os.path.realpath(LIBC)]
    found = owners([*paths, "/no/such/lib.so", "/lib/*/libc.so.6"], os.environ)
    command = ["dpkg-query", "-W", "-f", "${Version} ${Architecture}", "libc6"]
    version, arch = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert {*found} == {*paths}
    assert {(each.type, each.name, each.version, each.arch) for each in found.values()} == {
        ("deb", "libc6", version, arch)
    }


@pytest.mark.skipif(not shutil.which("rpm") or not Path("/etc/os-release").exists(), reason="asks rpm")
def test_rpm(tmp_path):
    """A database of its own, with a package whose file lies in the folder of the test."""
    file = tmp_path / "libown.so"
    file.write_bytes(b"own")
    facts = PackageFacts(
        name="own", version="1.2.3", processor="amd64", description="Own", maintainer="A <a@a.test>", license="MIT"
    )
    write_rpm(tmp_path / "own.rpm", [Item(str(file)[1:], source=file)], facts, 1700000000)
    (tmp_path / ".rpmmacros").write_text(f"%_dbpath {tmp_path / 'database'}\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "rpm").symlink_to(shutil.which("rpm"))
    environ = {"PATH": str(tools), "HOME": str(tmp_path)}
    command = ["rpm", "--install", "--justdb", "--nodeps", "--nosignature", "--ignorearch", str(tmp_path / "own.rpm")]
    subprocess.run(command, env=environ, check=True, capture_output=True)
    found = owners([str(file), str(tmp_path / "own.rpm")], environ)
    assert {path: (each.type, each.name, each.version, each.arch) for path, each in found.items()} == {
        str(file): ("rpm", "own", "1.2.3-1", "x86_64")
    }


def test_neither_is_there():
    assert owners(["/lib/libz.so"], {"PATH": "/no/such/folder"}) == {}
    assert owners([], os.environ) == {}
