"""From what was tried to a result without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.results import Attempt, Measured, Result, Status, Unmet
from wherry.core.record import replace
from wherry.core.trace import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wherry.commands.check.plan import Job, Skipped
    from wherry.commands.check.suite.planned import Planned
    from wherry.core.expect import Verdict

    Mask = Callable[[str], str]

_NAMES: Final[Mapping[Phase, str]] = {phase: phase.value.replace(" ", "_") for phase in Phase}
# Of a check that is tried for minutes, so many attempts are on record: the first and the last.
MOST_ATTEMPTS: Final = 100


def of_job(job: Job, seconds: float, mask: Mask) -> Result:
    """The result of a check that was tried, which ended as its last attempt did."""
    last = job.attempts[-1]
    passed = last.status is Status.PASSED
    return _result(
        job.planned,
        mask,
        url=job.ready.target.shown if job.ready is not None else job.planned.url,
        status=last.status,
        words=last.words,
        began_s=job.began_s,
        seconds=seconds,
        attempts=tuple(job.attempts),
        measured=job.measured,
        request=mask(job.ready.request) if job.ready is not None else "",
        flaky=passed and job.tries > 1,
    )


def of_skipped(skipped: Skipped, now_epoch_s: float, mask: Mask) -> Result:
    """The result of a check that was not tried."""
    return _result(
        skipped.planned,
        mask,
        url=skipped.planned.url,
        status=skipped.status,
        words=mask(skipped.words),
        began_s=now_epoch_s,
        seconds=0.0,
    )


def attempt(
    number: int,
    began_s: float,
    seconds: float,
    status: Status,
    words: str,
    mask: Mask,
    *,
    reason: str | None = None,
    unmet: Sequence[Verdict] = (),
) -> Attempt:
    """One try, without secrets."""
    shown = tuple(
        Unmet(
            mask(verdict.subject),
            mask(verdict.expected),
            mask(verdict.actual),
            mask(verdict.words),
            tuple(map(mask, verdict.diff)),
        )
        for verdict in unmet
    )
    return Attempt(number, began_s, seconds, status, mask(words), reason, shown)


def with_words(attempt: Attempt, words: str) -> Attempt:
    """The same with other words."""
    return replace(attempt, words=words)


def noted(attempts: list[Attempt], new: Attempt) -> None:
    """Put ``new`` on record; of very many attempts, those in the middle go."""
    attempts.append(new)
    if len(attempts) > MOST_ATTEMPTS:
        del attempts[MOST_ATTEMPTS // 2]


def measured(facts: Mapping[str, Any], phases: Mapping[Phase, float], *, is_http: bool) -> Measured:
    """The numbers among the facts of a look."""
    cert, tls, grpc = facts.get("cert"), facts.get("tls"), facts.get("grpc")
    ip, answers = facts.get("ip"), facts.get("answers")
    return Measured(
        phases={_NAMES[phase]: phases[phase] for phase in Phase if phase in phases},
        status_code=facts.get("status"),
        size=_size(facts),
        http_version=facts.get("version") if is_http else None,
        redirects=facts.get("redirects"),
        tls=tls is not None,
        tls_version=tls["version"] if tls else None,
        expiry_s=cert["not_after"] if cert else None,
        ip=ip or None,
        ip_version=(6 if ":" in ip else 4) if ip else None,
        answers=None if answers is None else len(answers),
        grpc_status=grpc["status"] if grpc else None,
    )


def _size(facts: Mapping[str, Any]) -> int | None:
    """Bytes of the body: counted where it was read, else as the server tells."""
    if (size := facts.get("size")) is not None:
        return int(size)
    told = facts.get("header", {}).get("content-length", ())
    return int(told[0]) if told and told[0].isascii() and told[0].isdecimal() and len(told[0]) < 19 else None


def in_round(result: Result, number: int) -> Result:
    """``result`` of a run that is one of several: reports tell cases apart by their names."""
    return replace(result, name=f"{result.name} (round {number})")


def _result(planned: Planned, mask: Mask, *, url: str, **fields: Any) -> Result:
    return Result(
        index=planned.index,
        suite=planned.suite,
        group=planned.group,
        name=mask(planned.name),
        file=planned.file,
        line=planned.line,
        kind=planned.kind.value,
        url=mask(url),
        tags=planned.tags,
        severity=planned.severity,
        **fields,
    )
