"""Makes the reports of a run again, from its record or from single results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.load.gates.judging import hold, judged
from wherry.commands.load.record import Record
from wherry.commands.load.report import source
from wherry.commands.load.report.formats import need_rows
from wherry.commands.load.report.rebuild import Survey, record_of
from wherry.commands.load.report.rows import Sorted
from wherry.commands.load.report.writing import opened
from wherry.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.gates.gate import Gate
    from wherry.ui.env import Env
    from wherry.ui.report import Choice


def run(path: str, choices: Sequence[Choice], gates: Sequence[Gate], env: Env) -> ExitCode:
    """Write ``choices`` of what is at ``path``; ``gates``, if any, take the place of those that were judged there.

    Raises UsageError for what cannot be read, WherryError for a report that cannot be written, and NotMet where one of
    ``gates`` is not met.
    """
    with opened(choices, env, option="--to") as reports, source.opened(path) as content:
        if isinstance(content, Record):
            if need_rows(choices):
                raise UsageError(
                    f"{path}: a record knows no single requests, so it makes neither csv nor jsonl",
                    hint="ask for them when the run is made: wherry load --report jsonl=FILE",
                )
            record = _held_to(gates, content)
            reports.write(record)
        else:
            survey = Survey()
            with Sorted(survey.of(content)) as rows:
                record = _held_to(gates, record_of(rows.rows(), survey))
                reports.write(record, rows)
    if gates:
        hold(record)
    return ExitCode.DONE


def _held_to(gates: Sequence[Gate], record: Record) -> Record:
    return judged(record, gates) if gates else record
