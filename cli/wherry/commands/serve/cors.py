"""Letting pages of any origin in: CORS as the Fetch standard has it, without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.net.h1.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.net.h1.server import Handler

_ALLOWED: Final = (("access-control-allow-origin", "*"), ("access-control-expose-headers", "*"))
_METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def open_to_all(handler: Handler) -> Handler:
    """``handler`` with the fields that let a page of another origin read its answers, and answers to preflights."""

    def handle(exchange: Exchange) -> None:
        request = exchange.request
        # The connection knows the exchange by identity, so it is given other manners instead of a wrapper.
        exchange.__class__ = OpenExchange
        if request.method == "OPTIONS" and request.header("access-control-request-method") is not None:
            # The standard's wildcard for request fields does not cover Authorization: name what was asked for.
            asked = request.header("access-control-request-headers")
            exchange.respond(
                204,
                (
                    ("access-control-allow-methods", _METHODS),
                    *((("access-control-allow-headers", asked),) if asked else ()),
                    ("access-control-max-age", "600"),
                    ("vary", "access-control-request-headers"),
                ),
            )
        else:
            handler(exchange)

    return handle


class OpenExchange(Exchange):
    """An exchange whose answers carry those fields, refusals included."""

    __slots__ = ()

    def respond(self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> None:
        super().respond(status, (*headers, *_ALLOWED), body)

    def start(self, status: int, headers: Iterable[tuple[str, str]] = (), length: int | None = None) -> None:
        super().start(status, (*headers, *_ALLOWED), length)
