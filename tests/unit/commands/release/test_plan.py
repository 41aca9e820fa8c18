"""What a release will be: names of files, where they go, what is missing."""

from __future__ import annotations

import pytest

from wherry.commands.release.fields import settled
from wherry.commands.release.git import GitFacts
from wherry.commands.release.plan import RUNNERS, SIGNING_KEY, Surroundings, plan, tools
from wherry.commands.release.project import Metadata
from wherry.commands.release.reading import read
from wherry.commands.release.venue import files_url, find
from wherry.commands.release.version import choose
from wherry.core.record import replace
from wherry.errors import UsageError

GIT = GitFacts(
    "c0ffee" * 6 + "c0ff",
    ("v1.2.3",),
    "v1.2.3",
    "v1.2.2",
    "main",
    1700000000,
    "git@github.com:acme/acme.git",
    dirty=False,
)
AROUND = Surroundings(GIT, Metadata("acme", "1.2.3"), {"GITHUB_TOKEN": "secret"}, (), 1700000001.5)
TOP = """\
version: 1
project_name: acme
builds:
- {id: one, builder: pyinstaller, entry: 'acme.cli:main', targets: [windows_amd64, linux_amd64]}
- {id: two, builder: pyinstaller, entry: 'acme.d:main', binary: acmed, mode: onefile, targets: [linux_amd64]}
"""


def planned(text, around=AROUND, *, snapshot=False):
    reading = read((TOP + text).encode(), "release.yml")
    assert reading.file is not None, reading.faults
    return plan(reading.file, choose(around.git, around.metadata, snapshot=snapshot), around)


def names(text, **settings):
    """Those of all files but the provenance, which is there unless told."""
    text += "" if "provenance" in text else "\nprovenance: {enabled: false}"
    return [artifact.name for artifact in planned(text, **settings).artifacts]


def missing(text, around=AROUND, **settings):
    return [f"{each.kind} {each.name}: {each.words}" for each in planned(text, around, **settings).missing]


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param(
            "", ["acme_1.2.3_linux_amd64.tar.gz", "acme_1.2.3_windows_amd64.tar.gz", "SHA256SUMS"], id="least"
        ),
        pytest.param(
            "archives: []\ninstall_scripts: {formats: [sh, ps1]}\nprovenance: {enabled: true}",
            ["install.sh", "install.ps1", "acme_1.2.3.intoto.json", "SHA256SUMS"],
            id="scripts and provenance",
        ),
        pytest.param(
            "archives: [{formats: [tar.gz], format_overrides: [{goos: windows, formats: [zip, tar.gz]}]}]",
            [
                "acme_1.2.3_linux_amd64.tar.gz",
                "acme_1.2.3_windows_amd64.zip",
                "acme_1.2.3_windows_amd64.tar.gz",
                "SHA256SUMS",
            ],
            id="formats",
        ),
        pytest.param(
            "archives: [{ids: [two]}, {id: raw, formats: [binary]}]",
            [
                "acme_1.2.3_linux_amd64.tar.gz",
                "acme_1.2.3_linux_amd64",
                "acmed_1.2.3_linux_amd64",
                "acme_1.2.3_windows_amd64.exe",
                "SHA256SUMS",
            ],
            id="binaries",
        ),
        pytest.param(
            "archives: []\nnfpms: [{formats: [deb, rpm], ids: [one]}]",
            ["acme_1.2.3_linux_amd64.deb", "acme_1.2.3_linux_amd64.rpm", "SHA256SUMS"],
            id="packages are for Linux",
        ),
        pytest.param(
            "archives: []\nnfpms: [{formats: [deb], package_name: tool,"
            " file_name_template: '{{ .PackageName }}{{ .ConventionalExtension }}'}]",
            ["tool.deb", "SHA256SUMS"],
            id="fields of a package",
        ),
        pytest.param(
            "archives: []\nnfpms: [{formats: [deb, rpm], file_name_template: '{{ .ConventionalFileName }}'}]",
            ["acme_1.2.3_amd64.deb", "acme-1.2.3-1.x86_64.rpm", "SHA256SUMS"],
            id="conventional names",
        ),
        pytest.param(
            "archives: []\nnfpms: [{formats: [rpm], file_name_template:"
            " '{{ trimsuffix .ConventionalFileName .ConventionalExtension }}_{{ .Epoch }}{{ .Release }}'}]",
            ["acme-1.2.3-1.x86_64_.rpm", "SHA256SUMS"],
            id="a conventional name and more",
        ),
        pytest.param(
            "archives: []\nsboms: [{ids: [two]}]",
            ["acmed_1.2.3_linux_amd64.cdx.json", "acmed_1.2.3_linux_amd64.spdx.json", "SHA256SUMS"],
            id="bills of materials",
        ),
        pytest.param("archives: []\nsource: {enabled: true}", ["acme-1.2.3.tar.gz", "SHA256SUMS"], id="source"),
        pytest.param("archives: []\nsigns: [{}]", ["SHA256SUMS", "SHA256SUMS.minisig"], id="signature of our own"),
        pytest.param(
            "archives: [{ids: [two]}]\nsigns: [{cmd: gpg, artifacts: all}, {cmd: x, artifacts: archive,"
            " signature: '{{ .ArtifactName }}.x'}]",
            [
                "acme_1.2.3_linux_amd64.tar.gz",
                "SHA256SUMS",
                "acme_1.2.3_linux_amd64.tar.gz.sig",
                "SHA256SUMS.sig",
                "acme_1.2.3_linux_amd64.tar.gz.x",
            ],
            id="signatures",
        ),
        pytest.param(
            "env: ['A={{ .Major }}', 'B={{ .Env.A }}.2']\narchives: []\nchecksum: {name_template: 's{{ .Env.B }}'}",
            ["s1.2"],
            id="variables of the file",
        ),
        pytest.param(
            "archives: []\nchecksum: {name_template: '{{ .Tag }}+{{ .ShortCommit }}+{{ .CommitTimestamp }}+"
            "{{ .Timestamp }}+{{ .Branch }}+{{ .PreviousTag }}+{{ .GitTreeState }}'}",
            ["v1.2.3+c0ffeec+1700000000+1700000001+main+v1.2.2+clean"],
            id="fields of git",
        ),
    ],
)
def test_names(text, expected):
    assert names(text) == expected


