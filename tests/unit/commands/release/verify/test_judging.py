"""A release is judged as a whole: what is tampered with, swapped, missing or extra is found, and said."""

from __future__ import annotations

import shutil
import sys

import pytest
import small_release as small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_release import KEY, LINUX, STATEMENT, SUMS

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.sign.minisign import Signature
from wherry.commands.release.verify.check import KINDS, State
from wherry.commands.release.verify.judging import judge
from wherry.errors import UsageError, WherryError

ALL = tuple(KINDS)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return small.write(tmp_path_factory.mktemp("pristine") / "release")


@pytest.fixture
def release(pristine, tmp_path):
    return shutil.copytree(pristine, tmp_path / "release")


def judged(path, key=KEY.public, required=ALL):
    return judge(path, key, required)


def problems(report):
    return [(each.kind, each.name, each.words) for each in report.checks if each.state is State.PROBLEM]


def said(report, kind):
    return {each.name: each.words for each in report.checks if each.kind == kind}


def test_a_whole_release_holds(release):
    report = judged(release)
    assert problems(report) == []
    assert report.verified
    assert report.origin.commit == "c" * 40
    everything = {file.name for file in release.iterdir()}
    assert report.proven["checksum"] == everything - {SUMS, f"{SUMS}.minisig"}
    assert report.proven["signature"] == everything - {f"{SUMS}.minisig"}
    assert report.proven["provenance"] == everything - {SUMS, f"{SUMS}.minisig"}
    assert report.proven["sbom"] == {
        f"{LINUX}.tar.gz", f"{LINUX}.deb", f"{LINUX}.rpm",
        "acme_1.2.3_windows_amd64.zip", "acme_1.2.3_windows_amd64.exe",
    }  # fmt: skip
    assert sum(check.kind == "sbom" for check in report.checks) == 10


def test_every_file_of_it_holds_by_itself(release):
    for file in release.iterdir():
        if file.name.startswith(SUMS):
            continue
        packed = file.name.startswith(LINUX) and not file.name.endswith(".json")
        required = ALL if packed else ("checksum", "signature")
        report = judged(file, required=required)
        assert report.verified, (file.name, problems(report))
    assert judged(release / SUMS, required=("signature",)).verified


def test_without_a_key_nobody_can_say(release):
    report = judged(release, None, ())
    assert report.verified
    assert said(report, "signature") == {f"{SUMS}.minisig": "not verified: no key"}
    report = judged(release, None, ["signature"])
    assert not report.verified
    assert problems(report)[0][2].startswith("there is no good signature of it or of its checksum, nor of ")


def tampered(release, name, place, bit):
    file = release / name
    data = bytearray(file.read_bytes())
    place %= len(data)
    data[place] ^= 1 << bit
    file.write_bytes(data)


NAMES = [
    "acme-1.2.3.tar.gz", STATEMENT, f"{LINUX}.cdx.json", f"{LINUX}.deb", f"{LINUX}.rpm", f"{LINUX}.spdx.json",
    f"{LINUX}.tar.gz", "acme_1.2.3_windows_amd64.cdx.json", "acme_1.2.3_windows_amd64.exe",
    "acme_1.2.3_windows_amd64.spdx.json", "acme_1.2.3_windows_amd64.zip", "install.sh", SUMS, f"{SUMS}.minisig",
]  # fmt: skip


def test_the_names_are_all_of_them(pristine):
    assert sorted(NAMES) == sorted(file.name for file in pristine.iterdir())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**20), bit=st.integers(0, 7))
def test_a_tampered_byte_anywhere_is_found(pristine, tmp_path_factory, name, place, bit):
    release = shutil.copytree(pristine, tmp_path_factory.mktemp("t") / "release")
    tampered(release, name, place, bit)
    comment = Signature.decode((pristine / f"{SUMS}.minisig").read_text()).untrusted
    within = range(len("untrusted comment: "), len("untrusted comment: ") + len(comment))
    length = (pristine / name).stat().st_size
    # What the untrusted comment says nobody signs.
    free = name == f"{SUMS}.minisig" and place % length in within
    assert judged(release, required=()).verified == free
    shutil.rmtree(release)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(SUMS)])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**20), bit=st.integers(0, 7))
