"""What a request says: lines for people, one document for programs."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wherry.commands.request import jsontext
from wherry.commands.request.events import (
    Cut,
    Kept,
    LeftOrigin,
    NotRetried,
    Paged,
    Pausing,
    Received,
    Receiving,
    Redirected,
    Restarting,
    Resuming,
    Retrying,
    Saved,
    Sending,
    TokenFetched,
)
from wherry.commands.request.pretty import pretty_json
from wherry.core.quantity import format_duration, format_size
from wherry.core.redact import is_secret_header, redact_url
from wherry.core.secret import MASK
from wherry.core.trace import Phase
from wherry.ui.console import printable
from wherry.ui.progress import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wherry.commands.request.events import Event, Headers
    from wherry.ui.paint import Paint

_PHASES: Final = {phase: phase.value.replace(" ", "_") for phase in Phase}


def line(event: Event, verbosity: int, paint: Paint) -> str | None:
    """What is said of ``event`` on stderr, None where nothing is. The heads of messages need ``verbosity``."""
    match event:
        case Retrying():
            wait = f"in {format_duration(event.wait_s)}" if event.wait_s else "now"
            return f"{event.why}; retry {event.number} of {event.of} {wait}"
        case NotRetried() if verbosity or not event.minor:
            return f"not retried: {event.why}"
        case Pausing():
            return f"the rate limit is used up; waiting {format_duration(event.seconds)}"
        case LeftOrigin():
            return f"the next page is at another origin, {redact_url(event.url)}; credentials are not sent there"
        case Cut():
            return f"stopped after {event.pages} page{'s' * (event.pages != 1)}; there are more"
        case Resuming():
            return f"resuming {event.path} after {format_size(event.offset)}"
        case Restarting():
            return f"beginning anew: {event.why}"
        case Saved():
            return f"saved {event.path} ({format_size(event.size)})"
        case Kept():
            return f"kept the first {format_size(event.size)} of {event.path}; --continue goes on from there"
    return _detail(event, paint) if verbosity else None


def _detail(event: Event, paint: Paint) -> str | None:
    match event:
        case Sending():
            parts = urlsplit(redact_url(event.url))
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            head = [f"{event.method} {target}", *map(_field, masked(event.headers))]
            return "\n".join(paint(">", "dim") + " " + text for text in head)
        case Received():
            head = [status_line(event.version, event.status, event.reason), *map(_field, masked(event.headers))]
            return "\n".join(paint("<", "dim") + " " + text for text in head)
        case Redirected():
            dropped = "; another origin: credentials are not sent there" if event.crossed else ""
            return f"redirected ({event.status}) to {event.method} {redact_url(event.url)}{dropped}"
        case TokenFetched():
            lifetime = "" if event.lifetime_s is None else f", valid for {format_duration(event.lifetime_s)}"
            return f"fetched a token from {redact_url(event.url)}{lifetime}"
        case Paged():
            return f"page {event.number}: {event.items} item{'s' * (event.items != 1)}"
    return None


def progress(event: Receiving, rate: float, columns: int) -> str:
    """How far a download is, in ``columns``; ``rate`` is bytes in a second."""
    parts = [format_size(event.size)]
    if event.total:
        parts = [f"{100 * event.size // event.total}% of {format_size(event.total)}"]
    parts.append(f"{format_size(round(rate))}/s")
    if event.total and rate > 0:
        parts.append(f"{format_duration(max(1, round((event.total - event.size) / rate)))} left")
    return clip("  ".join([printable(event.path.name), *parts]), columns)


def status_line(version: str, status: int, reason: str) -> str:
    """``HTTP/1.1 200 OK``."""
    return f"HTTP/{version} {status} {reason}".rstrip()


def head(
    version: str, status: int, reason: str, headers: Iterable[tuple[str, str]], paint: Paint, *, terminal: bool
) -> str:
    """The head of a response for --include, with the empty line after it; as it is, but for a ``terminal``."""
    safe = printable if terminal else str
    lines = [paint(safe(status_line(version, status, reason)), "bold")]
    lines += [f"{paint(name, 'cyan')}: {safe(value)}" for name, value in headers]
    return "\n".join([*lines, "", ""])


def masked(headers: Iterable[tuple[str, str]]) -> Headers:
    """``headers`` with the values of those that carry credentials as a rule replaced; a scheme is left."""
    return tuple((name, _mask(value) if is_secret_header(name) else value) for name, value in headers)


def _mask(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK


def _field(field: tuple[str, str]) -> str:
    return f"{field[0]}: {printable(field[1])}"


def timing(phases: Mapping[Phase, float], total_s: float) -> str:
    """One line a phase, in the order in which they happen, and the sum."""
    rows = [(phase.value, phases[phase]) for phase in Phase if phase in phases]
    return "\n".join(f"{name:<12}{format_duration(seconds):>10}" for name, seconds in [*rows, ("total", total_s)])


def shown_body(body: bytes, content_type: str, charset: str, paint: Paint, *, terminal: bool) -> str:
    """A body as text for a person, without its last line break; a binary one is only named.

    For a ``terminal``, JSON is indented and what would move the cursor is spelled out.
    """
    try:
        text = body.decode(charset)
        if "\0" in text:
            raise ValueError
    except ValueError:
        return f"({format_size(len(body))} of {content_type.partition(';')[0] or 'no stated type'})"
    if terminal:
        text = printable(text)
        text = pretty_json(text, paint) or text
    return text.rstrip("\r\n")


def document(
    *,
    method: str,
    url: str,
    response: Mapping[str, Any] | None,
    attempts: Sequence[Mapping[str, Any]],
    verdicts: Sequence[tuple[bool, str]],
    pages: int | None,
    error: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The report. Fields:

    ``request`` (method, url); ``response`` (see :func:`response_fields`; null when there was none); ``attempts`` before
    the last, each with words, status, reason, seconds and wait_s; ``expect``, each with met and words; ``pages``, null
    without --paginate; ``error`` (words, reason), null when the answer is yes. Secrets are masked.
    """
    return {
        "request": {"method": method, "url": redact_url(url)},
        "response": response,
        "attempts": list(attempts),
        "expect": [{"met": met, "words": words} for met, words in verdicts],
        "pages": pages,
        "error": error,
    }


def response_fields(
    *, status: int, reason: str, version: str, url: str, ip: str, headers: Headers, redirects: Iterable[Redirected],
    phases: Mapping[Phase, float], total_s: float,
) -> dict[str, Any]:  # fmt: skip
    """``headers`` by lower-case name, each a list; ``timing`` in seconds by phase, and total."""
    fields: dict[str, list[str]] = {}
    for name, value in masked(headers):
        fields.setdefault(name.lower(), []).append(value)
    return {
        "status": status,
        "reason": reason,
        "version": version,
        "url": redact_url(url),
        "ip": ip,
        "headers": fields,
        "redirects": [{"status": hop.status, "method": hop.method, "url": redact_url(hop.url)} for hop in redirects],
        "timing": {**{_PHASES[phase]: round(s, 6) for phase, s in phases.items()}, "total": round(total_s, 6)},
    }


def body_fields(body: bytes | Path) -> dict[str, Any]:
    """``body_form`` and ``body``: the value of ``json``, the ``text`` in UTF-8, ``base64``, or a ``file``'s path."""
    if isinstance(body, Path):
        return {"body_form": "file", "body": str(body)}
    try:
        return {"body_form": "json", "body": jsontext.decode(body)}
    except ValueError:
        pass
    try:
        return {"body_form": "text", "body": body.decode()}
    except UnicodeDecodeError:
        return {"body_form": "base64", "body": b64encode(body).decode()}
