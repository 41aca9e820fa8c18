"""What GitLab keeps of a project, and answers: releases, packages, files in a branch.

After https://docs.gitlab.com/api/ (projects, packages, releases, commits, repository_files) and
https://docs.gitlab.com/user/packages/generic_packages/, the messages as GitLab 17 writes them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from small_server import Answer, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "glpat-secret"
JOB_TOKEN = "job-secret"
PATH = "acme/tools/app"
_PROJECT = "/api/v4/projects/acme%2Ftools%2Fapp"
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._+~@-]+")
VERSION = re.compile(r"(\.?[\w+-]+\.?)+", re.ASCII)


@dataclass
class PackageFile:
    id: int
    package_id: int
    name: str
    data: bytes

    @property
    def document(self) -> dict[str, Any]:
        digest = hashlib.sha256(self.data).hexdigest()
        return {"id": self.id, "package_id": self.package_id, "file_name": self.name, "size": len(self.data),
                "file_sha256": digest, "created_at": "2026-01-01T00:00:00.000Z", "file_md5": None}  # fmt: skip


@dataclass
class GitLab:
    """``role`` is the number of the role of the token's owner; ``page`` how many GitLab puts on a page at most."""

    role: int | None = 30
    scopes: tuple[str, ...] = ("api",)
    archived: bool = False
    packages_enabled: bool = True
    duplicates: bool = True
    old: bool = False
    page: int = 100
    default_branch: str | None = "main"
    packages: dict[int, tuple[str, str]] = field(default_factory=dict)
    files: list[PackageFile] = field(default_factory=list)
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)
    branches: dict[str, dict[str, tuple[bytes, str]]] = field(default_factory=lambda: {"main": {}})
    commits: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What others do just before each commit is made."""
    _last_id: int = 10

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def __call__(self, asked: Asked) -> Answer:
        job = asked.headers.get("job-token") == JOB_TOKEN
        if not job and asked.headers.get("private-token") != TOKEN:
            return _says(401, "401 Unauthorized")
        if asked.path == "/api/v4/personal_access_tokens/self":
            return _says(404, "404 Not Found") if self.old else Answer(200, {"scopes": self.scopes})
        assert asked.path.startswith(_PROJECT), asked.path
        rest = asked.path.removeprefix(_PROJECT)
        if job and not rest.startswith(("/releases", "/packages")):
            return _says(404, "404 Project Not Found")
        if asked.method != "GET" and (self.role or 50) < 30:
            return _says(403, "403 Forbidden")
        for pattern, method, answer in self._routes():
            match = re.fullmatch(pattern, rest)
            if match and asked.method == method:
                return answer(asked, *map(unquote, match.groups()))
        return Answer(404, {"error": "404 Not Found"})

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        part = "([^/]+)"
        links = f"/releases/{part}/assets/links"
        return [
            ("", "GET", self._project),
            ("/packages", "GET", self._packages),
            (f"/packages/{part}/package_files", "GET", self._files),
            (f"/packages/{part}/package_files/{part}", "DELETE", self._remove),
            (f"/packages/generic/{part}/{part}/{part}", "PUT", self._put),
            (f"/packages/generic/{part}/{part}/{part}", "GET", self._get),
            ("/releases", "GET", lambda asked: self._paged(asked, list(self.releases.values()))),
            ("/releases", "POST", self._create),
            (f"/releases/{part}", "GET", self._release),
            (f"/releases/{part}", "PUT", self._update),
            (links, "GET", lambda asked, tag: self._paged(asked, self.releases[tag]["links"])),
            (links, "POST", lambda asked, tag: self._link(asked, tag, None)),
            (f"{links}/{part}", "PUT", self._link),
            (f"/repository/files/{part}", "GET", self._file),
            ("/repository/commits", "POST", self._commit),
        ]

    def _project(self, _asked: Asked) -> Answer:
        access = None if self.role is None else {"access_level": self.role, "notification_level": 3}
        document = {"id": 1, "default_branch": self.default_branch, "archived": self.archived,
                    "package_registry_access_level": "enabled" if self.packages_enabled else "disabled",
                    "permissions": {"project_access": None, "group_access": access}}  # fmt: skip
        return Answer(200, document)

    def _packages(self, asked: Asked) -> Answer:
        assert asked.query["package_type"] == "generic"
        found = [{"id": number, "name": name, "version": version, "package_type": "generic"}
                 for number, (name, version) in self.packages.items()
                 if asked.query["package_name"] in name]  # fmt: skip
        return self._paged(asked, found)

    def _files(self, asked: Asked, package: str) -> Answer:
        return self._paged(asked, [each.document for each in self.files if each.package_id == int(package)])

    def _remove(self, _asked: Asked, package: str, number: str) -> Answer:
        if (self.role or 50) < 40:
            return _says(403, "403 Forbidden")
        there = [each for each in self.files if (each.package_id, each.id) == (int(package), int(number))]
        if not there:
            return _says(404, "404 Not found")
        self.files.remove(there[0])
        return Answer(204)

    def _put(self, asked: Asked, name: str, version: str, file: str) -> Answer:
        if not VERSION.fullmatch(version) or not _NAME.fullmatch(file):
            return Answer(400, {"error": "package_version is invalid"})
        assert asked.query["select"] == "package_file"
        package = next((key for key, value in self.packages.items() if value == (name, version)), None)
        if not self.duplicates and any((each.package_id, each.name) == (package, file) for each in self.files):
            return _says(400, "400 Bad request - Duplicate package is not allowed")
        if package is None:
            package = self.next_id()
            self.packages[package] = (name, version)
        self.files.append(PackageFile(self.next_id(), package, file, asked.body))
        return Answer(201, self.files[-1].document)

    def _get(self, _asked: Asked, name: str, version: str, file: str) -> Answer:
        found = [each for each in self.files
                 if self.packages[each.package_id] == (name, version) and each.name == file]  # fmt: skip
        return Answer(200, body=found[-1].data) if found else _says(404, "404 Package Not Found")

    def _release(self, _asked: Asked, tag: str) -> Answer:
        if tag not in self.releases:
            return _says(403, "403 Forbidden") if self.old else _says(404, "404 Not Found")
        return Answer(200, self.releases[tag])

    def _create(self, asked: Asked) -> Answer:
        wanted = asked.json
        tag = wanted["tag_name"]
        if tag in self.releases:
            return _says(409, "Release already exists")
        self.releases[tag] = {
            "tag_name": tag,
            "name": wanted["name"],
            "description": wanted["description"],
            "links": [],
        }
        for link in wanted["assets"]["links"]:
            self._add(tag, link)
        return Answer(201, self.releases[tag])

    def _update(self, asked: Asked, tag: str) -> Answer:
        self.releases[tag] |= asked.json
        return Answer(200, self.releases[tag])

    def _link(self, asked: Asked, tag: str, number: str | None) -> Answer:
        links = self.releases[tag]["links"]
        others = [each for each in links if str(each["id"]) != number]
        taken = {key: ["has already been taken"] for key in ("name", "url")
                 if asked.json[key] in {each[key] for each in others}}  # fmt: skip
        if taken:
            return Answer(400, {"message": taken})
        if number is not None:
            links[:] = others
        return Answer(200 if number else 201, self._add(tag, asked.json))

    def _add(self, tag: str, link: dict[str, str]) -> dict[str, Any]:
        direct = f"https://gitlab.test/{PATH}/-/releases/{tag}/downloads{link['direct_asset_path']}"
        made = {"id": self.next_id(), "name": link["name"], "url": link["url"], "direct_asset_url": direct,
                "link_type": link.get("link_type", "other"), "external": False}  # fmt: skip
        self.releases[tag]["links"].append(made)
        return made

    def _file(self, asked: Asked, path: str) -> Answer:
        found = self.branches.get(asked.query["ref"], {}).get(path)
        if found is None:
            return _says(404, "404 File Not Found")
        digest = hashlib.sha256(found[0]).hexdigest()
        return Answer(200, {"file_path": path, "content_sha256": digest, "last_commit_id": found[1], "content": ""})

    def _commit(self, asked: Asked) -> Answer:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        wanted = asked.json
        if wanted["branch"] not in self.branches:
            return _says(400, "You can only create or edit files when you are on a branch")
        files = dict(self.branches[wanted["branch"]])
        number = f"{self.next_id():040x}"
        for action in wanted["actions"]:
            path, known = action["file_path"], files.get(action["file_path"])
            if action["action"] == "create" and known:
                return _says(400, "A file with this name already exists")
            if action["action"] == "update" and (not known or known[1] != action["last_commit_id"]):
                return _says(400, "You are attempting to update a file that has changed since you started editing it.")
            assert action["encoding"] == "base64"
            files[path] = (b64decode(action["content"], validate=True), number)
        self.branches[wanted["branch"]] = files
        url = f"https://gitlab.test/{PATH}/-/commit/{number}"
        self.commits.append({"id": number, "web_url": url, "message": wanted["commit_message"]})
        return Answer(201, self.commits[-1])

    def _paged(self, asked: Asked, found: list[Any]) -> Answer:
        number, size = int(asked.query.get("page", "1")), min(int(asked.query.get("per_page", "20")), self.page)
        headers = {}
        if number * size < len(found):
            others = "".join(f"&{key}={value}" for key, value in asked.query.items() if key != "page")
            following = f"http://{asked.headers['host']}{asked.path}?page={number + 1}{others}"
            headers = {"Link": f'<{following}>; rel="next"'}
        return Answer(200, found[(number - 1) * size : number * size], headers=headers)


def _says(status: int, message: str) -> Answer:
    return Answer(status, {"message": message})
