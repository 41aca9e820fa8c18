"""Lay out what PyInstaller found for the Linux executable: one file of modules, and a flat folder of shared libraries.

Runs in build/wherry.spec. PyInstaller's own archive and start-up code are not used: they cost 25 ms at each start.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import lazy
import modules_file
from modules_file import Bytecode
from PyInstaller.archive.readers import ZlibArchiveReader
from PyInstaller.depend import bindepend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Entry = tuple[str, str, str]  # PyInstaller's: name in the program, path on disk, kind

PYC_HEADER_SIZE = 16  # bytes
LAUNCHER = "wherry/commands/release/launcher"
DATA_FILES = {"certifi/cacert.pem", f"{LAUNCHER}/stub", f"{LAUNCHER}/compress"}


def stage(
    folder: Path,
    package: Path,
    archive: Path,
    binaries: Iterable[Entry],
    datas: Iterable[Entry],
    first: Sequence[str],
) -> None:
    """Write ``folder``: ``modules``, ``lib/`` and ``stage.json``, which says what the files of lib/ are.

    ``package`` is the program's package; ``archive`` is PyInstaller's archive of modules, ``first`` what starts import.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "lib").mkdir(parents=True)
    extensions = {_module_name(name): Path(source) for name, source, kind in binaries if kind == "EXTENSION"}
    given = {Path(name).name: Path(source).resolve() for name, source, kind in binaries if kind == "BINARY"}
    linked = given | _linked([*extensions.values(), *given.values()])
    interpreter = _interpreter(linked)
    loader = _loader(linked["libc.so.6"])
    files = {loader.name: loader, **dict(sorted(linked.items()))}
    files |= {f"{name}.so": extensions[name] for name in sorted(extensions)}
    for name, source in files.items():
        _copy(source, folder / "lib" / name)
    modules = _modules(archive) | _own_modules(package)
    modules |= _replacements(modules)
    order = ["wherry", "modules", *(f"lib/{name}" for name in files)]
    places = {name: (f"lib/{name}.so", order.index(f"lib/{name}.so")) for name in extensions}
    data = {name: Path(source).read_bytes() for name, source, _ in datas if name in DATA_FILES}
    modules_file.write(folder / "modules", modules, places, data, first, lazy.lazy())
    at = order.index(f"lib/{loader.name}")
    described = {"files": order, "loader": at, "linked": len(linked), "interpreter": interpreter}
    (folder / "stage.json").write_text(json.dumps(described, indent=1) + "\n")


def _interpreter(linked: dict[str, Path]) -> dict[str, str | list[str]]:
    """What the program is compiled with: headers, the interpreter's library, and the libraries that this one needs.

    Where there is an archive it is preferred, and the shared library taken out of ``linked``: code at a fixed address,
    without calls through tables, starts and runs a tenth faster (`version` 36 ms, where the shared one took 40).
    """
    include, folder, archive, version = sysconfig.get_config_vars("INCLUDEPY", "LIBPL", "LIBRARY", "LDVERSION")
    [shared] = [name for name in linked if name.startswith(f"libpython{version}.so")]
    needs = [f"lib/{name}" for name in sorted(_linked([linked[shared]]))]
    static = Path(folder) / archive
    if static.exists():
        del linked[shared]
        return {"include": include, "library": str(static), "needs": needs}
    return {"include": include, "library": f"lib/{shared}", "needs": needs}


def _modules(archive: Path) -> dict[str, Bytecode]:
    """PyInstaller's archive, and what it keeps apart because its own start-up code needs it."""
    found: dict[str, Bytecode] = {}
    reader = ZlibArchiveReader(str(archive))
    for name, (kind, *_) in reader.toc.items():
        code = reader.extract(name, raw=True)
        if code:
            found[name] = Bytecode(package=kind == 1, code=bytes(code))
    with zipfile.ZipFile(archive.parent / "base_library.zip") as base:
        for file in base.namelist():
            name = file.removesuffix(".pyc").replace("/", ".")
            package = name.endswith(".__init__")
            found.setdefault(name.removesuffix(".__init__"), Bytecode(package, base.read(file)[PYC_HEADER_SIZE:]))
    struct = (archive.parent / "localpycs" / "struct.pyc").read_bytes()
    found["struct"] = Bytecode(package=False, code=struct[PYC_HEADER_SIZE:])
    return found


def _own_modules(source: Path) -> dict[str, Bytecode]:
    """The program's modules with their docstrings, which are the commands' help; libraries go without theirs."""
    found: dict[str, Bytecode] = {}
    for file in source.rglob("*.py"):
        path = file.relative_to(source.parent)
        package = path.name == "__init__.py"
        name = ".".join((path.parent if package else path.with_suffix("")).parts)
        found[name] = Bytecode(package, modules_file.compiled(file, str(path)))
    found["__main__"] = found.pop(f"{source.name}.__main__")
    return found


def _replacements(modules: dict[str, Bytecode]) -> dict[str, Bytecode]:
    return {
        name: Bytecode(modules[name].package, modules_file.compiled(file, file.name))
        for name, file in lazy.REPLACED.items()
    }


def _linked(files: Iterable[Path]) -> dict[str, Path]:
    """Every shared library that these need, by the name they know it by, down to libc."""
    found: dict[str, Path] = {}
    waiting = [file.resolve() for file in files]
    while waiting:
        for name, path in bindepend.get_imports(str(waiting.pop())):
            if path is None:
                raise FileNotFoundError(name)
            if name not in found:
                found[name] = Path(path).resolve()
                waiting.append(found[name])
    return found


def _loader(libc: Path) -> Path:
    """The dynamic loader that belongs to this libc."""
    [found] = {file.resolve() for file in libc.parent.glob("ld-linux-*.so.*")}
    [name] = {file.name for file in libc.parent.glob("ld-linux-*.so.*")}
    return found.parent / name


def _module_name(name: str) -> str:
    """``uvloop/loop.cpython-311-x86_64-linux-gnu.so`` is ``uvloop.loop``; lib-dynload holds top-level modules."""
    path = Path(name)
    parents = () if "lib-dynload" in path.parts else path.parts[:-1]
    return ".".join([*parents, path.name.split(".")[0]])


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
    target.chmod(0o700)
