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

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": {
        **dict.fromkeys(("gomod", "kos", "universal_binaries"), _GO),
        "upx": "is not known here: what PyInstaller makes is compressed already",
        "brews": "is called homebrew_formulas here",
        "homebrew_casks": "is not known here; homebrew_formulas need no signed program",
        "before_publish": _HOOKS,
        **dict.fromkeys(("dockers", "dockers_v2", "docker_manifests", "docker_signs", "docker_digest", "images"),
                        "is not known here: a release builds no container images"),
        **dict.fromkeys(("announce", "milestones", "publishers", "chocolateys", "nix", "krews", "aurs", "aur_sources",
                         "snapcrafts", "flatpak", "srpm", "makeselfs", "notarize", "binary_signs", "blobs", "uploads",
                         "artifactories", "env_files", "dist", "metadata", "report_sizes", "git", "retry", "mcp", "pro",
                         "force_token"),
                        "is GoReleaser's, and not known here"),
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
        "skip": "is GoReleaser's, and not known here",
    },
    "archives": {
        "format": "is written formats: [tar.gz] here",
        "builds": "is called ids here",
    },
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
    words = _WORDS.get(section, {})
    for name in node.values:
        if name in words:
            key = node.keys[name]
            faults.append(Fault(key.line, key.column, f"key {name!r} {words[name]}".replace("'", '"')))
    values = dict(_inner(node, section, words, faults))
    return Entries(values, node.keys, node.line, node.column, node.count)


def _inner(node: Entries, section: str, words: Mapping[str, str], faults: list[Fault]) -> Iterator[tuple[str, Node]]:
    for name, value in node.values.items():
        if name not in words:
            yield name, _without(value, f"{section}.{name}" if section else name, faults)
