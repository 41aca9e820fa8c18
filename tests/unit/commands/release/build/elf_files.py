"""ELF files with a table of needed versions and nothing else."""

from __future__ import annotations

import struct

VERSIONS = [("libc.so.6", ["GLIBC_2.2.5", "GLIBC_2.34"]), ("libgcc_s.so.1", ["GCC_3.0"])]


def elf(libraries=VERSIONS, *, wide=True, order="<", base=0x400000, entries=()):
    """A file with one segment, a dynamic section and a table of needed versions.

    ``entries`` are further ones of the dynamic section: a tag, and a name or the end of one that is there.
    """
    header, step = (64, 56) if wide else (52, 32)
    begin = header + 2 * step
    names = b"\0"
    places = {}
    for library, versions in libraries:
        for name in (library, *versions):
            places[name] = len(names)
            names += name.encode() + b"\0"
    further_tags = []
    for tag, text in entries:
        if (place := names.find(text + b"\0")) < 0:
            place = len(names)
            names += text + b"\0"
        further_tags.append((tag, place))
    need = b""
    for index, (library, versions) in enumerate(libraries):
        size = 16 + 16 * len(versions)
        following = size if index + 1 < len(libraries) else 0
        need += struct.pack(order + "HHIII", 1, len(versions), places[library], 16, following)
        for number, version in enumerate(versions):
            further = 16 if number + 1 < len(versions) else 0
            need += struct.pack(order + "IHHII", 0, 0, 2 + number, places[version], further)
    form = order + ("QQ" if wide else "II")
    tables = begin + (4 + len(further_tags)) * struct.calcsize(form)
    tags = [(5, base + tables), (0x6FFFFFFE, base + tables + len(names)), (0x6FFFFFFF, len(libraries)), (0, 0)]
    tags = [*further_tags, *tags]
    dynamic = b"".join(struct.pack(form, *tag) for tag in tags)
    whole = tables + len(names) + len(need)
    if wide:
        ident = struct.pack(order + "HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, step, 2, 0, 0, 0)
        segments = struct.pack(order + "IIQQQQQQ", 1, 5, 0, base, base, whole, whole, 4096)
        segments += struct.pack(order + "IIQQQQQQ", 2, 6, begin, base + begin, 0, len(dynamic), len(dynamic), 8)
    else:
        ident = struct.pack(order + "HHIIIIIHHHHHH", 3, 3, 1, 0, 52, 0, 0, 52, step, 2, 0, 0, 0)
        segments = struct.pack(order + "IIIIIIII", 1, 0, base, base, whole, whole, 5, 4096)
        segments += struct.pack(order + "IIIIIIII", 2, begin, base + begin, 0, len(dynamic), len(dynamic), 6, 4)
    start = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    return start + ident + segments + dynamic + names + need
