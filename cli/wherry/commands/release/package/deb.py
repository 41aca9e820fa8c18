"""Debian binary packages, format 2.0 (deb(5)): an ar archive of the format's number, control files and contents."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import tempfile
import time
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.facts import linux_version, summary
from wherry.commands.release.package.members import appearing, folders, pieces, size
from wherry.commands.release.package.tar import tar_xz, write_tar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wherry.commands.release.package.facts import PackageFacts

_PROCESSORS: Final = {"amd64": "amd64", "arm64": "arm64"}
_KIBIBYTE: Final = 1024


def write_deb(target: Path, items: Iterable[Item], facts: PackageFacts, time_s: int) -> None:
    """Write the package of ``items``, all of the time ``time_s``. Raises UsageError without a maintainer, OSError."""
    version = linux_version(facts.version)
    changes = Item(f"usr/share/doc/{facts.name}/changelog.gz", data=_changelog(facts, version, time_s))
    items = tuple(sorted({changes.name: changes, **{item.name: item for item in items}}.values(), key=_name))
    with appearing(target) as file, tempfile.TemporaryFile(dir=target.parent) as contents:
        tar_xz(contents, items, time_s, root="./")
        file.write(b"!<arch>\n")
        _member(file, "debian-binary", io.BytesIO(b"2.0\n"), time_s)
        _member(file, "control.tar.gz", io.BytesIO(_control(items, facts, version, time_s)), time_s)
        _member(file, "data.tar.xz", contents, time_s)


def _name(item: Item) -> str:
    return item.name


def _member(out: IO[bytes], name: str, contents: IO[bytes], time_s: int) -> None:
    """One entry of the ar archive, from the beginning of ``contents``."""
    length = contents.seek(0, io.SEEK_END)
    contents.seek(0)
    out.write(f"{name:<16}{time_s:<12}{0:<6}{0:<6}{100644:<8}{length:<10}`\n".encode())
    shutil.copyfileobj(contents, out)
    if length % 2:
        out.write(b"\n")


def _control(items: tuple[Item, ...], facts: PackageFacts, version: str, time_s: int) -> bytes:
    files = [Item("./control", data=_fields(items, facts, version).encode())]
    kept = [item.name for item in items if item.name.startswith("etc/")]
    if kept:
        files.append(Item("./conffiles", data="".join(f"/{name}\n" for name in kept).encode()))
    files.append(Item("./md5sums", data=_sums(items).encode()))
    tar = io.BytesIO()
    write_tar(tar, files, time_s)
    return gzip.compress(tar.getvalue(), mtime=time_s)


def _fields(items: tuple[Item, ...], facts: PackageFacts, version: str) -> str:
    if facts.maintainer is None:
        raise UsageError("a deb names its maintainer, and none is given")
    # deb-substvars(5): each file in whole kibibytes, and one for everything else that stands in a folder.
    installed = sum(-(-size(item) // _KIBIBYTE) or 1 for item in items) + len(folders(items))
    first, rest = summary(facts.description)
    fields = {
        "Package": facts.name,
        "Version": version,
        "Architecture": _PROCESSORS[facts.processor],
        "Maintainer": facts.maintainer,
        "Installed-Size": str(installed),
        "Depends": ", ".join(facts.dependencies),
        "Section": facts.section,
        "Priority": "optional",
        "Homepage": facts.homepage or "",
        "Description": "\n".join([first, *(f" {line.rstrip() or '.'}" for line in rest or [f"{first}."])]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _sums(items: tuple[Item, ...]) -> str:
    lines = []
    for item in items:
        if item.link is None:
            digest = hashlib.md5(usedforsecurity=False)
            for piece in pieces(item):
                digest.update(piece)
            lines.append(f"{digest.hexdigest()}  {item.name}\n")
    return "".join(lines)


def _changelog(facts: PackageFacts, version: str, time_s: int) -> bytes:
    """Debian's policy (4.4, 12.7) wants one; the release's notes are elsewhere."""
    moment = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(time_s))
    text = f"{facts.name} ({version}) unstable; urgency=medium\n\n  * Release {facts.version}.\n\n"
    return gzip.compress(f"{text} -- {facts.maintainer}  {moment}\n".encode(), mtime=time_s)
