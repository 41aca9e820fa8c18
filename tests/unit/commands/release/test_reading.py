"""What a release.yml may say, and what is refused with its place."""

from __future__ import annotations

import jsonschema
import pytest

from wherry.commands.release.file import ReleaseFile
from wherry.commands.release.reading import node_at, read
from wherry.core.document import schema_of
from wherry.core.yaml import YamlError, load, plain

EVERYTHING = """\
version: 1
project_name: acme
env: ["CHANNEL={{ if .IsSnapshot }}edge{{ else }}stable{{ end }}"]
before: {hooks: [make completions]}
builds:
  - id: tool
    builder: pyinstaller
    entry: acme.cli:main
    lock: requirements.lock
    python: "3.12"
    mode: onefile
    targets: [linux_amd64, linux_arm64, darwin_amd64, darwin_arm64, windows_amd64, windows_arm64]
    binary: acme
    data: [{src: assets/*.json, dst: assets}]
    glibc_max: "2.28"
    smoke: [[--version], [help, topics]]
  - id: daemon
    builder: pyinstaller
    spec: acmed.spec
    binary: acmed
    targets: [linux_amd64]
  - id: old
    builder: prebuilt
    prebuilt: {path: "out/old_{{ .Os }}_{{ .Arch }}"}
    binary: old
    targets: [linux_amd64]
archives:
  - id: all
    ids: [tool, daemon]
    formats: [tar.gz]
    format_overrides: [{goos: windows, formats: [zip]}, {os: darwin, formats: [zip]}]
    name_template: "{{ .ProjectName }}-{{ .Version }}-{{ .Os }}-{{ .Arch }}"
    wrap_in_directory: true
    files: [LICENSE, {src: docs/*.1, dst: man}]
  - {id: raw, ids: [tool], formats: [binary], wrap_in_directory: "{{ .Binary }}"}
checksum: {name_template: checksums.txt, algorithm: sha256}
sboms: [{artifacts: binary, formats: [spdx]}]
signs:
  - artifacts: all
  - {cmd: gpg, args: [--output, "${signature}", --detach-sign, "${artifact}"], signature: "${artifact}.asc"}
nfpms:
  - id: packages
    formats: [deb, rpm]
    maintainer: Ada <ada@acme.dev>
    description: Does things
    homepage: https://acme.dev
    license: MIT
    vendor: Acme
    section: net
    dependencies: [git]
    contents: [{src: acme.conf, dst: /etc/acme.conf}]
    file_name_template: "{{ .PackageName }}_{{ .Version }}_{{ .Arch }}"
    bindir: /usr/bin
homebrew_formulas:
  - repository: {owner: acme, name: homebrew-tap, branch: main, token: "{{ .Env.TAP_TOKEN }}"}
    ids: [all]
    license: MIT
    install: bin.install "acme"
    test: system "#{bin}/acme", "--version"
scoops: [{repository: {owner: acme, name: bucket}, homepage: https://acme.dev}]
winget: [{repository: {owner: acme, name: winget-pkgs}, publisher: Acme Ltd., short_description: Does, license: MIT}]
changelog:
  use: git
  sort: asc
  filters: {exclude: ["^docs"]}
  groups: [{title: New, regexp: ^feat, order: 1}, {title: Other}]
release:
  gitea: {owner: acme, name: acme}
  draft: true
  prerelease: auto
  name_template: "{{ .ProjectName }} {{ .Version }}"
  replace_existing_artifacts: true
gitea_urls: {api: https://git.acme.dev/api/v1}
snapshot: {version_template: "{{ incpatch .Version }}-next"}
source: {enabled: true, format: zip, name_template: "{{ .ProjectName }}-src"}
"""
LEAST = """\
version: 1
project_name: acme
builds:
- {builder: pyinstaller, entry: 'acme.cli:main', targets: [linux_amd64]}
"""
SCHEMA = schema_of(ReleaseFile)


def faults(text):
    return [f"line {fault.line}, column {fault.column}: {fault.words}" for fault in read(text.encode(), "r.yml").faults]


@pytest.mark.parametrize("text", [EVERYTHING, LEAST])
def test_what_may_be_said(text):
    assert faults(text) == []
    jsonschema.validate(plain(load(text, source="release.yml")), SCHEMA)


def test_what_is_left_out():
    file = read(LEAST.encode(), "release.yml").file
    assert [archive.formats for archive in file.archives] == [("tar.gz",)]
    assert file.checksum.name_template == "SHA256SUMS"
    assert (file.sboms, file.signs, file.nfpms) == ((), (), ())


def test_every_key_is_explained():
    def walk(schema, path):
        for name, inner in schema.get("properties", {}).items():
            if name not in ("version", "builder"):
                assert inner.get("description"), f"{path}.{name}"

    for name, schema in {"": SCHEMA, **SCHEMA["$defs"]}.items():
        walk(schema, name)


