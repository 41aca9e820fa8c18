"""Header fields as conditions look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def by_name(fields: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values of each field in the order in which they came; names in lower case."""
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append(value)
    return found


def cookies_set(headers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name and value of each Set-Cookie field among ``headers``, as :func:`by_name` has them (RFC 6265 section 5.2)."""
    pairs = (line.partition(";")[0].partition("=") for line in headers.get("set-cookie", ()))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals and name.strip()}
