"""What PyInstaller is told of a program: the script that it begins with, and the spec. Pure.

PyInstaller reads the spec as Python; https://pyinstaller.org/en/stable/spec-files.html has its words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: str = "{name}.folder"
"""What the folder is called, beside which a one-file program has the name itself."""


class Freeze(Record):
    """A program to freeze.

    ``entry`` is ``package.module:function``; ``script`` the path of what :func:`script` says; ``paths`` are folders
    that modules are found in, besides those of the environment; ``data`` pairs of a path, or a pattern, and a folder;
    ``hook`` is a file that runs before the program and all other hooks.
    """

    name: str
    entry: str
    script: str
    paths: tuple[str, ...]
    data: tuple[tuple[str, str], ...]
    one_file: bool
    hook: str | None = None


def script(entry: str) -> str:
    """The program's first file: it calls the function and ends with what that returns."""
    module, _, function = entry.partition(":")
    return f"import sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n"


def spec(freeze: Freeze) -> str:
    """The spec: a folder always, which can be looked into, and one file besides where that is wanted.

    All modules and data files of the package itself are put in: nothing says which of them it loads by name.
    Records of the installation are left out: they hold paths of the machine, and differ from build to build.
    """
    return "\n".join(_lines(freeze)) + "\n"


def _lines(freeze: Freeze) -> Sequence[str]:
    package = freeze.entry.partition(":")[0].partition(".")[0]
    hooks = [freeze.hook] if freeze.hook else []
    options = f"name={freeze.name!r}, console=True, strip=False, upx=False"
    lines = [
        "from importlib.metadata import packages_distributions",
        "from pathlib import PurePath",
        "",
        "from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata",
        "",
        f"package = {package!r}",
        f"data = {[*freeze.data]!r}",
        "data += collect_data_files(package)",
        "for distribution in sorted(set(packages_distributions().get(package, []))):",
        "    data += copy_metadata(distribution)",
        f"paths = {[*freeze.paths]!r}",
        "modules = collect_submodules(package)",
        f"hooks = {hooks!r}",
        f"begin = {freeze.script!r}",
        "analysis = Analysis([begin], pathex=paths, datas=data, hiddenimports=modules, runtime_hooks=hooks)",
        "",
        "",
        "def is_record(path):",
        "    path = PurePath(path)",
        "    names = ('RECORD', 'INSTALLER', 'REQUESTED', 'direct_url.json', 'uv_cache.json')",
        "    return path.parent.suffix == '.dist-info' and path.name in names",
        "",
        "",
        "analysis.datas = [entry for entry in analysis.datas if not is_record(entry[0])]",
        "archive = PYZ(analysis.pure)",
        f"program = EXE(archive, analysis.scripts, exclude_binaries=True, {options})",
        f"COLLECT(program, analysis.binaries, analysis.datas, name={FOLDER.format(name=freeze.name)!r})",
    ]
    if freeze.one_file:
        lines.append(f"EXE(archive, analysis.scripts, analysis.binaries, analysis.datas, {options})")
    return lines
