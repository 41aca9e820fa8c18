"""What can be waited for or checked, as written on a command line or in a file.

    [NAME=]TARGET

    http://host[:80]/path      https://...        http+unix://%2Frun%2Fapp.sock/path
    tcp://host:port            host:port          tls://host[:443]          unix:PATH
    dns://name?type=A[&server=ADDRESS[:53]]       file:PATH                 exec:COMMAND
    redis[s]://  postgres[ql]://  mysql://  mariadb://  amqp[s]://  mongodb://  kafka://  grpc[s]://host/service

The parser is closed: what it does not know is a UsageError that says what would be right. Two things are let through,
so that a connection URL from an application's settings can be pasted: the driver in ``postgresql+asyncpg://``, and
query parameters of databases that do not concern the first handshake.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from wherry.core.secret import Secret, redact_url
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult


class Kind(StrEnum):
    """How a target is looked at."""

    HTTP = "http"
    TCP = "tcp"
    TLS = "tls"
    UNIX = "unix"
    DNS = "dns"
    FILE = "file"
    EXEC = "exec"
    REDIS = "redis"
    POSTGRES = "postgres"
    MYSQL = "mysql"
    AMQP = "amqp"
    MONGODB = "mongodb"
    KAFKA = "kafka"
    GRPC = "grpc"


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a URL scheme means. ``port`` None: the target must name one."""

    kind: Kind
    port: int | None
    tls: bool = False


SCHEMES: Final[Mapping[str, Scheme]] = {
    "http": Scheme(Kind.HTTP, 80),
    "https": Scheme(Kind.HTTP, 443, tls=True),
    "tcp": Scheme(Kind.TCP, None),
    "tls": Scheme(Kind.TLS, 443, tls=True),
    "redis": Scheme(Kind.REDIS, 6379),
    "rediss": Scheme(Kind.REDIS, 6379, tls=True),
    "postgres": Scheme(Kind.POSTGRES, 5432),
    "postgresql": Scheme(Kind.POSTGRES, 5432),
    "mysql": Scheme(Kind.MYSQL, 3306),
    "mariadb": Scheme(Kind.MYSQL, 3306),
    "amqp": Scheme(Kind.AMQP, 5672),
    "amqps": Scheme(Kind.AMQP, 5671, tls=True),
    "mongodb": Scheme(Kind.MONGODB, 27017),
    "kafka": Scheme(Kind.KAFKA, 9092),
    "grpc": Scheme(Kind.GRPC, 50051),
    "grpcs": Scheme(Kind.GRPC, 443, tls=True),
}
_PATH_SCHEMES: Final = ("unix", "file", "exec")
_ALL_SCHEMES: Final = (*SCHEMES, "dns", *_PATH_SCHEMES)
_WITH_CREDENTIALS: Final = frozenset({Kind.HTTP, Kind.REDIS, Kind.POSTGRES, Kind.MYSQL, Kind.AMQP, Kind.MONGODB})
_WITH_DRIVER: Final = frozenset({Kind.POSTGRES, Kind.MYSQL})
_WITH_PATH: Final = _WITH_CREDENTIALS | {Kind.GRPC}
_OVER_UNIX: Final = _WITH_PATH - {Kind.AMQP}
_QUERY_KEYS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.TCP: frozenset(),
    Kind.TLS: frozenset({"servername"}),
    Kind.DNS: frozenset({"type", "server"}),
    Kind.KAFKA: frozenset(),
    Kind.GRPC: frozenset(),
}
SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
DNS_TYPES: Final = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT")

