"""What is wrong with a file whose every key and type is right."""

from __future__ import annotations

import pytest

from wherry.commands.release.meaning import faults as found_in
from wherry.commands.release.reading import read

TARGETS = "linux_amd64, darwin_arm64, windows_amd64"
TOP = f"""\
version: 1
project_name: acme
builds:
- {{id: one, builder: pyinstaller, entry: 'acme.cli:main', targets: [{TARGETS}]}}
- {{id: two, builder: pyinstaller, entry: 'acme.d:main', binary: acmed, mode: onefile, targets: [linux_amd64]}}
"""
TAP = "repository: {owner: a, name: b}"


def faults(text, top=TOP):
    reading = read((top + text).encode(), "release.yml")
    assert reading.file is not None, reading.faults
    found = found_in(reading.file, reading.root, reading.text)
    return [f"{fault.line}:{fault.column} {fault.words}" for fault in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("archives: [{ids: [one]}, {id: raw, ids: [two], formats: [binary]}]", id="archives"),
        pytest.param(
            'env: ["A={{ .Env.B }}"]\narchives: [{name_template: "{{ .Env.A }}-{{ .Os }}-{{ .Arch }}"}]', id="env"
        ),
        pytest.param("signs: [{cmd: x, args: ['${artifact}', '${signature}']}]", id="sign"),
        pytest.param(f"homebrew_formulas: [{{{TAP}}}]\nscoops: [{{{TAP}}}]", id="taps"),
        pytest.param("nfpms: [{formats: [rpm], description: d}]", id="an rpm needs no maintainer"),
        pytest.param(
            "archives: [{name_template: 'a{{ .Env.A }}{{ .Os }}'}, {id: b, name_template: 'a{{ .Env.B }}{{ .Os }}'}]",
            id="variables are not taken for equal",
        ),
    ],
)
def test_nothing_is_wrong(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    "text, fault",
    [
        pytest.param(
            "archives: [{}, {name_template: b}]", "6:16 archives[1].id: 'default' is the id of archives[0]", id="id"
        ),
        pytest.param(
            "archives: [{ids: [oen]}]",
            "6:19 archives[0].ids[0]: no build has the id 'oen'; did you mean \"one\"?",
            id="ids",
        ),
        pytest.param(
            f"scoops: [{{{TAP}, ids: [x]}}]",
            "scoops[0].ids[0]: no archive has the id 'x'; there is default",
            id="ids of a tap",
        ),
        pytest.param(
            "checksum: {name_template: '{{ .Vrsion }}_sums'}",
            '6:31 checksum.name_template: unknown field .Vrsion; did you mean ".Version"?',
            id="field",
        ),
        pytest.param("checksum:\n  name_template: >-\n    {{ .Vrsion }}", "7:18 checksum", id="field in a block"),
        pytest.param('env: ["A={{ .Os }}"]', "6:13 env[0]: unknown field .Os", id="a target's field where is none"),
        pytest.param(
            "env: ['A=${env:B}']", "6:10 env[0]: write {{ .Env.NAME }} for a variable here", id="house variable"
        ),
        pytest.param(
            "archives: [{name_template: '{{ incpatch .Os }}'}]", "incpatch: 'linux' is not a version", id="misuse"
        ),
        pytest.param("archives: [{wrap_in_directory: '{{ .A }}'}]", "unknown field .A", id="folder"),
        pytest.param("sboms: [{name_template: '{{ .Format }}'}]", "sboms[0].name_template: unknown field", id="sbom"),
        pytest.param("before: {hooks: ['make {{ .A }}']}", "before.hooks[0]: unknown field .A", id="hook"),
        pytest.param("before: {hooks: ['make \"a']}", "before.hooks[0]: no closing quotation", id="hook with a quote"),
        pytest.param("release: {name_template: '{{'}", "release.name_template: {{ has no }}", id="title"),
        pytest.param("snapshot: {version_template: '{{ .Os }}'}", "snapshot.version_template: unknown", id="snapshot"),
        pytest.param(
            "archives: [{name_template: '{{ .ProjectName }}'}]",
            "archives[0].name_template: two of its files are called acme.tar.gz",
            id="one name for all targets",
        ),
        pytest.param(
            "archives: [{name_template: 'a{{ .Target }}'}, {id: b, name_template: 'a{{ .Target }}'}]",
            "archives[1].name_template: a file of it and one of archives[0].name_template are called a",
            id="one name for two archives",
        ),
        pytest.param(
            "checksum: {name_template: a b}", "checksum.name_template: 'a b' is not a name of a file", id="space"
        ),
        pytest.param("checksum: {name_template: ../a}", "is not a name of a file", id="path"),
        pytest.param("signs: [{}, {}]", "signs[1].signature: a file of it and one of signs[0]", id="two signatures"),
        pytest.param("signs: [{cmd: gpg, args: [a]}]", "signs[0]: args say nothing of ${artifact}", id="args"),
        pytest.param(
            "signs: [{cmd: x, args: ['${artifct}', '${artifact}', '${signature}']}]",
            '${artifct} is not known; did you mean "artifact"?',
            id="slip of a path",
        ),
        pytest.param("archives: [{formats: [binary]}]", "give the build 'one' mode: onefile", id="folder as one file"),
        pytest.param(
            "nfpms: [{formats: [deb], description: d}]", "6:9 nfpms[0]: a deb needs a maintainer", id="maintainer"
        ),
        pytest.param(
            "nfpms: [{formats: [deb], description: d, maintainer: Ada}]", 'is written "Name <address>"', id="no address"
        ),
        pytest.param(
            "nfpms: [{formats: [rpm], description: d, dependencies: [git, 'a b: c']}]",
            "6:62 nfpms[0].dependencies[1]: 'a b: c' is none; write a package's name",
            id="dependency",
        ),
        pytest.param(
            "nfpms: [{formats: [rpm], description: d, overrides: {deb: {conflicts: ['a | b']}}}]",
            "6:72 nfpms[0].overrides.deb.conflicts[0]: 'a | b' are several",
            id="what a deb conflicts with",
        ),
        pytest.param(
            'nfpms: [{formats: [rpm], description: d, vendor: "a\\nb"}]',
            r"6:50 nfpms[0].vendor: 'a\nb' is not one line of text",
            id="vendor",
        ),
        pytest.param(
            "nfpms: [{formats: [rpm], description: d, contents: [{src: a, dst: /a, file_info: {mode: 0440}}]}]",
            "6:89 nfpms[0].contents[0].file_info.mode: permissions are written with 0o, as in mode: 0o440",
            id="permissions",
        ),
        pytest.param(
            "nfpms: [{formats: [rpm], description: d}]\nsnapshot: {version_template: nightly}",
            "7:30 snapshot.version_template: 'nightly' is no version of a package",
            id="the version of a snapshot",
        ),
        pytest.param("nfpms: [{formats: [rpm]}]", "nfpms[0]: a package needs a description", id="description"),
        pytest.param("release: {gitea: {owner: a, name: b}}", "gitea_urls must say where it is", id="gitea"),
        pytest.param(
            "archives: [{ids: [two]}]\ninstall_scripts: {formats: [ps1]}",
            "7:29 install_scripts.formats[0]: no archive for Windows is there to be installed",
            id="nothing for ps1",
        ),
        pytest.param(
            "install_scripts: {formats: [sh, ps1]}", "install_scripts.formats[1]: PowerShell unpacks zip", id="ps1"
        ),
        pytest.param("archives: []\ninstall_scripts: {formats: [sh]}", "no archive for Linux or macOS", id="sh"),
        pytest.param(
            "install_scripts: {formats: [sh]}\nrelease: {directory: out}",
            "7:22 release.directory: release.download_url must say where the files in it are fetched from",
            id="scripts of a folder",
        ),
        pytest.param(
            f"archives: [{{ids: [two]}}]\nscoops: [{{{TAP}}}]", "scoops[0]: no archive for windows", id="scoop"
        ),
        pytest.param("changelog: {filters: {exclude: ['a(']}}", "'a(' is no regular expression", id="filter"),
        pytest.param("changelog: {groups: [{title: a, regexp: '*'}]}", "'*' is no regular expression", id="group"),
    ],
)
def test_wrong(text, fault):
    found = faults(text)
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    "change, fault",
    [
        pytest.param(("id: two", "id: one"), "builds[1].id: 'one' is the id of builds[0] too", id="ids of builds"),
        pytest.param(("id: two, ", ""), None, id="one build without an id"),
        pytest.param(("binary: acmed, ", ""), "two programs for linux_amd64 are called acme", id="names of programs"),
        pytest.param(("targets: [linux_amd64]", "targets: [linux_amd64, linux_amd64]"), "is there twice", id="target"),
    ],
)
def test_builds(change, fault):
    found = faults("", TOP.replace(*change))
    assert any(fault in each for each in found) if fault else found == []


def test_a_package_without_a_program():
    top = TOP.replace(f"[{TARGETS}]", "[darwin_arm64]").replace("[linux_amd64]", "[windows_amd64]")
    assert faults("nfpms: [{formats: [rpm], description: d}]", top) == ["6:9 nfpms[0]: no build for Linux is in it"]
