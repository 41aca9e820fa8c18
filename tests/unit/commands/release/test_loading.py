"""A release.yml from disk, judged in every way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.loading import check, judge, load
from wherry.core.document import DocumentError
from wherry.errors import UsageError

DOCUMENT = Path(__file__).parents[4] / "docs" / "release.md"
VALID = """\
version: 1
project_name: acme
env: [A=1]
before: {hooks: [make "all of it"]}
builds:
- {builder: pyinstaller, entry: "acme:main", lock: a, mode: onefile, data: [{src: a*, dst: .}], targets: [linux_arm64]}
- {id: b, binary: b, builder: prebuilt, prebuilt: {path: "{{ .Os }}"}, targets: [linux_amd64, windows_arm64]}
archives: [{ids: [b], formats: [binary], name_template: "{{ .Binary }}-{{ .Target }}", wrap_in_directory: "{{ .Os }}"}]
checksum: {name_template: "{{ .ProjectName }}.sums"}
signs: [{cmd: gpg, args: ["${artifact}", "${signature}"], signature: "${artifact}.asc"}]
nfpms: [{formats: [deb], maintainer: Ada <ada@acme.dev>, description: Does, contents: [{src: a, dst: /etc/a}]}]
homebrew_formulas: [{repository: {owner: a, name: b, token: "{{ .Env.A }}"}}]
winget: [{repository: {owner: a, name: b}, publisher: A, short_description: b, license: MIT}]
changelog: {filters: {exclude: [^a]}, groups: [{title: a, regexp: b, order: 1}]}
release: {gitea: {owner: a, name: b}, prerelease: auto}
gitea_urls: {api: "https://git.test/api"}
snapshot: {version_template: "{{ incpatch .Version }}"}
"""
VALUES = [
    "{{ .Os }}", "{{ .Env.X }}", "{{", "}}", "[]", "{}", "null", "1", "true", "-1", "''", '"a/b"', '"\\0"', "{a: b}",
    "[a]", "[[a]]", "${artifact}", "..", "/", "'*'", "(", "é", "'**'", "../..", "https://[", "linux_arm64", "3.12",
    "x" * 300,
]  # fmt: skip
TOKEN = re.compile(r"""[^\s:,\[\]{}"]+|"[^"]*\"""")


def test_a_file(tmp_path):
    path = tmp_path / "release.yml"
    with pytest.raises(UsageError, match="no such file"):
        load(str(path))
    with pytest.raises(UsageError, match=r"^reading "):
        load(str(tmp_path))
    path.write_text(VALID)
    (tmp_path / "acme.py").write_text("def main(): ...")
    assert load(str(path)).project_name == "acme"
    path.write_text(VALID + "foo: 1\n")
    with pytest.raises(DocumentError, match=r'release\.yml: line 18: unknown key "foo"'):
        load(str(path))
    path.write_text(VALID + "\t")
    file, faults = check(str(path))
    assert file is None
    assert [fault.line for fault in faults] == [18]


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(VALUES)), min_size=1, max_size=3))
def test_whatever_is_changed_is_judged(changes):
    text = VALID
    for position, value in changes:
        tokens = list(TOKEN.finditer(text))
        token = tokens[position % len(tokens)]
        text = text[: token.start()] + value + text[token.end() :]
    file, faults = judge(text.encode(), str(DOCUMENT))
    lines = text.split("\n")
    assert file is not None or faults
    assert all(1 <= fault.line <= len(lines) for fault in faults)
    assert all(1 <= fault.column <= len(lines[fault.line - 1]) + 1 for fault in faults)
