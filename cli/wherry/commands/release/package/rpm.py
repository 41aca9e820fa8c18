"""rpm packages, format 4: a lead that nobody reads, a header of digests, a header of facts, a compressed cpio archive.

https://rpm-software-management.github.io/rpm/manual/format_v4.html; the tags are those of its tags.html.
"""

from __future__ import annotations

import hashlib
import lzma
import shutil
import stat
import struct
import tempfile
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.package.contents import checked
from wherry.commands.release.package.cpio import write_cpio
from wherry.commands.release.package.facts import check, summary
from wherry.commands.release.package.members import FOLDER_MODE, appearing, folders, is_kept, mode, pieces, size
from wherry.commands.release.package.naming import RPM_PROCESSORS, RPM_RELEASE
from wherry.commands.release.package.rpmheader import Region, Type, header
from wherry.commands.release.package.rpmrelations import relation_tags, script_tags
from wherry.commands.release.package.tar import XZ_PRESET
from wherry.commands.release.package.version import linux_version
from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wherry.commands.release.build.item import Item
    from wherry.commands.release.package.facts import PackageFacts
    from wherry.commands.release.package.rpmheader import Tags

_LEAD: Final = struct.Struct(">4sBBhh66shh16x")
_LEAD_NUMBERS: Final = {"amd64": 1, "arm64": 19}
_SHA256: Final = 8
# Sizes have 32 bits here. A part of that is left to the names, and to what compression may add.
_MOST_BYTES: Final = (1 << 32) - (1 << 28)
# What is below one of these is the package's, but for what programs of the system look into.
_HOMES: Final = ("opt", "usr/lib", "usr/libexec", "usr/share/doc")
_SHARED: Final = frozenset({
    "binfmt.d", "debug", "environment.d", "firewalld", "kernel", "locale", "modprobe.d", "modules", "modules-load.d",
    "motd.d", "pam.d", "pkgconfig", "rpm", "security", "sysctl.d", "systemd", "sysusers.d", "tmpfiles.d", "udev",
})  # fmt: skip
# Other places where only a folder with the package's own name is.
_NAMED_HOMES: Final = ("etc", "usr/share", "usr/share/licenses", "var/lib")


class _Entry(Record):
    """A file or folder of the package; ``item`` is None for a folder that is its own without being told."""

    name: str
    mode: int
    size: int
    item: Item | None


def write_rpm(target: Path, items: Iterable[Item], facts: PackageFacts, time_s: int) -> None:
    """Write the package of ``items``, all of the time ``time_s`` (seconds since 1970).

    Raises UsageError for facts that it cannot have, WherryError, OSError.
    """
    check(facts)
    version = linux_version(facts.version)
    entries = _entries(checked(items, time_s), facts.name)
    if sum(entry.size for entry in entries) > _MOST_BYTES:
        raise UsageError("an rpm of format 4 holds less than 4 GB")
    with appearing(target) as file, tempfile.TemporaryFile(dir=target.parent) as payload:
        with lzma.LZMAFile(payload, "wb", preset=XZ_PRESET) as compressed:
            unpacked = write_cpio(compressed, [(e.name, e.mode, e.size, e.item) for e in entries], time_s)
        facts_header = header(Region.IMMUTABLE, _tags(entries, facts, version, time_s, _digest(payload)))
        signatures = _signatures(facts_header, payload, unpacked)
        file.write(_lead(facts, version))
        file.write(signatures + bytes(-len(signatures) % 8))
        file.write(facts_header)
        payload.seek(0)
        shutil.copyfileobj(payload, file)


def _entries(items: tuple[Item, ...], package: str) -> list[_Entry]:
    """By name, with the folders that are the package's own: removing it removes them."""
    own = [name for name in folders(items) if _is_own(name, package)]
    entries = [_Entry(name, stat.S_IFDIR | FOLDER_MODE, 0, None) for name in own]
    for item in items:
        kind = stat.S_IFLNK if item.link is not None else stat.S_IFDIR if item.folder else stat.S_IFREG
        length = len(item.link.encode()) if item.link is not None else size(item)
        entries.append(_Entry(item.name, kind | mode(item), length, item))
    return sorted(entries, key=lambda entry: entry.name)


def _is_own(folder: str, package: str) -> bool:
    if any(f"{folder}/".startswith(f"{home}/{package}/") for home in _NAMED_HOMES):
        return True
    for home in _HOMES:
        if folder.startswith(f"{home}/"):
            top = folder.removeprefix(f"{home}/").split("/")[0]
            # Python's modules and the libraries of one kind of machine have folders of every package.
            return not (home == "usr/lib" and (top in _SHARED or top.startswith("python") or top.count("-") > 1))
    return False


def _digest(payload: IO[bytes]) -> str:
    payload.seek(0)
    return hashlib.file_digest(payload, "sha256").hexdigest()  # type: ignore[arg-type]  # a file is what it wants


def _lead(facts: PackageFacts, version: str) -> bytes:
    name = f"{facts.name}-{version}-{RPM_RELEASE}".encode()[:65]
    return _LEAD.pack(b"\xed\xab\xee\xdb", 3, 0, 0, _LEAD_NUMBERS[facts.processor], name, 1, 5)