_LABEL: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_HOST_PORT: Final = re.compile(r"([^/?#@\s\[\]:]+|\[[^\]\s]+\]):([0-9]+)")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to look at.

    ``name`` is the label, or ``shown``; ``shown`` is the target as written, without credentials.
    ``host`` (IPv6 without brackets) and ``port`` are set for the kinds that have an address; ``socket`` instead of them
    where it is a Unix socket. ``path`` is what the kind asks there: the file, the command as typed, the DNS name, the
    gRPC service, the database. ``url`` is the HTTP request's, without user and password.
    """

    name: str
    shown: str
    kind: Kind
    host: str = ""
    port: int = 0
    socket: str = ""
    path: str = ""
    tls: bool = False
    user: str = ""
    password: Secret | None = None
    argv: tuple[str, ...] = field(default=(), repr=False)
    url: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)


def is_label(text: str) -> bool:
    """Whether ``text`` can stand in front of a target as its name."""
    return _LABEL.fullmatch(text + "=") is not None


def parse_target(text: str, *, name: str | None = None) -> Target:
    """Read ``[NAME=]TARGET``. ``name`` (from a file) stands in place of a label in the text.

    Raises UsageError for anything that is not one of the forms above.
    """
    label, rest = name, text
    if name is None and (match := _LABEL.fullmatch(text)):
        label, rest = match.groups()
    if not rest.strip():
        raise UsageError("a target is empty" if label is None else f"target {label!r} is empty")
    if "\0" in rest:
        raise UsageError("a target contains a NUL character")
    scheme_match = _SCHEME.fullmatch(rest)
    scheme = scheme_match.group(1).lower() if scheme_match else ""
    if scheme in _PATH_SCHEMES:
        target = _path_target(scheme, rest[len(scheme) + 1 :], rest)
    elif match := _HOST_PORT.fullmatch(rest):
        target = _bare(rest, *match.groups())
    elif scheme and rest[len(scheme) + 1 :].startswith("//"):
        target = _url_target(scheme, rest)
    else:
        raise _unreadable(rest, scheme)
    return _named(target, label)


def _named(target: Target, label: str | None) -> Target:
    from dataclasses import replace

    return target if label is None else replace(target, name=label)


def _path_target(scheme: str, rest: str, shown: str) -> Target:
    """``unix:``, ``file:`` and ``exec:``: what follows the colon is taken as it is."""
    if scheme == "exec":
        return _exec(rest, shown)
    if rest.startswith("//"):
        rest = rest[2:].removeprefix("localhost") if rest.startswith("//localhost/") else rest[2:]
        if not rest.startswith("/"):
            raise UsageError(f"{shown!r}: after {scheme}:// comes an absolute path; write {scheme}:{rest} for a relative one")
        rest = unquote(rest)
        if re.match(r"/[A-Za-z]:", rest):  # file:///C:/dir/file
            rest = rest[1:]
    if not rest:
        raise UsageError(f"{shown!r} names no path")
    if scheme == "unix":
        return Target(shown, shown, Kind.UNIX, socket=rest)
    return Target(shown, shown, Kind.FILE, path=rest)


def _exec(command: str, shown: str) -> Target:
    try:
        argv = tuple(shlex.split(command))
    except ValueError as exc:
        raise UsageError(f"{shown!r}: {str(exc).lower()}; the command is split like a shell does, but no shell runs it") from None
    if not argv or not argv[0]:
        raise UsageError(f"{shown!r} names no command")
    return Target(shown, shown, Kind.EXEC, path=command.strip(), argv=argv)


def _bare(shown: str, host: str, port: str) -> Target:
    """``host:port`` is a TCP target."""
    return Target(shown, shown, Kind.TCP, host=_host(host.strip("[]"), shown), port=_port(port, shown))


def _unreadable(text: str, scheme: str) -> UsageError:
    """The best guess at what was meant by a text that has none of the forms."""
    shown = redact_url(text)
    if text.startswith(("/", "./", "../", "~")):
        return UsageError(f"{shown!r} is a path; write file:{text} to wait for a file or unix:{text} for a socket")
    if scheme in SCHEMES or scheme == "dns":
        rest = text[len(scheme) + 1 :].lstrip("/")
        return UsageError(f"{shown!r} lacks the two slashes; write {redact_url(f'{scheme}://{rest}')}")
    if text.count(":") > 1 and re.fullmatch(r"[0-9A-Fa-f:.]+", text):
        return UsageError(f"{shown!r}: an IPv6 address stands in brackets, such as [::1]:5432")
    if ":" in text and "/" not in text:
        return UsageError(f"{shown!r} is no target: the port is not a number{did_you_mean(scheme, _ALL_SCHEMES)}")
    if "/" in text:
        return UsageError(f"{shown!r} has no scheme; write http://{shown}")
    return UsageError(f"{shown!r} has no port and no scheme; write {shown}:PORT or http://{shown}")


def _url_target(scheme: str, text: str) -> Target:
    shown = redact_url(text)
    if _CONTROL.search(text):
        raise UsageError(f"{shown!r} contains a space or control character; write it percent-encoded")
    base, _, variant = scheme.partition("+")
    if scheme == "mongodb+srv":
        raise UsageError(f"{shown!r}: mongodb+srv names several servers; wait for each of them with mongodb://host:port")
    if base == "dns" and not variant:
        return _dns(text, shown)
    known = SCHEMES.get(base)
    if known is None:
        raise UsageError(f"{shown!r}: unknown scheme {base!r}{did_you_mean(base, _ALL_SCHEMES)}", hint=_known_schemes())
    if variant and not (variant == "unix" and known.kind in _OVER_UNIX) and known.kind not in _WITH_DRIVER:
        raise UsageError(f"{shown!r}: unknown scheme {scheme!r}{did_you_mean(scheme, _ALL_SCHEMES)}", hint=_known_schemes())
    try:
        parts = urlsplit(text)
    except ValueError as exc:
        raise UsageError(f"{shown!r} is not a URL: {exc}") from None
    return _with_address(known, variant == "unix", parts, shown)


def _known_schemes() -> str:
    return "known are " + ", ".join(_ALL_SCHEMES)


def _with_address(scheme: Scheme, over_unix: bool, parts: SplitResult, shown: str) -> Target:
    kind = scheme.kind
    userinfo, _, _ = parts.netloc.rpartition("@")
    if userinfo and kind not in _WITH_CREDENTIALS:
        raise UsageError(f"{shown!r}: a {kind} target takes no user and password")
    if parts.path not in ("", "/") and kind not in _WITH_PATH:
        raise UsageError(f"{shown!r}: a {kind} target has no path")
    parameters = _parameters(kind, parts.query, shown)
    host, port, socket = "", 0, ""
    if over_unix:
        socket = unquote(parts.netloc.rpartition("@")[2])
        if not socket:
            raise UsageError(f"{shown!r} names no socket; write its path percent-encoded: %2Frun%2Fapp.sock")
    else:
        host, port = _address(parts, scheme.port, shown)
    user, _, password = userinfo.partition(":")
    if kind is Kind.REDIS and parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise UsageError(f"{shown!r}: the path of a Redis URL is the number of a database, such as /0")
    return Target(
        shown, shown, kind, host=host, port=port, socket=socket, path=unquote(parts.path).strip("/"),
        tls=scheme.tls or (kind is Kind.MONGODB and "true" in (parameters.get("tls"), parameters.get("ssl"))),
        user=unquote(user), password=Secret(unquote(password)) if password else None,
        url=_request_url(scheme, parts, over_unix) if kind is Kind.HTTP else "", parameters=parameters,
    )  # fmt: skip


def _request_url(scheme: Scheme, parts: SplitResult, over_unix: bool) -> str:
    netloc = "localhost" if over_unix else parts.netloc.rpartition("@")[2]
    return urlunsplit(("https" if scheme.tls else "http", netloc, parts.path or "/", parts.query, ""))


def _address(parts: SplitResult, default: int | None, shown: str) -> tuple[str, int]:
    netloc = parts.netloc.rpartition("@")[2]
    if "," in netloc:
        raise UsageError(f"{shown!r} names several hosts; give each as its own target")
    host, port_text = netloc, ""
    if match := re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", netloc):
        host, port_text = match.group(1), match.group(2) or ""
        if match.group(2) == "":
            raise UsageError(f"{shown!r}: the port is missing after the colon")
    elif netloc.count(":") > 1:
        raise UsageError(f"{shown!r}: an IPv6 address stands in brackets, such as [::1]:5432")
    if not port_text and default is None:
        raise UsageError(f"{shown!r} has no port; write {shown.rstrip('/')}:PORT")
    port = _port(port_text, shown) if port_text else default or 0
    return _host(host.strip("[]"), shown), port


def _host(host: str, shown: str) -> str:
    host = unquote(host)
    if not host:
        raise UsageError(f"{shown!r} names no host")
    if ":" in host:
        import ipaddress

        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise UsageError(f"{shown!r}: {host!r} is not an IPv6 address") from None
    elif re.search(r"[\s/\\@%<>\"']", host) or ".." in host or len(host) > 253:
        raise UsageError(f"{shown!r}: {host!r} is not a host name")
    return host


def _port(text: str, shown: str) -> int:
    # The length first: int() of a long text is slow, and refused beyond 4300 digits.
    if not (text.isascii() and text.isdecimal()) or len(text) > 5 or not 0 < int(text) < 65536:
        raise UsageError(f"{shown!r}: {text!r} is not a port; ports are 1 to 65535")
    return int(text)


def _parameters(kind: Kind, query: str, shown: str) -> Mapping[str, str]:
    """The query of a target that is not HTTP, where it is the server's business."""
    if kind is Kind.HTTP or not query:
        return MappingProxyType({})
    pairs = parse_qsl(query, keep_blank_values=True)
    allowed = _QUERY_KEYS.get(kind)
    seen: dict[str, str] = {}
    for key, value in pairs:
        if allowed is not None and key not in allowed:
            raise UsageError(f"{shown!r}: a {kind} target knows no parameter {key!r}{did_you_mean(key, allowed)}")
        if key in seen and allowed is not None:
            raise UsageError(f"{shown!r}: parameter {key!r} is given twice")
        seen[key] = value
    mode = seen.get("sslmode") if kind is Kind.POSTGRES else None
    if mode is not None and mode not in SSL_MODES:
        known = ", ".join(SSL_MODES)
        raise UsageError(f"{shown!r}: unknown sslmode {mode!r}{did_you_mean(mode, SSL_MODES)}", hint=f"known are {known}")
    return MappingProxyType(seen)


