"""What may start, and what is skipped and why: without a clock and without a socket."""

from __future__ import annotations

from wherry.commands.check import plan
from wherry.commands.check.plan import Agenda, Cause, Idle, Job, Over, Start
from wherry.commands.check.results import Severity, Status
from wherry.commands.check.suite.planned import Planned
from wherry.core.target import Kind


class Unused:
    """A recipe that no plan looks into."""

    def resolve(self, values):
        raise AssertionError

    def expand(self, planned, values, first):
        raise AssertionError


def check(index: int, *needs: int, **fields) -> Planned:
    given = {"severity": Severity.ERROR, **fields}
    return Planned(
        index, "suite", "", "abcdefghijklmnop"[index], "suite.yaml", index + 1, Kind.HTTP, "http://h/",
        recipe=Unused(), needs=needs, **given,
    )  # fmt: skip


def start(agenda: Agenda, now: float = 0.0) -> str:
    step = agenda.next(now)
    return step.job.planned.name if isinstance(step, Start) else type(step).__name__


def started(agenda: Agenda, now: float = 0.0) -> list[Job]:
    """Everything that can start now."""
    jobs = []
    while isinstance(step := agenda.next(now), Start):
        jobs.append(step.job)
    return jobs


def names(jobs) -> str:
    return "".join(job.planned.name for job in jobs)


def failed(planned: Planned) -> Cause | None:
    return plan.cause(planned, Status.FAILED)


def told(skipped) -> list[tuple[str, str, Status]]:
    return [(one.planned.name, one.words, one.status) for one in skipped]


class TestOrder:
    def test_all_that_needs_nothing_starts_in_order(self):
        agenda = Agenda([check(0), check(1), check(2)])
        assert [start(agenda) for _ in range(4)] == ["a", "b", "c", "Idle"]

    def test_it_is_over_once_all_have_ended(self):
        agenda = Agenda([check(0)])
        [job] = started(agenda)
        assert agenda.next(0.0) == Idle()
        assert agenda.end(job.planned, None) == []
        assert agenda.next(0.0) == Over()

    def test_what_needs_another_waits_for_it(self):
        agenda = Agenda([check(0, 2), check(1), check(2, 1)])
        order = []
        while jobs := started(agenda):
            order.append(names(jobs))
            for job in jobs:
                agenda.end(job.planned, None)
        assert order == ["b", "c", "a"]

    def test_all_needs_have_to_end(self):
        agenda = Agenda([check(0), check(1), check(2, 0, 1)])
        first, second = started(agenda)
        agenda.end(second.planned, None)
        assert start(agenda) == "Idle"
        agenda.end(first.planned, None)
        assert start(agenda) == "c"

    def test_a_need_that_is_not_part_of_the_run_is_no_need(self):
        assert start(Agenda([check(3, 0)])) == "d"

    def test_ten_thousand_in_a_chain(self):
        length = 10_000
        checks = [
            Planned(index, "s", "", f"c{index}", "f", 1, Kind.HTTP, "u", Severity.ERROR, Unused(),
                    needs=(index - 1,) if index else ())
            for index in range(length)
        ]  # fmt: skip
        agenda = Agenda(checks)
        [job] = started(agenda)
        skipped = agenda.end(job.planned, failed(job.planned))
        assert [one.planned.index for one in skipped] == list(range(1, length))
        assert {one.words for one in skipped} == {"c0 failed"}
        assert agenda.next(0.0) == Over()


class TestSkipping:
    def test_what_needs_it_and_what_needs_that(self):
        agenda = Agenda([check(0), check(1, 0), check(2, 1), check(3)])
        first, _ = started(agenda)
        skipped = agenda.end(first.planned, failed(first.planned))
        assert told(skipped) == [("b", "a failed", Status.SKIPPED), ("c", "a failed", Status.SKIPPED)]

    def test_each_once(self):
        agenda = Agenda([check(0), check(1), check(2, 0, 1)])
        first, second = started(agenda)
        assert told(agenda.end(first.planned, failed(first.planned))) == [("c", "a failed", Status.SKIPPED)]
        assert agenda.end(second.planned, failed(second.planned)) == []
        assert agenda.next(0.0) == Over()

    def test_a_warning_that_skips_what_matters_does_not_pass_unnoticed(self):
        agenda = Agenda(
            [check(0, severity=Severity.WARN), check(1, 0), check(2, 1), check(3, 0, severity=Severity.WARN)]
        )
        [job] = started(agenda)
        assert told(agenda.end(job.planned, failed(job.planned))) == [
            ("b", "not tried: a failed, which by itself only warns", Status.ERROR),
            ("d", "a failed", Status.SKIPPED),
            ("c", "a failed", Status.SKIPPED),
        ]

    def test_what_always_runs_waits_for_all_that_it_needs_however_they_end(self):
        agenda = Agenda([check(0), check(1), check(2, 0, 1, always=True)])
        first, second = started(agenda)
        assert agenda.end(first.planned, failed(first.planned)) == []
        assert start(agenda) == "Idle"
        agenda.end(second.planned, None)
        [job] = started(agenda)
        assert job.planned.name == "c"
        assert agenda.cause_of(job.planned) == Cause("a failed", matters=True)

    def test_what_always_runs_after_what_was_skipped(self):
        agenda = Agenda([check(0), check(1, 0), check(2, 1, always=True)])
        [job] = started(agenda)
        assert told(agenda.end(job.planned, failed(job.planned))) == [("b", "a failed", Status.SKIPPED)]
        assert start(agenda) == "c"


