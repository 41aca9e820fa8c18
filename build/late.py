"""Keep shared libraries in the executable until they are imported.

PyInstaller's one-file mode unpacks all libraries at each start. Here only the interpreter's own are left to it; each
other one becomes a constant in a generated module, and build/hooks/start.py unpacks it when an import asks for it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path
from types import SimpleNamespace

from PyInstaller.archive import writers
from PyInstaller.depend import bindepend

Entry = tuple[str, str, str]  # PyInstaller's: name in the program, path on disk, kind


def split(binaries: list[Entry], generated: Path) -> tuple[list[Entry], list[Entry]]:
    """What is unpacked at each start, and the modules written to ``generated`` that carry the rest."""
    at_path = {Path(source).resolve(): name for name, source, kind in binaries if kind == "BINARY"}
    sources = {name: Path(source).resolve() for name, source, _ in binaries}
    [interpreter] = [name for name in sources if Path(name).name.startswith("libpython3.")]
    eager = {interpreter, *_linked(sources[interpreter], at_path)}
    files: dict[str, list[tuple[str, str]]] = {}
    carriers: dict[str, str] = {}
    for name, source, kind in binaries:
        if kind != "EXTENSION":
            continue
        needed = [found for found in _linked(Path(source).resolve(), at_path) if found not in eager]
        for file in [*needed, name]:
            carriers.setdefault(file, f"_late_{len(carriers)}")
        files[_module_name(name)] = [(file, carriers[file]) for file in [*needed, name]]
    modules = [_write(generated, "wherry_late", f"FILES = {files!r}\n")]
    for file, carrier in carriers.items():
        modules.append(_write(generated, carrier, f"DATA = {_stripped(sources[file])!r}\n"))
    return [entry for entry in binaries if entry[0] not in carriers], modules


def store_large_entries(bytes_at_least: int) -> None:
    """Have PyInstaller store large entries of the archive of modules as they are; it has one level for all."""

    def compress(data: bytes, level: int) -> bytes:
        return zlib.compress(data, 0 if len(data) >= bytes_at_least else level)

    writers.zlib = SimpleNamespace(compress=compress)


def _linked(source: Path, at_path: dict[Path, str]) -> list[str]:
    """The libraries among ``at_path`` that ``source`` links, those that others need first."""
    found: list[str] = []
    for _, path in sorted(bindepend.get_imports(str(source))):
        name = at_path.get(Path(path).resolve()) if path else None
        if name is not None and name not in found:
            found += [deeper for deeper in _linked(Path(path).resolve(), at_path) if deeper not in found]
            found.append(name)
    return found


def _module_name(name: str) -> str:
    """``uvloop/loop.cpython-311-x86_64-linux-gnu.so`` is ``uvloop.loop``; lib-dynload holds top-level modules."""
    path = Path(name)
    parents = () if "lib-dynload" in path.parts else path.parts[:-1]
    return ".".join([*parents, path.name.split(".")[0]])


def _stripped(source: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / source.name
        shutil.copy(source, copy)
        subprocess.run(["strip", "--strip-unneeded", str(copy)], check=False)
        return copy.read_bytes()


def _write(generated: Path, module: str, text: str) -> Entry:
    path = generated / f"{module}.py"
    path.write_text(text)
    return module, str(path), "PYMODULE"
