"""The documents in which GitHub answers, from the state that it keeps."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from github_state import TIME
from openapi import judge

if TYPE_CHECKING:
    from github_git import Commit, Repository
    from github_state import Asset, Release


def like(example: str, **fields: Any) -> dict[str, Any]:
    """``fields``, and whatever else such a document has; where the description is not here, nothing else."""
    found = judge()
    return {**(found.example(example) if found else {}), **fields}


class Answers:
    """``api`` and ``uploads`` are addresses of this server, ``pages`` where people would read.

    ``digests``: GitHub tells them since June 2025, its older editions for companies do not.
    """

    digests = True

    def __init__(self, api: str, uploads: str, pages: str) -> None:
        self.api, self.uploads, self.pages = api, uploads, pages

    def at(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

    def release(self, repository: Repository, release: Release) -> dict[str, Any]:
        url = f"{self.at(repository)}/releases/{release.id}"
        tag = f"untagged-{release.id:020x}" if release.draft else release.tag_name
        uploads = f"{self.uploads}/repos/{repository.full_name}/releases/{release.id}/assets{{?name,label}}"
        return like(
            "release", url=url, html_url=f"{self.pages}/{repository.full_name}/releases/tag/{tag}",
            assets_url=f"{url}/assets", upload_url=uploads, id=release.id, tag_name=release.tag_name,
            target_commitish=release.target_commitish, name=release.name, body=release.body, draft=release.draft,
            prerelease=release.prerelease, immutable=release.immutable, created_at=TIME,
            published_at=None if release.draft else TIME,
            assets=[self.asset(repository, release, each) for each in release.assets.values()],
        )  # fmt: skip

    def asset(self, repository: Repository, release: Release, asset: Asset) -> dict[str, Any]:
        browser = f"{self.pages}/{repository.full_name}/releases/download/{release.tag_name}/{asset.name}"
        return like(
            "release-asset", url=f"{self.at(repository)}/releases/assets/{asset.id}", id=asset.id, name=asset.name,
            label=None, state=asset.state, content_type=asset.content_type, size=len(asset.data),
            digest=asset.digest if self.digests else None,
            browser_download_url=browser, created_at=TIME, updated_at=TIME,
        )  # fmt: skip

    def repository(self, repository: Repository, *, push: bool) -> dict[str, Any]:
        found = like(
            "full-repository-default-response", name=repository.name, full_name=repository.full_name,
            default_branch=repository.default_branch, archived=repository.archived, language=None,
            permissions={"admin": False, "push": push, "pull": True},
        )  # fmt: skip
        parent, example = repository.parent, found.pop("parent", {})
        found.pop("source", None)
        found["fork"] = parent is not None
        if parent is not None:
            owner = {**example.get("owner", {}), "login": parent.owner}
            found["parent"] = {**example, "name": parent.name, "full_name": parent.full_name, "owner": owner}
            found["parent"] |= {"default_branch": parent.default_branch, "language": None}
        return found

    def ref(self, repository: Repository, branch: str) -> dict[str, Any]:
        sha = repository.refs[branch]
        url = f"{self.at(repository)}/git"
        thing = {"type": "commit", "sha": sha, "url": f"{url}/commits/{sha}"}
        return like("git-ref", ref=f"refs/heads/{branch}", url=f"{url}/refs/heads/{branch}", object=thing)

    def commit(self, repository: Repository, commit: Commit) -> dict[str, Any]:
        url, page = f"{self.at(repository)}/git", f"{self.pages}/{repository.full_name}/commit"
        parents = [{"sha": sha, "url": f"{url}/commits/{sha}", "html_url": f"{page}/{sha}"} for sha in commit.parents]
        tree = {"sha": commit.tree, "url": f"{url}/trees/{commit.tree}"}
        return like(
            "git-commit", sha=commit.sha, url=f"{url}/commits/{commit.sha}", html_url=f"{page}/{commit.sha}",
            tree=tree, message=commit.message, parents=parents,
        )  # fmt: skip

    def content(self, path: str, sha: str, data: bytes) -> dict[str, Any]:
        return like(
            "content-file-response-if-content-is-a-file", type="file", encoding="base64", size=len(data),
            name=path.rpartition("/")[2], path=path, content=base64.b64encode(data).decode(), sha=sha,
        )  # fmt: skip

    def blob(self, repository: Repository, sha: str) -> dict[str, Any]:
        return like("short-blob", url=f"{self.at(repository)}/git/blobs/{sha}", sha=sha)

    def tree(self, repository: Repository, sha: str, files: dict[str, str]) -> dict[str, Any]:
        tree = [
            {"path": path, "mode": "100644", "type": "blob", "size": 1, "sha": each, "url": f"{self.at(repository)}/x"}
            for path, each in files.items()
        ]
        return like("git-tree", sha=sha, url=f"{self.at(repository)}/git/trees/{sha}", tree=tree, truncated=False)

    def pull(self, repository: Repository, pull: dict[str, Any], *, simple: bool) -> dict[str, Any]:
        page = f"{self.pages}/{repository.full_name}/pull/{pull['number']}"
        law = judge()
        if law is None:
            return {**pull, "html_url": page}
        example = law.example("pull-request-simple-items")[0] if simple else law.example("pull-request")
        merged = {key: {**example[key], **pull[key]} for key in ("head", "base")}
        return {**example, **pull, **merged, "html_url": page, "requested_teams": []}
