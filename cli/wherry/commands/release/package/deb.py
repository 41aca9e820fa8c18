"""Debian binary packages, format 2.0 (deb(5)): an ar archive of the format's number, control files and contents."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import tempfile
import textwrap
import time
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.contents import checked
from wherry.commands.release.package.facts import check, summary
from wherry.commands.release.package.members import appearing, folders, is_kept, pieces, size
from wherry.commands.release.package.naming import DEB_PROCESSORS
from wherry.commands.release.package.scripts import interpreter
from wherry.commands.release.package.tar import tar_xz, write_tar
from wherry.commands.release.package.version import linux_version
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wherry.commands.release.package.facts import PackageFacts

_SCRIPTS: Final = {"preinstall": "preinst", "postinstall": "postinst", "preremove": "prerm", "postremove": "postrm"}
_RELATIONS: Final = {
    "dependencies": "Depends",
    "recommends": "Recommends",
    "suggests": "Suggests",
    "conflicts": "Conflicts",
    "provides": "Provides",
    "replaces": "Replaces",
}
_KIBIBYTE: Final = 1024
# Debian's policy, 3.4.1 and 5.6.13: lines of a description are shown as they are, one space further.
_COLUMNS: Final = 78


def write_deb(target: Path, items: Iterable[Item], facts: PackageFacts, time_s: int) -> None:
    """Write the package of ``items``, all of the time ``time_s`` (seconds since 1970).

    Raises UsageError for facts that it cannot have, WherryError, OSError.
    """
    check(facts)
    if facts.maintainer is None:
        raise UsageError("a deb names its maintainer, and none is given")
    version = linux_version(facts.version)
    items = checked(items, time_s)
    changes = Item(f"usr/share/doc/{facts.name}/changelog.gz", data=_changelog(facts, version, time_s))
    if not any(item.name == changes.name for item in items):
        items = checked([*items, changes], time_s)
    with appearing(target) as file, tempfile.TemporaryFile(dir=target.parent) as contents:
        tar_xz(contents, items, time_s, root="./")
        file.write(b"!<arch>\n")
        _member(file, "debian-binary", io.BytesIO(b"2.0\n"), time_s)
        _member(file, "control.tar.gz", io.BytesIO(_control(items, facts, version, time_s)), time_s)
        _member(file, "data.tar.xz", contents, time_s)


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
    for name, text in facts.scripts.items():
        interpreter(name, text)
        files.append(Item(f"./{_SCRIPTS[name]}", data=text, executable=True))
    kept = [item for item in items if is_kept(item)]
    if kept:
        files.append(Item("./conffiles", data="".join(f"/{item.name}\n" for item in kept).encode()))
    # Files that people edit are not those of the package for long, so they have no sum.
    files.append(Item("./md5sums", data=_sums(item for item in items if item not in kept).encode()))
    tar = io.BytesIO()
    write_tar(tar, files, time_s)
    return gzip.compress(tar.getvalue(), mtime=time_s)


def _fields(items: tuple[Item, ...], facts: PackageFacts, version: str) -> str:
    # deb-substvars(5): each file in whole kibibytes, and one for everything else that stands in a folder.
    installed = sum(-(-size(item) // _KIBIBYTE) or 1 for item in items) + len(folders(items))
    fields = {
        "Package": facts.name,
        "Version": version,
        "Architecture": DEB_PROCESSORS[facts.processor],
        "Maintainer": facts.maintainer or "",
        "Installed-Size": str(installed),
        **{field: _others(facts, kind) for kind, field in _RELATIONS.items()},
        "Section": facts.section,
        "Priority": facts.priority,
        "Homepage": facts.homepage or "",
        "Description": _description(facts),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _others(facts: PackageFacts, kind: str) -> str:
    return ", ".join(" | ".join(one.deb() for one in choice) for choice in facts.relations(kind))


def _description(facts: PackageFacts) -> str:
    """The synopsis, and an extended description, which lintian demands, and which must not repeat it."""
    first, rest = summary(facts)
    lines = rest or [f"This package has {facts.name} as its authors built it."]
    folded: list[str] = []
    for line in lines:
        if line.startswith("."):
            # Alone it would be an empty line, with more after it something that is kept for later (policy 5.6.13).
            folded.append(f" {line}")
        elif line.startswith(" "):
            folded.append(line)
        else:
            folded += textwrap.wrap(line, _COLUMNS, break_long_words=False, break_on_hyphens=False) or ["."]
    return "\n ".join([first, *folded])


def _sums(items: Iterable[Item]) -> str:
    lines = []
    for item in items:
        if item.link is None and not item.folder:
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
