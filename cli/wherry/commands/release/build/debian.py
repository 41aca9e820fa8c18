"""What only a deb has: whose it is where no LICENSE says it, and what lintian is told of a frozen program. Pure.

https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
import time
from typing import Final

from wherry.commands.release.build.item import Item

# Debian's policy, 12.5: these are on each Debian system, and not to be repeated.
_COMMON: Final = re.compile(
    r"(?P<name>Apache-2\.0|Artistic|CC0-1\.0|GFDL-1\.[23]|L?GPL-[23]|LGPL-2\.1|GPL-1|MPL-[12]\.[01])\b"
)

_FROZEN: Final = (
    ("embedded-library", "It brings the libraries that it was tested with; those of the system may be others."),
    ("unstripped-binary-or-object", "Wheels have files that stripping breaks, so they are as their makers built them."),
    ("library-not-linked-against-libc", "Python's modules take from the program that loads them what it has loaded."),
    ("shared-library-lacks-prerequisites", "The same."),
    ("hardening-no-pie", "The program's first part is that of PyInstaller, as PyInstaller built it."),
)
"""What is so because a program is frozen, and why."""


def lintian_overrides(package: str) -> Item:
    """What lintian does not have to say of a folder that PyInstaller made."""
    lines = [line for tag, why in _FROZEN for line in (f"# {why}", f"{package}: {tag} *")]
    return Item(f"usr/share/lintian/overrides/{package}", data="".join(f"{line}\n" for line in lines).encode())


def copyright_of(package: str, project: str, licence: str, holder: str, homepage: str | None, time_s: int) -> Item:
    """What Debian wants to be told, of all files alike; ``licence`` is as SPDX writes it, ``time_s`` tells the year."""
    year = time.gmtime(time_s).tm_year
    words = [f"This program is under the licence that SPDX calls {licence}."]
    if homepage:
        words.append(f"Its text is with the source of the program: {homepage}")
    common = dict.fromkeys(each["name"] for each in _COMMON.finditer(licence))
    words += [f"On Debian systems its text is in /usr/share/common-licenses/{name}." for name in common]
    lines = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        f"Upstream-Name: {project}",
        *([f"Source: {homepage}"] if homepage else []),
        "",
        "Files: *",
        f"Copyright: {year} {holder}",
        f"License: {licence}",
        *(f" {line}" for line in words),
    ]
    return Item(f"usr/share/doc/{package}/copyright", data="".join(f"{line}\n" for line in lines).encode())
