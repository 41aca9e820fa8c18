"""An inventory of entries and an environment, without freezing."""

from __future__ import annotations

import hashlib

import pytest
from elf_files import elf

from wherry.commands.release.build.frozen import contents
from wherry.commands.release.build.frozen.report import Archive
from wherry.commands.release.build.frozen.tables import Entry
from wherry.commands.release.inventory import Distribution, Inventory, Library, Python

NOWHERE = {"PATH": "/no/such/folder"}


@pytest.fixture
def environment(tmp_path):
    place = tmp_path / "environment"
    site = place / "lib" / "python3.12" / "site-packages"
    start = ("PyInstaller/loader/pyiboot01_bootstrap.py", "PyInstaller/bootloader/run", "PyInstaller/building/api.py")
    for name, said, files in (
        ("Used", "Requires-Dist: lib-dep\nRequires-Dist: unused\nRequires-Dist: used[x]\n", ("used/__init__.py",)),
        ("lib_dep", "License: MIT\n", ("lib_dep.so", "lib_dep.libs/libown.so")),
        ("unused", "", ("unused.py",)),
        ("pyinstaller", "Requires-Dist: used\n", start),
    ):
        info = site / f"{name}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{said}")
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    (place / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")
    return site


def find(environment, *entries, libraries=None, archives=None):
    return contents.find(entries, libraries or environment, environment.parents[2], archives or {}, NOWHERE)


def entry(environment, path, kind="PYMODULE"):
    return Entry(path, str(environment / path), kind)


def test_only_what_is_in_the_program(environment):
    used, dep = entry(environment, "used/__init__.py"), entry(environment, "lib_dep.so", "EXTENSION")
    found = find(environment, used, dep, archives={"used": Archive("used.whl", "ab"), "unused": Archive("u.whl", "cd")})
    assert found == Inventory(
        (
            Distribution("lib_dep", "1", licenses=("MIT",)),
            Distribution("Used", "1", archive="used.whl", sha256="ab", requires=("lib-dep",)),
        ),
        Python("CPython", "3.12.1"),
    )


@pytest.mark.parametrize(
    ("paths", "part"),
    [
        (["PyInstaller/loader/pyiboot01_bootstrap.py", "PyInstaller/bootloader/run"], "bootloader"),
        (["PyInstaller/bootloader/run", "PyInstaller/building/api.py"], None),
    ],
)
def test_the_start_of_pyinstaller_or_all_of_it(environment, paths, part):
    found = find(environment, entry(environment, "used/__init__.py"), *(entry(environment, path) for path in paths))
    pyinstaller = found.distributions[0]
    assert (pyinstaller.name, pyinstaller.part) == ("pyinstaller", part)
    assert pyinstaller.requires == (() if part else ("used",))


def test_libraries_are_those_of_no_distribution(environment, tmp_path):
    for name, data in (
        ("there/libopen.so.1", elf(entries=[(14, b"libopen.so")])),
        ("source/libopen.so.1", b"another"),
        ("source/plain.dll", b"MZ"),
        ("source/broken.so", b"\x7fELF"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = find(
        environment,
        entry(environment, "lib_dep.libs/libown.so", "BINARY"),
        *(
            Entry(name, str(tmp_path / "source" / name), "BINARY")
            for name in ("plain.dll", "libopen.so.1", "broken.so")
        ),
        Entry("_ssl.so", str(tmp_path / "source" / "_ssl.so"), "EXTENSION"),
        libraries=tmp_path / "there",
    )
    assert found.libraries == tuple(
        Library(name, hashlib.sha256((tmp_path / folder / name).read_bytes()).hexdigest(), soname)
        for name, folder, soname in (
            ("broken.so", "source", None),
            ("libopen.so.1", "there", "libopen.so"),
            ("plain.dll", "source", None),
        )
    )


def test_nothing_is_known_without_entries(environment):
    assert find(environment) == Inventory()
