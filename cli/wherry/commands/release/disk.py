"""Whether the files that a release.yml names are there, and are what they should be."""

from __future__ import annotations

import ast
import glob
import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release.file import DEFAULT_FILES, ArchiveFile, PyInstallerBuild
from wherry.commands.release.package.scripts import NAMES as SCRIPTS
from wherry.commands.release.package.scripts import interpreter
from wherry.commands.release.reading import in_order, node_at
from wherry.commands.release.templates import packages_said, shown
from wherry.core.fit import Fault
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.templates import Place
    from wherry.core.yaml import Node

_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)", re.ASCII | re.DOTALL)


def faults(file: ReleaseFile, root: Node, folder: Path) -> tuple[Fault, ...]:
    """All that is wrong; paths are relative to ``folder``, the one that the file is in.

    With hooks, which may make files, one that is not there is not wrong.
    """
    found: list[Fault] = []
    for place, words in _problems(file, folder):
        node = node_at(root, place)
        found.append(Fault(node.line, node.column, f"{shown(place)}: {words}"))
    return in_order(found)


def _problems(file: ReleaseFile, folder: Path) -> Iterator[tuple[Place, str]]:
    for index, build in enumerate(file.builds):
        if isinstance(build, PyInstallerBuild):
            yield from _of_build(build, index, folder, made_later=bool(file.before.hooks))
    if not file.before.hooks:
        for place, pattern in _patterns(file):
            # Path.glob takes neither absolute patterns nor all relative ones.
            if not glob.glob(pattern, root_dir=folder, recursive=True):  # noqa: PTH207
                yield place, f"{pattern}: no such file"
        yield from _bad_scripts(file, folder)


def _patterns(file: ReleaseFile) -> Iterator[tuple[Place, str]]:
    for index, build in enumerate(file.builds):
        for position, data in enumerate(build.data if isinstance(build, PyInstallerBuild) else ()):
            yield ("builds", index, "data", position, "src"), data.src
    for index, archive in enumerate(file.archives):
        for position, each in enumerate(archive.files if archive.files != DEFAULT_FILES else ()):
            place: Place = ("archives", index, "files", position)
            yield (*place, "src"), each.src if isinstance(each, ArchiveFile) else each
    for place, part in packages_said(file):
        for position, content in enumerate(part.contents):
            if content.src is not None and content.type != "symlink":
                yield (*place, "contents", position, "src"), content.src
        for name in SCRIPTS:
            path = getattr(part.scripts, name)
            if path is not None:
                yield (*place, "scripts", name), glob.escape(path)


def _bad_scripts(file: ReleaseFile, folder: Path) -> Iterator[tuple[Place, str]]:
    for place, part in packages_said(file):
        for name in SCRIPTS:
            path = getattr(part.scripts, name)
            if path is None or not (folder / path).is_file():
                continue
            try:
                interpreter(name, (folder / path).read_bytes())
            except (UsageError, OSError) as exc:
                yield (*place, "scripts", name), f"{path}: {exc}"


def _of_build(build: PyInstallerBuild, index: int, folder: Path, *, made_later: bool) -> Iterator[tuple[Place, str]]:
    if build.spec is not None and not made_later and not (folder / build.spec).is_file():
        yield ("builds", index, "spec"), f"{build.spec}: no such file"
    if build.lock is not None:
        words = lock_problem(folder / build.lock, build.lock, made_later=made_later)
        if words:
            yield ("builds", index, "lock"), words
    if build.entry is not None:
        words = entry_problem(folder, build.entry, locked=build.lock is not None)
        if words:
            yield ("builds", index, "entry"), words


def lock_problem(path: Path, name: str, *, made_later: bool = False) -> str | None:
    """What is wrong with a lock file, or None: each requirement has its version and a hash."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None if made_later else f"{name}: no such file"
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        return f"{name}: {reason or exc}"
    for number, line in _logical_lines(text):
        if line.startswith(("-r", "-c", "-e", "--requirement", "--constraint", "--editable")):
            return f"{name}: line {number}: {line.split()[0]} is not locked by a hash"
        words = None if line.startswith("-") else _requirement_problem(line)
        if words:
            return f"{name}: line {number}: {words}"
    return None


def _requirement_problem(line: str) -> str | None:
    match = _REQUIREMENT.match(line)
    if match is None:
        return f"{line.split()[0]} is not locked by a hash"
    if not re.match(r"===?|@", match["rest"]):
        return f"{match['name']} has no version; write it with == and --hash"
    if "--hash=sha256:" not in line:
        return f"{match['name']} has no --hash; `uv pip compile --generate-hashes` writes it"
    return None


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each requirement and option with the number of its first line, without comments."""
    began, joined = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"(^|\s)#.*", "", line).strip()
        began = began if joined else number
        joined += bare.removesuffix("\\") + " "
        if not bare.endswith("\\"):
            if joined.strip():
                yield began, joined.strip()
            joined = ""
    if joined.strip():
        yield began, joined.strip()


def entry_problem(folder: Path, entry: str, *, locked: bool) -> str | None:
    """What is wrong with an entry point ``package.module:function``, or None.

    A package that is not in ``folder`` may come from the lock file, where nothing can be seen of it.
    """
    module, _, function = entry.partition(":")
    package, *inner = module.split(".")
    where = package_folder(folder, package)
    if where is None:
        return None if locked else f"no {package}.py and no folder {package} is in {folder}, in src or one level below"
    file = where
    for step in inner:
        found = (file / step, file / f"{step}.py")
        below = next((each for each in found if each.exists()), None)
        if below is None:
            modules = [path.stem for path in file.glob("*.py")] if file.is_dir() else []
            return f"there is no module {step} in {file.relative_to(folder).as_posix()}{did_you_mean(step, modules)}"
        file = below
    file = file / "__init__.py" if file.is_dir() else file
    return _function_problem(file, file.relative_to(folder).as_posix(), function)


def package_folder(folder: Path, package: str) -> Path | None:
    """The folder or file of a package: in ``folder``, in its src, or one level below as where cli/PACKAGE is."""
    for parent in (folder, folder / "src", *sorted(each for each in folder.glob("[!.]*/") if each.is_dir())):
        if (parent / package).is_dir() and any((parent / package).glob("*.py")):
            return parent / package
        if (parent / f"{package}.py").is_file():
            return parent / f"{package}.py"
    return None


def _function_problem(file: Path, name: str, function: str) -> str | None:
    try:
        tree = ast.parse(file.read_bytes())
    except FileNotFoundError:
        return f"there is no {name}"
    except (OSError, SyntaxError, ValueError):
        return None  # perhaps of a newer Python, which the build will see
    names = set(_defined(tree))
    if function in names or "*" in names:
        return None
    return f"{name} defines no {function}{did_you_mean(function, names)}"


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that a module has once it is imported, in branches too; * for those of a star import."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name for alias in aliases)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
