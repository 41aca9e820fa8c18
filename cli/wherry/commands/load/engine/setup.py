"""From what was asked for to what a worker does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.load.engine.closed_loop import ClosedLoop
from wherry.commands.load.engine.open_loop import OpenLoop
from wherry.commands.load.engine.origin import Origins
from wherry.commands.load.engine.recorder import Recorder
from wherry.commands.load.engine.rowing import Rows
from wherry.commands.load.engine.work import Work
from wherry.commands.load.expectation import Expectation
from wherry.commands.load.schedule.rate import Rate, Stretch
from wherry.commands.load.schedule.schedule import Schedule
from wherry.commands.load.schedule.share import share_out
from wherry.core.network import Resolve
from wherry.core.record import Record, replace
from wherry.errors import WherryError
from wherry.net.h1.descriptors import allow
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.commands.load.engine.driver import Driver
    from wherry.commands.load.options import Options
    from wherry.commands.load.targets.prepared import Requests


class Setup(Record):
    """A run as all its workers know it. ``rows`` is the folder for the rows of single requests, None without them."""

    options: Options
    requests: Requests
    environ: Mapping[str, str]
    rows: str | None = None

    @property
    def rows_paths(self) -> list[Path]:
        """The workers' files of rows."""
        return [] if self.rows is None else [Path(self.rows, str(worker)) for worker in range(self.options.jobs)]

    def driver(
        self, worker: int, begin_ns: int, addresses: Mapping[str, list[str]], done: Callable[[], None]
    ) -> Driver:
        """What sends the share of ``worker``, from ``begin_ns`` (perf_counter_ns) on, in the running event loop.

        ``addresses`` are those of each host by name; ``done`` is called at its end. Raises WherryError.
        """
        options = self.options
        known = tuple(Resolve(host, None, ip) for host, ips in addresses.items() for ip in ips)
        settings = options.network
        network = Network(replace(settings, resolve=(*settings.resolve, *known)), self.environ)
        work = self.work(worker, begin_ns)
        possible = allow(work.connections)
        if possible < work.connections:
            if work.schedule is None:
                raise WherryError(
                    f"the system lets each process open {possible} connections, and {work.connections} are wanted",
                    hint="raise the limit (ulimit -n), or have more processes share them: --jobs",
                )
            work = replace(work, connections=possible)
        recorder = Recorder(self.requests.names, open_loop=options.rate is not None)
        rows = None if self.rows is None else Rows(self.rows_paths[worker])
        source = self.requests.source(worker, options.jobs)
        loop = ClosedLoop if options.rate is None else OpenLoop
        return loop(work, source, Origins(network), recorder, Expectation(options.expect), rows, done)

    def work(self, worker: int, begin_ns: int) -> Work:
        """The share of ``worker``."""
        options = self.options
        measured_from_ns = begin_ns + round(options.warmup_s * 1e9)
        schedule = self.schedule()
        requests = options.requests if schedule is None else None
        only = self.requests.only
        plain = not (options.expect or options.follow or options.http2 or options.think_s) and options.keepalive
        return Work(
            worker=worker,
            workers=options.jobs,
            connections=share_out(options.connections, options.jobs)[worker],
            requests=None if requests is None else share_out(requests, options.jobs)[worker],
            begin_ns=begin_ns,
            measured_from_ns=measured_from_ns,
            end_ns=None if options.duration_s is None else measured_from_ns + round(options.duration_s * 1e9),
            timeout_s=options.timeout_s,
            think_s=options.think_s,
            keepalive=options.keepalive,
            http2=options.http2,
            follow=options.follow,
            steady=plain and only is not None and not only.head and self.rows is None,
            places=self.requests.origins,
            schedule=schedule,
            warming=self.warming(),
        )

    def schedule(self) -> Schedule | None:
        """When the requests of all workers are sent, None in a closed loop. Raises RateError."""
        options = self.options
        if options.rate is None:
            return None
        return Schedule(
            options.rate,
            duration_s=options.duration_s,
            requests=options.requests,
            arrivals=options.arrivals,
            seed=options.sent.seed,
        )

    def warming(self) -> Schedule | None:
        """The schedule of the warm-up: the rate that the run begins with, evenly."""
        options = self.options
        if options.rate is None or not options.warmup_s:
            return None
        first = options.rate.stretches[0].begin
        if not first:
            return None
        return Schedule(Rate("", (Stretch(first, first, Fraction(options.warmup_s)),)))
