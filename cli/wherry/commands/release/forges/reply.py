"""An answer of a forge's interface, and its refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from wherry.commands.release.forges.complaint import codes, complaint
from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.core.status import status_words
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Reply(Record):
    """A whole answer. ``method`` and ``url`` are what was asked for, ``at`` where the answer came from."""

    method: str
    url: str
    at: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def json(self, kind: type[T]) -> T:
        """The body as ``kind``, strictly. Raises WherryError where it is something else."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            words = str(exc)[:1].lower() + str(exc)[1:]
            raise WherryError(f"{asked(self.method, self.url)}: the answer is not what was expected: {words}") from None

    def values(self, name: str) -> Iterator[str]:
        """The values of all fields called ``name`` (lower case)."""
        return (value for field, value in self.headers if field.lower() == name)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of a GitHub that refuses, such as ``already_exists``."""
        return codes(self.body)


class Refused(WherryError):
    """A status that says no. ``reply`` has perhaps only the beginning of the body; ``more`` is said after its words."""

    def __init__(self, reply: Reply, *, more: str = "", hint: str | None = None) -> None:
        parts = [asked(reply.method, reply.url), status_words(reply.status, reply.reason)]
        if said := complaint(reply.body):
            parts.append(said)
        super().__init__(": ".join(parts) + more, hint=hint)
        self.reply = reply


def asked(method: str, url: str) -> str:
    """The request in an error: ``POST https://...``, without what is secret."""
    return f"{method} {redact_url(url)}"