def test_which_programs_are_where():
    found = planned("archives: [{}, {id: raw, ids: [two], formats: [binary]}]\nsigns: [{artifacts: binary}]").artifacts
    assert [(each.kind.value, each.target, each.builds, each.signs) for each in found] == [
        ("archive", "linux_amd64", ("one", "two"), None),
        ("archive", "windows_amd64", ("one",), None),
        ("binary", "linux_amd64", ("two",), None),
        ("provenance", None, (), None),
        ("checksum", None, (), None),
        ("signature", "linux_amd64", ("two",), "acmed_1.2.3_linux_amd64"),
    ]


def test_a_variable_that_is_not_set_leaves_files_without_a_name():
    with pytest.raises(UsageError, match=r"^checksum\.name_template: the environment variable A is not set"):
        planned("checksum: {name_template: '{{ .Env.A }}'}")


def test_a_variable_may_make_a_name_that_is_none():
    around = replace(AROUND, environ={"A": "../b"})
    with pytest.raises(UsageError, match=r"^checksum\.name_template: '\.\./b' is not a name of a file"):
        planned("checksum: {name_template: '{{ .Env.A }}'}", around)


def test_jobs():
    jobs = planned("").jobs
    assert [(job.target, job.os, job.runner) for job in jobs] == [
        ("linux_amd64", "linux", RUNNERS["linux_amd64"]),
        ("windows_amd64", "windows", RUNNERS["windows_amd64"]),
    ]


def test_a_snapshot_is_published_nowhere():
    found = planned("signs: [{cmd: gpg}]\nscoops: [{repository: {owner: a, name: b}}]", snapshot=True)
    assert found.version.text == "1.2.3-SNAPSHOT-c0ffeec"
    assert found.version.tag is None
    assert (found.publish, found.missing) == ((), ())
    assert found.artifacts[0].name == "acme_1.2.3-SNAPSHOT-c0ffeec_linux_amd64.tar.gz"


def test_a_snapshot_is_called_as_the_file_says():
    found = planned("snapshot: {version_template: '{{ incpatch .Version }}-next'}", snapshot=True)
    assert found.version.text == "1.2.4-next"


