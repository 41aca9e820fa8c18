"""Runs a load test and says what came of it."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.about import VERSION
from wherry.commands.load.credentials import authorization_of, hide_headers
from wherry.commands.load.engine import worker
from wherry.commands.load.engine.addressing import look_up
from wherry.commands.load.engine.coordinator import Coordinator
from wherry.commands.load.engine.crew import Crew
from wherry.commands.load.engine.limits import limits, possible_connections
from wherry.commands.load.engine.setup import Setup
from wherry.commands.load.expectation import shown
from wherry.commands.load.gates.judging import crossed, hold, judged
from wherry.commands.load.live.view import watching
from wherry.commands.load.record import Ended, ErrorClass, Plan
from wherry.commands.load.report.formats import need_rows
from wherry.commands.load.report.rows import Raw
from wherry.commands.load.report.writing import opened
from wherry.commands.load.tally.tally import Tally
from wherry.commands.load.targets.faults import told
from wherry.commands.load.targets.loading import loaded
from wherry.core.quantity import format_duration
from wherry.errors import DeadlinePassed, ExitCode, WherryError
from wherry.net.network import Network
from wherry.net.proxies import ProxyChoice
from wherry.ui.console import printable
from wherry.ui.sigterm import heeding_sigterm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.events import Progress, Watcher
    from wherry.commands.load.options import Options
    from wherry.commands.load.record import Record
    from wherry.commands.load.targets.prepared import Requests
    from wherry.commands.load.targets.stream import Left
    from wherry.core.scope import Scope
    from wherry.ui.env import Env

# A server that nobody could connect to for so long is not going to be there.
_HOPELESS_S: Final = 3.0
# How often a run is looked at: for a picture that is painted, and for what else there is to see.
_LIVE_S: Final = 0.1
_QUIET_S: Final = 0.5
_JUDGE_EVERY_S: Final = 1.0
_UNCONNECTED: Final = frozenset(
    {ErrorClass.DNS, ErrorClass.CONNECT, ErrorClass.TLS, ErrorClass.PROXY, ErrorClass.TIMEOUT}
)


def run(options: Options, env: Env) -> ExitCode:
    """Send what ``options`` ask for, and report.

    Raises NotMet where a gate is not met, DeadlinePassed, and WherryError where no request was answered or a report
    could not be written.
    """
    left = _clock(options.deadline_s)
    network = Network(options.network, os.environ)
    sent = options.sent
    hide = env.redactor.add
    hide_headers((*sent.inherited, *sent.headers), hide)
    own, inherited = (
        authorization_of(credential, os.environ, hide, left())
        for credential in (sent.credential, sent.inherited_credential)
    )
    proxies = ProxyChoice(
        os.environ if options.network.trust_env else {}, options.network.proxy, options.network.no_proxy
    )
    with (
        heeding_sigterm(),
        told(lambda fault: env.console.alert(printable(fault))),
        loaded(sent, proxies, authorization=own, inherited_authorization=inherited, left=left) as requests,
        opened(options.choices, env) as reports,
        _folder(wanted=need_rows(options.choices)) as folder,
    ):
        setup = Setup(options, requests, dict(os.environ), folder)
        crew = Crew(options.jobs, worker.main, setup)
        going = _Run(setup, crew, network, env)
        try:
            env.execute(going.run, left(), serving=True)
        finally:
            crew.end()
            if going.record is not None:
                # Not in the loop, which would hear of no signal while a million rows are written.
                reports.write(going.record, Raw(setup.rows_paths) if setup.rows is not None else None)
        return going.judge()


def _clock(deadline_s: float | None) -> Left:
    """How many seconds are left of ``deadline_s``, which begin now."""
    until = None if deadline_s is None else time.monotonic() + deadline_s

    def left() -> float | None:
        if until is None:
            return None
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise DeadlinePassed("the deadline passed before anything could be sent")
        return seconds

    return left


@contextmanager
def _folder(*, wanted: bool) -> Iterator[str | None]:
    """Where the workers leave the rows of single requests."""
    if not wanted:
        yield None
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix="wherry-load-", ignore_cleanup_errors=True)
    except OSError as exc:
        raise WherryError(f"keeping the results of single requests: {exc.strerror or exc}") from exc
    with folder:
        yield folder.name


class _Run:
    """``record`` is there from the end of the run on, also of one that was cut off."""

    def __init__(self, setup: Setup, crew: Crew, network: Network, env: Env) -> None:
        options = setup.options
        schedule = setup.schedule()
        self._setup = setup
        self._options = options
        self._crew = crew
        self._network = network
        self._env = env
        self._tally = Tally(options.jobs, schedule)
        self._plan = plan_of(options, setup.requests)
        lasts_s = options.duration_s if schedule is None else schedule.duration_s
        self._coordinator = Coordinator(
            crew,
            self._tally,
            warmup_s=options.warmup_s,
            lasts_s=lasts_s,
            requests=options.requests if schedule is None else None,
            glance_s=_LIVE_S if env.console.stderr_tty else _QUIET_S,
        )
        self._possible = possible_connections(options.connections, options.jobs)
        self._judged_at = 0.0
        self.record: Record | None = None

    async def run(self, scope: Scope) -> ExitCode:
        """Send, and make the record. Raises WherryError where that could not be done."""
        try:
            with watching(self._env) as watcher:
                ended = await self._carry_out(watcher, scope)
                self.record = self._record(ended)
                watcher.end(self.record)
        except asyncio.CancelledError:
            if self._coordinator.began_s:
                self.record = self._record(Ended.INTERRUPTED)
            raise
        return ExitCode.DONE

    async def _carry_out(self, watcher: Watcher, scope: Scope) -> Ended:
        try:
            async with asyncio.timeout_at(scope.deadline):
                addresses = await look_up(self._network, self._setup.requests.origins, self._options.timeout_s)
        except TimeoutError:
            raise DeadlinePassed(f"the deadline of {format_duration(self._options.deadline_s or 0)} passed") from None
        watcher.begin(self._plan)

        def watch(progress: Progress) -> Ended | None:
            watcher.progress(progress)
            return self._look(progress)

        return await self._coordinator.run(addresses, watch, scope.deadline)

    def _look(self, progress: Progress) -> Ended | None:
        """Whether there is a reason to end now."""
        counts = progress.counts
        if (
            progress.elapsed_s > self._options.warmup_s + _HOPELESS_S
            and counts.failed
            and not counts.connections
            and not counts.answered
            and all(failure.kind in _UNCONNECTED for failure in progress.failures)
            and not progress.open_connections
        ):
            return Ended.UNREACHABLE
        if self._options.abort_on_gate and progress.elapsed_s - self._judged_at >= _JUDGE_EVERY_S:
            self._judged_at = progress.elapsed_s
            if crossed(self._record(Ended.COMPLETE), self._options.gates):
                return Ended.GATE
        return None

    def _record(self, ended: Ended) -> Record:
        record = self._tally.record(
            self._plan,
            wherry=VERSION,
            name=self._options.name,
            began_s=self._coordinator.began_s or time.time(),
            ended=ended,
        )
        limited = tuple(limits(record, self._coordinator.own_fault, self._possible))
        return judged(msgspec.structs.replace(record, limited=limited), self._options.gates)

    def judge(self) -> ExitCode:
        """What the run ends with; raises what that is where it is no success."""
        record = self.record
        assert record is not None
        counts = record.counts
        if record.ended is Ended.DEADLINE:
            raise DeadlinePassed(f"the deadline of {format_duration(self._options.deadline_s or 0)} passed")
        if counts.failed and not record.statuses:
            most = record.failures[0]
            how = "no connection could be made" if record.ended is Ended.UNREACHABLE else "no request was answered"
            raise WherryError(f"{how}: {most.words} ({counts.failed} attempts)")
        hold(record)
        return ExitCode.DONE


def plan_of(options: Options, requests: Requests) -> Plan:
    """What a run was asked for, for its record."""
    return Plan(
        mode="closed" if options.rate is None else "open",
        methods=requests.methods,
        urls=requests.urls,
        targets=requests.targets,
        connections=options.connections,
        jobs=options.jobs,
        requests=options.requests,
        duration_s=options.duration_s if options.rate is None else options.duration_s or options.rate.duration_s,
        rate=None if options.rate is None else options.rate.text,
        arrivals=None if options.rate is None else options.arrivals,
        warmup_s=options.warmup_s,
        think_s=options.think_s,
        timeout_s=options.timeout_s,
        keepalive=options.keepalive,
        http="2" if options.http2 else "1.1",
        redirects=options.follow,
        expect=tuple(map(shown, options.expect)),
        seed=options.sent.seed,
    )
