"""Which proxy a connection goes through: the environment's, as Go's net/http/httpproxy reads it, or the user's own."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.core.secret import Secret
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PORTS: Final = {"http": 80, "https": 443}


class Proxy(Record):
    """An HTTP proxy; ``tls`` says how it is spoken to. ``authorization`` is the value of Proxy-Authorization."""

    host: str
    port: int
    tls: bool
    authorization: Secret | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_proxy(text: str, source: str) -> Proxy:
    """Read a proxy's URL; ``host:port`` is an HTTP proxy. ``source`` is where it was given.

    Raises UsageError, without the password, for anything else.
    """
    url = text if "://" in text else f"http://{text}"
    shown = redact_url(url)
    if url.lower().startswith("socks"):
        hint = "give an http:// or https:// proxy"
        raise UsageError(f"{source}: {shown!r}: SOCKS proxies are not supported", hint=hint)
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        if scheme not in _PORTS or not host or port == 0 or any(c <= " " or c == "\x7f" for c in url):
            raise ValueError
    except ValueError:
        raise UsageError(f"{source}: {shown!r} is not a proxy; write http://HOST:PORT") from None
    authorization = None
    if parts.username is not None:
        import base64

        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = Secret("Basic " + base64.b64encode(pair.encode()).decode("ascii"))
    return Proxy(host, port or _PORTS[scheme], scheme == "https", authorization)


class ProxyChoice:
    """Chooses by scheme and destination.

    ``explicit`` (``--proxy``) beats the environment, and an empty one means none at all; ``no_proxy`` (``--no-proxy``)
    beats NO_PROXY. Raises UsageError for a proxy that is none.
    """

    def __init__(self, environ: Mapping[str, str], explicit: str | None = None, no_proxy: str | None = None) -> None:
        self._explicit = parse_proxy(explicit, "--proxy") if explicit else None
        self._by_scheme: dict[str, Proxy] = {}
        if explicit is None:
            for scheme in _PORTS:
                name, value = _from(environ, scheme)
                if value:
                    self._by_scheme[scheme] = parse_proxy(value, name)
        if no_proxy is None:
            no_proxy = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
        self._rules = _Rules(no_proxy)

    def choose(self, scheme: str, host: str, port: int) -> Proxy | None:
        """The proxy for ``host:port``, None to connect directly.

        Only http and https have proxies in the environment; for the rest ``scheme`` is any other word.
        """
        if self._explicit is not None:
            return None if self._rules.match(host, port) else self._explicit
        proxy = self._by_scheme.get(scheme)
        if proxy is None or _loopback(host) or self._rules.match(host, port):
            return None
        return proxy


def _from(environ: Mapping[str, str], scheme: str) -> tuple[str, str]:
    upper, lower = f"{scheme}_proxy".upper(), f"{scheme}_proxy"
    # In a CGI program HTTP_PROXY may be the client's "Proxy:" field (CVE-2016-5386).
    if environ.get(upper) and not (upper == "HTTP_PROXY" and "REQUEST_METHOD" in environ):
        return upper, environ[upper]
    return lower, environ.get(lower, "")


def _loopback(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    address = _ip(host)
    return address is not None and address.is_loopback


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


class _Rule(Record):
    """One entry of NO_PROXY; ``port`` None is any."""

    port: int | None
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    suffix: str = ""
    exact: str = ""

    def match(self, host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is not None:
            return address is not None and address in self.network
        return address is None and (host.endswith(self.suffix) or host == self.exact)


class _Rules:
    """NO_PROXY: ``*``, names with all below them, ``.name`` (only below), addresses, CIDR ranges, with ``:port``."""

    def __init__(self, text: str) -> None:
        entries = text.lower().replace(",", " ").split()
        self._all = "*" in entries
        self._rules = [_rule(entry) for entry in entries]

    def match(self, host: str, port: int) -> bool:
        if self._all:
            return True
        host = host.lower().rstrip(".")
        address = _ip(host)
        return any(rule.match(host, address, port) for rule in self._rules)


def _rule(entry: str) -> _Rule:
    try:
        return _Rule(None, ipaddress.ip_network(entry.strip("[]"), strict=False))
    except ValueError:
        pass
    host, colon, port_text = entry.rpartition(":")
    port = int(port_text) if colon and port_text.isascii() and port_text.isdecimal() else None
    if port is None:
        host = entry
    try:
        return _Rule(port, ipaddress.ip_network(host.strip("[]"), strict=False))
    except ValueError:
        pass
    host = host.removeprefix("*") if host.startswith("*.") else host
    if host.startswith("."):
        return _Rule(port, suffix=host)
    return _Rule(port, suffix=f".{host}", exact=host)
