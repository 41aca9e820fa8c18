"""A first check of an endpoint, from one answer of it: what will hold tomorrow too, and no more."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from wherry.commands.check.init.draft import Check, Draft, Expectation, from_environment, literal, member
from wherry.core.expect.jsonpath import NotJson, decode
from wherry.core.quantity import format_duration
from wherry.core.record import Record
from wherry.core.redact import is_secret_header, is_secret_parameter, redact_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.core.yamltext import Value

SHORTEST_LEFT_S: Final = 14 * 86400
"""A certificate that expires sooner is what a check should complain of."""

# What a machine that is busier, or further away, may take; a limit that cries wolf is soon deleted.
_SLOWER: Final = 10
_SHORTEST_LIMIT_S: Final = 1
_TIMEOUT_S: Final = 10
_MOST_MEMBERS: Final = 10
_LONGEST_NAME: Final = 60
_HEALTH: Final = frozenset({"status", "state", "health"})
_HEALTHY: Final = frozenset({"ok", "up", "pass", "healthy", "ready", "serving", "green"})
# Members that are there when something is wrong, and those that are called after what they hold: ids, dates.
_FLEETING: Final = re.compile(r"(?i)errors?|warnings?|.*\d{3}.*|[0-9a-f]{8,}")
_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


class Answer(Record):
    """What a URL answered. ``url`` is as it was asked for, and ``headers_sent`` what the user added.

    ``seconds`` is the time of the whole exchange, redirects included; ``final_url`` where they led. ``expires_in_s`` is
    the time that the certificate has left, None without TLS. ``profile`` is the name of the one that was asked for.
    """

    url: str
    headers_sent: tuple[tuple[str, str], ...]
    status: int
    content_type: str
    body: bytes
    seconds: float
    final_url: str
    redirects: int = 0
    expires_in_s: float | None = None
    profile: str = ""


def draft(answer: Answer) -> Draft:
    """The suite for ``answer``. No credential of the URL or of the headers is in it."""
    parts = urlsplit(answer.url)
    userinfo, _, host = parts.netloc.rpartition("@")
    base = literal(f"{parts.scheme}://{host}")
    fields = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    secrets = [name for name, _ in fields if is_secret_parameter(name)]
    path = parts.path or "/"
    query: dict[str, Value] = {}
    if secrets:
        for name in dict.fromkeys(name for name, _ in fields):
            values = [from_environment(name) if name in secrets else literal(v) for n, v in fields if n == name]
            query[name] = values[0] if len(values) == 1 else values
    else:
        path = urlunsplit(("", "", path, parts.query, ""))
    limit_s = max(_SHORTEST_LIMIT_S, math.ceil(answer.seconds * _SLOWER))
    check = Check(
        name=_name(parts.path),
        url="${base}" + literal(path),
        query=query,
        headers={
            name: from_environment(name) if is_secret_header(name) else literal(value)
            for name, value in answer.headers_sent
            if _bearer(name, value) is None
        },
        auth=_auth(userinfo, answer),
        profile=literal(answer.profile),
        timeout=f"{limit_s}s" if limit_s > _TIMEOUT_S else "",
        expect=tuple(_expectations(answer, base, limit_s)),
    )
    return Draft(
        intro=(
            f"A first suite, written by `wherry check init` from one answer of {redact_url(answer.url)}",
            "Take out what need not be so, add what must be, and keep it beside the code.",
        ),
        base=f"${{env:BASE_URL:-{base}}}",
        checks=(check,),
    )


def _name(path: str) -> str:
    last = unquote(path.rstrip("/").rpartition("/")[2]).partition(".")[0]
    return last if _LABEL.fullmatch(last) else "home" if path in ("", "/") else "endpoint"


def _bearer(name: str, value: str) -> str | None:
    scheme, _, token = value.partition(" ")
    return token if name.lower() == "authorization" and scheme.lower() == "bearer" else None


def _auth(userinfo: str, answer: Answer) -> dict[str, Value]:
    if any(_bearer(name, value) is not None for name, value in answer.headers_sent):
        return {"bearer": from_environment("API_TOKEN")}
    if userinfo:
        return {"basic": {"user": from_environment("API_USER"), "password": from_environment("API_PASSWORD")}}
    return {}


def _expectations(answer: Answer, base: str, limit_s: int) -> Iterator[Expectation]:
    yield Expectation("status", answer.status)
    if answer.redirects and not urlsplit(answer.final_url).query:
        final = literal(answer.final_url)
        if final.startswith(f"{base}/"):
            final = "${base}" + final.removeprefix(base)
        yield Expectation("url", final, "Where the redirects lead.")
    media = answer.content_type.partition(";")[0].strip().lower()
    if media and media.isascii():
        yield Expectation("header.content-type", {"contains": literal(media)})
    took = format_duration(answer.seconds)
    yield Expectation(
        "time", {"lt": f"{limit_s}s"}, f"It took {took}; this is ten times as long, rounded up to whole seconds."
    )
    if answer.expires_in_s is not None:
        left = "" if answer.expires_in_s > SHORTEST_LEFT_S else f"It has {format_duration(answer.expires_in_s)} left."
        yield Expectation("cert.expires_in", {"gt": "14d"}, left)
    try:
        document = decode(answer.body)
    except NotJson:
        return
    yield from _of_json(document)


def _of_json(document: object) -> Iterator[Expectation]:
    if isinstance(document, list) and document:
        yield Expectation("json.$", {"length": {"ge": 1}})
    if not isinstance(document, dict):
        return
    names = [name for name in document if len(name) <= _LONGEST_NAME and not _FLEETING.fullmatch(name)]
    for name in names[:_MOST_MEMBERS]:
        value = document[name]
        if name.lower() in _HEALTH and isinstance(value, str) and value.lower() in _HEALTHY:
            yield Expectation(member(name), literal(value))
        elif isinstance(value, list) and value:
            yield Expectation(member(name), {"length": {"ge": 1}})
        else:
            yield Expectation(member(name), {"exists": True})
