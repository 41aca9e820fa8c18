"""Answers that fail, wait or fail a few times first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from wherry.commands.serve import reply
from wherry.commands.serve.routes import parameters
from wherry.commands.serve.routes.parameters import BadParameter, Parameters
from wherry.net.h1.refused import REASONS, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.exchange import Exchange

    Answer = Callable[[Exchange, str], None]

MAX_KEYS: Final = 1000


class Tally:
    """Counts per key, of the last ``MAX_KEYS`` keys that were counted: a client cannot make it grow."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def next(self, key: str) -> int:
        """How often ``key`` was counted before; counts it."""
        count = self._counts.pop(key, 0)
        self._counts[key] = count + 1
        if len(self._counts) > MAX_KEYS:
            del self._counts[next(iter(self._counts))]
        return count


def status() -> Answer:
    """``/status/503``, or ``/status/503,503,200`` in turn, round and round."""
    tally = Tally()

    def answer(exchange: Exchange, rest: str) -> None:
        known = Parameters.read(exchange.request.query, "body", "retry-after")
        codes = [parameters.status(code) for code in rest.split(",")]
        code = codes[tally.next(rest[:1024]) % len(codes)] if len(codes) > 1 else codes[0]
        fields = _fields(code, known.text("retry-after", ""))
        body = known.text("body", f"{code} {REASONS.get(code, '')}".rstrip() + "\n").encode("utf-8", "replace")
        reply.checked(exchange, code, fields, body)

    return answer


def _fields(code: int, retry_after: str) -> reply.Fields:
    """What a status cannot do without."""
    fields = reply.TEXT
    if code == 401:
        fields += (("www-authenticate", 'Basic realm="wherry"'),)
    elif code in (301, 302, 303, 307, 308):
        fields += (("location", "/ok"),)
    elif code == 407:
        fields += (("proxy-authenticate", 'Basic realm="wherry"'),)
    return fields + ((("retry-after", retry_after),) if retry_after else ())


def flaky() -> Answer:
    """``/flaky?fail=3&key=x`` fails three times for each key, then succeeds."""
    tally = Tally()

    def answer(exchange: Exchange, rest: str) -> None:
        known = Parameters.read(exchange.request.query, "fail", "key", "status", "retry-after")
        if rest:
            raise Refused(404, "write /flaky?fail=3&key=x")
        fail, key, code = known.count("fail", 3), known.text("key", ""), known.status("status", 503)
        failures = tally.next(f"{fail} {key[:256]}")
        if failures < fail:
            fields = _fields(code, known.text("retry-after", ""))
            reply.checked(exchange, code, fields, f"failure {failures + 1} of {fail}\n".encode())
        else:
            reply.text(exchange, 200, f"ok, after {fail} failure{'' if fail == 1 else 's'}")

    return answer


def delay(exchange: Exchange, rest: str) -> None:
    """``/delay/250ms`` answers then."""
    known = Parameters.read(exchange.request.query, "status")
    seconds, code = parameters.duration_s(rest), known.status("status", 200)

    async def later() -> None:
        await asyncio.sleep(seconds)
        reply.text(exchange, code, f"after {rest}")

    exchange.spawn(later())


def ready(now: Callable[[], float], after_s: float) -> Answer:
    """503 until ``after_s`` on the clock ``now``, then 200."""

    def answer(exchange: Exchange, _rest: str) -> None:
        left = after_s - now()
        if left > 0:
            reply.text(exchange, 503, "starting", (("retry-after", f"{int(left) + 1}"),))
        else:
            reply.text(exchange, 200, "ready")

    return answer


def redirect(exchange: Exchange, rest: str) -> None:
    """``/redirect/3`` takes three hops to ``?to=`` (``/ok``); ``/redirect/loop`` never arrives."""
    known = Parameters.read(exchange.request.query, "to", "status")
    code = known.status("status", 302)
    if code not in (301, 302, 303, 307, 308):
        raise BadParameter(f"{code} is not the status of a redirect: 301, 302, 303, 307 or 308")
    query = f"?{exchange.request.query}" if exchange.request.query else ""
    if rest == "loop":
        location = f"/redirect/loop{query}"
    else:
        hops = parameters.count(rest, "redirect", least=1)
        location = f"/redirect/{hops - 1}{query}" if hops > 1 else known.text("to", "/ok")
    reply.checked(exchange, code, (*reply.TEXT, ("location", location)), f"{location}\n".encode("utf-8", "replace"))
