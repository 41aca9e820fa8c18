"""Whether the files that are named are there, and are what they should be."""

from __future__ import annotations

import pytest

from wherry.commands.release.disk import entry_problem, faults, lock_problem
from wherry.commands.release.reading import read

HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "text, problem",
    [
        pytest.param("", None, id="empty"),
        pytest.param(
            f"# by uv\nclick==8.1 \\\n    {HASH} \\\n    {HASH}\n    # via acme\n", None, id="as uv writes it"
        ),
        pytest.param(f"click==8.1 ; python_version > '3' {HASH}\n", None, id="on one line"),
        pytest.param(f"a[b,c]==1 {HASH}\nd @ https://x/d.whl {HASH}\n", None, id="extras and a URL"),
        pytest.param("--only-binary :all:\n", None, id="an option"),
        pytest.param("click==8.1\n", "line 1: click has no --hash", id="no hash"),
        pytest.param(f"a==1 {HASH}\n\nclick==8.1 \\\n  # via\n", "line 3: click has no --hash", id="which line"),
        pytest.param("click>=8.1\n", "line 1: click has no version; write it with == and --hash", id="no version"),
        pytest.param("click\n", "line 1: click has no version", id="only a name"),
        pytest.param("-e .\n", "line 1: -e is not locked by a hash", id="editable"),
        pytest.param("./acme\n", "line 1: ./acme is not locked by a hash", id="a path"),
        pytest.param(f"a==1 \\\n{HASH} \\", None, id="open at the end"),
        pytest.param("-r other.txt\n", "line 1: -r is not locked", id="another file"),
    ],
)
def test_lock(tmp_path, text, problem):
    (tmp_path / "a.lock").write_text(text)
    found = lock_problem(tmp_path / "a.lock", "a.lock")
    assert found is None if problem is None else found.startswith(f"a.lock: {problem}"), found


def test_a_lock_that_cannot_be_read(tmp_path):
    assert lock_problem(tmp_path / "a.lock", "a.lock") == "a.lock: no such file"
    assert lock_problem(tmp_path / "a.lock", "a.lock", made_later=True) is None
    assert lock_problem(tmp_path, "a.lock") in ("a.lock: Is a directory", "a.lock: Permission denied")
    (tmp_path / "a.lock").write_bytes(b"\xff")
    assert lock_problem(tmp_path / "a.lock", "a.lock") == "a.lock: it is not UTF-8"


@pytest.mark.parametrize("parent", [".", "src", "cli"])
@pytest.mark.parametrize(
    "entry, problem",
    [
        pytest.param("acme.cli:main", None, id="function"),
        pytest.param("acme.cli:run", None, id="coroutine"),
        pytest.param("acme.cli:app", None, id="assigned"),
        pytest.param("acme.cli:late", None, id="in a branch"),
        pytest.param("acme.cli:loads", None, id="imported"),
        pytest.param("acme.stars:anything", None, id="imported with a star"),
        pytest.param("acme.newer:main", None, id="of a newer Python"),
        pytest.param("acme:start", None, id="of the package"),
        pytest.param("acme.sub.inner:main", None, id="of a package within"),
        pytest.param("acme.sub:main", "there is no [..]acme/sub/__init__.py", id="of a namespace"),
        pytest.param("acme.cli:mian", '[..]acme/cli.py defines no mian; did you mean "main"?', id="slip"),
        pytest.param("acme.cil:main", 'there is no module cil in [..]acme; did you mean "cli"?', id="slip of a module"),
        pytest.param("acme.cli.main:main", "there is no module main in [..]acme/cli.py", id="module in a module"),
    ],
)
def test_entry(tmp_path, parent, entry, problem):
    package = tmp_path / parent / "acme"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").write_text("def start(): ...")
    (package / "cli.py").write_text(
        "from json import loads\nimport sys\ndef main(): ...\nasync def run(): ...\napp = main\n"
        "if sys.platform:\n    late: object = main\n"
    )
    (package / "stars.py").write_text("from acme.cli import *")
    (package / "newer.py").write_text("lazy import x")
    (package / "sub" / "inner.py").write_text("class main: ...")
    found = entry_problem(tmp_path, entry, locked=True)
    expected = problem and problem.replace("[..]", "" if parent == "." else f"{parent}/")
    assert found == expected


def test_an_entry_of_a_single_module_and_one_from_the_lock(tmp_path):
    (tmp_path / "tool.py").write_text("def main(): ...")
    assert entry_problem(tmp_path, "tool:main", locked=False) is None
    assert entry_problem(tmp_path, "httpie.core:main", locked=True) is None
    assert "no httpie.py and no folder httpie" in entry_problem(tmp_path, "httpie.core:main", locked=False)


def test_files_that_are_named(tmp_path):
    text = """\
version: 1
project_name: acme
builds:
- {builder: pyinstaller, spec: acme.spec, targets: [linux_amd64]}
- {builder: pyinstaller, entry: "acme:main", lock: a.lock, data: [{src: data/*.json, dst: .}], targets: [linux_arm64]}
archives: [{files: [NOTICE, {src: docs/*, dst: docs}]}]
nfpms: [{formats: [rpm], contents: [{src: acme.conf, dst: /etc/acme.conf}]}]
"""

    def found(text):
        reading = read(text.encode(), "release.yml")
        return [f"{each.line}: {each.words}" for each in faults(reading.file, reading.root, tmp_path)]

    assert found(text) == [
        "4: builds[0].spec: acme.spec: no such file",
        "5: builds[1].lock: a.lock: no such file",
        "5: builds[1].data[0].src: data/*.json: no such file",
        "6: archives[0].files[0].src: NOTICE: no such file",
        "6: archives[0].files[1].src: docs/*: no such file",
        "7: nfpms[0].contents[0].src: acme.conf: no such file",
    ]
    assert found(text + "before: {hooks: [make]}") == []
    for name in ("acme.spec", "a.lock", "data/a.json", "NOTICE", "docs/a", "acme.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert found(text) == []


def test_patterns_that_are_given_unless_told_need_no_file(tmp_path):
    text = "version: 1\nproject_name: a\nbuilds: [{builder: prebuilt, prebuilt: {path: x}, targets: [linux_amd64]}]\n"
    reading = read(text.encode(), "release.yml")
    assert faults(reading.file, reading.root, tmp_path) == ()


def test_scripts_and_files_of_packages(tmp_path):
    text = """\
version: 1
project_name: acme
builds: [{builder: prebuilt, prebuilt: {path: x}, targets: [linux_amd64]}]
nfpms:
- formats: [rpm]
  scripts: {preinstall: pre.sh, postinstall: "[a].sh"}
  contents: [{dst: /var/lib/acme, type: dir}, {src: /sbin/acme, dst: /usr/bin/acme, type: symlink}]
  overrides:
    rpm: {scripts: {preremove: none.sh}, contents: [{src: none, dst: /none}]}
"""
    (tmp_path / "pre.sh").write_text("echo\n")
    (tmp_path / "[a].sh").write_text("#!/bin/sh\n")
    reading = read(text.encode(), "release.yml")
    assert [f"{each.line}: {each.words}" for each in faults(reading.file, reading.root, tmp_path)] == [
        "6: nfpms[0].scripts.preinstall: pre.sh: scripts.preinstall does not begin with #! and an interpreter",
        "9: nfpms[0].overrides.rpm.scripts.preremove: none.sh: no such file",
        "9: nfpms[0].overrides.rpm.contents[0].src: none: no such file",
    ]
