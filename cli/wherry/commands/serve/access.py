"""What is kept of each request that is over: a line in the log, a count in the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.exposition import Family, Sample, counter, gauge
from wherry.core.quantity import format_duration
from wherry.core.redact import redact_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.exchange import Exchange
    from wherry.net.h1.server import Server
    from wherry.ui.log import Log


def logged(log: Log, now: Callable[[], float]) -> Callable[[Exchange], None]:
    """One line a request. ``now`` is the clock that ``Exchange.began`` is on. Status 0: it was never answered."""

    def done(exchange: Exchange) -> None:
        request = exchange.request
        log.info(
            "request",
            method=request.method,
            path=redact_url(request.target),
            status=exchange.status,
            bytes=exchange.sent,
            took=format_duration(max(0.0, now() - exchange.began)),
            peer=exchange.peer,
        )

    return done


class Counts:
    """Requests, bytes and seconds since the start."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._by_status: dict[int, int] = {}
        self._bytes = 0
        self._seconds = 0.0

    def done(self, exchange: Exchange) -> None:
        """Count one that is over."""
        self._by_status[exchange.status] = self._by_status.get(exchange.status, 0) + 1
        self._bytes += exchange.sent
        self._seconds += max(0.0, self._now() - exchange.began)

    def families(self, server: Server) -> list[Family]:
        """All there is to say, for Prometheus. ``code="0"``: the client went before it had an answer."""
        stats = server.stats
        by_status = tuple(Sample(count, {"code": str(code)}) for code, count in sorted(self._by_status.items()))
        return [
            Family("wherry_http_requests_total", "counter", "Requests that are over, by status.", by_status),
            counter("wherry_http_response_bytes_total", "Bytes of response bodies sent.", self._bytes),
            counter("wherry_http_request_seconds_total", "Time from a request's head to its end.", self._seconds),
            counter("wherry_http_refused_total", "Malformed or oversized requests.", stats.refused),
            counter("wherry_http_timeouts_total", "Connections that were too slow.", stats.timed_out),
            counter("wherry_http_failures_total", "Answers that an error of the server made.", stats.failed),
            counter("wherry_http_connections_total", "Connections accepted.", stats.accepted),
            gauge("wherry_http_connections", "Connections that are open.", server.connections),
        ]