def test_and_found_without_a_key(pristine, tmp_path_factory, name, place, bit):
    release = shutil.copytree(pristine, tmp_path_factory.mktemp("t") / "release")
    tampered(release, name, place, bit)
    for path in (release, release / name):
        report = judged(path, None, ())
        assert not report.verified
        assert any(each[:2] == ("checksum", name) for each in problems(report))
    shutil.rmtree(release)


def test_two_files_whose_names_are_exchanged(release):
    one, two = release / f"{LINUX}.deb", release / f"{LINUX}.rpm"
    one.rename(release / "x")
    two.rename(one)
    (release / "x").rename(two)
    words = said(judged(release), "checksum")
    assert words[one.name].endswith(f"it is what {SUMS} calls {two.name}")
    assert words[two.name].endswith(f"it is what {SUMS} calls {one.name}")


def test_a_missing_file(release):
    (release / "install.sh").unlink()
    found = problems(judged(release))
    assert ("checksum", "install.sh", f"it is not there, and {SUMS} names it") in found
    assert ("provenance", "install.sh", f"it is not there, and {STATEMENT} is about it") in found


def test_an_extra_file(release):
    (release / "extra.exe").write_bytes(b"MZ")
    (release / "folder").mkdir()
    found = problems(judged(release, None, ()))
    assert ("checksum", "extra.exe", f"{SUMS} does not name it") in found
    assert ("checksum", "folder", "it is no file") in found
    assert ("provenance", "extra.exe", f"{STATEMENT} is not about it") in found


def test_an_extra_file_with_sums_of_its_own_is_not_signed(release):
    (release / "extra.exe").write_bytes(b"MZ")
    (release / "extra.exe.sha256").write_text(f"{small.sha256(b'MZ')}  extra.exe\n")
    found = problems(judged(release, required=()))
    assert [each[0] for each in found if each[1].startswith("extra.exe")] == ["provenance", "signature"]
    assert found[-1][2] == "there is no good signature of it or of its checksum, nor of 1 more"


def test_sums_of_another_key(release):
    small.write_signature(release, key=small.OTHER_KEY)
    report = judged(release)
    assert "made with key" in said(report, "signature")[f"{SUMS}.minisig"]
    assert report.proven["signature"] == frozenset()


def test_a_signature_that_is_gone(release):
    (release / f"{SUMS}.minisig").unlink()
    assert judged(release, None, ()).verified
    assert not judged(release, required=()).verified
    assert not judged(release / f"{LINUX}.deb", required=()).verified


def test_a_signature_of_one_file_vouches_for_that_one(release):
    (release / f"{SUMS}.minisig").unlink()
    small.write_signature(release, f"{LINUX}.deb")
    assert judged(release / f"{LINUX}.deb", required=()).verified
    assert not judged(release / f"{LINUX}.rpm", required=()).verified
    assert not judged(release, required=()).verified


def test_a_signature_of_a_file_that_was_called_otherwise(release):
    small.write_signature(release, "install.sh")
    (release / "install.sh.minisig").rename(release / "copy.sh.minisig")
    (release / "copy.sh").write_bytes((release / "install.sh").read_bytes())
    assert said(judged(release), "signature")["copy.sh.minisig"] == "it was made for a file called install.sh"


def test_what_other_tools_sign_is_left_alone(release):
    (release / f"{SUMS}.asc").write_text("-----BEGIN PGP SIGNATURE-----\n")
    (release / f"{SUMS}.sig").write_bytes(b"\x89\x01")
    (release / "a.intoto.jsonl").write_text('{"payloadType": "application/vnd.in-toto+json", "payload": ""}\n')
    small.write_sums(release)
    small.write_signature(release)
    report = judged(release)
    assert report.verified, problems(report)
    assert said(report, "signature")[f"{SUMS}.asc"] == "not verified: it is none of minisign's"
    assert said(report, "signature")[f"{SUMS}.sig"] == "not verified: it is none of minisign's"
    assert said(report, "provenance")["a.intoto.jsonl"].startswith("not verified: it is in an envelope")


def test_a_signature_of_nothing_that_is_there(release):
    (release / "gone.minisig").write_bytes((release / f"{SUMS}.minisig").read_bytes().replace(SUMS.encode(), b"gone"))
    assert said(judged(release), "signature")["gone.minisig"] == "what it is a signature of is not there"


