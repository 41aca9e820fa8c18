"""What is in archives and packages, by name."""

from __future__ import annotations

import gzip

import pytest

from wherry.commands.release.build.contents import matching, of_archive
from wherry.commands.release.build.places import of_package
from wherry.commands.release.build.program import Program
from wherry.commands.release.file import Archive, ArchiveFile, Content, Nfpm
from wherry.errors import WherryError

FIELDS = {"ProjectName": "acme", "Version": "1.2.3"}


@pytest.fixture
def folder(tmp_path):
    for name in (
        "README.md",
        "LICENSE",
        "completions/acme.bash",
        "completions/_acme",
        "completions/acme.fish",
        "man/acme.1",
        "etc/acme.toml",
        "etc/more/b.toml",
        "out/acme",
        "out/folder/acme",
        "out/folder/_internal/lib.so",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    (tmp_path / "out" / "folder" / "_internal" / "link.so").symlink_to("lib.so")
    return tmp_path


@pytest.fixture
def one_file(folder):
    path = folder / "out" / "acme"
    return Program("acme", "acme", path, path, path)


@pytest.fixture
def in_folder(folder):
    path = folder / "out" / "folder"
    return Program("acme", "acme", path, path / "acme", path)


def names(items):
    return [item.name for item in items]


def test_an_archive(folder, one_file):
    items = of_archive(Archive(), [one_file], folder, FIELDS, "acme_1.2.3")
    assert names(items) == [
        "LICENSE", "README.md", "acme", "completions/_acme", "completions/acme.bash", "completions/acme.fish",
    ]  # fmt: skip
    assert [item.name for item in items if item.executable] == ["acme"]


def test_a_folder_of_a_program_has_its_name(folder, in_folder):
    items = of_archive(Archive(files=()), [in_folder], folder, FIELDS, "a")
    assert names(items) == ["acme/_internal/lib.so", "acme/_internal/link.so", "acme/acme"]
    assert [item.link for item in items] == [None, "lib.so", None]


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        pytest.param(True, "stem/acme", id="as the archive"),
        pytest.param(False, "acme", id="none"),
        pytest.param("{{ .ProjectName }}-{{ .Version }}", "acme-1.2.3/acme", id="a template"),
    ],
)
def test_wrapped(folder, one_file, wrap, expected):
    assert names(of_archive(Archive(files=(), wrap_in_directory=wrap), [one_file], folder, FIELDS, "stem")) == [
        expected
    ]


@pytest.mark.parametrize("wrap", ["../up", "/root"])
def test_wrapped_elsewhere(folder, one_file, wrap):
    with pytest.raises(WherryError, match="is no name of a folder"):
        of_archive(Archive(files=(), wrap_in_directory=wrap), [one_file], folder, FIELDS, "stem")


@pytest.mark.parametrize(
    ("pattern", "into", "expected"),
    [
        pytest.param("README.md", None, ["README.md"], id="a file"),
        pytest.param("etc", None, ["etc/acme.toml", "etc/more/b.toml"], id="a folder"),
        pytest.param("etc/*.toml", None, ["etc/acme.toml"], id="a pattern"),
        pytest.param("etc/**/*.toml", None, ["etc/acme.toml", "etc/more/b.toml"], id="a deep pattern"),
        pytest.param("README.md", "doc/READ.md", ["doc/READ.md"], id="called differently"),
        pytest.param("README.md", "doc/", ["doc/README.md"], id="into a folder"),
        pytest.param(
            "completions/*", "share", ["share/_acme", "share/acme.bash", "share/acme.fish"], id="pattern into"
        ),
        pytest.param("none*", None, [], id="nothing"),
    ],
)
def test_matching(folder, pattern, into, expected):
    assert names(matching(folder, pattern, into)) == expected


@pytest.mark.parametrize(("pattern", "into"), [("../x", None), ("README.md", "../up"), ("README.md", "/etc/x")])
def test_no_name_leads_out(folder, pattern, into):
    (folder / "below").mkdir()
    (folder / "x").write_text("x")
    (folder / "below" / "README.md").write_text("x")
    with pytest.raises(WherryError):
        list(matching(folder / "below", pattern, into))


def test_a_link_that_leads_out_of_a_program(folder, in_folder):
    (in_folder.path / "out").symlink_to("/etc/hostname")
    with pytest.raises(WherryError, match="outside"):
        of_archive(Archive(files=()), [in_folder], folder, FIELDS, "a")


def test_missing_and_twice(folder, one_file):
    with pytest.raises(WherryError, match=r"files\[0\]: NEWS: no such file"):
        of_archive(Archive(files=("NEWS",)), [one_file], folder, FIELDS, "a")
    with pytest.raises(WherryError, match="a: acme is there twice"):
        of_archive(Archive(files=(ArchiveFile("README.md", "acme"),)), [one_file], folder, FIELDS, "a")
    assert names(of_archive(Archive(files=("LICENSE", "LIC*")), [one_file], folder, FIELDS, "a")) == ["LICENSE", "acme"]


@pytest.mark.parametrize(("kind", "zsh"), [("deb", "vendor-completions"), ("rpm", "site-functions")])
def test_a_package(folder, one_file, kind, zsh):
    package = Nfpm(formats=("deb", "rpm"), contents=(Content(src="etc/acme.toml", dst="/etc/acme.toml"),))
    items = of_package(package, "acme", kind, [one_file], folder)
    assert names(items) == [
        "etc/acme.toml",
        "usr/bin/acme",
        "usr/share/bash-completion/completions/acme",
        "usr/share/doc/acme/copyright",
        "usr/share/fish/vendor_completions.d/acme.fish",
        "usr/share/man/man1/acme.1.gz",
        f"usr/share/zsh/{zsh}/_acme",
    ]
    page = next(item for item in items if item.name.endswith(".gz"))
    assert gzip.decompress(page.data) == b"man/acme.1"


def test_a_package_of_a_folder_has_a_link_in_bindir(folder, in_folder):
    items = of_package(Nfpm(formats=("deb",), bindir="/usr/local/bin"), "acme", "deb", [in_folder], folder)
    links = {item.name: item.link for item in items if item.link}
    assert links["usr/local/bin/acme"] == "../../lib/acme/acme"
    assert "usr/lib/acme/_internal/lib.so" in names(items)


def test_contents_that_are_not_there(folder, one_file):
    package = Nfpm(formats=("deb",), contents=(Content(src="nothing*", dst="/etc/"),))
    with pytest.raises(WherryError, match=r"contents\[0\]: nothing\*: no such file"):
        of_package(package, "acme", "deb", [one_file], folder)
