"""The command line that sends what a check sends: `wherry request`, ready to be pasted into a POSIX shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.core.late import late_pattern
from wherry.core.redact import is_secret_header
from wherry.core.secret import MASK
from wherry.core.template import Filled, shown
from wherry.core.yaml import Items, Scalar, scalar

if TYPE_CHECKING:
    from wherry.core.yaml import Node

_WORD: Final = late_pattern(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")


class RequestLine(msgspec.Struct, frozen=True):
    """Everything here may be shown. ``options`` are names of options with their values; ``expect`` are subjects and
    what they are expected to be, as plain data.
    """

    method: str
    url: str
    options: tuple[tuple[str, str], ...] = ()
    expect: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        from shlex import quote

        words = ["wherry", "request", self.method, self.url]
        for name, value in self.options:
            words += [name, value]
        for subject, expected in self.expect:
            words += ["--expect", f"{subject}={flow(expected)}"]
        return " ".join(map(quote, words))


def flow(value: object) -> str:
    """Plain data as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flow(str(key))}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, str) and _WORD.fullmatch(value) and scalar(value) == value:
        return value
    if type(value) is int:
        return str(value)
    import json  # takes milliseconds to load

    return json.dumps(value, ensure_ascii=False)


def shown_data(node: Node, *, hidden: bool = False) -> object:
    """``node`` as plain data without its secrets: what is marked as one, what is ``hidden``, and what stands under a
    key that is called like one.
    """
    if isinstance(node, Scalar):
        if type(node) is Filled:
            return shown(node)
        return MASK if hidden and node.value is not None else node.value
    if isinstance(node, Items):
        return [shown_data(item, hidden=hidden) for item in node.items]
    return {key: shown_data(value, hidden=hidden or is_secret_header(key)) for key, value in node.values.items()}


def veiled(node: Node) -> object:
    """``node`` as plain data without its texts, for what is expected of a secret: numbers and operators stay."""
    if isinstance(node, Scalar):
        return hidden_text(node) if isinstance(node.value, str) else node.value
    if isinstance(node, Items):
        return [veiled(item) for item in node.items]
    return {key: veiled(value) for key, value in node.values.items()}


def hidden_text(node: Scalar) -> str:
    """A secret as it is shown: by the name that it was put in by, or not at all."""
    return shown(node) if type(node) is Filled else MASK
