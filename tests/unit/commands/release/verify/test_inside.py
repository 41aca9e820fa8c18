"""Archives and packages, well made and made to do harm: everything is read as a stream, and nothing is written."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import shutil
import stat
import subprocess
import tarfile
import zipfile
import zlib
from contextlib import suppress

import pytest
import small_release as small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wherry.commands.release.verify.inside import reading, rpm, stream
from wherry.commands.release.verify.inside.member import Kind, Unknown, Unreadable, lead

LONG = "a" * 90 + "/" + "b" * 95


def read(data):
    return reading.members(io.BytesIO(data))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def tarred(*entries, form=tarfile.PAX_FORMAT, pack=gzip.compress):
    """A tar archive of (name, data or None, type, link)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data, kind, link in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(data or b"")
            archive.addfile(info, io.BytesIO(data) if data is not None else None)
    return pack(out.getvalue())


def file(name, data=b"x"):
    return name, data, tarfile.REGTYPE, ""


def link(name, target, kind=tarfile.SYMTYPE):
    return name, None, kind, target


def zipped(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def ar(*members):
    return b"!<arch>\n" + b"".join(
        f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        for name, data in members
    )


def cpio(*entries):
    """A payload of (name, mode, data, inode, links)."""
    out = b""
    for name, mode, data, inode, links in (*entries, ("TRAILER!!!", 0, b"", 0, 1)):
        fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + "".join(f"{each:08x}" for each in fields).encode() + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return out


def rpmed(payload):
    header = b"\x8e\xad\xe8\x01" + bytes(12)
    return rpm.MAGIC + bytes(92) + header + header + payload


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_tar(form, pack):
    data = bytes(range(256)) * 3000
    entries = [
        file("./a", data), file("empty", b""), file("grüße", b"g"), link("l", "d/x"),
        link("hard", "a", tarfile.LNKTYPE), ("d", None, tarfile.DIRTYPE, ""), file("d/x"), file(LONG, b"long"),
    ]  # fmt: skip
    found = read(tarred(*entries, form=form, pack=pack))
    assert {path: member.kind for path, member in found.items()} == {
        "a": Kind.FILE, "empty": Kind.FILE, "grüße": Kind.FILE, "l": Kind.LINK, "hard": Kind.FILE, "d": Kind.FOLDER,
        "d/x": Kind.FILE, LONG: Kind.FILE,
    }  # fmt: skip
    assert found["a"].sha256 == found["hard"].sha256 == sha256(data)
    assert found["empty"].sha256 == sha256(b"")
    assert found[LONG].sha256 == sha256(b"long")
    assert found["l"].target == "d/x"


def test_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, mode, data in (("a/", stat.S_IFDIR | 0o755, b""), ("l", stat.S_IFLNK | 0o777, b"a/x")):
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, data)
        archive.writestr("a/x", b"x")
    found = read(out.getvalue())
    assert {path: (member.kind, member.target) for path, member in found.items()} == {
        "a": (Kind.FOLDER, ""), "l": (Kind.LINK, "a/x"), "a/x": (Kind.FILE, ""),
    }  # fmt: skip
    assert found["a/x"].sha256 == sha256(b"x")


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_packages_have_what_they_install(tmp_path, kind):
    small.write_packed(tmp_path)
    found = read((tmp_path / f"{small.LINUX}.{kind}").read_bytes())
    assert found["usr/lib/acme/acme"].sha256 == sha256(small.PROGRAM["acme"])
    assert found["usr/lib/acme/acme"].executable
    assert not found["usr/lib/acme/_internal/lib.so"].executable
    assert found["usr/bin/acme"].target == "../lib/acme/acme"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
@pytest.mark.parametrize("how", ["xz", "gzip", "none"])
def test_a_deb_of_dpkgs_own(tmp_path, how):
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: A <a@acme.dev>\nDescription: a\n"
    )
    (tree / "usr").mkdir()
    (tree / "usr" / "x").write_bytes(b"x")
    subprocess.run(["dpkg-deb", "--build", f"-Z{how}", tree, tmp_path / "a.deb"], check=True, capture_output=True)
    assert read((tmp_path / "a.deb").read_bytes())["usr/x"].sha256 == sha256(b"x")


def test_names_of_one_file_in_an_rpm():
    """Only the last of them has what is in it."""
    mode = stat.S_IFREG | 0o755
    payload = cpio(("./a", mode, b"", 5, 2), ("./b", mode, b"data", 5, 2), ("./c", mode, b"", 6, 1))
    found = read(rpmed(gzip.compress(payload)))
    assert found["a"].sha256 == found["b"].sha256 == sha256(b"data")
    assert found["c"].sha256 == sha256(b"")


def test_a_program_is_no_archive():
    assert read(b"\x7fELF" + bytes(100)) is None
    assert read(b"") is None


