"""Waiting: every target has a task that does what the plan says, until all together are decided."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from wherry.commands.wait import plan, render
from wherry.commands.wait.events import Ending, Finding, Finished, Looked, Standing, Status
from wherry.core.outcome import Outcome
from wherry.core.record import replace
from wherry.core.trace import Phase, Trace
from wherry.errors import DeadlinePassed, ExitCode, WherryError
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.network import Network
from wherry.net.probe.look import MODULES, look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.wait.events import Event
    from wherry.commands.wait.options import Options, Wanted
    from wherry.core.scope import Scope
    from wherry.ui.env import Env

# Looks at the same time: each may hold an open file, of which a process has 1024 as a rule.
_AT_ONCE: Final = 256
_FRAME_S: Final = 0.1


class Reporter(Protocol):
    """Shows what happens while it happens."""

    def tell(self, event: Event) -> None: ...

    def tick(self, seconds: float) -> None: ...


async def run(options: Options, env: Env, scope: Scope) -> ExitCode:
    """Wait until what ``options`` want is so.

    Raises DeadlinePassed when it was not in time, and WherryError when it cannot become so; what was ready by then has
    been said before, as it has when the run is cancelled.
    """
    for one in options.wanted:
        if one.target.password is not None:
            env.redactor.add(one.target.password.reveal())
    network = Network(options.network, os.environ)
    for kind in {one.target.kind for one in options.wanted}:
        import_module(MODULES[kind])  # or the first attempt would be timed with its own loading
    statuses = [Status(one.target.name, one.target.shown, needed=one.stable, gone=one.gone) for one in options.wanted]
    waiting = Waiting(options, network, scope, statuses, _reporter(env, statuses))
    try:
        finished = await waiting.finish()
    except asyncio.CancelledError:
        _conclude(waiting.finished(Ending.INTERRUPTED), options, env)
        raise
    _conclude(finished, options, env)
    if finished.ending is Ending.DEADLINE:
        raise DeadlinePassed(render.failure(finished, options.deadline_s))
    if finished.ending is Ending.BROKEN:
        raise WherryError(render.failure(finished, options.deadline_s))
    return ExitCode.DONE


def _reporter(env: Env, statuses: Sequence[Status]) -> Reporter:
    from wherry.ui.progress import block_on, can_repaint

    stream = sys.stderr
    if env.console.quiet or env.verbosity or not can_repaint(stream, os.environ):
        from wherry.commands.wait.plain import Plain

        return Plain(env.console, statuses, every_attempt=env.verbosity > 0)
    from wherry.commands.wait.live import Live

    return Live(block_on(stream, env.redactor.mask), env.console.paint_err, statuses)


def _conclude(finished: Finished, options: Options, env: Env) -> None:
    """Say how it ended: lines for people where it did not end well, and the document where JSON was asked for."""
    if finished.ending is not Ending.READY:
        for line in render.why(finished, env.console.paint_err):
            env.console.alert(line)
    if finished.ending is Ending.INTERRUPTED:
        env.console.alert(render.ready_by_then(finished))
    if env.output == "json":
        import json

        document = render.document(finished, env.redactor.mask)
        if options.command:
            # Standard output is the command's.
            env.console.alert(json.dumps(document, ensure_ascii=False))
        else:
            env.console.json(document)


class Waiting:
    """The tasks of one run and what they know."""

    def __init__(
        self, options: Options, network: Network, scope: Scope, statuses: Sequence[Status], reporter: Reporter
    ) -> None:
        self._options = options
        self._network = network
        self._clock = asyncio.get_running_loop().time
        now = self._clock()
        self._deadline = now + scope.remaining(now)
        # The loop's clock (uvloop's counts milliseconds) is for what is due, the finer one for what is told.
        passed = 0.0 if scope.deadline is None else options.deadline_s - scope.remaining(now)
        self._began = time.monotonic() - passed
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._endings: list[Ending | None] = [None] * len(options.wanted)
        self._decided: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._statuses = list(statuses)
        self._reporter = reporter

    async def finish(self) -> Finished:
        """Run until all targets together are decided."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._watch(index, one)) for index, one in enumerate(self._options.wanted)]
                tasks.append(group.create_task(self._tick()))
                ending = await self._decided
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return self.finished(ending)

    def finished(self, ending: Ending) -> Finished:
        """The end, told to the reporter."""
        now = self._seconds()
        statuses = tuple(
            status if status.standing is not Standing.WAITING else replace(status, seconds=now)
            for status in self._statuses
        )
        finished = Finished(ending, now, statuses, self._options.any_of)
        self._reporter.tell(finished)
        return finished

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_FRAME_S)
            self._reporter.tick(self._seconds())

    async def _watch(self, index: int, wanted: Wanted) -> None:
        options = self._options
        rules = plan.Rules(wanted.stable, wanted.gone, options.every_s, options.timeout_s, self._deadline)
        state = plan.State()
        while True:
            step = plan.next_step(state, rules, self._clock())
            match step:
                case plan.Done(ending):
                    self._decide(index, ending)
                    return
                case plan.Sleep(seconds):
                    await asyncio.sleep(seconds)
                case plan.Probe():
                    async with self._slots:
                        if plan.next_step(state, rules, self._clock()) != step:
                            continue  # the deadline passed in the queue
                        finding = await self._attempt(wanted, rules)
                    state = plan.after(state, rules, finding, self._clock(), random.random)
                    self._note(index, state)

    def _note(self, index: int, state: plan.State) -> None:
        before = self._statuses[index]
        self._statuses[index] = replace(
            before, standing=state.standing, finding=state.finding, attempts=state.attempts,
            streak=state.streak, seconds=self._seconds(),
        )  # fmt: skip
        self._reporter.tell(Looked(index, self._statuses[index]))

    def _decide(self, index: int, ending: Ending) -> None:
        self._endings[index] = ending
        verdict = plan.verdict(self._endings, any_of=self._options.any_of)
        if verdict is not None and not self._decided.done():
            self._decided.set_result(verdict)

    async def _attempt(self, wanted: Wanted, rules: plan.Rules) -> Finding:
        until, last = plan.limit(rules, self._clock())
        if not wanted.each_ip:
            return await self._look(wanted, until, last, None)
        target = wanted.target
        trace = Trace(time.monotonic)
        trace.begin(Phase.DNS)
        try:
            async with bounded(until, trace):
                addresses = await self._network.addresses(target.host, target.port)
        except NetFailure as failure:
            return _failed(failure, trace, last)
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(self._look(wanted, until, last, address.ip)) for address in addresses]
        found = [(address.ip, task.result()) for address, task in zip(addresses, looks, strict=True)]
        return plan.combine(found, gone=wanted.gone)

    async def _look(self, wanted: Wanted, until: float, last: bool, address: str | None) -> Finding:
        trace = Trace(time.monotonic)
        try:
            async with bounded(until, trace):
                found = await look(wanted.target, self._network, trace, address=address, conditions=wanted.conditions)
        except NetFailure as failure:
            return _failed(failure, trace, last)
        return Finding(found.outcome, found.words, found.reason, _phases(trace))


def _failed(failure: NetFailure, trace: Trace, last: bool) -> Finding:
    """``last``: the time of the attempt ended with that of the run."""
    outcome = Outcome.BROKEN if failure.broken else Outcome.UNMET
    cut = last and failure.reason is Reason.TIMEOUT
    return Finding(outcome, str(failure), failure.reason, _phases(trace), cut=cut)


def _phases(trace: Trace) -> dict[str, float]:
    """Seconds by phase, the one that it ended in included; named as in the conditions: ``time.first_byte``."""
    trace.end()
    return {phase.value.replace(" ", "_"): seconds for phase, seconds in trace.seconds.items()}
