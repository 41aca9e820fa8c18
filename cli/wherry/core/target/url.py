"""Targets that are URLs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from wherry.core.late import late_pattern
from wherry.core.redact import redact_url
from wherry.core.secret import Secret
from wherry.core.suggest import did_you_mean
from wherry.core.target.address import address_of, is_name
from wherry.core.target.kind import ALL_SCHEMES, SCHEMES, Kind, Target
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

    from wherry.core.target.kind import Scheme

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

_CONTROL: Final = late_pattern(r"[\x00-\x20\x7f]")
_NOT_IN_DNS: Final = late_pattern(r"[\x00-\x20\x7f\s:@]")


def url_target(scheme: str, text: str) -> Target:
    """Read ``scheme://...``. Raises UsageError."""
    shown = redact_url(text)
    if _CONTROL.search(text):
        raise UsageError(f"{shown!r} contains a space or control character; write it percent-encoded")
    base, _, variant = scheme.partition("+")
    if scheme == "mongodb+srv":
        hint = "name each of them with mongodb://host:port"
        raise UsageError(f"{shown!r}: mongodb+srv stands for several servers", hint=hint)
    if base == "dns" and not variant:
        return _dns(text, shown)
    known = SCHEMES.get(base)
    if known is None or (variant and not _is_variant(known.kind, variant)):
        near = did_you_mean(scheme if known else base, ALL_SCHEMES)
        raise UsageError(f"{shown!r}: unknown scheme {scheme!r}{near}", hint=f"known are {', '.join(ALL_SCHEMES)}")
    try:
        parts = urlsplit(text)
    except ValueError as exc:
        raise UsageError(f"{shown!r} is not a URL: {exc}") from None
    return _with_address(known, variant == "unix", parts, shown)


def _is_variant(kind: Kind, variant: str) -> bool:
    """Whether ``+variant`` may follow the scheme: a Unix socket, or the driver of an application's database URL."""
    return kind in _WITH_DRIVER or (variant == "unix" and kind in _OVER_UNIX)


def _with_address(scheme: Scheme, over_unix: bool, parts: SplitResult, shown: str) -> Target:
    kind = scheme.kind
    userinfo, _, where = parts.netloc.rpartition("@")
    if userinfo and kind not in _WITH_CREDENTIALS:
        raise UsageError(f"{shown!r}: a {kind} target takes no user and password")
    if parts.path not in ("", "/") and kind not in _WITH_PATH:
        raise UsageError(f"{shown!r}: a {kind} target has no path")
    parameters = _parameters(kind, parts.query, shown)
    host, port, socket = "", 0, ""
    if over_unix:
        socket = unquote(where)
        if not socket:
            raise UsageError(f"{shown!r} names no socket; write its path percent-encoded: %2Frun%2Fapp.sock")
    else:
        host, port = address_of(where, scheme.port, shown)
    user, _, password = (unquote(part) for part in userinfo.partition(":"))
    path = unquote(parts.path).strip("/")
    if "\0" in f"{socket}{user}{password}{path}":
        raise UsageError(f"{shown!r} contains a NUL character")
    if kind is Kind.REDIS and path and not (path.isascii() and path.isdecimal()):
        raise UsageError(f"{shown!r}: the path of a Redis URL is the number of a database, such as /0")
    return Target(
        shown, shown, kind, host=host, port=port, socket=socket, path=path,
        tls=scheme.tls or (kind is Kind.MONGODB and "true" in (parameters.get("tls"), parameters.get("ssl"))),
        user=user, password=Secret(password) if password else None,
        url=_request_url(scheme, parts, over_unix) if kind is Kind.HTTP else "", parameters=parameters,
    )  # fmt: skip


def _request_url(scheme: Scheme, parts: SplitResult, over_unix: bool) -> str:
    netloc = "localhost" if over_unix else parts.netloc.rpartition("@")[2]
    return urlunsplit(("https" if scheme.tls else "http", netloc, parts.path or "/", parts.query, ""))


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
        near = did_you_mean(mode, SSL_MODES)
        raise UsageError(f"{shown!r}: unknown sslmode {mode!r}{near}", hint=f"known are {', '.join(SSL_MODES)}")
    return MappingProxyType(seen)


def _dns(text: str, shown: str) -> Target:
    """``dns://NAME?type=A&server=ADDRESS:PORT``; without a server, the system's resolver is asked."""
    try:
        parts = urlsplit(text)
    except ValueError as exc:
        raise UsageError(f"{shown!r} is not a URL: {exc}") from None
    if "@" in parts.netloc:
        raise UsageError(f"{shown!r}: a dns target takes no user and password")
    name = unquote(parts.netloc)
    if parts.path not in ("", "/"):
        instead = "write dns://NAME?server=ADDRESS to ask a certain server"
        raise UsageError(f"{shown!r}: a dns target has no path", hint=instead)
    parameters = dict(_parameters(Kind.DNS, parts.query, shown))
    kind = parameters.get("type", "A").upper()
    if kind not in DNS_TYPES:
        near = did_you_mean(kind, DNS_TYPES)
        raise UsageError(f"{shown!r}: unknown record type {kind!r}{near}", hint=f"known are {', '.join(DNS_TYPES)}")
    name = name.removesuffix(".") or name
    if not name:
        raise UsageError(f"{shown!r} names nothing to look up")
    if not is_name(name) or _NOT_IN_DNS.search(name):
        for_a_server = "write dns://NAME?server=ADDRESS:PORT for a server" if ":" in name else None
        raise UsageError(f"{shown!r}: {name!r} is not a DNS name", hint=for_a_server)
    host, port = "", 0
    if server := parameters.get("server"):
        host, port = address_of(server, 53, shown)
    elif "server" in parameters:
        raise UsageError(f"{shown!r}: parameter 'server' is empty")
    return Target(shown, shown, Kind.DNS, host=host, port=port, path=name, parameters={"type": kind})
