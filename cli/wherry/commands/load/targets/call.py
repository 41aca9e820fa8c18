"""A request as it is written in a file or on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wherry.core.sending import Headers


class Call(NamedTuple):
    """``headers`` and ``body`` are its own; None leaves the body to what is said for all."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None


class Fault(ValueError):
    """What is wrong with a record of a file, in words. ``line`` counts from its first line, 0."""

    def __init__(self, words: str, line: int = 0) -> None:
        super().__init__(words)
        self.line = line