def _signatures(facts_header: bytes, payload: IO[bytes], unpacked: int) -> bytes:
    both = hashlib.md5(facts_header, usedforsecurity=False)
    payload.seek(0)
    length = len(facts_header)
    while piece := payload.read(1 << 20):
        both.update(piece)
        length += len(piece)
    return header(
        Region.SIGNATURES,
        {
            269: (Type.STRING, hashlib.sha1(facts_header, usedforsecurity=False).hexdigest()),
            273: (Type.STRING, hashlib.sha256(facts_header).hexdigest()),
            1000: (Type.INT32, [length]),
            1004: (Type.BINARY, both.digest()),
            1007: (Type.INT32, [unpacked]),
        },
    )


def _tags(entries: list[_Entry], facts: PackageFacts, version: str, time_s: int, payload_digest: str) -> Tags:
    first, rest = summary(facts)
    own = f"{version}-{RPM_RELEASE}"
    processor = RPM_PROCESSORS[facts.processor]
    tags: Tags = {
        100: (Type.STRINGS, ["C"]),
        1000: (Type.STRING, facts.name),
        1001: (Type.STRING, version),
        1002: (Type.STRING, RPM_RELEASE),
        1004: (Type.TRANSLATED, [first]),
        1005: (Type.TRANSLATED, ["\n".join(rest) or first]),
        1006: (Type.INT32, [time_s]),
        1007: (Type.STRING, "localhost"),
        1009: (Type.INT32, [sum(entry.size for entry in entries)]),
        1014: (Type.STRING, facts.license or "Unknown"),
        1016: (Type.TRANSLATED, ["Unspecified"]),
        1021: (Type.STRING, "linux"),
        1022: (Type.STRING, processor),
        1044: (Type.STRING, f"{facts.name}-{own}.src.rpm"),
        1064: (Type.STRING, "4.14.0"),
        1124: (Type.STRING, "cpio"),
        1125: (Type.STRING, "xz"),
        1126: (Type.STRING, str(XZ_PRESET)),
        5062: (Type.STRING, "utf-8"),
        5092: (Type.STRINGS, [payload_digest]),
        5093: (Type.INT32, [_SHA256]),
        **relation_tags(facts, version),
        **script_tags(facts.scripts),
        **_file_tags(entries, time_s),
    }
    if facts.maintainer:
        tags[1080] = (Type.INT32, [time_s])
        tags[1081] = (Type.STRINGS, [f"{facts.maintainer} - {own}"])
        tags[1082] = (Type.STRINGS, [f"- Release {facts.version}."])
    for tag, text in ((1011, facts.vendor), (1015, facts.maintainer), (1020, facts.homepage)):
        if text:
            tags[tag] = (Type.STRING, text)
    return tags


def _file_tags(entries: list[_Entry], time_s: int) -> Tags:
    if not entries:
        return {}
    places = sorted({_folder(entry.name) for entry in entries})
    return {
        1028: (Type.INT32, [entry.size for entry in entries]),
        1030: (Type.INT16, [entry.mode for entry in entries]),
        1033: (Type.INT16, [0] * len(entries)),
        1034: (Type.INT32, [time_s] * len(entries)),
        1035: (Type.STRINGS, [_file_digest(entry.item) for entry in entries]),
        1036: (Type.STRINGS, [(entry.item.link if entry.item else None) or "" for entry in entries]),
        1037: (Type.INT32, [_flags(entry) for entry in entries]),
        1039: (Type.STRINGS, ["root"] * len(entries)),
        1040: (Type.STRINGS, ["root"] * len(entries)),
        1045: (Type.INT32, [0xFFFFFFFF] * len(entries)),
        1095: (Type.INT32, [1] * len(entries)),
        1096: (Type.INT32, list(range(1, len(entries) + 1))),
        1097: (Type.STRINGS, [""] * len(entries)),
        1116: (Type.INT32, [places.index(_folder(entry.name)) for entry in entries]),
        1117: (Type.STRINGS, [PurePosixPath(entry.name).name for entry in entries]),
        1118: (Type.STRINGS, places),
        5011: (Type.INT32, [_SHA256]),
    }


def _folder(name: str) -> str:
    parent = str(PurePosixPath("/", name).parent)
    return parent if parent.endswith("/") else f"{parent}/"


def _flags(entry: _Entry) -> int:
    """RPMFILE_CONFIG and RPMFILE_NOREPLACE for what people edit, RPMFILE_DOC, and RPMFILE_LICENSE for the licence."""
    name = entry.name
    if entry.item and is_kept(entry.item):
        return 1 | (0 if entry.item.config == "config" else 1 << 4)
    if name.startswith("usr/share/doc/"):
        return 1 << 1 | (1 << 7 if name.endswith("/copyright") else 0)
    if name.startswith(("usr/share/man/", "usr/share/info/")):
        return 1 << 1
    return 0


def _file_digest(item: Item | None) -> str:
    if item is None or item.folder or item.link is not None:
        return ""
    digest = hashlib.sha256()
    for piece in pieces(item):
        digest.update(piece)
    return digest.hexdigest()
