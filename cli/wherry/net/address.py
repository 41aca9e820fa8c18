"""Where connections go."""

from __future__ import annotations

import socket

from wherry.core.record import Record
from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason


class Address(Record):
    """Where a connection goes: ``ip`` without brackets (an IPv6 zone as in ``fe80::1%eth0``)."""

    ip: str
    port: int

    @property
    def version(self) -> str:
        """``4`` or ``6``."""
        return "6" if ":" in self.ip else "4"

    @property
    def family(self) -> socket.AddressFamily:
        """AF_INET or AF_INET6."""
        return socket.AF_INET6 if ":" in self.ip else socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"


def ascii_host(host: str) -> str:
    """``host`` as it goes over the wire: an international name in its ``xn--`` form. Raises NetFailure(DNS)."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise NetFailure(f"{host!r} is not a host name", reason=Reason.DNS, phase=Phase.DNS, broken=True) from None


def literal(host: str) -> str | None:
    """``host`` where it is an IP address, else None."""
    address, percent, zone = host.partition("%")
    version_6 = ":" in address
    if percent and (not version_6 or not zone or "%" in zone):
        return None
    try:
        # Not ipaddress, which takes a millisecond to import.
        socket.inet_pton(socket.AF_INET6 if version_6 else socket.AF_INET, address)
    except (OSError, ValueError):  # ValueError: a NUL, or what is no Unicode
        return None
    return host