HARM = {
    "tar: out": (tarred(file("../x")), "leads out of the archive"),
    "tar: out after all": (tarred(file("a/../../x")), "leads out of the archive"),
    "tar: absolute": (tarred(file("/etc/x")), "is no path of an archive"),
    "tar: absolute in pax": (tarred(file("/" + LONG * 2)), "is no path of an archive"),
    "tar: Windows": (tarred(file("..\\x")), "is no path of an archive"),
    "tar: a drive": (tarred(file("C:x")), "is no path of an archive"),
    "tar: a terminal's": (tarred(file("a\x1b[2J")), "is no path of an archive"),
    "tar: twice": (tarred(file("a"), file("./a", b"y")), "'a' is in it twice"),
    "tar: a link, and a file in its place": (tarred(link("a", "/etc"), file("a")), "'a' is in it twice"),
    "tar: a hard link out": (tarred(link("a", "../x", tarfile.LNKTYPE)), "leads out of the archive"),
    "tar: a hard link to nothing": (tarred(link("a", "b", tarfile.LNKTYPE)), "is a link to nothing"),
    "tar: a name without end": (tarred(file("n/" * 5000)), "the name of a file in it is too long"),
    "tar: cut": (tarred(file("a", bytes(5000)), pack=lambda data: gzip.compress(data[:2000])), "ends early"),
    "tar: cut while packed": (tarred(file("a", bytes(5000)))[:-20], "ends early"),
    "tar: no tar": (gzip.compress(b"x" * 5000), "a header in it is damaged"),
    "tar: something follows": (tarred(file("a"), pack=lambda data: gzip.compress(data + b"x")), "follows its end"),
    "tar: packed again": (tarred(file("a")) + tarred(file("b")), "follows its end"),
    "tar: rubbish": (tarred(file("a")) + b"rubbish", "cannot be unpacked"),
    "zip: out": (zipped(("../x", b"")), "leads out of the archive"),
    "zip: no end": (b"PK\x03\x04" + bytes(100), "it has no end"),
    "deb: nothing": (ar(("debian-binary", b"2.0\n")), "no data.tar is in it"),
    "deb: two": (ar(("data.tar.gz", tarred(file("a"))), ("data.tar.xz", b"")), "is no part of a package"),
    "deb: more": (ar(("data.tar", tarred(file("a"), pack=bytes)), ("evil", b"")), "'evil' is in it"),
    "deb: cut": (b"!<arch>\ndata", "a header in it is damaged"),
    "rpm: no header": (rpm.MAGIC + bytes(200), "a header in it is damaged"),
    "rpm: cut": (rpmed(cpio(("./a", stat.S_IFREG, b"x", 1, 1))[:130]), "ends early"),
    "rpm: out": (rpmed(cpio(("../a", stat.S_IFREG, b"x", 1, 1))), "leads out of the archive"),
    "rpm: something follows": (rpmed(cpio() + b"x"), "follows its end"),
    "rpm: a name without end": (rpmed(cpio(("a" * 5000, stat.S_IFREG, b"", 1, 1))), "too long"),
}
ODD = {
    "tar: a device": tarred(("dev", None, tarfile.CHRTYPE, "")),
    "deb: zstd": ar(("data.tar.zst", b"\x28\xb5\x2f\xfd1234")),
    "rpm: zstd": rpmed(b"\x28\xb5\x2f\xfd1234"),
    "rpm: another format": rpmed(b"07070X" + bytes(200)),
    "rpm: a device": rpmed(cpio(("./a", stat.S_IFCHR, b"", 1, 1))),
}


@pytest.mark.parametrize("name", HARM)
def test_harm(name):
    data, words = HARM[name]
    with pytest.raises(Unreadable, match=words):
        read(data)


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_known_is_not_said_to_be_damaged(name):
    with pytest.raises(Unknown):
        read(ODD[name])


def test_zip_that_lies_about_a_length():
    data = bytearray(zipped(("a", b"0123456789")))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (20).to_bytes(4, "little")
    data[22:26] = (20).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read(bytes(data))


def test_a_bomb_ends(monkeypatch):
    monkeypatch.setattr(stream, "MOST_BYTES", 10_000_000)
    bomb = tarred(file("zeros", bytes(20_000_000)))
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="more than 10000000 bytes are in it"):
        read(bomb)
    with pytest.raises(Unreadable, match="more than 10000000 bytes are in it"):
        read(zipped(*((f"z{number}", bytes(3_000_000)) for number in range(5))))
    after = tarred(file("a"), pack=lambda data: gzip.compress(data + bytes(20_000_000)))
    with pytest.raises(Unreadable, match="more than 10000000 bytes are in it"):
        read(after)


def test_a_header_that_is_a_bomb_takes_no_memory():
    head = tarfile.TarInfo("x")
    head.type, head.size = tarfile.XHDTYPE, 2**32
    packer = zlib.compressobj(wbits=31)
    data = packer.compress(head.tobuf()) + packer.compress(bytes(3_000_000)) + packer.flush()
    with pytest.raises(Unreadable, match="a header in it is too long"):
        read(data)


@pytest.mark.parametrize(
    "path, target, expected",
    [
        ("a/l", "b", "a/b"), ("a/l", "../b", "b"), ("a/l", "../../b", None), ("l", "/b", None), ("a/b/l", "..", "a"),
        ("a/l", "./x//y", "a/x/y"), ("l", "C:\\x", None), ("l", "..\\x", None),
    ],
)  # fmt: skip
def test_where_links_lead(path, target, expected):
    assert lead(path, target) == expected


SAMPLES = [tarred(file("a", b"data"), link("l", "a")), zipped(("a", b"data")), *(data for data, _ in HARM.values())]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.large_base_example, HealthCheck.too_slow])
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2**16), st.binary(max_size=8)), max_size=4))
def test_no_damage_ends_in_another_error(data, changes):
    changed = bytearray(data)
    for place, piece in changes:
        at = place % len(changed)
        changed[at : at + len(piece)] = piece
    with suppress(Unreadable, Unknown):
        read(bytes(changed))