def test_a_file_whose_name_begins_with_a_dot(release):
    (release / ".hidden").write_bytes(b"")
    assert judged(release).verified
    assert not judged(release / ".hidden").verified


def test_a_program_has_the_bill_of_its_own_target(release):
    """Though it is the same file as that of another."""
    (release / "acme_1.2.3_windows_arm64.exe").write_bytes(small.WINDOWS["acme.exe"])
    (release / "acme_1.2.3_windows_arm64.cdx.json").write_bytes(small.cyclonedx(small.WINDOWS))
    small.seal(release)
    report = judged(release)
    assert report.verified
    assert said(report, "sbom")["acme_1.2.3_windows_arm64.exe"] == "as in acme_1.2.3_windows_arm64.cdx.json"


@pytest.mark.parametrize(
    "removed, kind",
    [
        pytest.param([SUMS], "checksum", id="checksums"),
        pytest.param([STATEMENT], "provenance", id="provenance"),
        pytest.param([name for name in NAMES if name.endswith((".cdx.json", ".spdx.json"))], "sbom", id="bills"),
    ],
)
def test_what_is_required_must_be_there(release, removed, kind):
    for name in removed:
        (release / name).unlink()
    if kind != "checksum":
        small.write_sums(release)
        small.write_signature(release)
    if kind == "sbom":
        small.seal(release)
    for path in (release, release / f"{LINUX}.tar.gz"):
        report = judged(path, required=[kind])
        assert not report.verified
        assert any(each[0] == kind for each in problems(report))
    if kind != "checksum":
        assert judged(release, required=()).verified
        assert judged(release / f"{LINUX}.tar.gz", required=()).verified


