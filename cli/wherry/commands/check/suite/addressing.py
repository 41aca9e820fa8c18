"""From a ``url`` to the target that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from wherry.commands.check.suite.order import as_written, settled
from wherry.core.late import late_pattern
from wherry.core.record import replace
from wherry.core.redact import redact_url
from wherry.core.target import is_label, parse_target
from wherry.core.template import shown
from wherry.core.yaml import Items, Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wherry.commands.check.suite.order import Order, Stock
    from wherry.core.target import Target
    from wherry.core.template import Names, Note
    from wherry.core.yaml import Node


# The plainest of URLs, of which there are the most: nothing in it is encoded, and it has no user and no fragment.
_PLAIN: Final = late_pattern(r"(https?://[A-Za-z0-9.:-]+)(/[A-Za-z0-9._~/-]*)(?:\?[A-Za-z0-9._~/=&-]+)?")


def target_of(order: Order, stock: Stock, way: Names | None, note: Note) -> Target | None:
    """The target, called as the check is, its query included; what it shows has no secrets."""
    node: Node = settled(order.url, way, note)
    if not isinstance(node, Scalar):
        note(order.url, "a url is text, not a list or a map")
        return None
    text, visible = node.text, shown(node)
    if text.startswith("/") and not text.startswith("//"):
        base = order.profile.base_url.rstrip("/")
        if not base:
            right = "write a whole URL, or name a profile that has a base_url"
            note(node, f"{visible!r} is a path, and no base_url goes before it; {right}")
            return None
        text, visible = base + text, base + visible
    if order.query:
        pairs = {name: settled(value, way, note) for name, value in order.query.items()}
        text = _with_query(text, pairs, lambda scalar: scalar.text)
        visible = _with_query(visible, pairs, shown)
    label, equals, rest = text.partition("=")
    if equals and is_label(label):
        note(node, f"a name has a key of its own here; write name: {label} and url: {redact_url(rest)}")
        return None
    try:
        target = _parsed(text, order.name, stock)
    except UsageError as exc:
        hint = "; a variable is written ${name}" if "{{" in text else ""
        note(node, as_written(exc.advice, order.url, node, way) + hint)
        return None
    return target if visible == text else replace(target, shown=redact_url(visible))


def _parsed(text: str, name: str, stock: Stock) -> Target:
    """What ``parse_target`` makes of ``text``; scheme, host and port are read once. Raises UsageError."""
    origin = origin_of(text, stock)
    return parse_target(text, name=name) if origin is None else below(origin, name, text)


def origin_of(text: str, stock: Stock) -> Target | None:
    """The target of scheme, host and port of a plain URL without secrets, None for any other. Raises UsageError."""
    match = _PLAIN.fullmatch(text)
    if match is None or ("?" in text and redact_url(text) != text):
        return None
    start = match.group(1)
    origin = stock.origins.get(start)
    if origin is None:
        origin = stock.origins[start] = parse_target(start, name=start)
    return origin


def below(origin: Target, name: str, url: str) -> Target:
    """What ``parse_target`` makes of a plain URL that begins with ``origin``."""
    rest = url[len(origin.shown) :]
    path = rest.partition("?")[0].strip("/")
    return replace(origin, name=name, shown=url, path=path, url=origin.url.removesuffix("/") + rest)


def _with_query(url: str, query: Mapping[str, Node], text: Callable[[Scalar], str]) -> str:
    """``url`` with ``query`` after its own, before the fragment; ``${`` of what is captured later is left as it is."""
    added = urlencode(
        list(pairs(query, text)), quote_via=quote, safe="${}" if text is shown else "", errors="surrogateescape"
    )
    if not added:
        return url
    whole, hash_, fragment = url.partition("#")
    sign = "" if whole.endswith(("?", "&")) else "&" if "?" in whole else "?"
    return f"{whole}{sign}{added}{hash_}{fragment}"


def pairs(fields: Mapping[str, Node], text: Callable[[Scalar], str]) -> Iterator[tuple[str, str]]:
    """Names with values: of a list each of its items, of nothing none."""
    for name, node in fields.items():
        for item in node.items if isinstance(node, Items) else (node,):
            if isinstance(item, Scalar) and (item.value is not None or not item.plain):
                yield name, text(item)


def shown_url(order: Order) -> str:
    """What is shown of the target before anything is captured."""
    visible = shown(order.url)
    if visible.startswith("/"):
        visible = order.profile.base_url.rstrip("/") + visible
    return redact_url(_with_query(visible, order.query, shown) if order.query else visible)
