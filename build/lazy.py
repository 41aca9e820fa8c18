"""What of the libraries a start does not need, though it imports it.

Gains were measured with callgrind, in millions of instructions of `wherry version` and, where it says so, of
`wherry wait tcp://`. build/launcher/importer.py makes use of it.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import marshal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# Read when something looks into them.
MODULES = frozenset(
    {
        "inspect",  # 13: click and asyncio use a few of its functions, those below
        "ssl",  # 20 of wait: asyncio imports it for what may come
        "asyncio.sslproto",
        "subprocess",  # 2 of wait
        "ipaddress",  # 4 of wait
        "uuid",  # 3, and 6 more of check: a type of option that wherry has not, and of msgspec's
        "traceback",  # 6 of wait, with what both import: asyncio and logging have them for what may go wrong
        "linecache",
        "textwrap",  # 3 of check: for the docstrings of JSON Schemas
        "random",  # 2 of check: for what is tried again
        "ntpath",  # pathlib's for Windows
        "typing_extensions",  # 21 of check with inspect: msgspec uses what typing has too
        "msgspec.inspect",
        "msgspec.json",
        "msgspec.msgpack",
        "msgspec.toml",
        "msgspec.yaml",
        "decimal",
    }
)

# There before the module is read, from its own source, with what they need of it. Reading it replaces them.
EARLY = {
    "inspect": ("cleandoc", "isfunction", "isgeneratorfunction", "iscoroutinefunction"),
    "subprocess": ("PIPE", "STDOUT", "DEVNULL"),
    "uuid": ("SafeUUID",),
}

# There too: the same under the same name in another module, which is read anyway.
BORROWED = {"typing_extensions": ("typing", ("NotRequired", "Required", "get_type_hints"))}

# Classes that are only asked about: as long as their module is unread, nothing is an instance of them. What is called
# may stand here too, since that reads the module: asyncio keeps the function of traceback, for its debug mode.
CLASSES = {"ssl": ("SSLSocket",), "uuid": ("UUID",), "decimal": ("Decimal",), "traceback": ("extract_stack",)}

REPLACED = {path.stem: path for path in (Path(__file__).parent / "launcher" / "replaced").glob("*.py")}


class Lazy(NamedTuple):
    """What the importer is told: the modules, bytecode that makes their early names, and their classes."""

    modules: frozenset[str]
    early: dict[str, bytes]
    classes: Mapping[str, tuple[str, ...]]


def lazy() -> Lazy:
    """For the interpreter that runs this."""
    early = {name: _early(name) for name in EARLY}
    early |= {
        name: _bytecode(ast.parse(f"from {module} import {', '.join(names)}").body, name)
        for name, (module, names) in BORROWED.items()
    }
    return Lazy(MODULES, early, CLASSES)


def _early(name: str) -> bytes:
    module = importlib.import_module(name)
    defined = {
        each: statement for statement in ast.parse(inspect.getsource(module)).body for each in _defined(statement)
    }
    kept: dict[str, ast.stmt] = {}
    waiting = [*EARLY[name]]
    while waiting:
        wanted = waiting.pop()
        if wanted in kept or hasattr(builtins, wanted):
            continue
        # Some numbers are made by a loop.
        kept[wanted] = defined.get(wanted) or ast.parse(f"{wanted} = {int(getattr(module, wanted))}").body[0]
        waiting += _global_names(kept[wanted])
    imports = (ast.Import, ast.ImportFrom)
    statements = sorted(dict.fromkeys(kept.values()), key=lambda each: (not isinstance(each, imports), each.lineno))
    return _bytecode(statements, name)


def _bytecode(statements: list[ast.stmt], name: str) -> bytes:
    return marshal.dumps(compile(ast.Module(statements, []), f"{name}.py", "exec", dont_inherit=True, optimize=2))


def _defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
    return []


def _global_names(statement: ast.stmt) -> set[str]:
    """The names that running it, or calling what it defines, looks up outside it."""
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)} - own
