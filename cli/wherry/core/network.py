"""What the user asked of the network: trust, identity, proxy, names."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from wherry.core.late import late_pattern
from wherry.core.record import Record
from wherry.errors import UsageError

_PORT: Final = late_pattern(r"[0-9]{1,5}")


class Family(StrEnum):
    """Which addresses of a name may be used."""

    ANY = "any"
    V4 = "4"
    V6 = "6"


class Resolve(Record):
    """``--resolve``: connections to ``host:port`` go to ``address`` (an IP) instead; port None is any port."""

    host: str
    port: int | None
    address: str


class NetworkSettings(Record):
    """Paths are as given by the user; ``proxy`` None leaves it to the environment when ``trust_env`` is set."""

    cacert: str | None = None
    cert: str | None = None
    key: str | None = None
    insecure: bool = False
    proxy: str | None = None
    no_proxy: str | None = None
    trust_env: bool = True
    resolve: tuple[Resolve, ...] = ()
    family: Family = Family.ANY


def parse_resolve(text: str) -> Resolve:
    """Read curl's ``HOST:PORT:ADDR``; PORT may be ``*``; an IPv6 ADDR may stand in brackets.

    Raises UsageError where a part is missing or wrong.
    """
    import ipaddress

    host, _, rest = text.partition(":")
    port_text, _, address = rest.partition(":")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    try:
        # int() would take signs, spaces, underscores and the digits of every script.
        if not host or not (port_text == "*" or _PORT.fullmatch(port_text)):
            raise ValueError
        port = None if port_text == "*" else int(port_text)
        if port is not None and not 0 < port < 65536:
            raise ValueError
        ipaddress.ip_address(address)
    except ValueError:
        raise UsageError(f"{text!r} is not HOST:PORT:ADDR, such as api.example.com:443:127.0.0.1") from None
    return Resolve(host.lower(), port, address)
