"""GitHub's OpenAPI description as a judge of requests and of the test server's answers."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

_FETCH = Path(__file__).parents[5] / "build" / "npm.py"
_REPOSITORY = "/repos/{owner}/{repo}"
# A fraction of the description is read as fast: all of it takes 4 s.
_USED = re.compile(r"(/(releases|git|contents|pulls|merge-upstream)(/.*)?)?")
_URN = "urn:github"
_ORIGINS = {"https://uploads.github.com": "uploads"}


class Judge:
    """``document`` is an OpenAPI 3.0 description, whose schemas are nearly those of JSON Schema's draft 4."""

    def __init__(self, document: Any) -> None:
        self._document = _part(document)
        self._registry = Registry().with_resource(_URN, Resource(self._document, DRAFT4)).crawl()

    def request(self, origin: str, method: str, target: str, headers: dict[str, str], body: bytes) -> list[str]:
        """What is wrong with a request to the ``origin`` "api" or "uploads"; ``headers`` are in lower case."""
        parts = urlsplit(target)
        found = self._operation(method, parts.path)
        if found is None:
            return [f"{method} {parts.path} is not in the description"]
        operation, values = found
        wrong = [f"it belongs to {at}" for at in [self._origin(operation)] if at != origin]
        given = [("path", name, value) for name, value in values.items()]
        given += [("query", name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        known = {(each["in"], each["name"]): each for each in map(self._followed, operation.get("parameters", []))}
        for key, parameter in known.items():
            if parameter.get("required") and key not in {(where, name) for where, name, _ in given}:
                wrong.append(f"{' '.join(key)} is missing")
        for where, name, value in given:
            if (where, name) not in known:
                wrong.append(f"{where} {name} is unknown")
                continue
            schema = self._followed(known[where, name].get("schema", {}))
            typed = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
            wrong += self._faults(schema, typed, f"{where} {name}")
        wrong += self._body(operation, headers, body)
        if headers.get("x-github-api-version") != "2022-11-28":
            wrong.append("X-GitHub-Api-Version is missing")
        if not headers.get("user-agent"):
            wrong.append("User-Agent is missing, without which GitHub refuses")
        return [f"{method} {target}: {each}" for each in wrong]

    def response(self, method: str, path: str, status: int, document: object) -> list[str]:
        """What is wrong with an answer; a refusal need not be described."""
        found = self._operation(method, path)
        responses = found[0]["responses"] if found else {}
        if str(status) not in responses:
            return [] if status >= 400 else [f"{method} {path}: {status} is not in the description"]
        content = self._followed(responses[str(status)]).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is None or status >= 400:
            return []
        return [f"{method} {path} {status}: {each}" for each in self._faults(schema, document, "body")]

    def example(self, name: str) -> dict[str, Any]:
        """The example called ``name``: what an answer has beside the fields that matter here."""
        value: dict[str, Any] = self._document["components"]["examples"][name]["value"]
        return value

    def _body(self, operation: Any, headers: dict[str, str], body: bytes) -> list[str]:
        content = operation.get("requestBody", {}).get("content", {})
        kind = headers.get("content-type", "")
        if "application/octet-stream" in content:  # whichever type the file has (the documentation says so)
            return [] if kind else ["Content-Type is missing"]
        if not content:
            return ["it has a body"] if body else []
        if not body:
            return ["it has no body"] if operation["requestBody"].get("required") else []
        if kind not in content:
            return [f"a body of {kind}"]
        schema, document = content[kind]["schema"], json.loads(body)
        unknown = set(document) - set(schema.get("properties", document))
        return [*self._faults(schema, document, "body"), *(f"body {name} is unknown" for name in sorted(unknown))]

    def _faults(self, schema: Any, value: object, what: str) -> list[str]:
        validator = Draft4Validator(schema, registry=self._registry)
        return [f"{what}{error.json_path[1:]}: {error.message[:200]}" for error in validator.iter_errors(value)]

    def _operation(self, method: str, path: str) -> tuple[Any, dict[str, str]] | None:
        for pattern, operations in self._paths:
            if method.lower() in operations and (match := pattern.fullmatch(path)):
                return operations[method.lower()], {name: unquote(text) for name, text in match.groupdict().items()}
        return None

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], Any]]:
        """Templates with fewer parameters first: ``releases/latest`` before ``releases/{release_id}``."""
        templates = sorted(self._document["paths"].items(), key=lambda item: item[0].count("{"))
        return [(_pattern(template), operations) for template, operations in templates]

    def _origin(self, operation: Any) -> str:
        servers = operation.get("servers", [])
        return _ORIGINS[servers[0]["url"]] if servers else "api"

    def _followed(self, node: Any) -> Any:
        while "$ref" in node:
            found = self._document
            for key in node["$ref"].removeprefix(f"{_URN}#/").split("/"):
                found = found[key]
            node = found
        return node


@cache
def judge() -> Judge | None:
    """The judge, None where the description is not here (`build/npm.py` fetches it)."""
    return Judge(json.loads(_PLACE.read_text("utf-8").replace('"#/', f'"{_URN}#/'))) if _PLACE.exists() else None


def _place() -> Path:
    sys.path.insert(0, str(_FETCH.parent))
    try:
        spec = importlib.util.spec_from_file_location("build_npm", _FETCH)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(_FETCH.parent))
    path: Path = module.place("openapi") / "api.github.com.json"
    return path


def _pattern(template: str) -> re.Pattern[str]:
    """``{ref}`` and ``{path}`` may hold slashes (the description says so of `x-multi-segment`)."""
    parts = re.split(r"\{(.+?)\}", template)
    names = [f"(?P<{name}>{'.+' if name in ('ref', 'path') else '[^/]+'})" for name in parts[1::2]]
    fixed = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(text for pair in zip(fixed, [*names, ""], strict=True) for text in pair))


def _part(document: Any) -> Any:
    """Of the description what is used, and all that it refers to."""
    paths = {
        template: operations
        for template, operations in document["paths"].items()
        if template == "/installation/repositories"
        or (template.startswith(_REPOSITORY) and _USED.fullmatch(template.removeprefix(_REPOSITORY)))
    }
    made: dict[str, Any] = {"paths": _plain(paths), "components": {}}
    found, text = set(), json.dumps(paths)
    while missing := set(re.findall(rf'"{_URN}#/components/(\w+)/([^"]+)"', text)) - found:
        found |= missing
        chosen = [(kind, name, document["components"][kind][name]) for kind, name in missing]
        text = json.dumps([node for _, _, node in chosen])
        for kind, name, node in chosen:
            made["components"].setdefault(kind, {})[name] = node if kind == "examples" else _plain(node)
    return made


def _plain(node: Any) -> Any:
    """``nullable`` said as JSON Schema says it; OpenAPI 3.0 has no null type."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _plain(value) for key, value in node.items()}
    if made.get("nullable") is True and "enum" in made:
        made["enum"] = [*made["enum"], None]
    if made.pop("nullable", None) is True:
        return {"anyOf": [{"type": "null"}, made]}
    return made


# Now, before any test sets another folder for the cache.
_PLACE = _place()