@pytest.mark.parametrize(
    "version, asked, prerelease",
    [
        ("1.2.3", "auto", False),
        ("1.2.3rc1", "auto", True),
        ("1.2.3rc1", "false", False),
        ("1.2.3", "true", True),
        ("1.2.3", "'true'", True),
        ("1.2.3rc1", "'false'", False),
    ],
)
def test_prerelease(version, asked, prerelease):
    around = replace(AROUND, git=replace(GIT, tags=(version,)))
    assert planned(f"release: {{prerelease: {asked}}}", around).prerelease is prerelease


def destinations(text, remote=GIT.remote):
    return [
        (each.to, each.project, each.what, each.url)
        for each in planned(text, replace(AROUND, git=replace(GIT, remote=remote))).publish
    ]


@pytest.mark.parametrize(
    "remote, expected",
    [
        ("git@github.com:acme/acme.git", ("github", "acme/acme", "https://github.com/acme/acme/releases/tag/v1.2.3")),
        ("https://github.com/acme/acme", ("github", "acme/acme", "https://github.com/acme/acme/releases/tag/v1.2.3")),
        ("ssh://git@github.com:22/acme/acme.git/", ("github", "acme/acme", "https://github.com/acme/acme/releases/tag/v1.2.3")),
        ("git@gitlab.com:a/b/c.git", ("gitlab", "a/b/c", "https://gitlab.com/a/b/c/-/releases/v1.2.3")),
        ("git@elsewhere.test:a/b.git", None),
        ("git@github.com:acme.git", None),
        ("https://[::1/a/b", None),
        ("/srv/git/acme.git", None),
        ("", None),
    ],
)  # fmt: skip
def test_where_a_release_goes_by_the_remote(remote, expected):
    found = [(to, project, url) for to, project, _, url in destinations("", remote)]
    assert found == ([expected] if expected else [])


def test_where_a_release_goes_by_the_file():
    text = (
        "release: {gitlab: {owner: '{{ .Env.GITHUB_TOKEN }}', name: b}}\ngitlab_urls: {api: 'https://git.test/api/v4/'}"
    )
    assert destinations(text) == [("gitlab", "secret/b", "v1.2.3", "https://git.test/secret/b/-/releases/v1.2.3")]
    text = "gitea_urls: {api: 'https://api.git.test/api/v1', download: 'https://git.test/'}"
    found = destinations(text, "git@git.test:a/b.git")
    assert found == [("gitea", "a/b", "v1.2.3", "https://git.test/a/b/releases/tag/v1.2.3")]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("release: {directory: 'out/{{ .ProjectName }}'}", ("directory", "out/acme", "v1.2.3", None)),
        (
            "release: {directory: /srv/www, download_url: 'https://dl.test/{{ .Tag }}/'}",
            ("directory", "/srv/www", "v1.2.3", "https://dl.test/v1.2.3"),
        ),
        (
            "release: {put: {url: 'https://dav.test/acme/', token: '{{ .Env.GITHUB_TOKEN }}'}}",
            ("put", "https://dav.test/acme", "v1.2.3", "https://dav.test/acme/v1.2.3/"),
        ),
    ],
)
def test_a_release_without_a_forge(text, expected):
    assert destinations(text) == [expected]


def test_what_a_server_is_written_with_is_a_credential():
    text = "release: {put: {url: 'https://dav.test', username: '{{ .Env.WHO }}', token: '{{ .Env.DAV_TOKEN }}'}}"
    assert missing(text) == [
        "credential DAV_TOKEN: to write to https://dav.test",
        "credential WHO: to write to https://dav.test",
    ]


def test_a_server_has_an_address():
    with pytest.raises(UsageError, match=r"^release\.put\.url: 'dav' is no http or https URL"):
        planned("release: {put: {url: dav}}")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", "https://github.com/acme/acme/releases/download/v1.2.3"),
        ("release: {gitlab: {owner: a/b, name: c}}", "https://gitlab.com/a/b/c/-/releases/v1.2.3/downloads"),
        ("release: {put: {url: 'https://dav.test/'}}", "https://dav.test/v1.2.3"),
        ("release: {directory: out}", None),
        ("release: {download_url: 'https://dl.test/{{ .Version }}/'}", "https://dl.test/1.2.3"),
    ],
)
def test_where_files_are_fetched_from(text, expected):
    reading = read((TOP + text).encode(), "release.yml")
    _, fields = settled(reading.file, choose(GIT, None, snapshot=False), GIT, {}, 0)
    assert files_url(reading.file, find(reading.file, GIT.remote, fields), "v1.2.3", fields) == expected