def _dns(text: str, shown: str) -> Target:
    """``dns://NAME?type=A&server=ADDRESS:PORT``; without a server, the system's resolver is asked."""
    try:
        parts = urlsplit(text)
    except ValueError as exc:
        raise UsageError(f"{shown!r} is not a URL: {exc}") from None
    name = unquote(parts.netloc)
    if parts.path not in ("", "/"):
        raise UsageError(f"{shown!r}: a dns target has no path; write dns://NAME?server=ADDRESS to ask a certain server")
    parameters = dict(_parameters(Kind.DNS, parts.query, shown))
    kind = parameters.get("type", "A").upper()
    if kind not in DNS_TYPES:
        known = ", ".join(DNS_TYPES)
        raise UsageError(f"{shown!r}: unknown record type {kind!r}{did_you_mean(kind, DNS_TYPES)}", hint=f"known are {known}")
    if re.search(r"[:@\s]", name):
        raise UsageError(f"{shown!r}: {name!r} is not a DNS name; write dns://NAME?server=ADDRESS:PORT for a server")
    name = name.removesuffix(".") or name
    if not name:
        raise UsageError(f"{shown!r} names nothing to look up")
    if len(name) > 253 or any(not 0 < len(part) < 64 for part in name.split(".")):
        raise UsageError(f"{shown!r}: {name!r} is not a DNS name")
    host, port = "", 0
    if server := parameters.get("server"):
        host, port = _address(urlsplit("//" + server), 53, shown)
    elif "server" in parameters:
        raise UsageError(f"{shown!r}: parameter 'server' is empty")
    return Target(shown, shown, Kind.DNS, host=host, port=port, path=name, parameters={"type": kind})
