"""Single requests as vegeta writes and reads them: a line of JSON or of CSV each.

The fields and columns are those of its Result (https://github.com/tsenart/vegeta, lib/results.go): JSON lines have the
same keys, and two more, which vegeta passes over: ``service``, the nanoseconds since the request was sent, and
``kind``, the class of a failure, empty for what was answered. CSV has its twelve columns, for vegeta takes no line
with more:

    timestamp (ns since 1970), code, latency (ns), bytes out, bytes in, error, body, attack, seq, method, url, headers

Bodies and headers are left empty. ``seq`` counts from 0 in the order of time: `vegeta plot` needs that.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.record import ErrorClass
from wherry.commands.load.report.rows import Row
from wherry.core.jsontext import printable
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NS: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = 500
_COLUMNS: Final = 12
_LEAST_COLUMNS: Final = 6  # what the first versions of vegeta wrote ended with the error
_CODES: Final = 1000
_MOST: Final = 2**63
_NUMBERS: Final = ("code", "latency", "bytes out", "bytes in")
_QUOTE: Final = '"'
_NEEDS_QUOTES: Final = re.compile(r'^\s|^\\\.$|[",\r\n]')
_INTEGER: Final = re.compile(r"-?[0-9]{1,19}")
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_KINDS: Final = frozenset({"", *(kind.value for kind in ErrorClass)})
_WORDS: Final = tuple(
    (kind, re.compile(words))
    for kind, words in (
        (ErrorClass.DNS, "no such host|server misbehaving"),
        (ErrorClass.TIMEOUT, "[Tt]imeout|deadline exceeded"),
        (ErrorClass.PROXY, "proxyconnect"),
        (ErrorClass.TLS, "x509:|tls:"),
        (ErrorClass.CONNECT, "refused|unreachable|no route|assign requested|^dial|: dial"),
        (ErrorClass.RESET, "connection reset|broken pipe"),
        (ErrorClass.CLOSED, "EOF|closed"),
    )
)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A line of JSON. Only what every version of vegeta writes must be there."""

    attack: str | None = None
    seq: int | None = None
    code: int
    timestamp: str
    latency: int
    bytes_out: int | None = None
    bytes_in: int | None = None
    error: str | None = None
    body: msgspec.Raw = msgspec.Raw(b'""')
    method: str | None = None
    url: str | None = None
    headers: msgspec.Raw = msgspec.Raw(b"null")
    service: int | None = None
    kind: str | None = None


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Result)


def json_lines(rows: Iterable[Row], attack: str) -> Iterator[str]:
    """``rows`` as lines, some at a time."""
    for some in _some(rows):
        yield "".join(_json_line(seq, row, attack) for seq, row in some)


def csv_lines(rows: Iterable[Row], attack: str) -> Iterator[str]:
    """``rows`` as lines, some at a time."""
    for some in _some(rows):
        yield "".join(_csv_line(seq, row, attack) for seq, row in some)


def _some(rows: Iterable[Row]) -> Iterator[list[tuple[int, Row]]]:
    numbered = enumerate(rows)
    while some := [*islice(numbered, _AT_ONCE)]:
        yield some


def from_json(line: bytes) -> tuple[Row, str]:
    """The row of a line, and the name of its attack. Raises ValueError, which says what is wrong with the line."""
    try:
        of = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise ValueError(f"not a result of vegeta: {exc}") from None
    row = _row(
        _nanoseconds(of.timestamp), (of.code, of.latency, of.bytes_out or 0, of.bytes_in or 0),
        of.error or "", of.method or "", of.url or "", service_ns=of.service, kind=of.kind,
    )  # fmt: skip
    return row, of.attack or ""


