"""Parameter types: text on the command line to a value, or a usage error that shows what is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from wherry.core import quantity
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")


class Parsed(click.ParamType[T], Generic[T]):
    """Whatever ``parse`` makes of the text; its ValueError or WherryError becomes the usage error.

    In an environment variable, several values of one option stand on lines of their own:
    values such as headers contain spaces.
    """

    envvar_list_splitter = "\n"

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except (ValueError, WherryError) as exc:
            self.fail(str(exc), param, ctx)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name or not all(c.isalnum() or c in "!#$%&'*+-.^_`|~" for c in name) or not name.isascii():
        raise ValueError(f"{text!r} is not a header; write it like 'Accept: application/json'")
    if any(c in value for c in "\r\n\0"):
        raise ValueError(f"the value of header {name} contains a line break or NUL")
    return name, value.strip()


DURATION: Parsed[float] = Parsed("duration", quantity.duration)
SIZE: Parsed[int] = Parsed("size", quantity.size)
RATE: Parsed[float] = Parsed("rate", quantity.rate)
HEADER: Parsed[tuple[str, str]] = Parsed("header", _header)
TEXT: Parsed[str] = Parsed("text", str)
