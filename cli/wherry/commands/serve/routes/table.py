"""Every test route: how it is written, what it does, and which function answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wherry.commands.serve.routes import auth, echo, faults, index, status, stream
from wherry.core.suggest import did_you_mean
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.exchange import Exchange
    from wherry.net.h1.server import Handler

    Answer = Callable[[Exchange, str], None]


@dataclass(frozen=True, slots=True)
class Route:
    """``example`` is a request that works as it stands, ``answer`` takes the exchange and the path below ``name``."""

    name: str
    example: str
    summary: str
    answer: Answer


def routes(*, max_body: int, ready_after_s: float, now: Callable[[], float]) -> tuple[Route, ...]:
    """The test routes, with counters of their own. ``ready_after_s`` is an instant on the clock ``now``."""
    flaky, of_status = status.flaky(), status.status()
    return (
        Route("ok", "/ok", "The least of answers: ok", echo.ok),
        Route("echo", "/echo?a=1", "The request as JSON", echo.echo(max_body)),
        Route(
            "headers", "/headers?x-name=value", "The request's headers; parameters become the answer's", echo.headers
        ),
        Route("cookies", "/cookies/set?a=b", "Show, set or delete cookies", echo.cookies),
        Route("json", "/json", "A posted JSON document back, or a sample", echo.json(max_body)),
        Route("status", "/status/503", "Any status; several (200,503) in turn", of_status),
        Route("flaky", "/flaky?fail=3&key=x", "Fail three times for each key, then succeed", flaky),
        Route("ready", "/ready", "503 until --ready-after has passed", status.ready(now, ready_after_s)),
        Route("delay", "/delay/250ms", "Answer after a while", status.delay),
        Route("redirect", "/redirect/3", "Redirect three times, to ?to=; /redirect/loop for ever", status.redirect),
        Route("auth", "/auth/bearer/TOKEN", "401 without the token; also basic/USER/PASSWORD, token", auth.auth),
        Route("bytes", "/bytes/10MiB", "So many bytes, always the same, with ranges", stream.bytes_),
        Route("drip", "/drip?count=10&every=100ms", "A body that comes slowly", stream.drip),
        Route("sse", "/sse?count=10&every=1s", "Server-sent events", stream.sse),
        Route("pages", "/pages?page=1&of=5", "A list in pages: Link header, next URL, cursor", stream.pages),
        Route("fault", "/fault/reset", "A broken server; /fault lists the ways", faults.fault),
    )


def handler(table: tuple[Route, ...], otherwise: Handler | None) -> Handler:
    """Answer by the first segment of the path; at ``/`` list the routes, unless ``otherwise`` answers all the rest."""
    answers = {route.name: route.answer for route in table}
    listing = index.index(tuple((route.example, route.summary) for route in table))

    def handle(exchange: Exchange) -> None:
        name, _, rest = exchange.request.raw_path[1:].partition("/")
        if (answer := answers.get(name)) is not None:
            answer(exchange, rest)
        elif otherwise is not None:
            otherwise(exchange)
        elif name == "":
            listing(exchange)
        else:
            raise Refused(404, f'nothing is at "/{name}"{did_you_mean(name, answers)}')

    return handle