def from_csv(columns: Sequence[str]) -> tuple[Row, str]:
    """The row of a line, and the name of its attack. Raises ValueError, which says what is wrong with the line."""
    if len(columns) < _LEAST_COLUMNS:
        raise ValueError(f"not a result of vegeta: {len(columns)} columns, where it writes {_COLUMNS}")
    at_ns, *numbers = map(_whole, columns[:5], ("timestamp", *_NUMBERS))
    of = columns if len(columns) >= _COLUMNS else [*columns, *[""] * _COLUMNS]
    return _row(at_ns, numbers, of[5], of[9], of[10]), of[7]


def _row(
    at_ns: int, numbers: Sequence[int], error: str, method: str, url: str, *,
    service_ns: int | None = None, kind: str | None = None,
) -> Row:  # fmt: skip
    code, latency_ns, bytes_out, bytes_in = numbers
    least, most = min(*numbers, service_ns or 0), max(*numbers, service_ns or 0, abs(at_ns))
    if least < 0 or most >= _MOST or code >= _CODES:
        named = {"timestamp": abs(at_ns), **dict(zip(_NUMBERS, numbers, strict=True)), "service time": service_ns or 0}
        name, value = next(
            each for each in named.items() if not 0 <= each[1] < (_CODES if each[0] == "code" else _MOST)
        )
        raise ValueError(f"not a result of vegeta: the {name} is {value}")
    if kind is None or kind not in _KINDS:
        kind = _kind(code, error)
    return Row(at_ns, latency_ns, service_ns, code, bytes_out, bytes_in, kind, error, method, url)


def _kind(code: int, error: str) -> str:
    """The class of a failure that is known by its words alone, which are those of Go; empty for no failure."""
    if code:
        answered = 200 <= code < 400  # what vegeta calls a success
        return (ErrorClass.EXPECT if error else "") if answered else ErrorClass.STATUS
    return next((kind for kind, words in _WORDS if words.search(error)), ErrorClass.PROTOCOL)


def _whole(text: str, name: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"not a result of vegeta: the {name} is {text[:40]!r}, which is no whole number")
    return int(text)


def _nanoseconds(timestamp: str) -> int:
    """Since 1970; RFC 3339 with up to nine digits of a second, as Go's time.Time is written."""
    match = _TIME.fullmatch(timestamp)
    try:
        if match is None:
            raise ValueError
        seconds = _seconds(match[1], match[3])
    except (ValueError, OverflowError):
        raise ValueError(f"not a result of vegeta: the timestamp is {timestamp[:40]!r}") from None
    return seconds * _NS + int((match[2] or "0").ljust(9, "0"))


@lru_cache(maxsize=4)
def _seconds(text: str, zone: str) -> int:
    moment = datetime.fromisoformat(f"{text.upper()}{'+00:00' if zone in 'Zz' else zone}")
    return (moment - _EPOCH) // timedelta(seconds=1)


@lru_cache(maxsize=4)
def _shown_seconds(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def _timestamp(at_ns: int) -> str:
    """As Go writes it: nanoseconds without zeros at their end."""
    seconds, ns = divmod(at_ns, _NS)
    fraction = f".{ns:09}".rstrip("0") if ns else ""
    return f"{_shown_seconds(seconds)}{fraction}Z"


def _json_line(seq: int, row: Row, attack: str) -> str:
    result = Result(
        attack=attack, seq=seq, code=row.code, timestamp=_timestamp(row.at_ns), latency=row.latency_ns,
        bytes_out=row.bytes_out, bytes_in=row.bytes_in, error=row.error, method=row.method, url=row.url,
        service=row.service_ns, kind=row.kind,
    )  # fmt: skip
    return printable(_ENCODER.encode(result).decode()) + "\n"


def _csv_line(seq: int, row: Row, attack: str) -> str:
    return (
        f"{row.at_ns},{row.code},{row.latency_ns},{row.bytes_out},{row.bytes_in},{_column(row.error)},,"
        f"{_column(attack)},{seq},{_column(row.method)},{_column(row.url)},\n"
    )


def _column(text: str) -> str:
    """Quoted where Go's reader would take it for something else, and nothing in it that a terminal would obey."""
    text = one_line(text)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _NEEDS_QUOTES.search(text) else text
