"""The closed and the open loop: what is sent when, and that all of it is counted."""

from __future__ import annotations

import asyncio
from time import perf_counter_ns

import pytest

from wherry.commands.load.engine.setup import Setup
from wherry.commands.load.options import Options, Sent
from wherry.commands.load.record import ErrorClass
from wherry.commands.load.schedule.rate import parse_rate
from wherry.commands.load.targets.loading import loaded
from wherry.core.histogram import Histogram, lowest_of
from wherry.net.proxies import ProxyChoice

from .conftest import OK, drive, drive_setup, serving


async def answer_all(server, reader, writer, _number):
    while True:
        await server.request(reader)
        writer.write(OK)


def holding(release):
    """Answers nothing before ``release`` is set."""

    async def serve(server, reader, writer, _number):
        while True:
            await server.request(reader)
            await release.wait()
            writer.write(OK)

    return serve


@pytest.mark.parametrize("connections", [1, 3, 50])
def test_so_many_requests_are_sent(run, connections):
    async def main():
        async with serving(answer_all) as (server, url):
            return len(server.seen), await drive(url, requests=200, connections=connections), len(server.seen)

    before, told, after = run(main)
    assert (told["sent"], told["answered"], after - before) == (200, 200, 200)
    assert told["connections"] <= connections
    assert told["reused"] == 200 - told["connections"]
    assert told["wire_in"] == 200 * len(OK)


def test_every_request_is_in_flight_at_once(run):
    """The server answers when it has seen as many as there are connections."""

    async def main():
        release = asyncio.Event()
        arrived = []

        async def serve(server, reader, writer, _number):
            await server.request(reader)
            arrived.append(True)
            if len(arrived) == 20:
                release.set()
            await release.wait()
            writer.write(OK)

        async with serving(serve) as (_, url):
            return await drive(url, requests=20, connections=20)

    assert run(main)["answered"] == 20


def test_many_connections_are_open_before_one_is_used(run):
    """Those that are closed meanwhile are opened once more."""

    async def main():
        drivers, open_then = [], []

        async def serve(server, reader, writer, number):
            if number < 5:
                return
            while True:
                await server.request(reader)
                open_then.append(len(drivers[0].callers))
                writer.write(OK)

        async with serving(serve) as (_, url):
            return await drive(url, requests=300, connections=150, drivers=drivers), open_then[0]

    told, open_then = run(main)
    assert (told["answered"], told["failed"]) == (300, 0)
    assert open_then >= 145


def test_a_run_by_time_waits_for_the_last_answers(run):
    async def main():
        release = asyncio.Event()
        async with serving(holding(release)) as (server, url):
            going = asyncio.create_task(drive(url, duration_s=0.05, connections=4))
            while len(server.seen) < 4:
                await asyncio.sleep(0)
            loop = asyncio.get_running_loop()
            loop.call_later(0.1, release.set)  # longer than requests are sent
            return await going, len(server.seen)

    told, seen = run(main)
    assert (told["sent"], told["answered"], told["cut"]) == (4, 4, 0)
    assert seen == 4


@pytest.mark.parametrize("rate", [None, "200/s"], ids=["closed", "open"])
def test_a_run_that_is_halted_says_what_was_under_way(run, rate):
    async def main():
        halt = asyncio.Event()
        async with serving(holding(asyncio.Event())) as (server, url):
            given = {} if rate is None else {"rate": parse_rate(rate)}
            going = asyncio.create_task(drive(url, halt=halt, duration_s=60.0, connections=4, **given))
            while len(server.seen) < 4:
                await asyncio.sleep(0)
            halt.set()
            return await going

    told = run(main)
    assert (told["sent"], told["answered"], told["failed"], told["cut"]) == (4, 0, 0, 4)


def test_a_run_that_is_halted_lasted_until_its_last_answer(run):
    async def main():
        halt, written, drivers = asyncio.Event(), [], []

        async def serve(server, reader, writer, _number):
            for _ in range(20):
                await server.request(reader)
                written.append(perf_counter_ns())
                writer.write(OK)
            await server.request(reader)
            halt.set()
            await server.request(reader)

        async with serving(serve) as (_, url):
            told = await drive(url, halt=halt, duration_s=60.0, drivers=drivers)
            return told, [(at - drivers[0].work.measured_from_ns) / 1e9 for at in written]

    told, written = run(main)
    assert (told["sent"], told["answered"], told["cut"]) == (21, 20, 1)
    assert told["first_s"] <= written[0]
    assert told["last_s"] >= written[-1]


def test_the_warm_up_is_left_out_exactly(run):
    async def main():
        async with serving(answer_all) as (server, url):
            told = await drive(url, requests=50, connections=3, warmup_s=0.1)
            return told, len(server.seen)

    told, seen = run(main)
    assert (told["sent"], told["answered"], told["warmup"]) == (50, 50, seen - 50)
    assert told["warmup"] > 0
    assert told["wire_in"] == 50 * len(OK)


