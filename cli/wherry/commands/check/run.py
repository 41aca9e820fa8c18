"""Runs suites and says what came of them."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Final

from wherry.commands.check.audience import Audience
from wherry.commands.check.reach import Reach
from wherry.commands.check.report.opening import opened
from wherry.commands.check.running import Running, lines_of
from wherry.core.quantity import format_duration
from wherry.core.record import replace
from wherry.errors import DeadlinePassed, ExitCode, NotMet, WherryError
from wherry.net.probe.look import MODULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.audience import Watched
    from wherry.commands.check.options import Options
    from wherry.commands.check.results import Summary
    from wherry.commands.check.suite.planned import Planned
    from wherry.core.scope import Scope
    from wherry.ui.env import Env


# So many connections are always to be had.
_FEW: Final = 50


async def run(options: Options, checks: Sequence[Planned], env: Env, scope: Scope) -> ExitCode:
    """Run ``checks`` and write the reports, whole, however it ends.

    Raises NotMet where a check that matters did not pass, DeadlinePassed, and WherryError for a report that could not
    be written.
    """
    for kind in {check.kind for check in checks}:
        import_module(MODULES[kind])  # or the first attempt would be timed with its own loading
    async with AsyncExitStack() as stack:
        reaches = {}
        for profile in dict.fromkeys(check.profile for check in checks):
            reaches[profile] = reach = Reach(options.network(profile), env.redactor.add)
            stack.push_async_callback(reach.aclose)
        audience = await _audience(options, env, stack)
        deadline = math.inf if scope.deadline is None else scope.deadline
        running = Running(checks, replace(options, jobs=_jobs(options)), reaches, audience, env.redactor, deadline)
        stack.push_async_callback(running.aclose)
        audience.begin(lines_of(checks, env.redactor.mask))
        failure: WherryError | None = None
        try:
            if not await running.run():
                words = f"the deadline of {format_duration(options.deadline_s or 0)} passed"
                await running.cut_short(words)
                failure = DeadlinePassed(words)
        except asyncio.CancelledError:
            await running.cut_short("interrupted")
            _end(audience, running.summary(), env)
            raise
        summary = running.summary()
        failure = failure or _verdict(summary, running.failed)
        if failure is not None:
            _end(audience, summary, env)
            raise failure
        audience.end(summary)
    return ExitCode.DONE


async def _audience(options: Options, env: Env, stack: AsyncExitStack) -> Audience | Watched:
    """The reports, and the table where one is wanted and there is a place for it."""
    if not options.watch:
        return Audience(stack.enter_context(opened(options.choices, env)))
    from wherry.commands.check.watch import Place
    from wherry.commands.check.watching import watched, where

    at = where(options, env)
    held: list[str] = []
    before_text = held if at is Place.BEFORE_TEXT else None
    reports = stack.enter_context(opened(options.choices, env, held=before_text))
    if at is Place.NONE:
        return Audience(reports)
    return await stack.enter_async_context(watched(reports, at, held, env))


def _jobs(options: Options) -> int:
    """As many as were asked for, or as the system has open files for."""
    if options.jobs <= _FEW:
        return options.jobs
    from wherry.net.h1.descriptors import allow

    return allow(options.jobs)


def _end(audience: Audience | Watched, summary: Summary, env: Env) -> None:
    """Finish the reports; of two failures the first is the one that decides how it ends."""
    try:
        audience.end(summary)
    except WherryError as exc:
        env.console.alert(str(exc))


def _verdict(summary: Summary, failed: Sequence[str]) -> NotMet | None:
    """Why the gate stays shut, None where it is open."""
    if summary.ok:
        return None
    count = summary.failed + summary.errors - summary.warned
    if not count:
        return NotMet("no check passed" if not summary.ended else summary.ended)
    names = ", ".join(failed)
    more = f" and {count - len(failed)} more" if count > len(failed) else ""
    return NotMet(f"{count} of {summary.total} checks failed: {names}{more}")
