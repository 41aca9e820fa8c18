"""Keys of GoReleaser's that a release.yml has not, and what to say of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.fit import Fault
from wherry.core.yaml import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.core.yaml import Node

_GO: Final = "is for Go"
_TARGETS: Final = "is for Go; write targets: [linux_amd64, darwin_arm64]"
_HOOKS: Final = "is not known here; before.hooks run first"
_TAP_COMMIT: Final = "is not known here; the commit is made by the forge, for the token's owner"

_IN_ENVIRONMENT: Final = "is not known here; it is in the environment, such as GITHUB_TOKEN"
_NOT_KNOWN: Final = "is GoReleaser's, and not known here"

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": {
        **dict.fromkeys(("gomod", "kos", "universal_binaries"), _GO),
        "upx": "is not known here: what PyInstaller makes is compressed already",
        "brews": "is called homebrew_formulas here",
        "homebrew_casks": "is not known here; homebrew_formulas need no signed program",
        "before_publish": _HOOKS,
        **dict.fromkeys(("dockers", "dockers_v2", "docker_manifests", "docker_signs", "docker_digest"),
                        "is not known here: a release builds no container images"),
        **dict.fromkeys(("announce", "milestones", "publishers", "chocolateys", "nix", "krews", "aurs", "aur_sources",
                         "snapcrafts", "flatpak", "srpm", "makeselfs", "notarize", "binary_signs", "blobs", "uploads",
                         "artifactories", "env_files", "dist", "metadata", "report_sizes", "git", "retry", "mcp", "pro",
                         "force_token", "iru"),
                        _NOT_KNOWN),
    },
    "builds": {
        **dict.fromkeys(("goos", "goarch"), _TARGETS),
        **dict.fromkeys(("goamd64", "go386", "goarm", "goarm64", "gomips", "goppc64", "goriscv64", "ldflags", "gcflags",
                         "asmflags", "flags", "tags", "gobinary", "buildmode", "no_main_check", "overrides", "ignore",
                         "mod_timestamp", "no_unique_dist_dir", "tool", "command"), _GO),
        "main": "is for Go; write entry: package.module:function",
        "dir": "is for Go; paths are relative to this file",
        "hooks": _HOOKS,
        "env": "stands at the top of the file here",
        "skip": _NOT_KNOWN,
    },
    "archives": {
        "format": "is written formats: [tar.gz] here",
        "builds": "is called ids here",
    },
    "release.github": {"token": _IN_ENVIRONMENT},
    "release.gitlab": {"token": _IN_ENVIRONMENT},
    "release.gitea": {"token": _IN_ENVIRONMENT},
    "archives.format_overrides": {"format": "is written formats: [zip] here"},
    "checksum": {"split": "is not known here: there is one file of checksums"},
    "sboms": {"cmd": "is not known here: wherry writes them itself", "documents": "is called name_template here"},
    "nfpms": {"depends": "is called dependencies here", "builds": "is called ids here", "goamd64": _GO},
    "homebrew_formulas": {"tap": "is called repository here", "goarm": _GO, "goamd64": _GO,
                          **dict.fromkeys(("commit_author", "commit_msg_template"), _TAP_COMMIT)},
    "scoops": {"bucket": "is called repository here", "goamd64": _GO,
               **dict.fromkeys(("commit_author", "commit_msg_template"), _TAP_COMMIT)},
    "winget": {"goamd64": _GO, **dict.fromkeys(("commit_author", "commit_msg_template"), _TAP_COMMIT)},
    "snapshot": {"name_template": "is called version_template here"},
}  # fmt: skip
"""What to say of a key, by the section that it stands in."""

_KEYS: Final[Mapping[str, str]] = {
    "archives": "allow_different_binary_count builds_info meta strip_binary_directory",
    "archives.files": "info strip_parent",
    "changelog": "abbrev disable format",
    "changelog.filters": "include",
    "checksum": "disable extra_files ids",
    "gitea_urls": "skip_tls_verify",
    "github_urls": "skip_tls_verify upload",
    "gitlab_urls": "skip_tls_verify use_job_token use_package_registry",
    "homebrew_formulas": "caveats conflicts custom_block custom_require dependencies download_strategy extra_install "
    "post_install service skip_upload url_headers url_template",
    "homebrew_formulas.repository": "git pull_request",
    "nfpms": "apk archlinux changelog deb epoch ipk libdirs meta msix mtime prerelease release rpm umask "
    "version_metadata",
    "nfpms.contents": "expand",
    "nfpms.contents.file_info": "group mtime owner",
    "nfpms.overrides": "apk archlinux ipk msix",
    **dict.fromkeys(
        ("nfpms.overrides.deb", "nfpms.overrides.rpm"),
        "apk archlinux deb epoch file_name_template ipk msix package_name prerelease release rpm umask "
        "version_metadata",
    ),
    "release": "disable discussion_category_name extra_files footer header ids include_meta make_latest mode preflight "
    "replace_existing_draft skip_upload target_commitish use_existing_draft",
    "sboms": "args disable env id",
    "scoops": "depends persist post_install pre_install shortcuts skip_upload url_template",
    "scoops.repository": "git pull_request",
    "signs": "certificate env id ids output stdin stdin_file",
    "source": "files prefix_template",
    "winget": "additional_locales author copyright copyright_url default_locale dependencies installation_notes "
    "license_url package_name path privacy_url publisher_support_url publisher_url release_notes release_notes_url "
    "skip_upload tags url_template",
    "winget.repository": "git pull_request",
}
"""Keys of which there is nothing to say but that they are not known."""


def without(node: Node) -> tuple[Node, list[Fault]]:
    """``node`` without GoReleaser's own keys, and a fault for each; the version of its files is one too."""
    faults: list[Fault] = []
    node = _without(node, "", faults)
    if isinstance(node, Entries):
        version = node.values.get("version")
        if isinstance(version, Scalar) and version.value == 2:
            words = "version 2 is of GoReleaser's files; this one is version: 1"
            faults.append(Fault(version.line, version.column, words))
            one = Scalar(1, "1", version.line, version.column)
            node = Entries({**node.values, "version": one}, node.keys, node.line, node.column, node.count)
    return node, faults


def _without(node: Node, section: str, faults: list[Fault]) -> Node:
    if isinstance(node, Items):
        items = tuple(_without(item, section, faults) for item in node.items)
        return Items(items, node.line, node.column, node.count)
    if not isinstance(node, Entries):
        return node
    words = {**dict.fromkeys(_KEYS.get(section, "").split(), _NOT_KNOWN), **_WORDS.get(section, {})}
    for name in node.values:
        if name in words:
            key = node.keys[name]
            faults.append(Fault(key.line, key.column, f'key "{name}" {words[name]}'))
    values = dict(_inner(node, section, words, faults))
    return Entries(values, node.keys, node.line, node.column, node.count)


def _inner(node: Entries, section: str, words: Mapping[str, str], faults: list[Fault]) -> Iterator[tuple[str, Node]]:
    for name, value in node.values.items():
        if name not in words:
            yield name, _without(value, f"{section}.{name}" if section else name, faults)
