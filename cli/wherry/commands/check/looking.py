"""One attempt at one check: sent, judged, captured from."""

from __future__ import annotations

import asyncio
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.again import Failure
from wherry.commands.check.captures import NotCaptured, looks_into_body, secrets_in, take
from wherry.commands.check.results import Status
from wherry.core import attempt
from wherry.core.expect import Verdict
from wherry.core.outcome import Outcome
from wherry.core.record import Record, replace
from wherry.core.target import Kind
from wherry.core.trace import Trace
from wherry.errors import WherryError
from wherry.net.attempt import rate_limit, sent
from wherry.net.failure import NetFailure, bounded
from wherry.net.probe import look
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.check.reach import Reach
    from wherry.commands.check.suite.planned import Planned, Ready
    from wherry.core.call import HttpCall
    from wherry.core.trace import Phase
    from wherry.net.authorization import Authorizer

# What a kind calls ready by itself, told as conditions are.
_READY: Final[Mapping[Kind, tuple[str, str]]] = {Kind.HTTP: ("status", "2xx"), Kind.EXEC: ("exit", "0")}
# What is spent on opening a connection. Of one that is open already there is nothing to be judged.
_OPENING: Final = frozenset({"dns", "connect", "proxy", "tls"})
_NONE: Final = Failure()


class Tried(Record):
    """What an attempt came to.

    ``captured`` are values by the capture's name, ``secrets`` the texts in the answer that are not to be shown;
    ``failure`` says what may follow.
    """

    status: Status
    words: str
    facts: Mapping[str, Any]
    phases: Mapping[Phase, float]
    reason: str | None = None
    unmet: tuple[Verdict, ...] = ()
    captured: Mapping[str, object] = MappingProxyType({})
    secrets: tuple[str, ...] = ()
    failure: Failure = _NONE


async def attempt_at(planned: Planned, ready: Ready, reach: Reach) -> Tried:
    """Try ``planned`` once, for as long as it may take; nothing that a server does raises."""
    trace = Trace(time.monotonic)
    loop = asyncio.get_running_loop()
    try:
        async with bounded(loop.time() + planned.timeout_s, trace):
            found = await _looked(planned, ready, reach, trace)
    except NetFailure as failure:  # the time is over
        found = Look(Outcome.UNMET, str(failure), reason=failure.reason, phase=failure.phase)
    except WherryError as exc:  # a credential cannot be had
        found = Look(Outcome.BROKEN, str(exc))
    trace.end()
    return _tried(planned, ready.call, found, trace.seconds)


async def _looked(planned: Planned, ready: Ready, reach: Reach, trace: Trace) -> Look:
    authorizer = None if ready.credential is None else await reach.authorizer(ready.credential)
    found = await _once(planned, ready, reach, trace, authorizer)
    # A token that has been revoked meanwhile is refused; another may be had.
    if authorizer is not None and found.facts.get("status") == 401 and await authorizer.renew():
        found = await _once(planned, ready, reach, trace, authorizer)
    return found


async def _once(planned: Planned, ready: Ready, reach: Reach, trace: Trace, authorizer: Authorizer | None) -> Look:
    call = ready.call
    if authorizer is not None and call is not None:
        headers = (("Authorization", await authorizer.header()), *call.headers)
        call = type(call)(call.method, headers, call.body)
    # A server may close what was kept just as we send: a GET is then sent again, a POST would fail for nothing.
    opens = (call is not None and not call.repeatable) or any(
        one.subject.family == "time" and one.subject.part in _OPENING for one in ready.conditions
    )
    return await look(
        ready.target, reach.network, trace, conditions=ready.conditions, call=call,
        client=None if opens else reach.client, body=looks_into_body(planned.captures),
    )  # fmt: skip


def _tried(planned: Planned, call: HttpCall | None, found: Look, phases: Mapping[Phase, float]) -> Tried:
    status, words, unmet = Status.PASSED, found.words, found.unmet
    captured: Mapping[str, object] = {}
    if found.outcome is not Outcome.MET:
        answered = found.outcome is Outcome.UNMET and found.reason is None
        status = Status.FAILED if answered else Status.ERROR
        if answered and not unmet:
            unmet = _not_ready(planned.kind, found)
    else:
        try:
            captured = take(planned.captures, found.facts)
        except NotCaptured as exc:
            status, words = Status.ERROR, str(exc)
    reason = None if found.reason is None else found.reason.value
    failure = _NONE if status is Status.PASSED else _failure(call, found)
    secrets = secrets_in(planned.captures, found.facts)
    return Tried(status, words, found.facts, phases, reason, unmet, captured, secrets, failure)


def _not_ready(kind: Kind, found: Look) -> tuple[Verdict, ...]:
    """What the kind itself expects, as an unmet condition."""
    if kind not in _READY:
        return ()
    subject, expected = _READY[kind]
    actual = str(found.facts.get(subject, "nothing"))
    if kind is Kind.EXEC:
        actual = found.words.removeprefix("exit code ")  # with what the command said last
    return (Verdict(False, found.words, subject, expected, actual),)


def _failure(call: HttpCall | None, found: Look) -> Failure:
    failure = Failure(broken=found.outcome is Outcome.BROKEN, sent=found.reason is None or sent(found.phase))
    if call is None:
        return failure
    status, headers = found.facts.get("status"), found.facts.get("header")
    asked_s = None
    if isinstance(status, int) and isinstance(headers, dict):
        fields = [(name, value) for name, values in headers.items() for value in values]
        told = next(iter(headers.get("retry-after", ())), None)
        asked_s = attempt.asked(status, told, rate_limit(fields), time.time())
    return replace(failure, asked_s=asked_s, repeatable=call.repeatable, method=call.method)
