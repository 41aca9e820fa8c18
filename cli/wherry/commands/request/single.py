"""One answer: received, judged, put where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.request.events import Kept, Saved
from wherry.commands.request.outcome import Outcome
from wherry.commands.request.sink import MEMORY_LIMIT, MemorySink, StreamSink, TerminalSink
from wherry.errors import WherryError
from wherry.ui.console import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request.call import Answer, Call
    from wherry.commands.request.events import Event
    from wherry.commands.request.exchange import Exchange
    from wherry.commands.request.options import Options
    from wherry.commands.request.sink import Sink
    from wherry.commands.request.verdict import Judge
    from wherry.ui.env import Env


class Single:
    """A request without --paginate."""

    def __init__(
        self, options: Options, env: Env, exchange: Exchange, judge: Judge, emit: Callable[[Event], None]
    ) -> None:
        self._options = options
        self._env = env
        self._exchange = exchange
        self._judge = judge
        self._emit = emit
        self._outcome = Outcome(options, env)

    async def run(self, call: Call) -> None:
        """Raises NotMet where the answer is no."""
        options = self._options
        if options.output is not None and options.extract is None:
            from wherry.ui.wholefile import is_special

            if is_special(options.output):
                await self._to_device(call)
            else:
                await self._download(call)
            return
        sink: Sink
        if options.extract is not None or options.report or self._judge.has_conditions:
            sink = MemorySink()
        elif self._env.console.stdout_tty:
            sink = TerminalSink(self._env.console.out_bytes, self._outcome.preface, printable)
        else:
            sink = StreamSink(self._env.console.out_bytes, self._outcome.preface)
        answer = await self._perform(call, sink)
        self._finish(answer)

    async def _perform(self, call: Call, sink: Sink) -> Answer:
        try:
            return await self._exchange.perform(call, sink)
        except WherryError as exc:
            self._outcome.failed(exc)
            raise

    def _finish(self, answer: Answer) -> None:
        body = answer.body or b""
        verdicts = self._judge.verdicts(answer, body)
        self._outcome.refuse(answer, verdicts, body)
        if self._options.report:
            self._outcome.report(answer, body, verdicts=verdicts)
        elif self._options.extract is not None:
            self._extract(answer, body)
        elif answer.body is not None:
            self._outcome.body(answer, body)
        self._outcome.timing(answer)

    def _extract(self, answer: Answer, body: bytes) -> None:
        from wherry.commands.request import jsontext

        path = self._options.extract
        assert path is not None
        try:
            values = path.nodes(jsontext.decode(body))
        except ValueError as exc:
            self._outcome.refuse_because(f"the body is not JSON: {str(exc).removeprefix('not JSON: ')}", answer, body)
        if not values:
            self._outcome.refuse_because(f"{path.source} selects nothing", answer, body)
        self._outcome.lines(jsontext.lines(values))

    async def _download(self, call: Call) -> None:
        from wherry.commands.request.download import Download

        assert self._options.output is not None
        download = Download(self._options.output, call.url, self._emit, resume=self._options.resume)
        try:
            answer = await self._perform(call, download)
            body = answer.body or b""
            if not answer.failed and self._judge.needs_body:
                body = download.read(MEMORY_LIMIT)
            verdicts = self._judge.verdicts(answer, body)
            self._outcome.refuse(answer, verdicts, body if answer.failed else b"")
            await download.commit()
            self._emit(Saved(self._options.output, download.size))
            if self._options.report:
                self._outcome.report(answer, self._options.output, verdicts=verdicts)
            self._outcome.timing(answer)
        finally:
            if download.leave():
                self._emit(Kept(self._options.output, download.size))

    async def _to_device(self, call: Call) -> None:
        from wherry.ui.wholefile import WholeFile

        assert self._options.output is not None
        with WholeFile(self._options.output) as file:
            sink = MemorySink() if self._judge.has_conditions else StreamSink(file.write, lambda _: b"")
            answer = await self._perform(call, sink)
            body = answer.body or b""
            verdicts = self._judge.verdicts(answer, body)
            self._outcome.refuse(answer, verdicts, body)
            file.write(body)
        if self._options.report:
            self._outcome.report(answer, self._options.output, verdicts=verdicts)
        self._outcome.timing(answer)