class TestPausing:
    def test_a_paused_check_comes_back_when_it_is_due_and_first(self):
        agenda = Agenda([check(0), check(1)])
        step = agenda.next(0.0)
        agenda.pause(step.job, 5.0)
        assert start(agenda, 5.0) == "a"
        assert start(agenda, 5.0) == "b"

    def test_nothing_else_to_do_until_then(self):
        agenda = Agenda([check(0)])
        [job] = started(agenda)
        agenda.pause(job, 5.0)
        assert agenda.next(1.0) == Idle(5.0)

    def test_the_same_job_goes_on(self):
        agenda = Agenda([check(0)])
        [job] = started(agenda)
        job.tries = 3
        agenda.pause(job, 5.0)
        assert agenda.next(6.0).job is job


class TestLists:
    def test_who_needs_a_list_waits_for_all_that_is_made_of_it(self):
        listed, child, sibling, after = check(0, listed=True), check(5, origin=0), check(6, origin=0), check(1, 0)
        agenda = Agenda([listed, after])
        [job] = started(agenda)
        assert agenda.expand(job.planned, [child, sibling]) == []
        first, second = started(agenda)
        agenda.end(first.planned, None)
        assert start(agenda) == "Idle"
        agenda.end(second.planned, None)
        assert start(agenda) == "b"

    def test_one_of_them_that_fails_fails_the_list(self):
        agenda = Agenda([check(0, listed=True), check(1, 0)])
        [job] = started(agenda)
        agenda.expand(job.planned, [check(5, origin=0), check(6, origin=0)])
        first, second = started(agenda)
        assert agenda.end(first.planned, failed(first.planned)) == []
        assert told(agenda.end(second.planned, None)) == [("b", "f failed", Status.SKIPPED)]

    def test_an_empty_one_lets_the_others_go_on(self):
        agenda = Agenda([check(0, listed=True), check(1, 0)])
        [job] = started(agenda)
        agenda.expand(job.planned, [])
        assert start(agenda) == "b"

    def test_made_after_everything_was_cut_off(self):
        agenda = Agenda([check(0, listed=True), check(1)])
        listed, _other = started(agenda)
        agenda.cut("enough")
        assert told(agenda.expand(listed.planned, [check(5, origin=0)])) == [("f", "enough", Status.SKIPPED)]


class TestCutting:
    def test_all_that_has_not_started_is_skipped_but_for_what_always_runs(self):
        agenda = Agenda([check(0), check(1, 0), check(2), check(3, 1, always=True), check(4, always=True)])
        step = agenda.next(0.0)
        skipped, jobs = agenda.cut("the deadline passed")
        assert told(skipped) == [
            ("b", "the deadline passed", Status.SKIPPED),
            ("c", "the deadline passed", Status.SKIPPED),
        ]
        assert jobs == []
        assert names(started(agenda)) == "de"
        agenda.end(step.job.planned, Cause("cut off", matters=True))

    def test_what_is_under_way_is_waited_for_by_what_always_runs(self):
        agenda = Agenda([check(0), check(1, 0, always=True)])
        step = agenda.next(0.0)
        agenda.cut("enough")
        assert start(agenda) == "Idle"
        agenda.end(step.job.planned, failed(step.job.planned))
        assert start(agenda) == "b"

    def test_what_is_paused_is_handed_out_to_be_ended(self):
        agenda = Agenda([check(0)])
        [job] = started(agenda)
        agenda.pause(job, 5.0)
        assert agenda.cut("enough") == ([], [job])
        agenda.end(job.planned, failed(job.planned))
        assert agenda.next(9.0) == Over()

    def test_only_once(self):
        agenda = Agenda([check(0)])
        agenda.cut("enough")
        assert agenda.cut("again") == ([], [])
        assert agenda.is_cut

    def test_what_no_time_is_left_for(self):
        agenda = Agenda([check(0, always=True), check(1, 0, always=True)])
        started(agenda)
        assert [one.name for one in agenda.rest()] == ["b"]