def test_a_request_of_the_warm_up_that_is_sent_again_later_is_left_out_too(run):
    async def main():
        drivers = []

        async def serve(server, reader, writer, number):
            while True:
                await server.request(reader)
                writer.write(OK)
                if number == 0:
                    await server.request(reader)
                    while drivers[0].steady is None:
                        await asyncio.sleep(0)
                    return

        async with serving(serve) as (server, url):
            told = await drive(url, requests=500, connections=2, warmup_s=0.1, drivers=drivers)
            return told, len(server.seen)

    told, seen = run(main)
    assert (told["sent"], told["answered"], told["retried"]) == (500, 500, 1)
    assert told["warmup"] == seen - 501


def test_a_request_that_is_sent_again_is_timed_from_the_first_time(run):
    """The server keeps it waiting before it closes the connection."""
    wait_s = 0.1

    async def main():
        async def serve(server, reader, writer, number):
            for _ in range(4):
                await server.request(reader)
                writer.write(OK)
            await server.request(reader)
            if number == 0:
                await asyncio.sleep(wait_s)
            else:
                writer.write(OK)

        async with serving(serve) as (_, url):
            return await drive(url, requests=8)

    told = run(main)
    assert (told["answered"], told["retried"]) == (8, 1)
    assert lowest_of(told["latency"][-1][0]) >= wait_s * 0.99e6


def test_the_warm_up_of_a_schedule_is_left_out_exactly(run):
    async def main():
        async with serving(answer_all) as (_, url):
            return await drive(url, requests=20, connections=50, warmup_s=0.1, rate=parse_rate("200/s"))

    told = run(main)
    assert (told["sent"], told["answered"], told["warmup"]) == (20, 20, 20)
    assert sum(count for _, count in told["lag"]) == 20


def test_a_request_that_got_no_connection_has_its_lag_too(run, closed_port):
    async def main():
        return await drive(f"http://{closed_port}/", requests=20, connections=50, rate=parse_rate("200/s"))

    told = run(main)
    assert (told["sent"], told["failed"]) == (20, 20)
    assert sum(count for _, count in told["lag"]) == 20


def test_between_answer_and_request_there_is_time_to_think(run):
    """Each request comes no sooner than that after the answer before it."""

    async def main():
        gaps = []

        async def serve(server, reader, writer, _number):
            answered = None
            while True:
                await server.request(reader)
                if answered is not None:
                    gaps.append(perf_counter_ns() - answered)
                answered = perf_counter_ns()
                writer.write(OK)

        async with serving(serve) as (_, url):
            return gaps, await drive(url, requests=9, connections=3, think_s=0.01)

    gaps, told = run(main)
    assert (told["answered"], told["connections"], len(gaps)) == (9, 3, 6)
    assert min(gaps) >= 9_000_000  # uvloop's timers are those of whole milliseconds


def test_a_schedule_opens_connections_as_it_needs_them_and_no_more(run):
    """The first five requests find no free connection; then all do."""

    async def main():
        release = asyncio.Event()

        async def serve(server, reader, writer, _number):
            while True:
                await server.request(reader)
                if len(server.seen) == 5:
                    release.set()
                await release.wait()
                writer.write(OK)

        async with serving(serve) as (server, url):
            return await drive(url, requests=60, connections=5, rate=parse_rate("300/s")), len(server.seen)

    told, seen = run(main)
    assert (told["sent"], told["answered"], told["dropped"], seen) == (60, 60, 0, 60)
    assert told["connections"] == 5


def test_what_cannot_be_sent_in_time_is_dropped_and_counted(run):
    """One connection, which is never answered: when its time is up another request has its turn."""

    async def main():
        async with serving(holding(asyncio.Event())) as (_, url):
            return await drive(url, requests=40, connections=1, timeout_s=0.1, rate=parse_rate("1000/s"))

    told = run(main)
    assert told["sent"] + told["dropped"] == 40
    assert told["dropped"] > 0
    assert {failure.kind for failure in told["failures"]} == {ErrorClass.TIMEOUT}
    assert told["late"] == told["sent"] - 1  # the first was on time


@pytest.mark.parametrize("arrivals", ["constant", "poisson"])
def test_workers_send_each_arrival_once(run, arrivals):
    """Three of them, one after the other here: together they have sent the whole schedule."""

    async def main():
        async with serving(answer_all) as (server, url):
            options = Options(
                Sent("GET", url, seed=7), connections=9, jobs=3, requests=50, rate=parse_rate("1000/s"),
                arrivals=arrivals,
            )  # fmt: skip
            with loaded(
                options.sent, ProxyChoice({}, None, None), authorization=None, inherited_authorization=None
            ) as requests:
                setup = Setup(options, requests, {})
                told = [await drive_setup(_Of(worker, setup)) for worker in range(3)]
            return told, len(server.seen)

    told, seen = run(main)
    assert [each["sent"] for each in told] == [17, 17, 16]
    assert seen == 50


