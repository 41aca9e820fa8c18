"""Which of GitHub's addresses does what."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from github_state import Refusal
from github_wire import Answer, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from github_answers import Answers
    from github_git import Repository
    from github_server import GitHubServer


class Routes:
    def __init__(self, server: GitHubServer, answers: Answers) -> None:
        self._server = server
        self._say = answers
        self._table: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", r"", self._repository),
            ("GET", r"/releases/tags/(.+)", self._by_tag),
            ("GET", r"/releases", self._releases),
            ("POST", r"/releases", self._create),
            ("GET", r"/releases/(\d+)", self._release),
            ("PATCH", r"/releases/(\d+)", self._update),
            ("GET", r"/releases/(\d+)/assets", self._assets),
            ("POST", r"/releases/(\d+)/assets", self._attach),
            ("GET", r"/releases/assets/(\d+)", self._asset),
            ("DELETE", r"/releases/assets/(\d+)", self._detach),
            ("GET", r"/git/ref/heads/(.+)", self._ref),
            ("POST", r"/git/refs", self._begin),
            ("PATCH", r"/git/refs/heads/(.+)", self._advance),
            ("GET", r"/git/commits/(\w+)", self._commit),
            ("POST", r"/git/commits", self._add_commit),
            ("POST", r"/git/trees", self._add_tree),
            ("POST", r"/git/blobs", self._add_blob),
            ("GET", r"/contents/(.+)", self._content),
            ("POST", r"/merge-upstream", self._catch_up),
            ("GET", r"/pulls", self._pulls),
            ("POST", r"/pulls", self._propose),
        ]

    def answer(self, asked: Asked) -> Answer:
        """Raises Refusal."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        server = self._server
        if token not in server.tokens | server.readers | server.apps:
            raise Refusal(401, "Bad credentials")
        if asked.path == "/installation/repositories":
            if token not in server.apps:
                raise Refusal(403, "You must authenticate with an installation access token")
            return Answer(200, {"total_count": 0, "repositories": []})
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", asked.path)
        repository = server.repositories.get(match[1]) if match else None
        if match is None or repository is None:
            raise Refusal(404, "Not Found")
        if asked.method != "GET" and token in server.readers:
            raise Refusal(403, "Resource not accessible by personal access token")
        for method, pattern, obey in self._table:
            found = re.fullmatch(pattern, match[2] or "")
            if method == asked.method and found:
                answer = obey(asked, repository, *map(unquote, found.groups()))
                return answer if isinstance(answer, Answer) else Answer(*answer)
        raise Refusal(404, "Not Found")

    def stored(self, asked: Asked) -> Answer:
        """The bytes of an asset, or a part of them, to who was sent here."""
        _, asset = self._server.releases.asset(int(asked.path.rpartition("/")[2]))
        tag = f'"{asset.digest}"'
        start = 0
        part = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
        if part and asked.headers.get("if-range", tag) == tag:
            start = int(part[1])
        headers = {"ETag": tag, "Accept-Ranges": "bytes", "Content-Type": asset.content_type}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(asset.data) - 1}/{len(asset.data)}"
        return Answer(206 if start else 200, body=asset.data[start:], headers=headers)

    def attach(self, asked: Asked, data: bytes, *, whole: bool) -> tuple[int, Any]:
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)/releases/(\d+)/assets", asked.path)
        assert match is not None
        kind, number = asked.headers["content-type"], int(match[2])
        asset = self._server.releases.attach(number, asked.query["name"], kind, data, whole=whole)
        release = self._server.releases.release(number)
        return 201, self._say.asset(self._server.repositories[match[1]], release, asset)

    def _repository(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        push = asked.headers["authorization"].removeprefix("Bearer ") in self._server.tokens
        return 200, self._say.repository(repository, push=push)

    def _by_tag(self, _asked: Asked, repository: Repository, tag: str) -> tuple[int, Any]:
        release = self._server.releases.published(tag)
        if release is None:
            raise Refusal(404, "Not Found")
        return 200, self._say.release(repository, release)

    def _releases(self, asked: Asked, repository: Repository) -> Answer:
        token = asked.headers["authorization"].removeprefix("Bearer ")
        seen = [each for each in self._server.releases.listed() if not each.draft or token not in self._server.readers]
        return self._page(asked, [self._say.release(repository, each) for each in seen])

    def _create(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        return 201, self._say.release(repository, self._server.releases.create(json.loads(asked.body)))

    def _release(self, _asked: Asked, repository: Repository, number: str) -> tuple[int, Any]:
        return 200, self._say.release(repository, self._server.releases.release(int(number)))

    def _update(self, asked: Asked, repository: Repository, number: str) -> tuple[int, Any]:
        release = self._server.releases.update(int(number), json.loads(asked.body))
        return 200, self._say.release(repository, release)

    def _assets(self, asked: Asked, repository: Repository, number: str) -> Answer:
        release = self._server.releases.release(int(number))
        return self._page(asked, [self._say.asset(repository, release, each) for each in release.assets.values()])

    def _attach(self, asked: Asked, _repository: Repository, _number: str) -> tuple[int, Any]:
        return self.attach(asked, asked.body, whole=True)

    def _asset(self, asked: Asked, repository: Repository, number: str) -> Answer:
        release, asset = self._server.releases.asset(int(number))
        if asked.headers.get("accept") == "application/octet-stream":
            place = f"{self._server.storage}/{asset.id}?sig=secret"
            return Answer(302, headers={"Location": place})
        return Answer(200, self._say.asset(repository, release, asset))

    def _detach(self, _asked: Asked, _repository: Repository, number: str) -> tuple[int, Any]:
        self._server.releases.detach(int(number))
        return 204, None

    def _ref(self, _asked: Asked, repository: Repository, branch: str) -> tuple[int, Any]:
        repository.head(branch)
        return 200, self._say.ref(repository, branch)

    def _begin(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        return 201, self._say.ref(repository, repository.begin(json.loads(asked.body)))

    def _advance(self, asked: Asked, repository: Repository, branch: str) -> tuple[int, Any]:
        repository.advance(branch, json.loads(asked.body))
        return 200, self._say.ref(repository, branch)

    def _commit(self, _asked: Asked, repository: Repository, sha: str) -> tuple[int, Any]:
        return 200, self._say.commit(repository, repository.objects.commits[sha])

    def _add_commit(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        return 201, self._say.commit(repository, repository.add_commit(json.loads(asked.body)))

    def _add_tree(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        sha = repository.add_tree(json.loads(asked.body))
        return 201, self._say.tree(repository, sha, repository.objects.trees[sha])

    def _add_blob(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        return 201, self._say.blob(repository, repository.add_blob(json.loads(asked.body)))

    def _content(self, asked: Asked, repository: Repository, path: str) -> tuple[int, Any]:
        return 200, self._say.content(path, *repository.content(path, asked.query["ref"]))

    def _catch_up(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        repository.catch_up(json.loads(asked.body)["branch"])
        return 200, {"message": "Successfully fetched", "merge_type": "fast-forward", "base_branch": "x:main"}

    def _pulls(self, asked: Asked, repository: Repository) -> Answer:
        wanted = asked.query.get("head")
        pulls = [each for each in repository.pulls if each["state"] == "open" and each["head"]["label"] == wanted]
        return self._page(asked, [self._say.pull(repository, each, simple=True) for each in pulls])

    def _propose(self, asked: Asked, repository: Repository) -> tuple[int, Any]:
        document = json.loads(asked.body)
        owner = document["head"].partition(":")[0]
        fork = next(each for each in self._server.repositories.values() if each.owner == owner and each.parent)
        return 201, self._say.pull(repository, repository.propose(document, fork), simple=False)

    def _page(self, asked: Asked, items: list[Any]) -> Answer:
        size = min(int(asked.query.get("per_page", "30")), self._server.page)
        number = int(asked.query.get("page", "1"))
        shown = items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(items):
            url = f"{self._server.api}{asked.path}?per_page={size}"
            last = -(-len(items) // size)
            headers["Link"] = f'<{url}&page={number + 1}>; rel="next", <{url}&page={last}>; rel="last"'
        return Answer(200, shown, headers=headers)
