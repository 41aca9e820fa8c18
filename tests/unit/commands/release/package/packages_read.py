"""Readers of the formats that Python has none for, as their descriptions have it and not as our writers do."""

from __future__ import annotations

import io
import lzma
import struct
import tarfile


def ar_members(data):
    """Name to contents of an ar archive (deb(5))."""
    assert data[:8] == b"!<arch>\n"
    found, place = {}, 8
    while place < len(data):
        head = data[place : place + 60]
        assert head[58:] == b"`\n"
        length = int(head[48:58])
        found[head[:16].decode().rstrip()] = data[place + 60 : place + 60 + length]
        place += 60 + length + length % 2
    return found


def deb_files(data):
    """Name to (mode, contents or link) of what a deb installs, without its folders."""
    with tarfile.open(fileobj=io.BytesIO(ar_members(data)["data.tar.xz"])) as archive:
        return tar_files(archive)


def tar_files(archive):
    """The same of an open tar archive."""
    found = {}
    for entry in archive:
        if not entry.isdir():
            contents = entry.linkname if entry.issym() else archive.extractfile(entry).read()
            found[entry.name.removeprefix("./")] = (entry.mode, contents)
    return found


def rpm_headers(data):
    """The two headers of an rpm, each tag to its values, and the payload as it is unpacked."""
    assert data[:4] == b"\xed\xab\xee\xdb"
    signatures, place = _header(data, 96)
    facts, place = _header(data, place + -place % 8)
    return signatures, facts, lzma.decompress(data[place:])


def _header(data, place):
    magic, _, count, length = struct.unpack_from(">4sIII", data, place)
    assert magic == b"\x8e\xad\xe8\x01"
    index, store = place + 16, place + 16 + 16 * count
    found = {}
    for number in range(count):
        tag, kind, offset, many = struct.unpack_from(">IIII", data, index + 16 * number)
        start = store + offset
        if kind in (3, 4):
            assert offset % (2 if kind == 3 else 4) == 0
            found[tag] = list(struct.unpack_from(f">{many}{'H' if kind == 3 else 'I'}", data, start))
        elif kind == 7:
            found[tag] = data[start : start + many]
        else:
            found[tag] = [text.decode() for text in data[start : store + length].split(b"\0", many)[:many]]
    return found, store + length


def cpio_files(data):
    """Name to (mode, contents or link) of a cpio archive in the format newc, without its folders."""
    found, place = {}, 0
    while True:
        assert data[place : place + 6] == b"070701"
        numbers = [int(data[place + 6 + 8 * each : place + 14 + 8 * each], 16) for each in range(13)]
        mode, length, named = numbers[1], numbers[6], numbers[11]
        name = data[place + 110 : place + 110 + named - 1].decode()
        place += 110 + named + -(110 + named) % 4
        if name == "TRAILER!!!":
            assert place == len(data)
            return found
        contents = data[place : place + length]
        place += length + -length % 4
        if mode & 0o170000 != 0o040000:
            link = mode & 0o170000 == 0o120000
            found[name.removeprefix("./")] = (mode & 0o7777, contents.decode() if link else contents)
