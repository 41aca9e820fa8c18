"""What is in a program, by tables as PyInstaller writes them."""

from __future__ import annotations

import os
import pprint

import pytest

from wherry.commands.release.build.frozen import tables
from wherry.errors import WherryError


def write(folder, name, content):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toc").write_text(pprint.pformat(content), "utf-8")


def exe(path, *entries):
    """An EXE's table: its path, options, and lists of entries in between."""
    return (
        str(path),
        True,
        None,
        [*entries],
        [],
        1700000000,
        [("run", "/site/PyInstaller/run", "EXECUTABLE")],
        "/libpython",
    )


@pytest.fixture
def work(tmp_path):
    """Two programs in one folder each, and one of one file, of one spec."""
    left = tmp_path / "left"
    for index, name in enumerate(("acme", "other", "single")):
        pyz = left / f"PYZ-0{index}.pyz"
        module = (f"mod_{name}", f"/site/mod_{name}.py", "PYMODULE")
        write(
            left, f"Analysis-0{index}", ([f"/src/{name}.py"], [module, ("left_out", "/site/left_out.py", "PYMODULE")])
        )
        write(left, f"PYZ-0{index}", (str(pyz), [module]))
        inside = [(pyz.name, str(pyz), "PYZ"), ("pyi-contents-directory _in", "", "OPTION")]
        data = (f"{name}.txt", f"/site/{name}.txt", "DATA")
        if name == "single":
            write(left, "EXE-02", exe(tmp_path / "dist" / name, *inside, data))
        else:
            write(left, f"EXE-0{index}", exe(left / name, *inside))
            write(left, f"COLLECT-0{index}", ([(name, str(left / name), "EXECUTABLE"), data],))
    return tmp_path


def sources(work, executable):
    entries = tables.of_program(tables.read(work / "left"), work / executable)
    return {entry.source for entry in entries if entry.source.startswith("/site/")}


@pytest.mark.parametrize(
    ("executable", "name"),
    [
        pytest.param("dist/single", "single", id="one file"),
        pytest.param("dist/folder/acme", "acme", id="a folder"),
        pytest.param("dist/x/other", "other", id="another folder"),
    ],
)
def test_only_what_is_in_this_program(work, executable, name):
    assert sources(work, executable) == {f"/site/mod_{name}.py", f"/site/{name}.txt", "/site/PyInstaller/run"}


def test_a_program_that_no_table_tells_of_is_made_of_all(work):
    found = sources(work, "dist/launcher")
    assert {f"/site/mod_{name}.py" for name in ("acme", "other", "single")} <= found
    assert "/site/left_out.py" not in found


def test_the_contents_folder(work):
    entries = tables.of_program(tables.read(work / "left"), work / "dist" / "single")
    assert tables.contents_folder(entries) == "_in"
    assert tables.contents_folder(()) == ""


def test_modules_that_are_files_of_their_own(tmp_path):
    pyc = str(tmp_path / "localpycs" / "0" / "pack" / "__init__.pyc")
    package, unknown = f"pack{os.sep}__init__.pyc", f"pack{os.sep}lost.pyc"
    write(tmp_path, "Analysis-00", ([("pack", "/site/pack/__init__.py", "PYMODULE-1")],))
    write(
        tmp_path, "COLLECT-00", ([("acme", "/w/acme", "EXECUTABLE"), (package, pyc, "DATA"), (unknown, pyc, "DATA")],)
    )
    entries = tables.of_program(tables.read(tmp_path), tmp_path / "acme")
    assert {entry.name: entry.source for entry in entries if entry.kind == "DATA"} == {
        package: "/site/pack/__init__.py",
        unknown: pyc,
    }


def test_no_tables(tmp_path):
    assert tables.of_program(tables.read(tmp_path), tmp_path / "acme") == ()


def test_what_is_no_entry(tmp_path):
    write(tmp_path, "EXE-00", [("a", "b", "SOMETHING"), ("a", None, "DATA"), (1, "b", "DATA"), ("a", "b"), "DATA", {}])
    (table,) = tables.read(tmp_path)
    assert table.entries == (tables.Entry("a", "", "DATA"),)
    assert (table.target, table.makes) == ("EXE", "")


@pytest.mark.parametrize("text", ["", "print(1)", "[", "(" * 10_000, "\0"])
def test_a_table_that_is_no_literal(tmp_path, text):
    (tmp_path / "PYZ-00.toc").write_text(text)
    with pytest.raises(WherryError, match=r"^reading PYZ-00\.toc of PyInstaller: "):
        tables.read(tmp_path)
