"""A check in the HTML report: a row that opens, with everything that is known of it inside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.htmlbars import PHASES, bar, plain
from wherry.commands.check.results import Status
from wherry.core.quantity import format_duration, format_size
from wherry.ui.html.text import block, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.check.results import Attempt, Measured, Result, Unmet

# Stands for the attribute of a row that is open from the start; no text that is shown has this character.
OPEN: Final = "\x01"
# Each kind of row: its class, and the word for it.
KINDS: Final = {
    "f": "failed", "e": "error", "w": "warned", "k": "flaky", "p": "passed", "s": "skipped",
}  # fmt: skip
_FIRST_ATTEMPTS: Final = 3
_LAST_ATTEMPTS: Final = 17


def kind(result: Result) -> str:
    """The class of a check's row: `KINDS` has them."""
    if result.warns:
        return "w"
    if result.status is Status.PASSED:
        return "k" if result.flaky else "p"
    return {Status.FAILED: "f", Status.ERROR: "e", Status.SKIPPED: "s"}[result.status]


def check(result: Result, origin_s: float, anchor: str = "") -> str:
    """The list item of a check; ``anchor`` is its id, where something leads to it."""
    of = kind(result)
    place = f' id="{anchor}"' if anchor else ""
    tags = "".join(f"<em>{text(tag)}</em>" for tag in result.tags)
    words = f"passed at attempt {len(result.attempts)}" if of == "k" else "" if of == "p" else text(result.words)
    note = f"<small>{words}</small>" if words else ""
    took = "" if result.status is Status.SKIPPED else format_duration(result.seconds)
    return (
        f'<li class="{of}"{place}><details{OPEN if anchor else ""}><summary><b>{KINDS[of]}</b>'
        f"<span>{text(result.name)}{tags}{note}</span>{bar(result.attempts, result.measured, origin_s)}"
        f"<i>{took}</i></summary>{''.join(_inside(result))}</details></li>\n"
    )


def _inside(result: Result) -> Iterator[str]:
    if result.status is not Status.PASSED and not result.unmet and result.words:
        yield f"<p>{text(result.words)}</p>"
    for unmet in result.unmet:
        yield from _unmet(unmet)
    if len(result.attempts) > 1:
        yield from _attempts(result.attempts)
    yield "<dl>"
    if result.url:
        yield _pair("URL", text(result.url))
    yield _pair("In", text(f"{result.file}:{result.line}"))
    if result.status is Status.PASSED and result.words:
        yield _pair("Found", text(result.words))
    for label, value in _measured(result.measured):
        yield _pair(label, text(value))
    phases = [
        f'<i class="{PHASES.get(plain(name), "")}"></i>{text(plain(name))} {format_duration(seconds)}'
        for name, seconds in result.measured.phases.items()
    ]
    if phases:
        yield _pair("Phases", "<br>".join(phases))
    yield "</dl>"
    if result.request:
        yield f'<pre class="r">{whole(result.request)}</pre>'


def _unmet(unmet: Unmet) -> Iterator[str]:
    if not unmet.expected and not unmet.actual:
        yield f"<p>{text(unmet.words)}</p>"
    else:
        yield (
            f'<table><caption>{text(unmet.subject)}</caption><tr><th scope="row">expected</th>'
            f'<td>{block(unmet.expected)}</td></tr><tr><th scope="row">got</th>'
            f"<td>{block(unmet.actual)}</td></tr></table>"
        )
    if unmet.diff:
        lines = block("\n".join(unmet.diff)).split("\n")
        yield f'<pre class="d">{"".join(map(_changed, lines))}</pre>'


def _changed(line: str) -> str:
    mark = {"-": "del", "+": "ins"}.get(line[:1], "span")
    return f"<{mark}>{line or ' '}</{mark}>"


def _attempts(attempts: Sequence[Attempt]) -> Iterator[str]:
    left_out = len(attempts) - _FIRST_ATTEMPTS - _LAST_ATTEMPTS
    yield "<table><caption>Attempts</caption>"
    for place, attempt in enumerate(attempts):
        if left_out > 1 and _FIRST_ATTEMPTS <= place < _FIRST_ATTEMPTS + left_out:
            if place == _FIRST_ATTEMPTS:
                yield f'<tr><td colspan="3">{left_out} more attempts</td></tr>'
            continue
        words = text(attempt.words) or attempt.status.value
        yield (
            f'<tr><th scope="row">{attempt.number}</th><td class="n">{format_duration(attempt.seconds)}</td>'
            f"<td>{words}</td></tr>"
        )
    yield "</table>"


def _measured(of: Measured) -> Iterator[tuple[str, str]]:
    if of.status_code is not None:
        yield "Status", str(of.status_code)
    if of.size is not None:
        yield "Size", format_size(of.size)
    if of.http_version is not None:
        yield "HTTP", of.http_version
    if of.redirects:
        yield "Redirects", str(of.redirects)
    if of.tls_version is not None:
        yield "TLS", of.tls_version
    if of.expiry_s is not None:
        yield "Certificate until", _day(of.expiry_s)
    if of.ip is not None:
        yield "Address", of.ip
    if of.answers is not None:
        yield "Answers", str(of.answers)
    if of.grpc_status is not None:
        yield "gRPC status", str(of.grpc_status)


def _pair(label: str, value: str) -> str:
    return f"<dt>{label}<dd>{value}"


def _day(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):  # a certificate may say any year
        return f"{seconds:.0f} seconds since 1970"
