"""What a condition can look at, and of which shape that is."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from wherry.core.late import late_pattern
from wherry.core.record import Record
from wherry.core.redact import is_secret_header
from wherry.core.suggest import did_you_mean
from wherry.core.target import Kind
from wherry.core.trace import Phase
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Shape(Enum):
    """What the values of a subject are, which decides how an expected value is read."""

    STATUS = "a number from 100 to 999, or a class such as 2xx"
    NUMBER = "a whole number"
    DURATION = "a duration such as 800ms or 14d"
    SIZE = "a size such as 512 or 10MiB"
    TEXT = "text"
    TEXTS = "a list of texts"
    DIGEST = "64 hexadecimal digits"
    JSON = "any JSON value"


class Subject(Record):
    """``family`` is the fact looked at; ``part`` what in it: a header's lower-case name, a phase, a JSON path."""

    family: str
    part: str
    shape: Shape

    def __str__(self) -> str:
        return f"{self.family}.{self.part}" if self.part else self.family

    @property
    def secret(self) -> bool:
        """Whether the values are credentials as a rule, and are not to be shown."""
        return self.family == "cookie" or (self.family in ("header", "json") and is_secret_header(self.part))


_WHOLE: Final[Mapping[str, Shape]] = {
    "status": Shape.STATUS,
    "time": Shape.DURATION,
    "size": Shape.SIZE,
    "sha256": Shape.DIGEST,
    "body": Shape.TEXT,
    "text": Shape.TEXT,
    "url": Shape.TEXT,
    "redirects": Shape.NUMBER,
    "version": Shape.TEXT,
    "ip": Shape.TEXT,
    "answers": Shape.TEXTS,
    "rcode": Shape.TEXT,
    "exit": Shape.NUMBER,
    "output": Shape.TEXT,
    "words": Shape.TEXT,
}
# Families whose parts are few and known.
_PARTS: Final[Mapping[str, Mapping[str, Shape]]] = {
    "cert": {
        "expires_in": Shape.DURATION,
        "issuer": Shape.TEXT,
        "subject": Shape.TEXT,
        "names": Shape.TEXTS,
    },
    "tls": {"version": Shape.TEXT, "cipher": Shape.TEXT},
    "grpc": {"status": Shape.NUMBER, "serving": Shape.TEXT},
}


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


_PHASES: Final[Mapping[str, Phase]] = {phase.value.replace(" ", "_"): phase for phase in Phase}
_FORMS: Final[Mapping[str, str]] = {
    **{name: name for name in _WHOLE},
    "header": "header.NAME",
    "cookie": "cookie.NAME",
    "json": "json.PATH",
    **{family: _either([f"{family}.{part}" for part in parts]) for family, parts in _PARTS.items()},
}
# RFC 9110 section 5.6.2.
_TOKEN: Final = late_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

_HANDSHAKE: Final = frozenset({"time", "ip", "words"})
SUBJECTS_OF: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.HTTP: frozenset(_FORMS) - {"answers", "rcode", "exit", "output", "grpc"},
    Kind.TCP: _HANDSHAKE,
    Kind.TLS: _HANDSHAKE | {"version", "cert", "tls"},
    Kind.UNIX: frozenset({"time", "words"}),
    Kind.DNS: frozenset({"time", "answers", "rcode", "words"}),
    Kind.FILE: frozenset({"size", "sha256", "body", "text", "json", "words"}),
    Kind.EXEC: frozenset({"time", "exit", "output", "json", "words"}),
    Kind.REDIS: _HANDSHAKE,
    Kind.POSTGRES: _HANDSHAKE,
    Kind.MYSQL: _HANDSHAKE | {"version"},
    Kind.AMQP: _HANDSHAKE | {"version"},
    Kind.MONGODB: _HANDSHAKE,
    Kind.KAFKA: _HANDSHAKE,
    Kind.GRPC: _HANDSHAKE | {"grpc", "cert", "tls"},
}
"""The families that each kind of target has facts of."""


def phase_of(subject: Subject) -> Phase:
    """The phase that a ``time.PHASE`` subject names."""
    return _PHASES[subject.part]


def parse_subject(text: str) -> Subject:
    """Read ``status``, ``time.connect``, ``header.NAME``, ``json.$.a`` and so on. Raises UsageError."""
    text = text.strip()
    family, dot, part = text.partition(".")
    if family not in _FORMS or not text.isprintable():
        hint = "known are " + ", ".join(_FORMS)
        raise UsageError(f"unknown subject {text!r}{did_you_mean(family, _FORMS)}", hint=hint)
    if family == "time" and dot:
        part = part.replace("-", "_").replace(" ", "_")
        if part not in _PHASES:
            raise UsageError(
                f"unknown phase {part!r}{did_you_mean(part, _PHASES)}", hint=f"known are {', '.join(_PHASES)}"
            )
        return Subject(family, part, Shape.DURATION)
    if family in _WHOLE:
        if dot:
            raise UsageError(f"{family} has no parts, so {text!r} is none of them; write {family}")
        return Subject(family, "", _WHOLE[family])
    if not part:
        raise UsageError(f"{text!r} is incomplete; write {_FORMS[family]}")
    if family in _PARTS:
        parts = _PARTS[family]
        if part not in parts:
            near = did_you_mean(text, [f"{family}.{name}" for name in parts])
            raise UsageError(f"unknown subject {text!r}{near}", hint=f"known are {_FORMS[family]}")
        return Subject(family, part, parts[part])
    if family == "json":
        return Subject(family, part, Shape.JSON)
    if not _TOKEN.fullmatch(part):
        raise UsageError(f"{part!r} is not the name of a {family}")
    return Subject(family, part.lower() if family == "header" else part, Shape.TEXT)
