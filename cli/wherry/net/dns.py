"""Names to addresses, through the system or by asking a name server."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wherry.core.network import Family

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection goes: ``ip`` without brackets (an IPv6 zone as in ``fe80::1%2``)."""

    ip: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        """AF_INET or AF_INET6."""
        return socket.AF_INET6 if ":" in self.ip else socket.AF_INET

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"


async def resolve(host: str, port: int, family: Family = Family.ANY) -> list[Address]:
    """The addresses of ``host`` as the system orders them. Raises NetFailure(DNS)."""
    raise NotImplementedError


async def query(name: str, record_type: str, server: Address | None = None) -> Sequence[str]:
    """The records of ``name`` from ``server`` (None: the system's servers), as text. Raises NetFailure(DNS)."""
    raise NotImplementedError