def test_nothing_to_judge_by_is_not_verified(tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    for path in (tmp_path, tmp_path / "a"):
        report = judged(path, None, ())
        assert not report.verified
        assert report.checks == ()
    (tmp_path / "empty").mkdir()
    assert not judged(tmp_path / "empty", required=()).verified
    with pytest.raises(UsageError, match="no such file or folder"):
        judged(tmp_path / "nothing")


def test_a_file_among_those_of_others(release):
    """As in a folder of downloads: what is not about the file is left alone."""
    other = release.parent / "other"
    other.mkdir()
    (other / "thing_linux_amd64.cdx.json").write_bytes(small.cyclonedx({"thing": b"x"}))
    (other / "thing.intoto.json").write_bytes(b"not a statement")
    (other / "thing.cdx.json").write_bytes(b"not a bill")
    (other / "thing.asc").write_bytes(b"")
    for file in other.iterdir():
        shutil.copy(file, release / file.name)
    assert judged(release / f"{LINUX}.tar.gz").verified
    assert not judged(release).verified


@pytest.mark.parametrize(
    "files, words",
    [
        pytest.param({**small.PROGRAM, "acme": b"evil"}, "acme/acme is another file", id="program"),
        pytest.param({**small.PROGRAM, "_internal/lib.so": b"evil"}, "acme/_internal/lib.so is another file", id="lib"),
        pytest.param({**small.PROGRAM, "_internal/x": b""}, "acme/_internal/x is in it, and not listed", id="extra"),
        pytest.param({"acme": small.PROGRAM["acme"]}, "acme/_internal/a/data.txt is not in it; ", id="lost"),
    ],
)
@pytest.mark.parametrize("kind", ["tar.gz", "deb", "rpm"])
def test_a_change_inside_that_everything_else_vouches_for(release, files, words, kind):
    write = {
        "tar.gz": lambda path: write_tar_gz(path, small.items("", files), small.TIME_S),
        "deb": lambda path: small.write_deb(path, small.package(files), small.FACTS, small.TIME_S),
        "rpm": lambda path: small.write_rpm(path, small.package(files), small.FACTS, small.TIME_S),
    }[kind]
    write(release / f"{LINUX}.{kind}")
    small.seal(release)
    found = problems(judged(release))
    assert {each[:2] for each in found} == {("sbom", f"{LINUX}.{kind}")}
    assert all(words in each[2] for each in found)
    assert {each[2].split(":")[0] for each in found} == {f"not as in {LINUX}.{name}.json" for name in ("cdx", "spdx")}


@pytest.mark.parametrize(
    "link, fine",
    [
        ("lib.so", True),
        ("a", True),
        ("../acme", True),
        ("../..", False),
        ("../../LICENSE", False),
        ("/bin/sh", False),
        ("gone", False),
    ],
)  # fmt: skip
def test_links_in_a_program(release, link, fine):
    more = [Item("acme/_internal/l", link=link), Item("LICENSE", data=b"")]
    write_tar_gz(release / f"{LINUX}.tar.gz", small.items("", small.PROGRAM, *more), small.TIME_S)
    small.seal(release)
    assert judged(release).verified == fine


def test_a_program_of_one_file_that_is_another(release):
    small.write_zip(
        release / "acme_1.2.3_windows_amd64.zip", [Item("acme.exe", data=b"MZ evil", executable=True)], small.TIME_S
    )
    (release / "acme_1.2.3_windows_amd64.exe").write_bytes(b"MZ evil")
    small.seal(release)
    names = {each[1] for each in problems(judged(release))}
    assert names == {"acme_1.2.3_windows_amd64.zip", "acme_1.2.3_windows_amd64.exe"}


@pytest.mark.parametrize(
    "data, state, words",
    [
        pytest.param(b"\x1f\x8bnonsense", State.PROBLEM, "it cannot be unpacked", id="damaged"),
        pytest.param(b"\xed\xab\xee\xdb", State.PROBLEM, "a header in it is damaged", id="cut"),
        pytest.param(None, State.NOTE, "no bill of materials lists what is in it", id="another program"),
    ],
)
def test_archives_that_cannot_be_compared(release, data, state, words):
    other = release / "acme_1.2.3_darwin_arm64.tar.gz"
    if data is None:
        write_tar_gz(other, [Item("other", data=b"", executable=True)], small.TIME_S)
    else:
        other.write_bytes(data)
    small.seal(release)
    report = judged(release, required=())
    found = [each for each in report.checks if (each.kind, each.name) == ("sbom", other.name)]
    assert [(each.state, each.words[: len(words)]) for each in found] == [(state, words)]
    assert report.verified == (state is State.NOTE)
    assert not judged(release, required=["sbom"]).verified


def test_a_bill_that_lists_no_files(release):
    (release / "deps.cdx.json").write_bytes(small.cyclonedx({}))
    small.seal(release)
    report = judged(release)
    assert report.verified
    assert said(report, "sbom")["deps.cdx.json"] == "it lists no files"


def test_a_statement_about_nothing(release):
    (release / STATEMENT).write_bytes(small.provenance.encode(small.provenance.statement([], small.SOURCE, {}, 0)))
    small.write_sums(release)
    small.write_signature(release)
    assert ("provenance", STATEMENT, "it is about no file") in problems(judged(release))


@pytest.mark.skipif(sys.platform != "linux", reason="a name that Linux alone can have")
def test_what_cannot_be_read_is_another_thing_than_no(release, tmp_path):
    with pytest.raises(WherryError, match="File name too long") as caught:
        judged(tmp_path / ("x" * 300))
    assert caught.value.exit_code == 3


def test_a_bill_of_nothing_that_is_here(release):
    (release / "acme_1.2.3_darwin_arm64.cdx.json").write_bytes(small.cyclonedx({"acme": b"mac"}))
    small.seal(release)
    assert problems(judged(release)) == [
        ("sbom", "acme_1.2.3_darwin_arm64.cdx.json", "nothing is here that it lists the contents of")
    ]


def test_other_names(tmp_path):
    """What a file is, its first bytes say too."""
    release = tmp_path / "release"
    release.mkdir()
    write_tar_gz(release / "a.tgz", small.items(""), small.TIME_S)
    (release / "bill.json").write_bytes(small.cyclonedx(small.PROGRAM))
    (release / "origin.json").write_bytes(b"")
    (release / "origin.json").unlink()
    small.write_statement(release)
    (release / STATEMENT).rename(release / "origin.json")
    small.write_sums(release)
    (release / SUMS).rename(release / "acme.sums")
    small.write_signature(release, "acme.sums")
    (release / "acme.sums.minisig").rename(release / "acme.sums.signature")
    report = judged(release)
    assert problems(report) == []
    assert all(report.proven[kind] for kind in KINDS)
