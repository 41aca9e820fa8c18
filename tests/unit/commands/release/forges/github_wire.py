"""A request and an answer, as the test's GitHub has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """A request as it came; header names in lower case."""

    origin: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


@dataclass
class Answer:
    status: int
    document: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
