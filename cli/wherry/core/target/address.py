"""Host and port as they stand in a target."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from wherry.core.late import late_pattern
from wherry.errors import UsageError

_NETLOC: Final = late_pattern(r"(\[[^\]]*\]|[^:\[\]]*)(?::([^:]*))?")
_NOT_IN_A_NAME: Final = late_pattern(r"[\x00-\x20\x7f\s/\\@%<>\"'\[\]]")


def address_of(netloc: str, default: int | None, shown: str) -> tuple[str, int]:
    """Host and port in ``netloc``, which has no user; ``default`` None: the port must be there. Raises UsageError."""
    if "," in netloc:
        raise UsageError(f"{shown!r} names several hosts; give each as its own target")
    match = _NETLOC.fullmatch(netloc)
    if match is None:
        raise UsageError(f"{shown!r}: an IPv6 address stands in brackets, such as [::1]:5432")
    host, port = match.groups()
    if port == "":
        raise UsageError(f"{shown!r}: the port is missing after the colon")
    if port is None and default is None:
        raise UsageError(f"{shown!r} has no port; write {shown.rstrip('/')}:PORT")
    return host_of(host, shown), port_of(port, shown) if port else default or 0


def host_of(text: str, shown: str) -> str:
    """A name or an address, without brackets and percent-encoding. Raises UsageError."""
    host = unquote(text)
    if text.startswith("["):
        import ipaddress

        host = host[1:-1]
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise UsageError(f"{shown!r}: {host!r} is not an IPv6 address") from None
        return host
    if not host:
        raise UsageError(f"{shown!r} names no host")
    if not is_name(host.removesuffix(".")) or _NOT_IN_A_NAME.search(host):
        raise UsageError(f"{shown!r}: {host!r} is not a host name")
    return host


def is_name(text: str) -> bool:
    """Whether ``text`` has the lengths that DNS can carry (RFC 1035 section 2.3.4)."""
    return len(text) <= 253 and all(0 < len(label) < 64 for label in text.split("."))


def port_of(text: str, shown: str) -> int:
    """A port: 1 to 65535. Raises UsageError."""
    # The length first: int() of a long text is slow, and refused beyond 4300 digits.
    if not (text.isascii() and text.isdecimal()) or len(text) > 5 or not 0 < int(text) < 65536:
        raise UsageError(f"{shown!r}: {text!r} is not a port; ports are 1 to 65535")
    return int(text)
