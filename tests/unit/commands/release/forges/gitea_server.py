"""What Gitea and Forgejo keep of a repository, and answer: releases with attachments, files in a branch.

After https://docs.gitea.com/api/ (repository), whose names and statuses are kept, and what its versions do beyond that:
files of one name stand side by side, tags that differ in capital letters are one, empty words change nothing.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from small_server import Answer, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "gitea-secret"
_REPOSITORY = "/api/v1/repos/acme/app"
_SITE = "https://gitea.test/acme/app"


@dataclass
class Attachment:
    id: int
    name: str
    data: bytes
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def document(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "size": len(self.data), "download_count": 0, "uuid": self.uuid,
                "created_at": "2026-01-01T00:00:00Z", "browser_download_url": f"{_SITE}/{self.name}"}  # fmt: skip


@dataclass
class Release:
    id: int
    tag: str
    words: dict[str, Any]
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def document(self) -> dict[str, Any]:
        url = f"{_SITE}/releases/tag/{self.tag}"
        assets = [each.document for each in self.attachments]
        return {"id": self.id, "tag_name": self.tag, **self.words, "html_url": url, "assets": assets}


@dataclass
class Gitea:
    """``page`` is how many it puts on a page at most; ``ids`` is how its repositories name what they hold."""

    push: bool = True
    archived: bool = False
    has_releases: bool = True
    page: int = 50
    ids: str = "sha1"
    largest: int = 1 << 30
    releases: list[Release] = field(default_factory=list)
    branches: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"main": {}})
    others: dict[str, str] = field(default_factory=dict)
    """What else than files is in the branch: folder, symlink or submodule, by the path."""
    commits: list[str] = field(default_factory=list)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What others do just before each commit is made."""
    _last_id: int = 10

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"token {TOKEN}":
            return Answer(401, {"message": "invalid username, password or token", "url": "https://gitea.test/api"})
        if asked.path.startswith("/attachments/"):
            return self._attachment(asked.path.rpartition("/")[2])
        assert asked.path.startswith(_REPOSITORY), asked.path
        if asked.method != "GET" and not self.push:
            return Answer(403, {"message": "user should have a permission to write to a repo"})
        for pattern, method, answer in self._routes():
            match = re.fullmatch(pattern, asked.path.removeprefix(_REPOSITORY))
            if match and asked.method == method:
                return answer(asked, *map(unquote, match.groups()))
        return Answer(404, {"message": "The target couldn't be found."})

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            ("", "GET", self._repository),
            ("/releases", "GET", lambda asked: self._paged(asked, [each.document for each in self.releases[::-1]])),
            ("/releases", "POST", self._create),
            ("/releases/([0-9]+)", "PATCH", self._edit),
            ("/releases/([0-9]+)/assets", "GET", self._assets),
            ("/releases/([0-9]+)/assets", "POST", self._attach),
            ("/releases/([0-9]+)/assets/([0-9]+)", "DELETE", self._detach),
            ("/contents/(.+)", "GET", self._content),
            ("/contents", "POST", self._change),
        ]

    def release(self, number: str) -> Release:
        return next(each for each in self.releases if each.id == int(number))

    def _repository(self, _asked: Asked) -> Answer:
        permissions = {"admin": False, "push": self.push, "pull": True}
        return Answer(200, {"id": 1, "full_name": "acme/app", "default_branch": "main", "archived": self.archived,
                            "has_releases": self.has_releases, "permissions": permissions})  # fmt: skip

    def _create(self, asked: Asked) -> Answer:
        wanted = asked.json
        if any(each.tag.lower() == wanted["tag_name"].lower() for each in self.releases):
            return Answer(409, {"message": "Release is has no Tag"})
        words = {key: wanted[key] for key in ("name", "body", "draft", "prerelease", "target_commitish")}
        self.releases.append(Release(self.next_id(), wanted["tag_name"], words))
        return Answer(201, self.releases[-1].document)

    def _edit(self, asked: Asked, number: str) -> Answer:
        release = self.release(number)
        release.words |= {key: value for key, value in asked.json.items() if key in release.words and value != ""}
        return Answer(200, release.document)

    def _assets(self, _asked: Asked, number: str) -> Answer:
        found = sorted(self.release(number).attachments, key=lambda each: each.name)
        return Answer(200, [each.document for each in found])

    def _attach(self, asked: Asked, number: str) -> Answer:
        name, data = _form(asked)
        if len(data) > self.largest:
            return Answer(413, {"message": "Request entity too large"})
        made = Attachment(self.next_id(), asked.query.get("name") or name, data)
        self.release(number).attachments.append(made)
        return Answer(201, made.document)

    def _detach(self, _asked: Asked, number: str, attachment: str) -> Answer:
        there = self.release(number).attachments
        found = [each for each in there if each.id == int(attachment)]
        if not found:
            return Answer(404, {"message": "The target couldn't be found."})
        there.remove(found[0])
        return Answer(204)

    def _attachment(self, name: str) -> Answer:
        found = [each for release in self.releases for each in release.attachments if each.uuid == name]
        return Answer(200, body=found[0].data) if found else Answer(404)

    def _content(self, asked: Asked, path: str) -> Answer:
        if path in self.others:
            other = {"path": path, "type": self.others[path], "sha": "0" * 40}
            return Answer(200, [{**other, "type": "file"}] if other["type"] == "folder" else other)
        content = self.branches.get(asked.query["ref"], {}).get(path)
        if content is None:
            return Answer(404, {"message": "The target couldn't be found."})
        return Answer(200, {"path": path, "type": "file", "sha": self._id(content),
                            "content": b64encode(content).decode()})  # fmt: skip

    def _change(self, asked: Asked) -> Answer:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        wanted = asked.json
        if wanted["branch"] not in self.branches:
            return Answer(404, {"message": f"branch does not exist [name: {wanted['branch']}]"})
        files = dict(self.branches[wanted["branch"]])
        for change in wanted["files"]:
            path = change["path"]
            if change["operation"] == "create" and path in files:
                return Answer(422, {"message": f"repository file already exists [path: {path}]"})
            if change["operation"] == "update" and self._id(files[path]) != change["sha"]:
                return Answer(422, {"message": f"sha does not match [given: {change['sha']}, expected: ...]"})
            files[path] = b64decode(change["content"], validate=True)
        self.branches[wanted["branch"]] = files
        self.commits.append(wanted["message"])
        return Answer(201, {"files": [], "commit": {"html_url": f"{_SITE}/commit/{len(self.commits)}"}})

    def _id(self, content: bytes) -> str:
        return hashlib.new(self.ids, b"blob %d\0%b" % (len(content), content)).hexdigest()

    def _paged(self, asked: Asked, found: list[Any]) -> Answer:
        number, size = int(asked.query.get("page", "1")), min(int(asked.query.get("limit", "30")), self.page)
        headers = {}
        if number * size < len(found):
            following = f"https://gitea.test{asked.path}?limit={size}&page={number + 1}"
            headers = {"Link": f'<{following}>; rel="next",<{following}>; rel="last"'}
        return Answer(200, found[(number - 1) * size : number * size], headers=headers)


def _form(asked: Asked) -> tuple[str, bytes]:
    """The file name and the content of the one part of a form, whose field is ``attachment``."""
    kind, _, boundary = asked.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    before, *parts, after = asked.body.split(b"--" + boundary.encode())
    assert (before, after) == (b"", b"--\r\n")
    (part,) = parts
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = BytesHeaderParser().parsebytes(head)
    assert headers.get_param("name", header="content-disposition") == "attachment"
    assert content.endswith(b"\r\n")
    name = headers.get_filename()
    assert name is not None
    return name, content[:-2]
