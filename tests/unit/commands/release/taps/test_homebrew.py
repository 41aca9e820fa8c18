"""Formulas, as Ruby reads them and as a stand-in for Homebrew installs by them on each platform."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import FACTS, FILE, FOLDER, TAP, download, everywhere

from wherry.commands.release.file import HomebrewFormula
from wherry.commands.release.publish.downloads import Inside
from wherry.commands.release.taps.formula import class_name, quoted
from wherry.commands.release.taps.homebrew import path, text
from wherry.core.record import replace
from wherry.errors import UsageError

BREW = Path(__file__).with_name("brew.rb")
UNIX = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
MACHINES = {
    "linux_amd64": ("linux", "x86_64"),
    "linux_arm64": ("linux", "arm64"),
    "darwin_amd64": ("macos", "x86_64"),
    "darwin_arm64": ("macos", "arm64"),
}
ruby = pytest.mark.skipif(shutil.which("ruby") is None, reason="ruby is not installed")


def unpack(folder, of):
    """What Homebrew would have unpacked: each program says its name, each other file its path."""
    folder.mkdir()
    if of.format == "binary":
        made = {of.name: of.programs[0].name}
    else:
        made = {each.path: each.name for each in of.programs} | {each: each.removeprefix("top/") for each in of.others}
        made |= {f"{each.folder}/_internal/library": "library" for each in of.programs if each.folder}
    for name, says in made.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\necho {says}\n")
        file.chmod(0o755)


def installed(tmp_path, formula, of, machine=None):
    """What the formula says of itself on the machine of ``of``, and the files in the prefix with what runs there."""
    file, unpacked, prefix = tmp_path / "formula.rb", tmp_path / "unpacked", tmp_path / "prefix"
    file.write_text(formula, encoding="utf-8")
    unpack(unpacked, of)
    name = re.search(r"^class (\w+) < Formula$", formula, re.MULTILINE)[1]
    command = ["ruby", "-w", BREW, file, name, *(machine or MACHINES[of.target]), unpacked, prefix]
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=utf8)
    assert (ran.returncode, ran.stderr) == (0, "")
    files = {each.relative_to(prefix).as_posix(): each for each in sorted(prefix.rglob("*")) if each.is_file()}
    answers = {
        name: subprocess.run(["sh", file], capture_output=True, text=True, check=True) for name, file in files.items()
    }
    return json.loads(ran.stdout.splitlines()[-1]), {name: answer.stdout.strip() for name, answer in answers.items()}


@ruby
@pytest.mark.parametrize("target", UNIX)
def test_each_platform_has_its_archive(tmp_path, target):
    formula = text(HomebrewFormula(TAP), FACTS, everywhere())
    of = download(target)
    said, files = installed(tmp_path, formula, of)
    assert said == {
        "desc": ["Does things"],
        "homepage": ["https://acme.dev"],
        "version": ["1.2.3"],
        "license": ["MIT"],
        "url": [of.url],
        "sha256": [of.sha256],
    }
    assert files == {"bin/acme": "acme"}


TWO = (Inside("acme", "acme/acme", "acme"), Inside("acmed", "acmed", None))
DOCUMENTS = ("LICENSE", "completions/acme.bash", "completions/_acme", "completions/acme.fish", "man/acme.1")
COMPLETED = {
    "etc/bash_completion.d/acme": "completions/acme.bash",
    "share/zsh/site-functions/_acme": "completions/_acme",
    "share/fish/vendor_completions.d/acme.fish": "completions/acme.fish",
    "share/man/man1/acme.1": "man/acme.1",
}
FOLDER_INSTALLED = {
    "bin/acme": "acme",
    "libexec/acme/acme": "acme",
    "libexec/acme/_internal/library": "library",
}


def wrapped(programs, top):
    return tuple(Inside(each.name, f"{top}/{each.path}", each.folder and f"{top}/{each.folder}") for each in programs)


@ruby
@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(download("linux_amd64", FILE), {"bin/acme": "acme"}, id="one file"),
        pytest.param(download("linux_amd64", FILE, kind="zip"), {"bin/acme": "acme"}, id="zip"),
        pytest.param(download("linux_amd64", FILE, kind="binary"), {"bin/acme": "acme"}, id="no archive"),
        pytest.param(download("linux_amd64", FILE, DOCUMENTS), {"bin/acme": "acme"} | COMPLETED, id="completions"),
        pytest.param(
            download("linux_amd64", FILE, ["completions/acme.zsh", "completions/other.bash"]),
            {"bin/acme": "acme", "share/zsh/site-functions/_acme": "completions/acme.zsh"},
            id="completions by other names",
        ),
        pytest.param(download("linux_amd64", FOLDER), FOLDER_INSTALLED, id="a folder and nothing else"),
        pytest.param(
            download("linux_amd64", FOLDER, DOCUMENTS), FOLDER_INSTALLED | COMPLETED, id="a folder with others"
        ),
        pytest.param(
            download("linux_amd64", wrapped(FILE, "acme_1.2.3")), {"bin/acme": "acme"}, id="one file in a folder"
        ),
        pytest.param(
            download("linux_amd64", wrapped(FOLDER, "top"), [f"top/{each}" for each in DOCUMENTS]),
            FOLDER_INSTALLED | COMPLETED,
            id="a folder in a folder",
        ),
        pytest.param(
            download("linux_amd64", wrapped(FOLDER, "a/b")), FOLDER_INSTALLED, id="a folder in a folder in a folder"
        ),
        pytest.param(
            download("linux_amd64", TWO), FOLDER_INSTALLED | {"bin/acmed": "acmed"}, id="a folder and a file"
        ),
        pytest.param(
            download("linux_amd64", (Inside("acme", "bin/acme-linux", None),)), {"bin/acme": "acme"}, id="another name"
        ),
    ],
)  # fmt: skip
def test_what_is_installed(tmp_path, of, expected):
    said, files = installed(tmp_path, text(HomebrewFormula(TAP), FACTS, [of]), of)
    assert files == expected
    assert said["depends_on"] == ["linux", {"arch": "x86_64"}]
    assert said.get("preserve_rpath") == ([True] if any(each.folder for each in of.programs) else None)


@ruby
@pytest.mark.parametrize("target", UNIX)
def test_archives_that_differ(tmp_path, target):
    downloads = [
        download("linux_amd64", FILE),
        download("linux_arm64", FOLDER),
        download("darwin_amd64", FILE, kind="binary"),
        download("darwin_arm64", wrapped(FOLDER, "acme_darwin_arm64")),
    ]
    of = next(each for each in downloads if each.target == target)
    _, files = installed(tmp_path, text(HomebrewFormula(TAP), FACTS, downloads), of)
    assert files == (FOLDER_INSTALLED if of.programs[0].folder else {"bin/acme": "acme"})


@ruby
@pytest.mark.parametrize(
    ("targets", "read_on", "depends", "url"),
    [
        pytest.param(UNIX[:2], "darwin_arm64", ["linux"], "linux_arm64", id="Linux only"),
        pytest.param(UNIX[2:], "linux_amd64", ["macos"], "darwin_amd64", id="macOS only"),
        pytest.param(
            ("linux_amd64", "darwin_arm64"), "darwin_amd64", [{"arch": "arm64"}], "darwin_arm64", id="one each"
        ),
        pytest.param(
            ("linux_amd64", "darwin_arm64"), "linux_arm64", [{"arch": "x86_64"}], "linux_amd64", id="the other one"
        ),
    ],
)  # fmt: skip
def test_a_machine_that_there_is_nothing_for_is_told_so(tmp_path, targets, read_on, depends, url):
    formula = text(HomebrewFormula(TAP), FACTS, everywhere(targets=targets))
    said, _ = installed(tmp_path, formula, download(url), MACHINES[read_on])
    assert (said["depends_on"], said["url"]) == (depends, [download(url).url])


def test_own_ruby_and_keys(tmp_path):
    tap = HomebrewFormula(
        TAP,
        name="other-name",
        directory="/",
        description="Another\ndescription",
        homepage="https://other.dev",
        license="MIT OR Apache-2.0",
        install='bin.install "acme"\n\n(prefix/"note").write "echo #{version}"',
        test='system bin/"acme"\nraise "no note" unless (prefix/"note").read == "echo 1.2.3"',
    )
    formula = text(tap, FACTS, everywhere())
    assert path(tap, FACTS.name) == "other-name.rb"
    assert path(HomebrewFormula(TAP), FACTS.name) == "Formula/acme.rb"
    assert "class OtherName < Formula" in formula
    if shutil.which("ruby"):
        said, files = installed(tmp_path, formula, download("linux_arm64"))
        assert said["desc"] == ["Another description"]
        assert said["homepage"] == ["https://other.dev"]
        assert said["license"] == [{"any_of": ["MIT", "Apache-2.0"]}]
        assert files == {"bin/acme": "acme", "note": "1.2.3"}


@pytest.mark.parametrize(
    ("licence", "line"),
    [
        ("MIT", 'license "MIT"'),
        ("GPL-2.0-or-later AND MIT", 'license all_of: ["GPL-2.0-or-later", "MIT"]'),
        ("MIT OR (Apache-2.0 AND BSD-3-Clause)", 'license "MIT OR (Apache-2.0 AND BSD-3-Clause)"'),
        ("MIT OR Apache-2.0 AND ISC", 'license "MIT OR Apache-2.0 AND ISC"'),
    ],
)
def test_licence(licence, line):
    assert f"  {line}\n" in text(HomebrewFormula(TAP, license=licence), FACTS, everywhere())


def test_texts_that_nobody_gave_are_left_out():
    formula = text(HomebrewFormula(TAP), replace(FACTS, description="", homepage="", license=""), everywhere())
    assert not re.search(r"^  (desc|homepage|license)", formula, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acme", "Acme"),
        ("foo-bar", "FooBar"),
        ("foo@1.2", "FooAT12"),
        ("foo_bar.baz", "FooBarBaz"),
        ("c++filt", "Cxxfilt"),
        ("FooBar", "Foobar"),
        ("_foo", "Foo"),
        ("foo-7z", "Foo7z"),
    ],
)
def test_class_name(name, expected):
    assert class_name(name) == expected


@pytest.mark.parametrize("name", ["7zip", "foo-", "föö-bär", "@1", "_"])
def test_no_class_name(name):
    with pytest.raises(UsageError, match="is no name of a formula"):
        class_name(name)


def test_nothing_for_homebrew():
    with pytest.raises(UsageError, match="for neither"):
        text(HomebrewFormula(TAP), FACTS, everywhere(targets=["windows_amd64"]))


@ruby
@settings(max_examples=1)
@given(st.data())
def test_texts_are_just_that_to_ruby(data):
    awkward = [
        "#{exit 1}",
        "#$0",
        "#@x",
        '"',
        "\\",
        "\\#{x}",
        "'",
        "%q(",
        "`id`",
        "\\u0041",
        "é",
        "\U0001f600",
        "\u2028",
    ]
    characters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
    texts = data.draw(st.lists(st.text(characters), min_size=200, max_size=200)) + awkward
    code = f"# encoding: utf-8\nrequire 'json'\nputs JSON.generate([{', '.join(map(quoted, texts))}])\n"
    ran = subprocess.run(["ruby", "-w"], input=code, capture_output=True, encoding="utf-8", check=True)
    assert (json.loads(ran.stdout), ran.stderr) == (texts, "")
