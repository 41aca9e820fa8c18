"""Page after page, merged into one array or streamed as lines."""

from __future__ import annotations

import asyncio
import math
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from wherry.commands.request import jsontext
from wherry.commands.request.events import Cut, LeftOrigin, Paged, Pausing
from wherry.commands.request.outcome import Outcome
from wherry.commands.request.paginate import Page, Style, items_of, next_url
from wherry.commands.request.sink import MemorySink
from wherry.core import attempt
from wherry.core.record import replace
from wherry.core.redact import redact_url
from wherry.core.redirect import origin, without_secrets
from wherry.errors import DeadlinePassed, WherryError, doing
from wherry.net.attempt import rate_limit
from wherry.ui.wholefile import WholeFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request.call import Answer, Call
    from wherry.commands.request.events import Event
    from wherry.commands.request.exchange import Exchange
    from wherry.commands.request.options import Options
    from wherry.commands.request.verdict import Judge
    from wherry.ui.env import Env


class Pages:
    """A request with --paginate."""

    def __init__(
        self, options: Options, env: Env, exchange: Exchange, judge: Judge, emit: Callable[[Event], None]
    ) -> None:
        assert options.paginate is not None
        self._options = options
        self._env = env
        self._exchange = exchange
        self._judge = judge
        self._emit = emit
        self._outcome = Outcome(options, env)
        self._pagination = options.paginate
        self._path = None
        if options.paginate.path:
            from wherry.core.expect.jsonpath import compile_path

            self._path = compile_path(options.paginate.path)
        self._merged: list[Any] = []
        self._written = 0

    async def run(self, call: Call) -> None:
        """Raises NotMet where a page says no."""
        with ExitStack() as stack:
            write = self._env.console.out
            if self._options.stream and self._options.output is not None:
                write = stack.enter_context(WholeFile(self._options.output)).line
            answer, pages = await self._walk(call, write)
        if not self._options.stream:
            self._print(answer, pages)
        elif self._options.extract is not None and not self._written:
            self._outcome.refuse_because(f"{self._options.extract.source} selects nothing", answer, b"")
        self._outcome.timing(answer)

    async def _walk(self, call: Call, write: Callable[[str], None]) -> tuple[Answer, int]:
        """Go through the pages; returns the last answer and their number."""
        visited = {call.url: 1}
        number, before = 1, b""
        while True:
            answer = await self._fetch(call, number)
            body = answer.body or b""
            with doing(f"page {number}"):
                page = self._page(answer, body, number)
                if self._pagination.style is Style.PAGE and page.items and body == before:
                    raise WherryError(
                        f"is the same as the one before; does the server know {self._pagination.parameter!r}?"
                    )
                url = next_url(self._pagination, self._path, page)
            before = body
            self._take(page.items, write)
            self._emit(Paged(number, len(page.items)))
            if url is None:
                return answer, number
            if url in visited:
                raise WherryError(f"page {number} leads back to page {visited[url]}, {redact_url(url)}")
            if number == self._options.max_pages:
                self._emit(Cut(number))
                return answer, number
            call = self._onward(call, url)
            await self._pause(answer)
            number += 1
            visited[url] = number

    async def _fetch(self, call: Call, number: int) -> Answer:
        try:
            answer = await self._exchange.perform(call, MemorySink())
        except WherryError as exc:
            failure = exc.within(f"page {number}") if number > 1 else exc
            self._outcome.failed(failure)
            raise failure from exc.__cause__
        body = answer.body or b""
        with doing(f"page {number}"):
            self._outcome.refuse(answer, self._judge.verdicts(answer, body), body, pages=number)
        return answer

    def _page(self, answer: Answer, body: bytes, number: int) -> Page:
        try:
            document = jsontext.decode(body)
            items = items_of(document, self._options.items)
        except ValueError as exc:
            words = f"the body is not JSON: {str(exc).removeprefix('not JSON: ')}"
            self._outcome.refuse_because(words, answer, body, pages=number)
        return Page(answer.url, answer.values("link"), document, items)

    def _take(self, items: Any, write: Callable[[str], None]) -> None:
        if not self._options.stream:
            self._merged += items
            return
        path = self._options.extract
        lines = jsontext.lines(path.nodes(items)) if path is not None else [jsontext.encode(item) for item in items]
        self._written += len(lines)
        for line in lines:
            write(line)

    def _onward(self, call: Call, url: str) -> Call:
        """The call for the next page; credentials stay at the origin they were given for."""
        if origin(url) == origin(call.url):
            return replace(call, url=url)
        self._emit(LeftOrigin(url))
        return replace(call, url=url, headers=without_secrets(call.headers), authorizer=None)

    async def _pause(self, answer: Answer) -> None:
        """Wait until the server allows another request."""
        wait_s = attempt.pause(rate_limit(answer.headers))
        if not wait_s:
            return
        scope = self._exchange.scope
        deadline = math.inf if scope.deadline is None else scope.deadline
        why = attempt.affordable(wait_s, deadline, asyncio.get_running_loop().time(), asked=True)
        if why:
            kind = WherryError if scope.deadline is None else DeadlinePassed
            raise kind(f"the rate limit is used up: {why}")
        self._emit(Pausing(wait_s))
        await asyncio.sleep(wait_s)

    def _print(self, answer: Answer, pages: int) -> None:
        whole = jsontext.encode(self._merged)
        output = self._options.output
        if self._options.report and output is None:
            self._outcome.report(answer, whole.encode(), pages=pages)
        elif self._options.extract is not None:
            values = self._options.extract.nodes(self._merged)
            if not values:
                self._outcome.refuse_because(f"{self._options.extract.source} selects nothing", answer, b"")
            self._outcome.lines(jsontext.lines(values))
        else:
            self._outcome.json(whole)
            if self._options.report and output is not None:
                self._outcome.report(answer, output, pages=pages)
