"""One request until it is answered: attempts, redirects, credentials, and the time all that may take."""

from __future__ import annotations

import asyncio
import math
import random
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from wherry.commands.request.call import Answer, Attempt
from wherry.commands.request.events import NotRetried, Received, Redirected, Restarting, Retrying, Sending
from wherry.commands.request.sink import Restart
from wherry.core.record import replace
from wherry.core.redirect import MAX_REDIRECTS, RedirectError, Trail, is_redirect
from wherry.core.status import status_words
from wherry.core.trace import Trace
from wherry.net.attempt import beginning, drain, fault_of, rate_limit, watched
from wherry.net.failure import NetFailure
from wherry.net.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request.call import Call
    from wherry.commands.request.cookies import CookieJar
    from wherry.commands.request.events import Event, Headers
    from wherry.commands.request.sink import Sink
    from wherry.core import attempt
    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.net.http import Client, Response

# So much of the body of a failure is kept, to be shown.
_SHOWN: Final = 1024 * 1024


class Exchange:
    """Performs calls over one client, by one set of rules. What happens is told to ``emit``."""

    def __init__(
        self,
        client: Client,
        scope: Scope,
        emit: Callable[[Event], None],
        *,
        policy: RetryPolicy,
        timeout_s: float,
        follow: bool = True,
        max_redirects: int = MAX_REDIRECTS,
        jar: CookieJar | None = None,
    ) -> None:
        self.scope = scope
        self._client = client
        self._emit = emit
        self._policy = policy
        self._timeout_s = timeout_s
        self._follow = follow
        self._max_redirects = max_redirects
        self._jar = jar

    async def perform(self, call: Call, sink: Sink) -> Answer:
        """Send ``call`` until it is answered for good.

        Raises NetFailure, RedirectError, DeadlinePassed, and what ``sink`` and the authorizer raise.
        """
        run = _Run(call, sink)
        while True:
            # Outside of the attempt: a token is fetched by attempts of its own.
            authorization = await call.authorizer.header() if call.authorizer is not None else None
            trace = Trace(time.monotonic)  # uvloop's own clock stands still within a turn of the loop
            try:
                answer = await self._attempt(run, authorization, trace)
            except Restart as exc:
                self._emit(Restarting(str(exc)))
                continue
            except NetFailure as failure:
                answer = None
                wait_s = self._wait_after_fault(run, failure)
                if wait_s is None:
                    raise
                run.failed(Attempt(str(failure), None, failure.reason, trace.total(), wait_s))
            if answer is not None:
                return answer
            if run.pending is not None:
                await self._wait(run, run.pending)

    async def _wait(self, run: _Run, attempt: Attempt) -> None:
        run.pending = None
        self._emit(Retrying(attempt.words, len(run.attempts), self._policy.retries, attempt.wait_s))
        await asyncio.sleep(attempt.wait_s)

    async def _attempt(self, run: _Run, authorization: str | None, trace: Trace) -> Answer | None:
        """One attempt; None where another is to follow."""
        async with watched(self.scope, self._timeout_s, trace) as alive:
            return await self._follow_trail(run, authorization, trace, alive)

    async def _follow_trail(
        self, run: _Run, authorization: str | None, trace: Trace, alive: Callable[[], None]
    ) -> Answer | None:
        call = run.call
        own = {name.lower() for name, _ in call.headers}
        headers = (*call.headers, *(field for field in run.sink.headers() if field[0].lower() not in own))
        if authorization is not None:
            headers = (("Authorization", authorization), *headers)
        trail = Trail.begin(call.method, call.url, headers, has_body=call.body is not None)
        redirects: list[Redirected] = []
        while True:
            told = partial(self._told, trail)
            async with self._client.send(self._request(trail, call), trace, told=told) as response:
                self._emit(Received(response.version, response.status, response.reason, tuple(response.headers)))
                changed = self._jar is not None and self._jar.take(trail.url, response.headers)
                location = response.header("location")
                followed = self._follow and not call.wants(response.status)
                if followed and location is not None and is_redirect(response.status, location):
                    trail = self._next(trail, response.status, location, cookies_set=changed)
                    redirects.append(Redirected(response.status, trail.method, trail.url, trail.crossed))
                    self._emit(redirects[-1])
                    await drain(response)
                    continue
                if response.status == 401 and trail.home and await run.renew():
                    await drain(response)
                    return None
                if call.fails(response.status) and not run.sink.accepts(response.status):
                    return await self._failed(run, response, trace, redirects)
                body = await run.sink.take(response, alive)
                return _answer(run, response, body, trace, redirects, failed=False)

    async def _failed(self, run: _Run, response: Response, trace: Trace, redirects: list[Redirected]) -> Answer | None:
        """A status that is a failure: sent again if the plan says so, else the answer."""
        wait_s = self._wait_after_status(run, response)
        if wait_s is not None:
            await drain(response)
            words = status_words(response.status, response.reason)
            run.failed(Attempt(words, response.status, None, trace.total(), wait_s))
            return None
        body = await beginning(response, _SHOWN)
        return _answer(run, response, body, trace, redirects, failed=True)

    def _wait_after_fault(self, run: _Run, failure: NetFailure) -> float | None:
        """Seconds until the next attempt, None where there is none."""
        from wherry.core import attempt

        fault = fault_of(failure)
        if not run.sink.restartable:
            fault = replace(fault, lasting=True)
        now = asyncio.get_running_loop().time()
        return self._told_wait(attempt.after_fault(self._rules(run), run.number, fault, now, random.random))

    def _wait_after_status(self, run: _Run, response: Response) -> float | None:
        """Seconds until the next attempt, None where there is none."""
        from wherry.core import attempt

        status, limit = response.status, rate_limit(response.headers)
        asked_s = attempt.asked(status, response.header("retry-after"), limit, time.time())
        now = asyncio.get_running_loop().time()
        return self._told_wait(attempt.after_status(self._rules(run), run.number, status, asked_s, now, random.random))

    def _rules(self, run: _Run) -> attempt.Rules:
        from wherry.core import attempt

        deadline = math.inf if self.scope.deadline is None else self.scope.deadline
        return attempt.Rules(self._policy, run.call.method, run.call.repeatable, deadline)

    def _told_wait(self, step: attempt.Again | attempt.Enough) -> float | None:
        from wherry.core import attempt

        if isinstance(step, attempt.Again):
            return step.wait_s
        if step.why:
            hint = "; an Idempotency-Key header would say that it does not" if step.unsafe else ""
            self._emit(NotRetried(step.why + hint, step.unsafe))
        return None

    def _request(self, trail: Trail, call: Call) -> Request:
        headers = trail.headers
        if self._jar is not None and not any(name.lower() == "cookie" for name, _ in headers):
            cookie = self._jar.header(trail.url)
            headers = (*headers, ("Cookie", cookie)) if cookie else headers
        body = call.body if trail.has_body else None
        return Request(trail.method, trail.url, headers, body)

    def _told(self, trail: Trail, fields: Headers) -> None:
        self._emit(Sending(trail.method, trail.url, fields))

    def _next(self, trail: Trail, status: int, location: str, *, cookies_set: bool) -> Trail:
        try:
            return trail.follow(status, location, limit=self._max_redirects, cookies_set=cookies_set)
        except RedirectError as exc:
            if trail.hops >= self._max_redirects:
                exc.hint = "--max-redirects follows more of them, --no-follow none"
            raise


class _Run:
    """How far one call is."""

    def __init__(self, call: Call, sink: Sink) -> None:
        self.call = call
        self.sink = sink
        self.attempts: list[Attempt] = []
        self.pending: Attempt | None = None
        self._renewed = False

    @property
    def number(self) -> int:
        """Of the attempt under way, from 1."""
        return len(self.attempts) + 1

    def failed(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.pending = attempt

    async def renew(self) -> bool:
        """Whether a refused credential was exchanged for another; once only."""
        if self._renewed or self.call.authorizer is None:
            return False
        self._renewed = True
        return await self.call.authorizer.renew()


def _answer(
    run: _Run, response: Response, body: bytes | None, trace: Trace, redirects: list[Redirected], *, failed: bool
) -> Answer:
    trace.end()
    return Answer(
        response.status, response.reason, response.version, tuple(response.headers), response.url, response.ip,
        response.cert, response.tls, failed, body, trace.total(), dict(trace.seconds), tuple(redirects),
        tuple(run.attempts),
    )  # fmt: skip