@pytest.mark.parametrize(
    "text, fault",
    [
        pytest.param("", "line 1, column 1: expected a map, got nothing", id="empty"),
        pytest.param("builds: []", 'line 1, column 1: key "version" is missing', id="no version"),
        pytest.param(
            LEAST.replace("1", "3", 1), "line 1, column 10: version: expected 1, got the number 3", id="version"
        ),
        pytest.param(
            LEAST.replace("acme", "a/b", 1), "line 2, column 15: project_name: expected text matching", id="name"
        ),
        pytest.param(
            LEAST + "archvies: []", 'line 5, column 1: unknown key "archvies"; did you mean "archives"?', id="key"
        ),
        pytest.param(LEAST + "checksum: {algorithm: sha512}", "checksum.algorithm: expected sha256", id="algorithm"),
        pytest.param(LEAST + "archives: [{formats: [tar.xz]}]", "archives[0].formats[0]: expected one of", id="format"),
        pytest.param(LEAST + "archives: [{formats: []}]", "archives[0].formats: expected at least 1", id="no format"),
        pytest.param(LEAST + "archives: [{format_overrides: [{formats: [zip]}]}]", "either os or goos", id="override"),
        pytest.param(LEAST + "release: {github: {owner: a}}", 'release.github: key "name" is missing', id="repository"),
        pytest.param(
            LEAST + "release: {github: {owner: a, name: b}, gitea: {owner: a, name: b}}",
            "one of github",
            id="two forges",
        ),
        pytest.param(LEAST + "signs: [{args: [a]}]", "args are those of a cmd", id="args of nothing"),
        pytest.param(LEAST.replace("linux", "linus"), 'did you mean "linux_amd64"?', id="target"),
        pytest.param(LEAST.replace("entry: 'acme.cli:main', ", ""), "either entry or spec", id="no entry"),
        pytest.param(LEAST.replace("entry", "spec: a, entry"), "either entry or spec", id="entry and spec"),
        pytest.param(LEAST.replace("cli:main", "cli"), "builds[0].entry: expected text matching", id="entry"),
        pytest.param(
            LEAST.replace("builder: pyinstaller, ", ""), 'key "builder" is missing; it is one of', id="builder"
        ),
        pytest.param(LEAST.replace("pyinstaller", "go"), "builds[0].builder: unknown builder 'go'", id="builder of Go"),
        pytest.param(LEAST.replace("entry", "python: 3.12, entry"), "put it in quotes", id="python as a number"),
        pytest.param(
            LEAST.replace("entry", "smoke: [--version], entry"), "builds[0].smoke[0]: expected a list", id="smoke"
        ),
        pytest.param(
            LEAST + "nfpms: [{formats: [apk]}]", "nfpms[0].formats[0]: expected one of deb, rpm", id="package"
        ),
        pytest.param(
            LEAST.replace("entry", 'lock: "a\\0b", entry'), "builds[0].lock: expected text matching", id="NUL"
        ),
        pytest.param(
            LEAST + "gitea_urls: {api: 'https://[::/'}", "gitea_urls.api: expected text matching", id="address"
        ),
        pytest.param(
            LEAST.replace("entry: 'acme.cli:main'", "spec: a, data: [{src: a, dst: b}]"),
            "names its data there",
            id="spec and data",
        ),
        pytest.param(LEAST + "winget: [{}]", 'winget[0]: key "publisher" is missing', id="winget"),
    ],
)
def test_refused(text, fault):
    assert any(fault in found for found in faults(text)), faults(text)


@pytest.mark.parametrize(
    "text, fault",
    [
        pytest.param(LEAST.replace("1", "2", 1), "line 1, column 10: version 2 is of GoReleaser's files", id="version"),
        pytest.param(LEAST + "gomod: {proxy: true}", 'line 5, column 1: key "gomod" is for Go', id="gomod"),
        pytest.param(LEAST + "brews: []", 'key "brews" is called homebrew_formulas here', id="brews"),
        pytest.param(LEAST + "dockers: []", "builds no container images", id="dockers"),
        pytest.param(LEAST.replace("entry", "ldflags: [-s], entry"), 'key "ldflags" is for Go', id="ldflags"),
        pytest.param(
            LEAST.replace("entry", "goos: [linux], entry"), "write targets: [linux_amd64, darwin_arm64]", id="goos"
        ),
        pytest.param(LEAST + "archives: [{format: zip}]", 'key "format" is written formats', id="format"),
        pytest.param(
            LEAST + "archives: [{format_overrides: [{goos: windows, format: zip, formats: [zip]}]}]",
            'key "format" is written formats: [zip] here',
            id="format of an override",
        ),
        pytest.param(
            LEAST + "nfpms: [{formats: [deb], overrides: {apk: {}}}]", 'key "apk" is GoReleaser', id="a format"
        ),
        pytest.param(
            LEAST + "nfpms: [{formats: [deb], contents: [{src: a, dst: /b, file_info: {mode: 0644}}]}]",
            "permissions are written with 0o",
            id="permissions",
        ),
        pytest.param(
            LEAST + "release: {github: {owner: a, name: b, token: c}}", "it is in the environment", id="a token"
        ),
        pytest.param(LEAST + "nfpms: [{formats: [deb], depends: [git]}]", "is called dependencies here", id="depends"),
        pytest.param(LEAST + "archives: [{meta: true}]", 'key "meta" is GoReleaser\'s, and not known', id="meta"),
        pytest.param(LEAST + "snapshot: {name_template: a}", "is called version_template here", id="snapshot"),
    ],
)
def test_what_goreleaser_has(text, fault):
    found = faults(text)
    assert len(found) == 1
    assert fault in found[0]


def test_everything_that_is_wrong_is_said_in_order():
    found = faults(LEAST + "signs: 1\ngomod: {}\nfoo: 1\nscoops: {}\n")
    assert [line.partition(":")[0] for line in found] == [
        f"line {line}, column {c}" for line, c in ((5, 8), (6, 1), (7, 1), (8, 9))
    ]


def test_what_is_no_yaml():
    with pytest.raises(YamlError, match="line 2"):
        read(b"version: 1\n\tbuilds: []", "release.yml")


def test_places():
    root = load(EVERYTHING, source="release.yml")
    assert node_at(root, ("builds", 1, "spec")).text == "acmed.spec"
    assert node_at(root, ("builds", 9, "spec")) is root.values["builds"]
    assert node_at(root, ("source", "name_template", "x")).text.endswith("-src")
