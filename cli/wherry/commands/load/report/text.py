"""The report for people: 80 columns, the numbers that matter first, and nothing that flatters them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Distribution
from wherry.commands.load.report import words
from wherry.commands.load.report.words import per_second, share
from wherry.core.quantity import format_duration, format_size
from wherry.ui.plain import no_command, one_line
from wherry.ui.progress import cells, clip, pad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from wherry.commands.load.record import Record
    from wherry.ui.paint import Paint

    Shown: TypeAlias = tuple[str, ...]  # words and their styles, which are those of `ui.paint.Paint`

_WIDTH: Final = 80
_LABEL: Final = 12
_VALUE: Final = 8
_STATE: Final = 8
_LONGEST_GATE: Final = 30
_MOST_FAILURES: Final = 10
_MOST_TARGETS: Final = 20


def render(record: Record, paint: Paint) -> str:
    """The whole report; each line ends with a newline, and none moves a terminal's cursor or commands a CI system."""
    return "".join(f"{line}\n" for line in _Text(record, paint).lines())


class _Text:
    def __init__(self, record: Record, paint: Paint) -> None:
        self._record = record
        self._paint = paint

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for section in (self._numbers(), self._latency(), self._answers(), self._targets(), self._gates()):
            lines = [*section]
            if lines:
                yield ""
                yield from lines

    def _head(self) -> Iterator[str]:
        of = self._record
        yield from self._prose(f"{of.name}: {words.asked(of.plan)}" if of.name else words.asked(of.plan), "bold")
        yield from self._prose(words.planned(of.plan))
        for expected in of.plan.expect:
            yield from self._prose(f"expected: {expected}")
        if words.ended(of):
            yield from self._prose(words.ended(of), "yellow")

    def _numbers(self) -> Iterator[str]:
        of, counts = self._record, self._record.counts
        planned = f" of {counts.planned:,} planned" if counts.planned is not None else ""
        yield from self._row("requests", [
            (f"{counts.sent:,} sent{planned} in {format_duration(of.elapsed_s)}",),
            (f"{counts.answered:,} answered",),
            (f"{counts.failed:,} failed", *_red(counts.failed)),
            *([(f"{counts.cut:,} under way at the end",)] if counts.cut else []),
        ])  # fmt: skip
        yield from self._row("rate", self._rates())
        if of.plan.mode == "open":
            lag = of.lag or Distribution(count=0)
            yield from self._row("schedule", [
                (f"{counts.late:,} late", *_yellow(counts.late)),
                *([] if words.read(of.plan) else [(f"{counts.dropped:,} dropped", *_red(counts.dropped))]),
                (f"lag {_time(lag.percentiles.get('99'))} at p99",), (f"{_time(lag.max_us)} at most",),
            ])  # fmt: skip
        wire = f"{format_size(of.wire_in)} in and {format_size(of.wire_out)} out over the wire"
        yield from self._row("bytes", [(f"{format_size(of.bytes_in)} of bodies",), *([(wire,)] if of.wire_in else [])])
        if counts.connections:
            yield from self._row("connections", [
                (f"{counts.connections:,} opened",), (f"{words.count(counts.reused, 'request')} on a kept one",),
                *([(f"{counts.retried:,} sent again",)] if counts.retried else []),
            ])  # fmt: skip
        for warning in words.warnings(of):
            yield from self._row("warning", [(warning, "yellow")])

    def _rates(self) -> list[Shown]:
        of = self._record
        achieved, answered = f"{per_second(of.achieved_per_s)} sent", f"{per_second(of.throughput_per_s)} answered"
        if not of.target_per_s:
            return [(achieved,), (answered,)]
        of_target = share(of.achieved_per_s / of.target_per_s)
        return [(f"{per_second(of.target_per_s)} is the target",), (f"{achieved} ({of_target})",), (answered,)]

    def _latency(self) -> Iterator[str]:
        of = self._record
        names = ("mean", *(f"p{name}" for name in words.PERCENTILES), "max")
        yield self._paint(" " * _LABEL + "".join(f"{name:>{_VALUE}}" for name in names), "dim")
        yield self._values("latency", of.latency, "bold")
        if of.counts.failed:
            yield self._values("answered", of.successful)
        if of.plan.mode == "open":
            yield self._values("service", of.service)
            yield self._values("lag", of.lag or Distribution(count=0))
        for name, phase in of.phases.items():
            yield self._values(name, phase, "dim")
        yield from self._prose(words.LATENCY[of.plan.mode], "dim")

    def _values(self, name: str, of: Distribution, *styles: str) -> str:
        values = [of.mean_us, *words.percentiles(of), of.max_us]
        return self._paint(_label(name) + "".join(f"{_time(value):>{_VALUE}}" for value in values), *styles)

    def _answers(self) -> Iterator[str]:
        of = self._record
        statuses = sorted(of.statuses.items())
        if statuses:
            yield from self._row("statuses", [(f"{code}: {number:,}",) for code, number in statuses])
        failures = sorted(of.failures, key=lambda each: -each.count)
        width = max((len(f"{each.count:,}") for each in failures), default=0)
        label = "failures"
        for each in failures[:_MOST_FAILURES]:
            head = f"{each.count:>{width},}  {each.kind.value:<8}  "
            for line in _wrapped(each.words, _WIDTH - _LABEL - len(head)):
                yield f"{_label(label)}{head}{line}"
                label, head = "", " " * len(head)
        more = failures[_MOST_FAILURES:]
        if more:
            yield f"{_label('')}{sum(each.count for each in more):>{width},}  others, of {len(more)} wordings"

    def _targets(self) -> Iterator[str]:
        targets = self._record.targets
        if not targets:
            return
        names = ("sent", "failed", "p50", "p99", "max")
        room = _WIDTH - _VALUE * len(names)
        yield self._paint(f"{'targets':<{room}}" + "".join(f"{name:>{_VALUE}}" for name in names), "dim")
        for each in targets[:_MOST_TARGETS]:
            of = each.latency
            times = (
                of.percentiles.get("50"),
                of.percentiles.get("99") if of.count >= words.PERCENTILES["99"] else None,
            )
            failed = self._paint(f"{_number(each.failed):>{_VALUE}}", *_red(each.failed))
            yield (
                f"{pad(clip(_plain(each.name), room - 1), room)}{_number(each.sent):>{_VALUE}}{failed}"
                + "".join(f"{_time(value):>{_VALUE}}" for value in (*times, of.max_us))
            )
        if len(targets) > _MOST_TARGETS:
            yield f"and {len(targets) - _MOST_TARGETS} more"

    def _gates(self) -> Iterator[str]:
        of = self._record
        lengths = [cells(_plain(gate.expression)) for gate in of.gates]
        width = max((length for length in lengths if length <= _LONGEST_GATE), default=0)
        room = _WIDTH - _LABEL - _STATE
        label = "gates"
        for gate, length in zip(of.gates, lengths, strict=True):
            head = _label(label) + (self._paint("ok    ", "green") if gate.met else self._paint("FAILED", "red")) + "  "
            found = _wrapped(gate.words, room - width - 2) or [""]
            if length > width:
                yield head + _ends(_plain(gate.expression), room)
            else:
                yield f"{head}{pad(_plain(gate.expression), width)}  {found.pop(0)}".rstrip()
            yield from (" " * (_LABEL + _STATE + width + 2) + line for line in found if line)
            label = ""
        if of.unjudged:
            cut_off = "not judged, for the run was cut off: "
            yield from self._row("gates", [(cut_off + ", ".join(of.unjudged), "yellow")])
        if of.gates:
            ok = all(gate.met for gate in of.gates)
            state = self._paint("ok", "green", "bold") if ok else self._paint("FAILED", "red", "bold")
            yield from ("", f"{state}  {words.verdict(of)}")

    def _row(self, label: str, parts: Sequence[Shown]) -> Iterator[str]:
        """``parts`` after their label, separated by commas, on as many lines as they need."""
        line = _label(label)
        used = 0
        for number, (text, *styles) in enumerate(parts, 1):
            comma = "," if number < len(parts) else ""
            for place, piece in enumerate(_wrapped(text, _WIDTH - _LABEL - 1)):
                if used and (place or used + 1 + cells(piece) + len(comma) > _WIDTH - _LABEL):
                    yield line
                    line, used = _label(""), 0
                line += (" " if used else "") + self._paint(piece, *styles)
                used += (1 if used else 0) + cells(piece)
            line += comma
            used += len(comma)
        yield line

    def _prose(self, text: str, *styles: str) -> Iterator[str]:
        for line in _wrapped(text, _WIDTH):
            yield self._paint(line, *styles)


def _wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken between words; what is longer loses its end."""
    lines: list[str] = []
    for word in map(no_command, one_line(text).split()):
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(clip(word, width))
    return lines


def _label(name: str) -> str:
    return pad(clip(_plain(name), _LABEL - 1), _LABEL)


def _ends(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns without its middle: a gate's end says what it is about."""
    if cells(text) <= width:
        return text
    tail = clip(text[::-1], width // 2)[::-1]
    return clip(text, width - cells(tail)) + tail.removeprefix("…")


def _plain(text: str) -> str:
    return no_command(one_line(text))


def _number(of: int) -> str:
    """In a column of `_VALUE`."""
    if of < 10_000_000:
        return str(of)
    return f"{of / 1e6:.0f}M" if of < 1e12 else f"{of / 1e12:.0f}T"


def _time(us: float | None) -> str:
    return "-" if us is None else format_duration(us / 1_000_000)


def _red(number: int) -> tuple[str, ...]:
    return ("red",) if number else ()


def _yellow(number: int) -> tuple[str, ...]:
    return ("yellow",) if number else ()
