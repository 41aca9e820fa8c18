"""A prepared request taken apart again, for what is not sent as it was prepared: HTTP/2, and a redirect's next hop."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from wherry.commands.load.targets.prepared import Prepared
    from wherry.core.redirect import Headers


class Parts(NamedTuple):
    """``target`` is path and query; ``headers`` are as sent, without what is for a proxy only."""

    method: str
    target: str
    headers: Headers
    body: bytes


@lru_cache(maxsize=64)
def taken_apart(prepared: Prepared) -> Parts:
    """The parts of ``prepared``. Those that are sent again and again are taken apart once."""
    end = len(prepared.data) - prepared.body_size
    first, *lines = prepared.data[:end].decode("utf-8", "surrogateescape").removesuffix("\r\n\r\n").split("\r\n")
    target = first.split(" ")[1]
    if not target.startswith("/"):
        parts = urlsplit(target)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = [(name, value.strip(" ")) for name, _, value in (line.partition(":") for line in lines)]
    headers = tuple(field for field in fields if field[0].lower() != "proxy-authorization")
    return Parts(prepared.method, target, headers, prepared.data[end:])


def url_of(prepared: Prepared) -> str:
    """The URL that ``prepared`` goes to, secrets and all."""
    origin = prepared.origin
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return f"{'https' if origin.tls else 'http'}://{host}:{origin.port}{taken_apart(prepared).target}"
