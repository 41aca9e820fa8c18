"""An HTTP request but for where it goes: what is sent to a target of the kind http."""

from __future__ import annotations

from wherry.core.record import Record
from wherry.core.retry import repeatable


class HttpCall(Record):
    """``headers`` are sent in their order, a Content-Type for the ``body`` among them; those that frame the message are
    not (Content-Length and the like). ``body`` is None where none is sent, which is not the same as an empty one.
    """

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice is safe (see core/retry.py)."""
        return repeatable(self.method, frozenset(name.lower() for name, _ in self.headers))