class _Of:
    """A setup that makes another worker's driver."""

    def __init__(self, worker, setup):
        self._worker = worker
        self._setup = setup

    def driver(self, _worker, *given):
        return self._setup.driver(self._worker, *given)


def test_a_server_that_stalls_is_not_spared(run):
    """It stalls once, and every latency is between two times that the server itself has kept.

    There is one connection, so an answer was received after it was written and before the next request arrived. And
    whoever was due while the server stalled, waited for at least what was left of the stall.
    """
    begun_ns, stalled, written, arrived = [], [], [], []

    async def serve(server, reader, writer, _number):
        try:
            while True:
                await server.request(reader)
                arrived.append(perf_counter_ns())
                if len(arrived) == 20:
                    stalled.append(perf_counter_ns())
                    await asyncio.sleep(0.2)
                    stalled.append(perf_counter_ns())
                written.append(perf_counter_ns())
                writer.write(OK)
        finally:
            arrived.append(perf_counter_ns())

    async def main():
        drivers = []
        async with serving(serve) as (_, url):
            told = await drive(url, requests=100, connections=1, rate=parse_rate("250/s"), drivers=drivers)
            while len(arrived) < 101:
                await asyncio.sleep(0)
        begun_ns.append(drivers[0].work.measured_from_ns)
        return told

    told = run(main)
    planned = [begun_ns[0] + number * 4_000_000 for number in range(100)]
    at_least = sorted((end - due) // 1000 for end, due in zip(written, planned, strict=True))
    at_most = sorted((end - due) // 1000 for end, due in zip(arrived[1:], planned, strict=True))
    latency = Histogram(told["latency"])
    for percentile in (10, 25, 50, 75, 90, 99, 100):
        rank = max(0, -(-percentile * 100 // 100) - 1)
        assert at_least[rank] <= latency.percentile(percentile) <= at_most[rank] * 1.001 + 1
    began, ended = stalled
    for left_us in (20_000, 50_000, 100_000, 150_000):
        waiting = sum(began <= due <= ended - left_us * 1000 for due in planned)
        found = sum(count for index, count in told["latency"] if lowest_of(index) >= left_us * 0.999)
        assert found >= waiting > 0
    service = Histogram(told["service"])
    assert service.percentile(98) < latency.percentile(75), "the time of single requests hides it"


def test_redirects_are_followed_where_that_is_asked_for(run):
    async def main(follow):
        async def serve(server, reader, writer, _number):
            while True:
                head = await server.request(reader)
                hop = int(head.split(b" ")[1].rpartition(b"/")[2] or 0)
                if hop < 2:
                    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n\r\n" % (hop + 1))
                else:
                    writer.write(OK)

        async with serving(serve) as (server, url):
            told = await drive(url, requests=10, connections=2, follow=follow)
            return told, len(server.seen)

    followed, seen = run(lambda: main(True))
    assert (followed["sent"], followed["answered"], followed["statuses"], seen) == (10, 10, {200: 10}, 30)
    assert followed["connections"] == 2
    left, seen = run(lambda: main(False))
    assert (left["sent"], left["answered"], left["statuses"], seen) == (10, 10, {302: 10}, 10)


def test_redirects_lead_to_other_origins_and_not_in_circles(run):
    async def main():
        async with serving(answer_all) as (_, there):

            async def serve(server, reader, writer, number):
                while True:
                    head = await server.request(reader)
                    to = there.encode() if head.startswith(b"GET /away") else b"/round"
                    writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % to)

            async with serving(serve) as (_, here):
                away = await drive(f"{here}away", requests=6, connections=2, follow=True)
                return away, await drive(f"{here}round", requests=3, follow=True)

    away, circle = run(main)
    assert (away["answered"], away["statuses"]) == (6, {200: 6})
    assert (circle["failed"], circle["failures"][0].kind) == (3, ErrorClass.PROTOCOL)
    assert "circle" in circle["failures"][0].words


@pytest.mark.parametrize(
    ("expect", "kinds"),
    [
        pytest.param(["status=200"], {}, id="status"),
        pytest.param(["status=201"], {ErrorClass.EXPECT: 8}, id="another status"),
        pytest.param(["body=ok", "header.content-length='2'"], {}, id="body and header"),
        pytest.param(["body=ko"], {ErrorClass.EXPECT: 8}, id="another body"),
        pytest.param(["header.x-not-there={exists: true}"], {ErrorClass.EXPECT: 8}, id="no such header"),
        pytest.param(["time={lt: 1h}"], {}, id="time"),
    ],
)
@pytest.mark.parametrize("rate", [None, "1000/s"], ids=["closed", "open"])
def test_answers_are_held_against_what_is_expected(run, expect, kinds, rate):
    async def main():
        async with serving(answer_all) as (_, url):
            given = {} if rate is None else {"rate": parse_rate(rate)}
            return await drive(url, requests=8, connections=2, expect=tuple(expect), **given)

    told = run(main)
    assert {failure.kind: failure.count for failure in told["failures"]} == kinds
    assert told["statuses"] == {200: 8}
