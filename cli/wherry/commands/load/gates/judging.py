"""Holds a record to gates. What is not there is not met; a run that was cut off is not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from wherry.commands.load.gates.finding import find
from wherry.commands.load.gates.subject import OF_A_SCHEDULE, Kind
from wherry.commands.load.record import Ended, Judged
from wherry.core.quantity import format_duration
from wherry.errors import NotMet, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from wherry.commands.load.gates.gate import Gate
    from wherry.commands.load.record import Record

_JUDGED: Final = frozenset({Ended.COMPLETE, Ended.GATE})


def judge(gate: Gate, record: Record) -> Judged:
    """Whether ``record`` is as ``gate`` has it, and in words what was found and how far off that is."""
    found = find(gate, record)
    if found.value is None:
        return Judged(expression=str(gate), met=False, words=found.words)
    value, bound = found.value, gate.bound
    met = {
        "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound,
        "==": value == bound, "!=": value != bound,
    }[gate.operator]  # fmt: skip
    words = _shown(value, gate.kind)
    return Judged(expression=str(gate), met=met, value=float(value), words=words if met else words + _off(value, gate))


def judged(record: Record, gates: Sequence[Gate]) -> Record:
    """``record`` with its gates judged or, where it was cut off, named."""
    if record.ended not in _JUDGED:
        return replace(record, unjudged=tuple(map(str, gates)))
    return replace(record, gates=tuple(judge(gate, record) for gate in gates))


def hold(record: Record) -> None:
    """Raises NotMet, which names them, where not all gates of ``record`` are met."""
    unmet = [gate.expression for gate in record.gates if not gate.met]
    if unmet:
        raise NotMet(f"{len(unmet)} of {len(record.gates)} gates not met: {', '.join(unmet)}")


def crossed(record: Record, gates: Sequence[Gate], *, least: int = 100) -> tuple[Judged, ...]:
    """The gates that a run which still goes on does not meet, so that it may as well end.

    None before ``least`` requests have ended, and none that may yet be met by going on as before: a count that is
    still to rise, a rate that is to be reached while the schedule climbs, a value that is not there yet.
    """
    if record.counts.answered + record.counts.failed < least:
        return ()
    found = (judge(gate, record) for gate in gates if not _may_rise(gate, record))
    return tuple(each for each in found if not each.met and each.value is not None)


def refuse_impossible(gates: Sequence[Gate], *, open_loop: bool) -> None:
    """Raises UsageError for a gate that cannot be met because of how requests are sent."""
    for gate in gates:
        if not open_loop and gate.subject.name in OF_A_SCHEDULE:
            words = _OF_A_SCHEDULE[gate.subject.name]
            raise UsageError(f"--gate {gate}: a closed loop has no schedule, so nothing is {words}", hint="give --rate")


_OF_A_SCHEDULE: Final = {"lag": "behind it", "late": "late", "dropped": "dropped"}


def _may_rise(gate: Gate, record: Record) -> bool:
    if gate.kind is Kind.COUNT:
        return gate.operator in (">", ">=", "!=") or (gate.operator == "==" and _below(gate, record))
    # A ramp or stages: what is reached on average by now says nothing of the end.
    return gate.kind is Kind.RATE and gate.operator in (">", ">=") and not {*":@"}.isdisjoint(record.plan.rate or "")


def _below(gate: Gate, record: Record) -> bool:
    found = find(gate, record)
    return found.value is None or found.value < gate.bound


def _off(value: Fraction, gate: Gate) -> str:
    bound, kind = gate.bound, gate.kind
    if value == bound:
        return ", which it must not be" if gate.operator == "!=" else ", exactly the limit"
    way = "above" if value > bound else "below"
    if kind is Kind.SHARE:
        points = _digits(abs(value - bound) * 100)
        return f", {way} by {points} point{'' if points == '1' else 's'}"
    share = f" ({_digits(abs(value - bound) / bound * 100)}%)" if bound else ""
    return f", {way} by {_shown(abs(value - bound), kind)}{share}"


def _shown(value: Fraction, kind: Kind) -> str:
    match kind:
        case Kind.DURATION:
            return format_duration(float(value))
        case Kind.SHARE:
            return f"{_digits(value * 100)}%"
        case Kind.RATE:
            return f"{_digits(value)}/s"
        case Kind.COUNT:
            return str(int(value))


def _digits(value: Fraction) -> str:
    """At least three digits, and never an exponent."""
    return f"{float(value):.0f}" if value >= 1000 else f"{float(f'{float(value):.3g}'):f}".rstrip("0").rstrip(".")
