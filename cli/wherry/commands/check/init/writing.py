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
    shared = _shared_auth(draft)
    if shared:
        yield "defaults:"
        yield f"  auth: {flow(shared)}"
        yield ""
    yield "checks:"
    for at, check in enumerate(draft.checks):
        if at:
            yield ""
        yield from _check(check, with_auth=not shared)
    if draft.outro:
        yield ""
        yield from _comment(draft.outro)


def _shared_auth(draft: Draft) -> Mapping[str, Value]:
    """What all checks say of who asks, where there are several and it is the same."""
    first = draft.checks[0].auth
    same = len(draft.checks) > 1 and all(check.auth == first for check in draft.checks)
    return first if same else {}


def _check(check: Check, *, with_auth: bool) -> Iterator[str]:
    yield f"  - name: {text(check.name)}"
    yield f"    url: {check.url if _BARE_URL.fullmatch(check.url) else text(check.url)}"
    if check.method != "GET":
        yield f"    method: {check.method}"
    if check.query:
        yield f"    query: {flow(check.query)}"
    if check.headers:
        yield f"    headers: {flow(check.headers)}"
    if check.auth and with_auth:
        yield f"    auth: {flow(check.auth)}"
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
