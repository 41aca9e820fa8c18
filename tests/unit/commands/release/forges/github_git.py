"""What a GitHub keeps of a repository's branches: commits, trees and blobs, and what is proposed."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from typing import Any

from github_state import Refusal, invalid


@dataclass
class Commit:
    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str


@dataclass
class Objects:
    """Shared by a repository and its forks, as on GitHub."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, dict[str, str]] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def blob(self, data: bytes) -> str:
        """git itself says what a blob is called."""
        done = subprocess.run(["git", "hash-object", "--stdin"], input=data, capture_output=True, check=True)
        sha = done.stdout.decode().strip()
        self.blobs[sha] = data
        return sha

    def tree(self, files: dict[str, str]) -> str:
        sha = hashlib.sha1(json.dumps(sorted(files.items())).encode()).hexdigest()
        self.trees[sha] = files
        return sha

    def commit(self, tree: str, parents: tuple[str, ...], message: str) -> Commit:
        number = len(self.commits)  # stands for the time, which makes two commits of the same two
        sha = hashlib.sha1(json.dumps([tree, parents, message, number]).encode()).hexdigest()
        self.commits[sha] = Commit(sha, tree, parents, message)
        return self.commits[sha]


@dataclass
class Repository:
    owner: str
    name: str
    objects: Objects
    parent: Repository | None = None
    default_branch: str = "main"
    refs: dict[str, str] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    protected: bool = False
    archived: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def seed(self, files: dict[str, bytes]) -> None:
        """The first commit, or another one by someone else."""
        head = self.refs.get(self.default_branch)
        before = self.objects.trees[self.objects.commits[head].tree] if head else {}
        tree = self.objects.tree(before | {path: self.objects.blob(data) for path, data in files.items()})
        self.refs[self.default_branch] = self.objects.commit(tree, (head,) if head else (), "by hand").sha

    def files(self, branch: str) -> dict[str, bytes]:
        tree = self.objects.trees[self.objects.commits[self.refs[branch]].tree]
        return {path: self.objects.blobs[sha] for path, sha in tree.items()}

    def history(self, branch: str) -> list[str]:
        """The messages of the commits, the last first."""
        found, sha = [], self.refs.get(branch)
        while sha:
            commit = self.objects.commits[sha]
            found.append(commit.message)
            sha = commit.parents[0] if commit.parents else None
        return found

    def head(self, branch: str) -> str:
        if not self.refs:
            raise Refusal(409, "Git Repository is empty.")
        if branch not in self.refs:
            raise Refusal(404, "Not Found")
        return self.refs[branch]

    def content(self, path: str, ref: str) -> tuple[str, bytes]:
        commit = self.objects.commits.get(ref) or self.objects.commits[self.head(ref)]
        sha = self.objects.trees[commit.tree].get(path)
        if sha is None:
            raise Refusal(404, "Not Found")
        return sha, self.objects.blobs[sha]

    def add_blob(self, wanted: dict[str, Any]) -> str:
        coded = wanted.get("encoding", "utf-8") == "base64"
        return self.objects.blob(base64.b64decode(wanted["content"]) if coded else wanted["content"].encode())

    def add_tree(self, wanted: dict[str, Any]) -> str:
        files = dict(self.objects.trees[wanted["base_tree"]])
        for entry in wanted["tree"]:
            if entry["sha"] not in self.objects.blobs:
                raise Refusal(422, f"tree.sha {entry['sha']} is not a valid blob")
            files[entry["path"]] = entry["sha"]
        return self.objects.tree(files)

    def add_commit(self, wanted: dict[str, Any]) -> Commit:
        if wanted["tree"] not in self.objects.trees:
            raise Refusal(422, "Tree SHA does not exist")
        return self.objects.commit(wanted["tree"], tuple(wanted["parents"]), wanted["message"])

    def advance(self, branch: str, wanted: dict[str, Any]) -> None:
        if self.protected and branch == self.default_branch:
            raise Refusal(422, "Changes must be made through a pull request.")
        sha, before = wanted["sha"], self.head(branch)
        if not wanted.get("force") and not self._descends(sha, before):
            raise Refusal(422, "Update is not a fast forward")
        self.refs[branch] = sha

    def begin(self, wanted: dict[str, Any]) -> str:
        branch = str(wanted["ref"]).removeprefix("refs/heads/")
        if branch in self.refs:
            raise Refusal(422, "Reference already exists")
        if wanted["sha"] not in self.objects.commits:
            raise Refusal(422, "Object does not exist")
        self.refs[branch] = wanted["sha"]
        return branch

    def catch_up(self, branch: str) -> None:
        assert self.parent is not None
        theirs = self.parent.refs[self.parent.default_branch]
        if not self._descends(theirs, self.refs[branch]):
            raise Refusal(409, "There are merge conflicts")
        self.refs[branch] = theirs

    def propose(self, wanted: dict[str, Any], head: Repository) -> dict[str, Any]:
        label, branch = wanted["head"], wanted["head"].partition(":")[2]
        if any(pull["head"]["label"] == label and pull["state"] == "open" for pull in self.pulls):
            words = f"A pull request already exists for {label}."
            raise Refusal(422, "Validation Failed", {"resource": "PullRequest", "code": "custom", "message": words})
        if head.head(branch) == self.refs[wanted["base"]]:
            raise invalid("PullRequest", "custom", "head")
        number = len(self.pulls) + 1
        self.pulls.append(
            {"number": number, "state": "open", "title": wanted["title"], "body": wanted.get("body")}
            | {"head": {"label": label, "ref": branch}, "base": {"ref": wanted["base"]}}
        )
        return self.pulls[-1]

    def _descends(self, sha: str, ancestor: str) -> bool:
        pending = [sha]
        while pending:
            each = pending.pop()
            if each == ancestor:
                return True
            pending += self.objects.commits[each].parents if each in self.objects.commits else ()
        return False
