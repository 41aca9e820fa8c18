"""One request until it is answered: attempts, redirects, credentials, and the time all that may take."""

from __future__ import annotations

import asyncio
import math
import random
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from wherry.commands.request.call import Answer, Attempt, status_words
from wherry.commands.request.events import NotRetried, Received, Redirected, Restarting, Retrying, Sending
from wherry.commands.request.sink import Restart
from wherry.core.redirect import MAX_REDIRECTS, RedirectError, Trail, is_redirect
from wherry.core.trace import Phase, Trace
from wherry.errors import DeadlinePassed
from wherry.net.failure import NetFailure, Reason, timed_out
from wherry.net.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request import plan
    from wherry.commands.request.call import Call
    from wherry.commands.request.cookies import CookieJar
    from wherry.commands.request.events import Event, Headers
    from wherry.commands.request.sink import Sink
    from wherry.core.ratelimit import RateLimit
    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.net.http import Client, Response

# So much of a response that nobody wants is read, to keep its connection.
_DRAINED: Final = 64 * 1024
# So much of the body of a failure is kept, to be shown.
_SHOWN: Final = 1024 * 1024
# In these phases the server has not yet seen a byte of the request.
_UNSENT: Final = frozenset({None, Phase.DNS, Phase.CONNECT, Phase.PROXY, Phase.TLS})
_LASTING: Final = frozenset({Reason.TLS, Reason.PROTOCOL})


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
        loop = asyncio.get_running_loop()
        since = loop.time()

        def alive() -> None:
            nonlocal since
            since = loop.time()
            timer.reschedule(self.scope.instant(since, self._timeout_s))

        try:
            async with asyncio.timeout_at(self.scope.instant(since, self._timeout_s)) as timer:
                return await self._follow_trail(run, authorization, trace, alive)
        except TimeoutError:
            if not timer.expired():
                raise
            if self.scope.remaining(loop.time()) > 0:
                raise timed_out(self._timeout_s, trace) from None
            words = str(timed_out(0, trace)).replace("timed out", "the deadline passed", 1)
            raise DeadlinePassed(words) from None

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
                    await _drain(response)
                    continue
                if response.status == 401 and trail.home and await run.renew():
                    await _drain(response)
                    return None
                if call.fails(response.status) and not run.sink.accepts(response.status):
                    return await self._failed(run, response, trace, redirects)
                body = await run.sink.take(response, alive)
                return _answer(run, response, body, trace, redirects, failed=False)

    async def _failed(self, run: _Run, response: Response, trace: Trace, redirects: list[Redirected]) -> Answer | None:
        """A status that is a failure: sent again if the plan says so, else the answer."""
        wait_s = self._wait_after_status(run, response)
        if wait_s is not None:
            await _drain(response)
            words = status_words(response.status, response.reason)
            run.failed(Attempt(words, response.status, None, trace.total(), wait_s))
            return None
        body = await _beginning(response)
        return _answer(run, response, body, trace, redirects, failed=True)

    def _wait_after_fault(self, run: _Run, failure: NetFailure) -> float | None:
        """Seconds until the next attempt, None where there is none."""
        from wherry.commands.request import plan

        fault = plan.Fault(str(failure), failure.phase not in _UNSENT, _is_lasting(failure, run.sink))
        now = asyncio.get_running_loop().time()
        return self._told_wait(plan.after_fault(self._rules(run), run.number, fault, now, random.random))

    def _wait_after_status(self, run: _Run, response: Response) -> float | None:
        """Seconds until the next attempt, None where there is none."""
        from wherry.commands.request import plan

        status, limit = response.status, rate_limit(response.headers)
        asked_s = plan.asked(status, response.header("retry-after"), limit, time.time())
        now = asyncio.get_running_loop().time()
        return self._told_wait(plan.after_status(self._rules(run), run.number, status, asked_s, now, random.random))

    def _rules(self, run: _Run) -> plan.Rules:
        from wherry.commands.request import plan

        deadline = math.inf if self.scope.deadline is None else self.scope.deadline
        return plan.Rules(self._policy, run.call.method, run.call.repeatable, deadline)

    def _told_wait(self, step: plan.Again | plan.Enough) -> float | None:
        from wherry.commands.request import plan

        if isinstance(step, plan.Again):
            return step.wait_s
        if step.why:
            self._emit(NotRetried(step.why, step.minor))
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


def rate_limit(headers: Headers | list[tuple[str, str]]) -> RateLimit | None:
    """The rate limit told by ``headers``, as of now."""
    from wherry.core.ratelimit import read_rate_limit

    return read_rate_limit(headers, time.time())


def _answer(
    run: _Run, response: Response, body: bytes | None, trace: Trace, redirects: list[Redirected], *, failed: bool
) -> Answer:
    trace.end()
    return Answer(
        response.status, response.reason, response.version, tuple(response.headers), response.url, response.ip,
        response.cert, failed, body, trace.total(), dict(trace.seconds), tuple(redirects), tuple(run.attempts),
    )  # fmt: skip


def _is_lasting(failure: NetFailure, sink: Sink) -> bool:
    return failure.broken or failure.reason in _LASTING or not sink.restartable


async def _drain(response: Response) -> None:
    """Read a short body to its end, so that its connection can be used again."""
    length = response.header("content-length")
    if length is not None and length.isdecimal() and int(length) <= _DRAINED:
        with suppress(NetFailure):
            async for _ in response.raw_chunks():
                pass


async def _beginning(response: Response) -> bytes:
    """As much of a failure's body as is shown; one that breaks off is shown as far as it came."""
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in response.chunks():
            parts.append(chunk)
            size += len(chunk)
            if size >= _SHOWN:
                break
    except NetFailure:
        pass
    return b"".join(parts)[:_SHOWN]
