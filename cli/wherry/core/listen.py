"""Where a server listens, as written on a command line.

127.0.0.1:8080    localhost:8080    [::1]:8080    :8080 (every address of this machine)    :0 (a free port)    unix:PATH
"""

from __future__ import annotations

import re
from typing import Final

from wherry.core.record import Record
from wherry.errors import UsageError

_HOST_PORT: Final = re.compile(r"(\[[^\[\]]*\]|[^\[\]:/?#@\s]*):([0-9]{1,5})", re.ASCII)


class Listen(Record):
    """``host`` is a name or an address, IPv6 without brackets, "" for all of this machine; or ``socket`` is a path."""

    host: str = ""
    port: int = 0
    socket: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can come this way."""
        if self.socket or self.host == "localhost":
            return True
        import ipaddress  # here, because `wherry serve --help` reads this file and no address

        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_listen(text: str) -> Listen:
    """Read one address. Raises UsageError that shows what is accepted."""
    if text.startswith("unix:"):
        path = text.removeprefix("unix:").removeprefix("//")
        if not path or "\0" in path:
            raise UsageError(f"{text!r} names no socket; write it like unix:/run/app.sock")
        return Listen(socket=path)
    match = _HOST_PORT.fullmatch(text)
    if match is None:
        raise UsageError(_accepted(text))
    host, port = match.group(1), int(match.group(2))
    if port > 65535:
        raise UsageError(f"{text!r}: a port is at most 65535")
    if host.startswith("["):
        import ipaddress

        host = host[1:-1]
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise UsageError(f"{text!r}: {host!r} is not an IPv6 address") from None
    return Listen(host, port)


def _accepted(text: str) -> str:
    if text.isascii() and text.isdecimal():
        return f"{text!r} is no address; write 127.0.0.1:{text}, or :{text} for every address of this machine"
    if "://" in text:
        return f"{text!r} is a URL; write only its host and port"
    if text.count(":") > 1 and "[" not in text:
        return f"{text!r}: an IPv6 address stands in brackets, such as [::1]:8080"
    return f"{text!r} is no address; write it like 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/app.sock"


def url(scheme: str, host: str, port: int) -> str:
    """The URL of a bound address."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def unix_url(scheme: str, path: str) -> str:
    """The URL of a Unix socket, as targets and requests are written: ``http+unix://%2Frun%2Fapp.sock``."""
    from urllib.parse import quote

    return f"{scheme}+unix://{quote(path, safe='')}"