def test_a_gitea_is_somewhere():
    with pytest.raises(UsageError, match=r"^release\.gitea: gitea_urls must say where it is"):
        planned("release: {gitea: {owner: a, name: b}}")


def test_taps():
    text = """\
homebrew_formulas: [{repository: {owner: acme, name: homebrew-tap}}]
scoops: [{repository: {owner: acme, name: bucket}, name: tool}]
winget: [{repository: {owner: acme, name: winget-pkgs}, publisher: Acme Ltd., short_description: d, license: MIT}]
"""
    assert destinations(text)[1:] == [
        ("homebrew", "acme/homebrew-tap", "Formula/acme.rb", "https://github.com/acme/homebrew-tap"),
        ("scoop", "acme/bucket", "bucket/tool.json", "https://github.com/acme/bucket"),
        ("winget", "acme/winget-pkgs", "manifests/a/AcmeLtd/acme/1.2.3", "https://github.com/acme/winget-pkgs"),
    ]


TAP = "homebrew_formulas: [{repository: {owner: acme, name: homebrew-tap}}]"
TOKEN = "homebrew_formulas: [{repository: {owner: acme, name: homebrew-tap, token: '{{ .Env.TAP }}'}}]"


@pytest.mark.parametrize(
    "text, changes, expected",
    [
        pytest.param("", {}, [], id="nothing"),
        pytest.param("", {"environ": {}}, ["credential GITHUB_TOKEN: to write to acme/acme"], id="token"),
        pytest.param(
            "", {"environ": {"GITHUB_TOKEN": ""}}, ["credential GITHUB_TOKEN: to write to acme/acme"], id="empty"
        ),
        pytest.param(TAP, {}, [], id="tap with the same token"),
        pytest.param(
            TAP,
            {"environ": {"GITHUB_TOKEN": "x", "GITHUB_ACTIONS": "true"}},
            ["credential GITHUB_TOKEN: a workflow's own cannot write to acme/homebrew-tap; give that a token"],
            id="tap with the token of a workflow",
        ),
        pytest.param(TOKEN, {}, ["credential TAP: to write to acme/homebrew-tap"], id="tap with a token"),
        pytest.param(f"{TOKEN}\nenv: ['TAP={{{{ .Env.GITHUB_TOKEN }}}}']", {}, [], id="tap with a token of the file's"),
        pytest.param("signs: [{}]", {}, [f"credential {SIGNING_KEY}: the secret key for signs[0]"], id="signing key"),
        pytest.param(
            "signs: [{cmd: gpg}]", {}, ["tool gpg: the cmd of signs[0] is not on the PATH"], id="signing tool"
        ),
        pytest.param("signs: [{cmd: gpg}]", {"programs": ("gpg",)}, [], id="signing tool that is there"),
        pytest.param(
            "before: {hooks: ['echo {{ .Env.A }} {{ .Env.B }} {{ .Env.GITHUB_TOKEN }}']}\nenv: [A=1]",
            {},
            ["variable B: for before.hooks[0]"],
            id="variable",
        ),
        pytest.param(
            "",
            {"git": None},
            [
                "commit git: a release is made of a commit, and this is no git repository",
                "destination release: no repository is named, and the git remote origin is on no forge that is known",
            ],
            id="no git",
        ),
        pytest.param(
            "",
            {"git": replace(GIT, tags=())},
            ["tag v1.2.3: this commit has no tag; git tag v1.2.3 makes it one"],
            id="tag",
        ),
        pytest.param(
            "",
            {"git": replace(GIT, dirty=True)},
            ["commit changes: files differ from the commit that would be released"],
            id="changes",
        ),
        pytest.param(
            "",
            {"metadata": Metadata("acme", "1.2.2")},
            ["tag v1.2.2: the tag says 1.2.3, pyproject.toml says 1.2.2"],
            id="tag and metadata differ",
        ),
        pytest.param("", {"metadata": Metadata("acme")}, [], id="metadata says nothing"),
    ],
)
def test_missing(text, changes, expected):
    assert missing(text, replace(AROUND, **changes)) == expected


def test_tools():
    reading = read((TOP + "signs: [{}, {cmd: gpg}, {cmd: gpg, artifacts: all}]").encode(), "release.yml")
    assert tools(reading.file) == ("gpg",)
