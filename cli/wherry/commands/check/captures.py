"""Taking values out of an answer for the checks that need them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from wherry.commands.check.suite.capture import Source
from wherry.core.expect.pattern import LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from wherry.commands.check.suite.capture import Capture


class NotCaptured(Exception):
    """What is to be captured is not there; the message says what and where."""


def looks_into_body(captures: Iterable[Capture]) -> bool:
    """Whether any of ``captures`` needs the body to be read."""
    return any(capture.source in (Source.JSON, Source.REGEX) for capture in captures)


def take(captures: Sequence[Capture], facts: Mapping[str, object]) -> dict[str, object]:
    """The value of each capture, as JSON has it, from the ``facts`` of a look. Raises NotCaptured."""
    return {capture.name: _take(capture, facts) for capture in captures}


def secrets_in(captures: Iterable[Capture], facts: Mapping[str, object]) -> tuple[str, ...]:
    """What is not to be shown of an answer: every text and number in what is captured as a secret.

    Also of one that is not as expected, whose body is going to be shown.
    """
    found: list[str] = []
    for capture in captures:
        if capture.secret:
            with suppress(NotCaptured):
                found.extend(_texts_of(_take(capture, facts)))
    return tuple(found)


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_of(item)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)


def _take(capture: Capture, facts: Mapping[str, object]) -> object:
    match capture.source:
        case Source.JSON:
            return _json(capture, facts)
        case Source.HEADER:
            values = _named(facts.get("header"), capture.part)
            if not values:
                raise NotCaptured(f"capture {capture.name}: the response has no header {capture.part}")
            # RFC 9110 section 5.3: several lines of a field mean the same as one with commas.
            return ", ".join(values)
        case Source.COOKIE:
            value = _named(facts.get("cookie"), capture.part)
            if value is None:
                raise NotCaptured(f"capture {capture.name}: the response sets no cookie {capture.part}")
            return value
        case Source.REGEX:
            return _regex(capture, facts)


def _named(values: object, name: str) -> Any:
    return values.get(name) if isinstance(values, dict) else None


def _json(capture: Capture, facts: Mapping[str, object]) -> object:
    from wherry.core.expect.jsonpath import NotJson, decode

    assert capture.path is not None
    try:
        nodes = capture.path.nodes(decode(_body(facts)))
    except NotJson as exc:
        raise NotCaptured(f"capture {capture.name}: a body that is {exc}") from None
    if not nodes:
        raise NotCaptured(f"capture {capture.name}: {capture.path.source} selects nothing")
    return nodes[0] if len(nodes) == 1 else list(nodes)


def _regex(capture: Capture, facts: Mapping[str, object]) -> str:
    pattern: Any = capture.pattern
    text = _body(facts).decode("utf-8", "replace")
    try:
        found = pattern.search(text, timeout=LIMIT_S)
    except TimeoutError:
        raise NotCaptured(f"capture {capture.name}: no end of matching within {LIMIT_S:g}s") from None
    if found is None:
        raise NotCaptured(f"capture {capture.name}: the body has no match of the expression")
    value = found.group(1 if pattern.groups else 0)
    if value is None:
        raise NotCaptured(f"capture {capture.name}: the expression matches, but not its first group")
    return str(value)


def _body(facts: Mapping[str, object]) -> bytes:
    """The body, or the output of a command."""
    body = facts.get("body", facts.get("output", b""))
    assert isinstance(body, (bytes, str))
    return body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
