"""A program and a library made to look elsewhere, with readelf and the real loader as judges."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from compiled import compile_c, needs_compiler, readelf, run

from wherry.commands.release.launcher import bootloader, elf
from wherry.commands.release.launcher.payload import RESERVED

PROGRAM = 'int puts(const char *); int where(void); int main(void) { puts("it runs"); return where(); }'

pytestmark = needs_compiler


def library(folder, name, code, *options):
    folder.mkdir(exist_ok=True)
    path = folder / f"lib{name}.so"
    compile_c(code, path, "-shared", "-fPIC", *options)
    return path


def settled(prepared, loader, libraries):
    data = bytearray(prepared.data)
    for at, path in ((prepared.interpreter_at, loader), (prepared.library_path_at, libraries)):
        assert data[at : at + RESERVED] == bytes(RESERVED)
        data[at : at + len(str(path))] = str(path).encode()
    return bytes(data)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([], id="position-independent"),
        pytest.param(["-no-pie"], id="at a fixed address"),
        pytest.param(["-Wl,--disable-new-dtags,-rpath,/nowhere"], id="with a path"),
        pytest.param(["-Wl,--enable-new-dtags,-rpath,/nowhere"], id="with the other kind of path"),
        pytest.param(["-Wl,--spare-dynamic-tags=1"], id="without a spare entry"),
    ],
)
def test_a_program_with_another_loader_and_another_folder(tmp_path, options):
    where = library(tmp_path / "one", "where", "int where(void) { return 7; }")
    library(tmp_path / "two", "where", "int where(void) { return 9; }")
    data = compile_c(PROGRAM, tmp_path / "built", f"-L{where.parent}", "-lwhere", *options)
    loader = Path(bootloader.loader(data)).resolve()
    shutil.copy(loader, tmp_path / "loader")
    made = settled(bootloader.prepared(data), tmp_path / "loader", tmp_path / "two")
    assert f"interpreter: {tmp_path / 'loader'}]" in readelf(made, tmp_path / "made", "--program-headers")
    dynamic = readelf(made, tmp_path / "made", "--dynamic")
    assert dynamic.count("(RPATH)") == 1
    assert "(RUNPATH)" not in dynamic
    assert "libwhere.so" in dynamic
    ran = run(made, tmp_path / "program")
    assert (ran.stdout, ran.returncode) == ("it runs\n", 9), ran.stderr
    assert run(made, tmp_path / "program", LD_LIBRARY_PATH=str(tmp_path / "one")).returncode == 9


def test_a_library_that_finds_its_own_in_the_program_s_folder(tmp_path):
    """libouter has a DT_RUNPATH, which hides the program's path."""
    inner = library(tmp_path / "inner", "inner", "int inner(void) { return 5; }")
    outer = library(
        tmp_path / "outer", "outer", "int inner(void); int where(void) { return inner(); }",
        f"-L{inner.parent}", "-linner", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/none",
    )  # fmt: skip
    paths = f"-Wl,--disable-new-dtags,-rpath,{outer.parent}:{inner.parent}"
    program = tmp_path / "program"
    compile_c(PROGRAM, program, f"-L{outer.parent}", "-louter", "-Wl,--allow-shlib-undefined", paths)
    assert subprocess.run([program], capture_output=True, check=False).returncode == 127
    outer.write_bytes(bootloader.inheriting(outer.read_bytes()))
    assert "(RPATH)" in readelf(outer.read_bytes(), tmp_path / "read", "--dynamic")
    assert subprocess.run([program], capture_output=True, check=False).returncode == 5


def test_a_library_without_a_path_stays_as_it_is(tmp_path):
    data = library(tmp_path, "where", "int where(void) { return 7; }").read_bytes()
    assert bootloader.inheriting(data) == data
    assert bootloader.loader(data) is None


def test_a_static_program_is_refused(tmp_path):
    data = compile_c("int main(void) { return 0; }", tmp_path / "static", "-static")
    with pytest.raises(ValueError, match="no dynamic program"):
        bootloader.prepared(data)
    assert [*elf.needed(data)] == []
