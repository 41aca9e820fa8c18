"""From a secret's source to the secret."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.core.credential import Origin
from wherry.core.secret import Secret
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.credential import SecretSource


async def reveal(source: SecretSource, environ: Mapping[str, str]) -> Secret:
    """Look the secret up; one line break at the end of a file's or command's output is not part of it.

    Raises UsageError where the variable, file or command is not there or gives nothing, WherryError where the
    command fails. A command runs without a shell, with this process's environment and standard error.
    """
    match source.origin:
        case Origin.ENV:
            value = environ.get(source.text, "")
            what = f"environment variable {source.text}"
        case Origin.FILE:
            value, what = _file(source.text), f"file {source.text}"
        case Origin.EXEC:
            value, what = await _command(source.text), f"command {shlex.split(source.text)[0]!r}"
        case _:
            return Secret(source.text)
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise UsageError(f"reading a secret: {what} is not set or empty")
    if any(c in value for c in "\r\n\0"):
        raise UsageError(f"reading a secret: {what} holds more than one line")
    return Secret(value)


def _file(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8")
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "not UTF-8 text"
        raise UsageError(f"reading a secret: {path}: {reason}") from exc


async def _command(text: str) -> str:
    import asyncio

    try:
        argv = shlex.split(text)
    except ValueError as exc:
        raise UsageError(f"reading a secret: {text!r}: {str(exc).lower()}") from exc
    try:
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    except OSError as exc:
        raise UsageError(f"reading a secret: {argv[0]}: {exc.strerror}") from exc
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise WherryError(f"reading a secret: command {argv[0]!r} exited with {process.returncode}")
    try:
        return output.decode()
    except UnicodeDecodeError as exc:
        raise UsageError(f"reading a secret: command {argv[0]!r} printed no UTF-8 text") from exc
