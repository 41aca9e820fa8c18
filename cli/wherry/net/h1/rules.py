"""RFC 9112's rules about where a request ends and whom it is for. Nothing here touches a socket.

llhttp has made sure of the characters: names are tokens, values hold no NUL, CR or LF, lines end in CRLF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wherry.net.h1.refused import Refused

_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]{2,}\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]{0,5})?")
_ABSOLUTE: Final = re.compile(r"(?i:https?)://([^/?#]+)([^?#]*)(?:\?([^#]*))?")
_SINGLE: Final = (b"host", b"content-length", b"transfer-encoding", b"expect")
_MAX_HOST: Final = 255  # remembered; a longer one is only checked each time
_MAX_LENGTH_DIGITS: Final = 18  # stays below 2**63


@dataclass(frozen=True, slots=True)
class Framing:
    """How a request's body is delimited and what follows it.

    ``length`` is the body's in bytes, None for a chunked one. ``expects``: the client waits for 100 (Continue).
    """

    length: int | None
    keep_alive: bool
    expects: bool


PLAIN: Final = Framing(0, keep_alive=True, expects=False)
_PLAIN_CLOSE: Final = Framing(0, keep_alive=False, expects=False)
_RULED: Final = frozenset({b"transfer-encoding", b"content-length", b"connection", b"expect"})


def frame(method: str, version: str, headers: list[tuple[bytes, bytes]], fields: dict[bytes, bytes]) -> Framing:
    """The framing of a request whose ``headers`` are, as a map, ``fields``.

    Raises Refused: 400 for a framing that two readers could understand in two ways, 417 for an unknown expectation,
    501 for CONNECT, which makes no sense to an origin.
    """
    if len(fields) != len(headers):
        _refuse_repeated(headers, fields)
    host = fields.get(b"host")
    if host is None:
        if version == "1.1":
            raise Refused(400, "HTTP/1.1 needs a Host field")
    elif host not in _seen_hosts:
        _check_host(host)
    if method == "CONNECT":
        raise Refused(501, "CONNECT is not supported")
    if version == "1.1" and _RULED.isdisjoint(fields):
        return PLAIN
    length: int | None = 0
    if b"transfer-encoding" in fields:
        _check_transfer_encoding(version, fields)
        length = None
    elif b"content-length" in fields:
        length = _length(fields[b"content-length"])
    keep_alive = _keep_alive(version, headers, fields)
    expects = False
    if b"expect" in fields and version == "1.1":
        if fields[b"expect"].lower() != b"100-continue":
            raise Refused(417, "the only expectation known is 100-continue")
        expects = length != 0
    if length == 0:
        return PLAIN if keep_alive else _PLAIN_CLOSE
    return Framing(length, keep_alive, expects)


_seen_hosts: set[bytes] = set()


def _check_host(host: bytes) -> None:
    if not _HOST.fullmatch(host) or _port_of(host) > 65535:
        raise Refused(400, "malformed Host field")
    if len(host) <= _MAX_HOST:
        if len(_seen_hosts) >= 1024:
            _seen_hosts.clear()
        _seen_hosts.add(host)


def _port_of(host: bytes) -> int:
    _, _, port = host.rpartition(b"]")[2].partition(b":")
    return int(port or b"0")


def _refuse_repeated(headers: list[tuple[bytes, bytes]], fields: dict[bytes, bytes]) -> None:
    names = [name for name, _ in headers]
    for name in _SINGLE:
        if name in fields and names.count(name) > 1:
            raise Refused(400, f"{name.decode()} is given twice")


def _check_transfer_encoding(version: str, fields: dict[bytes, bytes]) -> None:
    # Section 6.1: with Content-Length too, this is an attempt at smuggling; in HTTP/1.0 the framing is faulty.
    if b"content-length" in fields:
        raise Refused(400, "Transfer-Encoding and Content-Length contradict each other")
    if version != "1.1":
        raise Refused(400, "Transfer-Encoding needs HTTP/1.1")
    coding = fields[b"transfer-encoding"].lower()
    if coding != b"chunked":
        codings = [part.strip() for part in coding.split(b",")]
        if codings[-1] == b"chunked" and codings.count(b"chunked") == 1 and all(codings):
            raise Refused(501, "the only transfer coding known is chunked")
        raise Refused(400, "the transfer coding does not end in chunked")


def _length(value: bytes) -> int:
    # bytes.isdigit() is ASCII only: no sign, no space, no list, no underscore as int() would take.
    if not value.isdigit() or len(value) > _MAX_LENGTH_DIGITS:
        raise Refused(400, "Content-Length is not a number")
    return int(value)


def _keep_alive(version: str, headers: list[tuple[bytes, bytes]], fields: dict[bytes, bytes]) -> bool:
    options = {part.strip().lower() for name, value in headers if name == b"connection" for part in value.split(b",")}
    if b"close" in options:
        return False
    return version == "1.1" or b"keep-alive" in options


def split_target(method: str, target: str) -> tuple[str, str, str | None]:
    """Path, query and authority (None: look in Host) of a target that is not a path (section 3.2).

    Raises Refused(400) for what is no target.
    """
    if target == "*":
        if method != "OPTIONS":
            raise Refused(400, "the target * is for OPTIONS only")
        return "*", "", None
    match = _ABSOLUTE.fullmatch(target)
    # Section 3.2.2: an origin takes this form too, and then not Host but the target names the host.
    if (
        match is None
        or not _HOST.fullmatch(match[1].encode())
        or match[1].startswith(":")
        or _port_of(match[1].encode()) > 65535
    ):
        raise Refused(400, "malformed request target")
    return match[2] or ("*" if method == "OPTIONS" and match[3] is None else "/"), match[3] or "", match[1]
