"""A way through an HTTP proxy: CONNECT (RFC 9110 section 9.3.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.about import USER_AGENT
from wherry.core.trace import Phase
from wherry.core.wire.talk import glimpse, printable
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from wherry.core.trace import Trace
    from wherry.net.proxies import Proxy
    from wherry.net.stream import Stream

_STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: (.*))?")
_MAX_FIELDS: Final = 200


async def tunnel(stream: Stream, proxy: Proxy, host: str, port: int, trace: Trace) -> None:
    """Have ``proxy``, at the other end of ``stream``, connect to ``host:port``. Raises NetFailure(PROXY)."""
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    trace.begin(Phase.PROXY, authority)
    fields = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}", f"User-Agent: {USER_AGENT}"]
    if proxy.authorization is not None:
        fields.append(f"Proxy-Authorization: {proxy.authorization.reveal()}")
    stream.write("\r\n".join([*fields, "", ""]).encode("ascii"))
    try:
        status, reason = await _read_head(stream, proxy)
    except NetFailure as exc:
        if exc.reason is Reason.PROXY:
            raise
        raise NetFailure(f"proxy {proxy}: {exc.message}", reason=Reason.PROXY, phase=Phase.PROXY) from exc
    if status == 407:
        what = "does not accept the credentials" if proxy.authorization else "wants credentials"
        hint = None if proxy.authorization else "give them in its URL: http://USER:PASSWORD@HOST:PORT"
        raise NetFailure(f"proxy {proxy} {what} (407)", reason=Reason.PROXY, phase=Phase.PROXY, hint=hint)
    if not 200 <= status < 300:
        words = f"proxy {proxy} did not connect to {authority}: {status} {reason}".rstrip()
        raise NetFailure(words, reason=Reason.PROXY, phase=Phase.PROXY)


async def _read_head(stream: Stream, proxy: Proxy) -> tuple[int, str]:
    line = (await stream.readline(8192)).rstrip(b"\r\n")
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        words = f"proxy {proxy} is no HTTP proxy; it sent {glimpse(line)}"
        raise NetFailure(words, reason=Reason.PROXY, phase=Phase.PROXY)
    for _ in range(_MAX_FIELDS):
        if not (await stream.readline(8192)).rstrip(b"\r\n"):
            return int(match[1]), printable(match[2] or b"")
    raise NetFailure("its answer has no end", reason=Reason.PROTOCOL, phase=Phase.PROXY)
