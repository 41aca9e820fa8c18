"""A request's header fields as HTTP/2 has them (RFC 9113 section 8.3). Nothing here touches a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# They belong to HTTP/1.1's connections and framing (section 8.2.2); Host becomes :authority (section 8.3.1).
_NOT_CARRIED: Final = frozenset(
    {b"connection", b"host", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}
)


def request_fields(
    method: str, scheme: str, authority: str, target: str, headers: Iterable[tuple[str, str]]
) -> list[tuple[bytes, bytes]]:
    """The fields in order, names in lower case. ``target`` is path and query, in ASCII; ``headers`` are valid.

    A Host among ``headers`` is what :authority says; octets that were not UTF-8 are those of ``surrogateescape``.
    """
    rest: list[tuple[bytes, bytes]] = []
    for name, value in headers:
        field = name.lower().encode("ascii")
        if field == b"host":
            authority = value
        # Of TE only "trailers" may be said (section 8.2.2).
        elif field not in _NOT_CARRIED and (field != b"te" or value.strip().lower() == "trailers"):
            rest.append((field, value.encode("utf-8", "surrogateescape")))
    return [
        (b":method", method.encode("ascii")),
        (b":authority", authority.encode("ascii")),
        (b":scheme", scheme.encode("ascii")),
        (b":path", target.encode("ascii")),
        *rest,
    ]
