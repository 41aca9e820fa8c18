"""The record of a run as the JSON document that it is, and back."""

from __future__ import annotations

from typing import Final

import msgspec

from wherry.commands.load.record import FORMAT, Record
from wherry.core.hdr import decode
from wherry.core.jsontext import printable
from wherry.errors import UsageError

_YEAR_10000: Final = 253_402_300_800
_FAMILY: Final = FORMAT.rpartition("/")[0] + "/"


class _Marked(msgspec.Struct, frozen=True):
    format: str


def render(record: Record) -> str:
    """On one line. Nothing in it moves a terminal's cursor."""
    return printable(msgspec.json.encode(record).decode()) + "\n"


def is_record(data: bytes) -> bool:
    """Whether ``data`` is a whole JSON document that says that it is a record, of whatever version."""
    try:
        return msgspec.json.decode(data, type=_Marked).format.startswith(_FAMILY)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def read(data: bytes, name: str) -> Record:
    """The record in a document for which :func:`is_record` holds; ``name`` is what errors call it.

    Raises UsageError where it is of another version, or not what a record is.
    """
    version = msgspec.json.decode(data, type=_Marked).format
    if version != FORMAT:
        raise UsageError(f"{name}: a record of the form {version!r}; this version of wherry reads {FORMAT!r}")
    try:
        record = msgspec.json.decode(data, type=Record)
        _sound(record)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError) as exc:
        raise UsageError(f"{name}: not a record of `wherry load`: {exc}") from None
    return record


def _sound(record: Record) -> None:
    """Whether reports can rely on what no type says. Raises ValueError and OverflowError."""
    msgspec.msgpack.encode(record)  # no number has more than 64 bits
    if not 0 <= record.began_s < _YEAR_10000:
        raise ValueError(f"it began {record.began_s} seconds after 1970")
    distributions = [record.latency, record.service, record.successful, record.lag, *record.phases.values()]
    for distribution in (*distributions, *(target.latency for target in record.targets)):
        if distribution is not None and distribution.hdr:
            decode(distribution.hdr)
