"""A program that PyInstaller freezes."""

from __future__ import annotations

import glob
import os
import sys
from typing import TYPE_CHECKING, Final

from wherry.commands.release import disk
from wherry.commands.release.build import environment, searchpath
from wherry.commands.release.build.frozen import contents as frozen
from wherry.commands.release.build.frozen import report, tables
from wherry.commands.release.build.program import Program
from wherry.commands.release.build.spec import FOLDER, Freeze, script, spec
from wherry.commands.release.launcher import folder as launched
from wherry.commands.release.launcher import making
from wherry.commands.release.launcher.hook import HOOK
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wherry.commands.release.build.running import Runner
    from wherry.commands.release.file import PyInstallerBuild
    from wherry.commands.release.inventory import Inventory

# Folders of a build: the virtual environment, and what PyInstaller leaves.
_ENVIRONMENT: Final = "environment"
_LEFT: Final = "pyinstaller"


def freeze(
    build: PyInstallerBuild, name: str, build_id: str, run: Runner, work: Path, project: str | None,
    say: Callable[[str], None],
) -> Program:  # fmt: skip
    """Freeze it in ``work``, an empty folder; ``name`` is the program's, without .exe. Raises WherryError."""
    if build.mode == "launcher":
        making.launcher()  # it is not there for every wherry, and what follows takes long
    run = environment.cleaned(run)
    say(f"{build_id}: a virtual environment with {build.lock or 'the project'}")
    pyinstaller = environment.make(build, run, work / _ENVIRONMENT, project)
    say(f"{build_id}: PyInstaller")
    if build.spec is not None:
        return _run_spec(build.spec, name, build_id, run, work, pyinstaller)
    begin = work / "begin" / "wherry_begin.py"
    begin.parent.mkdir()
    assert build.entry is not None, "a build has either entry or spec"
    begin.write_text(script(build.entry), "utf-8")
    text = spec(
        Freeze(
            name=name,
            entry=build.entry,
            script=str(begin),
            paths=_paths(run.folder, build.entry),
            data=tuple((os.path.join(glob.escape(str(run.folder)), each.src), each.dst) for each in build.data),  # noqa: PTH118  a pattern is no path
            one_file=build.mode == "onefile",
            hook=str(_hook(begin.parent)) if build.mode == "launcher" else None,
        )
    )
    (work / "program.spec").write_text(text, "utf-8")
    dist = _pyinstaller(str(work / "program.spec"), run, work, pyinstaller)
    folder, file = dist / FOLDER.format(name=name), _executable(name)
    if build.mode != "onefile":
        _clean(folder)
    if build.mode == "onedir":
        return Program(build_id, file, folder, folder / file, folder)
    executable = dist / file
    if build.mode == "launcher":
        say(f"{build_id}: the launcher")
        making.make(launched.program(folder, file), file, work, executable)
    return Program(build_id, file, executable, executable, folder, own_libc=build.mode == "launcher")


def _hook(folder: Path) -> Path:
    path = folder / "wherry_hook.py"
    path.write_text(HOOK, "utf-8")
    return path


def contents(program: Program, work: Path, environ: Mapping[str, str]) -> Inventory:
    """What is in ``program``, which was frozen in ``work``. Raises WherryError."""
    place = work / _ENVIRONMENT
    told = place / environment.REPORT
    archives = report.read(told.read_bytes()) if told.is_file() else {}
    entries = tables.of_program(tables.read(work / _LEFT), program.executable)
    libraries = program.checked / tables.contents_folder(entries)
    if entries and program.own_libc:
        system = launched.system(program.checked, program.name)
        entries += tuple(tables.Entry(name, str(path), "BINARY") for name, path in system.items())
    return frozen.find(entries, libraries, place, archives, environ)


def _run_spec(path: str, name: str, build_id: str, run: Runner, work: Path, pyinstaller: Path) -> Program:
    dist = _pyinstaller(path, run, work, pyinstaller)
    file = _executable(name)
    folder = dist / name
    if (folder / file).is_file():
        _clean(folder)
        return Program(build_id, file, folder, folder / file, folder)
    if (dist / file).is_file():
        return Program(build_id, file, dist / file, dist / file, dist / file)
    made = ", ".join(sorted(each.name for each in dist.iterdir())) if dist.is_dir() else ""
    raise WherryError(f"{path} made no {file}; it made {made or 'nothing'}")


def _clean(folder: Path) -> None:
    if sys.platform == "linux":
        searchpath.clean(folder)


def _pyinstaller(spec_path: str, run: Runner, work: Path, pyinstaller: Path) -> Path:
    """Run it; the folder that it put its results in.

    It is started as a script, not by -m, which would find modules and metadata in the source folder before those that
    are installed. Nothing is kept in the home, where other builds would see it.
    """
    dist = work / "dist"
    paths = ["--distpath", str(dist), "--workpath", str(work / _LEFT)]
    variables = {"PYTHONHASHSEED": "0", "PYINSTALLER_CONFIG_DIR": str(work / "configuration")}
    run([str(pyinstaller), "--noconfirm", *paths, spec_path], "PyInstaller", variables=variables)
    return dist


def _executable(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


def _paths(folder: Path, entry: str) -> tuple[str, ...]:
    """Where the package is, unless pip has installed it."""
    if environment.is_installable(folder):
        return ()
    where = disk.package_folder(folder, entry.partition(":")[0].partition(".")[0])
    return (str(where.parent),) if where else ()
