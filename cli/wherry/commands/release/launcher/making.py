"""A folder of PyInstaller's made one executable file."""

from __future__ import annotations

import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from wherry.commands.release.launcher.carrying import carrying
from wherry.commands.release.launcher.payload import encode, plain
from wherry.errors import WherryError

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.commands.release.launcher.payload import Program

# As a shell says of a program that is there and cannot be executed.
_FAILED: Final = 126


def launcher() -> bytes:
    """The compiled launcher, without a payload. Raises WherryError where there is none."""
    return _tool("stub")


def make(program: Program, name: str, work: Path, output: Path) -> None:
    """Write ``output``, called ``name`` in messages; ``work`` is a folder to execute from.

    Raises WherryError, OSError.
    """
    compress = work / "compress"
    compress.write_bytes(_tool("compress"))
    compress.chmod(0o700)
    pressed = subprocess.run([str(compress)], input=plain(program), capture_output=True, check=False)
    if pressed.returncode != 0:
        said = pressed.stderr.decode("utf-8", "replace").strip()
        raise WherryError(f"compressing: {said or f'it ended with {pressed.returncode}'}")
    try:
        made = carrying(launcher(), name, _FAILED, encode(program, pressed.stdout))
    except ValueError as exc:
        raise WherryError(str(exc)) from None
    output.write_bytes(made)
    output.chmod(0o755)


def _tool(name: str) -> bytes:
    try:
        return files("wherry.commands.release.launcher").joinpath(name).read_bytes()
    except FileNotFoundError:
        raise WherryError(
            "mode: launcher needs the compiled launcher, which only wherry's executable for Linux carries",
            hint="build with the executable; in a checkout, `make binary` compiles it",
        ) from None
