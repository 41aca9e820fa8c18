"""Which content coding a client takes (RFC 9110 section 12.5.3), and which kinds of content gain from one."""

from __future__ import annotations

import re
from typing import Final

MIN_COMPRESSED: Final = 1024
_CODING: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_Q: Final = r"[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)"
_ITEM: Final = re.compile(rf"[ \t]*({_CODING})[ \t]*(?:;[ \t]*{_Q}[ \t]*)?")
_COMPRESSIBLE: Final = frozenset({
    "application/javascript", "application/json", "application/ld+json", "application/manifest+json",
    "application/wasm", "application/xml", "application/yaml", "application/toml", "application/x-ndjson",
    "image/svg+xml", "image/bmp", "font/ttf", "font/otf", "image/vnd.microsoft.icon",
})  # fmt: skip


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether gzip is acceptable and at least as welcome as the content as it is; without the field it is not."""
    gzip: float | None = None
    identity: float | None = None
    star = 0.0
    for item in (accept_encoding or "").split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            continue
        coding, q = match.group(1).lower(), float(match.group(2) or 1)
        if coding in ("gzip", "x-gzip"):
            gzip = q
        elif coding == "identity":
            identity = q
        elif coding == "*":
            star = q
    gzip = star if gzip is None else gzip
    # Identity that is not named is acceptable, and less welcome than anything that is.
    return gzip > 0 and (identity is None or gzip >= identity)


def compressible(content_type: str) -> bool:
    """Whether content of this type usually shrinks; pictures, archives and films do not."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _COMPRESSIBLE or kind.endswith(("+xml", "+json"))
