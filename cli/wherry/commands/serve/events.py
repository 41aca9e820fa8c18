"""What happens in the life of a server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listening:
    """Requests are taken at ``urls``. ``authority`` is the path of a certificate to trust, ``admin`` a URL."""

    urls: tuple[str, ...]
    authority: str | None
    admin: str | None
    pid: int
