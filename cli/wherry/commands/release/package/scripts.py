"""What a package manager runs when it installs and removes a package."""

from __future__ import annotations

from typing import Final

from wherry.core.record import Record
from wherry.errors import UsageError

NAMES: Final = ("preinstall", "postinstall", "preremove", "postremove")


class Scripts(Record):
    """Each as it is in its file, None where there is none."""

    preinstall: bytes | None = None
    postinstall: bytes | None = None
    preremove: bytes | None = None
    postremove: bytes | None = None

    def items(self) -> tuple[tuple[str, bytes], ...]:
        """Those that are there, by name."""
        every = ((name, getattr(self, name)) for name in NAMES)
        return tuple((name, text) for name, text in every if text is not None)


def interpreter(name: str, text: bytes) -> list[str]:
    """The program that runs the script ``name``, and its arguments, by the first line.

    dpkg lets the kernel look at that line, and rpm is told. Raises UsageError for a script without one.
    """
    line = text.partition(b"\n")[0]
    words = line.removeprefix(b"#!").decode("utf-8", "replace").split()
    if not line.startswith(b"#!") or not words or not words[0].startswith("/"):
        raise UsageError(f"scripts.{name} does not begin with #! and an interpreter", hint="begin it with #!/bin/sh")
    if b"\r\n" in text:
        raise UsageError(f"scripts.{name} has the line endings of Windows")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"scripts.{name} is not text in UTF-8") from None
    if b"\0" in text:
        raise UsageError(f"scripts.{name} has a zero byte in it")
    return words
