"""Plain data as YAML for people, as core/yaml.py reads it: bare where that means nothing else, else quoted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from wherry.core.expect.show import printable
from wherry.core.yaml import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"

# No character that means something to YAML, within brackets and braces either, and no space at an end.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_/](?:(?:[\w ./+@<>()-]|:(?! ))*[\w./+@<>()-])?")
_KEY: Final = re.compile(r"[A-Za-z0-9_/](?:[\w ./+@<>()$*'\"\[\]-]*[\w./+@<>()$*'\"\[\]-])?")
# So much of YAML's escapes is JSON's; \u of two surrogates is not one character to YAML, so JSON may not escape those.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def text(value: str) -> str:
    """``value`` as a scalar that is read as text, in a block or within brackets."""
    if _PLAIN.fullmatch(value) and value.isprintable() and isinstance(scalar(value), str):
        return value
    return _quoted(value)


def key(value: str) -> str:
    """``value`` as the key of a map in a block, where more may stand bare than within braces: ``json.$['a-b']``.

    A key has less than 1024 characters (YAML 1.2 section 7.4.2).
    """
    if _KEY.fullmatch(value) and value.isprintable() and isinstance(scalar(value), str):
        return value
    return _quoted(value)


def flow(value: Value) -> str:
    """``value`` on one line: ``{status: 200, tags: [a, b]}``. A number that JSON does not know cannot be written."""
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value, allow_nan=False)
    if hasattr(value, "items"):
        return "{" + ", ".join(f"{text(name)}: {flow(item)}" for name, item in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def _quoted(value: str) -> str:
    return printable(json.dumps(_SURROGATE.sub("\ufffd", value), ensure_ascii=False))
