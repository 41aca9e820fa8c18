"""A draft as YAML for people."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from wherry.core.expect.show import printable
from wherry.core.yamltext import flow, key, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.commands.check.init.draft import Check, Draft
    from wherry.core.yamltext import Value

# Within a block, and with nothing after it that YAML knows, ``${`` needs no quotes.
_BARE_URL: Final = re.compile(r"\$\{base\}[A-Za-z0-9/._~-]*")
_WIDTH: Final = 100


def written(draft: Draft) -> str:
    """The whole file."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield from _comment(draft.intro)
    yield "version: 1"
    yield ""
    yield "vars:"
    yield f"  base: {text(draft.base)}"
    yield ""
    auth, headers = _shared(draft)
    if auth or headers:
        yield "defaults:"
        if headers:
            yield f"  headers: {flow(headers)}"
        if auth:
            yield f"  auth: {flow(auth)}"
        yield ""
    yield "checks:"
    for at, check in enumerate(draft.checks):
        if at:
            yield ""
        own = {name: value for name, value in check.headers.items() if name not in headers}
        yield from _check(check, {} if auth else check.auth, own)
    if draft.outro:
        yield ""
        yield from _comment(draft.outro)


def _shared(draft: Draft) -> tuple[Mapping[str, Value], Mapping[str, str]]:
    """What all checks say of who asks, and the headers that all send, where there are several checks."""
    first, *others = draft.checks
    if not others:
        return {}, {}
    headers = {
        name: value for name, value in first.headers.items() if all(o.headers.get(name) == value for o in others)
    }
    return first.auth if all(other.auth == first.auth for other in others) else {}, headers


def _check(check: Check, auth: Mapping[str, Value], headers: Mapping[str, str]) -> Iterator[str]:
    """``auth`` and ``headers`` are what it says of these itself."""
    yield f"  - name: {text(check.name)}"
    yield f"    url: {check.url if _BARE_URL.fullmatch(check.url) else text(check.url)}"
    if check.method != "GET":
        yield f"    method: {check.method}"
    if check.query:
        yield f"    query: {flow(check.query)}"
    if headers:
        yield f"    headers: {flow(headers)}"
    if auth:
        yield f"    auth: {flow(auth)}"
    if check.profile:
        yield f"    profile: {text(check.profile)}"
    if check.timeout:
        yield f"    timeout: {check.timeout}"
    if check.tags:
        yield f"    tags: {flow(check.tags)}"
    yield "    expect:"
    for one in check.expect:
        if one.why:
            yield f"      # {printable(one.why)}"
        yield f"      {key(one.subject)}: {flow(one.value)}"


def _comment(sentences: tuple[str, ...]) -> Iterator[str]:
    """Each sentence begins a line of its own."""
    for sentence in sentences:
        for line in textwrap.wrap(
            printable(" ".join(sentence.split())), _WIDTH, break_long_words=False, break_on_hyphens=False
        ):
            yield f"# {line}"
