"""The requests to GitHub that files are written into a repository with (REST, version 2022-11-28). Pure."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from wherry.commands.release.forges.github_calls import Call, Project
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class Branch(Record):
    """A branch of a repository; ``project.url`` is where it is in the interface."""

    project: Project
    name: str

    def head(self) -> Call:
        return Call("GET", self._at("git/ref"), what="which commit is last?")

    def commit(self, sha: str) -> Call:
        return Call("GET", f"{self.project.url}/git/commits/{sha}", what="which files are there?")

    def contents(self, path: str, sha: str) -> Call:
        return Call("GET", f"{self.project.url}/contents/{quote(path)}?ref={sha}", what="is it as wanted already?")

    def blob(self, content: bytes) -> Call:
        json = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        return Call("POST", f"{self.project.url}/git/blobs", json, "its bytes")

    def tree(self, base: str, blobs: Mapping[str, str]) -> Call:
        """``blobs`` are ids of contents by their paths."""
        tree = [{"path": path, "mode": "100644", "type": "blob", "sha": sha} for path, sha in blobs.items()]
        return Call("POST", f"{self.project.url}/git/trees", {"base_tree": base, "tree": tree}, ", ".join(blobs))

    def commitment(self, message: str, tree: str, parent: str) -> Call:
        json = {"message": message, "tree": tree, "parents": [parent]}
        return Call("POST", f"{self.project.url}/git/commits", json, "one commit of them all")

    def advance(self, sha: str) -> Call:
        return Call("PATCH", self._at("git/refs"), {"sha": sha, "force": False}, f"onto the branch {self.name}")

    def begin(self, sha: str) -> Call:
        json = {"ref": f"refs/heads/{self.name}", "sha": sha}
        return Call("POST", f"{self.project.url}/git/refs", json, f"the branch {self.name}")

    def catch_up(self) -> Call:
        return Call("POST", f"{self.project.url}/merge-upstream", {"branch": self.name}, "the fork as it is there")

    def _at(self, kind: str) -> str:
        return f"{self.project.url}/{kind}/heads/{quote(self.name, safe='/{}')}"


class Proposal(Record):
    """A pull request: what ``branch`` has, for the branch ``base`` of the repository ``to``."""

    branch: Branch
    to: Project
    base: str

    def found(self) -> Call:
        head = quote(f"{self.branch.project.owner}:{self.branch.name}", safe="")
        return Call("GET", f"{self.to.url}/pulls?state=open&head={head}", what="is it proposed already?")

    def make(self, title: str, text: str) -> Call:
        head = f"{self.branch.project.owner}:{self.branch.name}"
        json = {"title": title, "body": text, "head": head, "base": self.base}
        return Call("POST", f"{self.to.url}/pulls", json, f"propose {self.branch.name}")


def blob_id(content: bytes) -> str:
    """What git calls ``content`` in a repository whose ids are SHA-1."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
