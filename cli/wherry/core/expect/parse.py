"""Conditions as written, on a command line and in files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.expect.build import build_test
from wherry.core.expect.jsonpath import compile_path
from wherry.core.expect.show import printable, show
from wherry.core.expect.subject import SUBJECTS_OF, Shape, parse_subject
from wherry.core.late import late_pattern
from wherry.core.record import Record
from wherry.core.yaml import YamlError, load, plain, scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.core.expect.jsonpath import JsonPath
    from wherry.core.expect.operators import Test
    from wherry.core.expect.subject import Subject
    from wherry.core.target import Kind


class Condition(Record):
    """What is looked at and what it is expected to be. ``path`` is compiled from the subject where that is JSON."""

    subject: Subject
    test: Test
    path: JsonPath | None = None

    def __str__(self) -> str:
        return str(self.subject) if self.subject.secret else f"{self.subject}: {self.test.words()}"


# A single word needs no parser: loading it takes longer than a whole look at a local server.
_WORD: Final = late_pattern(r"[-+.]?[A-Za-z0-9][A-Za-z0-9_.+-]*")
_SLIPS: Final = {"!": "not", "<": "le", ">": "ge", "~": "matches"}


def parse(text: str, *, kind: Kind | None = None) -> Condition:
    """Read ``SUBJECT=YAML``; with ``kind``, the subject must be one that such a target has. Raises UsageError."""
    subject_text, value_text = _split(text)
    subject = parse_subject(subject_text)
    value_text = value_text.strip()
    if not value_text:
        raise UsageError(f'{text!r} expects nothing; write "" for empty text, null for JSON\'s null')
    if value_text.startswith("="):
        raise UsageError(f"{text!r} has an = too many; write {subject}={value_text.lstrip('=')}")
    # A text may look like anything, 1.10 or - say: only what is plainly YAML is read as YAML.
    if subject.shape in (Shape.TEXT, Shape.TEXTS, Shape.DIGEST) and value_text[0] not in "\"'{[":
        return _condition(subject, value_text, kind)
    if _WORD.fullmatch(value_text):
        return _condition(subject, scalar(value_text), kind)
    return _condition(subject, _yaml(text, value_text), kind)


def from_map(subject: str, value: object, *, kind: Kind | None = None) -> Condition:
    """Make a condition of one ``SUBJECT: VALUE`` of a file, the value as plain data. Raises UsageError."""
    return _condition(parse_subject(subject), value, kind)


def check_applies(condition: Condition, kind: Kind) -> None:
    """Raise UsageError where targets of ``kind`` never have what ``condition`` looks at."""
    family, known = condition.subject.family, SUBJECTS_OF[kind]
    if family not in known:
        raise UsageError(f"a {kind} target has no {family}", hint=f"it has {', '.join(sorted(known))}")


def _split(text: str) -> tuple[str, str]:
    """Cut at the first = that stands in no brackets and quotes: a JSON path may contain some."""
    depth, quote = 0, ""
    previous = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote and previous != "\\" else quote
        elif character in "\"'" and depth:
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
        elif character == "=" and depth <= 0:
            if previous in _SLIPS:
                raise _slip(text, text[: index - 1], _SLIPS[previous], text[index + 1 :].lstrip("="))
            return text[:index], text[index + 1 :]
        previous = character
    if match := re.fullmatch(r"([^<>]+)([<>])([^<>]+)", text):
        subject, sign, value = match.groups()
        raise _slip(text, subject, "lt" if sign == "<" else "gt", value)
    raise UsageError(f"{text!r} is not SUBJECT=YAML, such as status=200 or time={{lt: 800ms}}")


def _slip(text: str, subject: str, operator: str, value: str) -> UsageError:
    right = printable(f"{subject.strip()}={{{operator}: {value.strip()}}}")
    return UsageError(f"{text!r} is not SUBJECT=YAML; write {right}")


def _yaml(text: str, value_text: str) -> object:
    try:
        return plain(load(value_text, source=""))
    except YamlError as exc:
        raise UsageError(
            f"{text!r}: {show(value_text)} is not YAML: {exc.problem}", hint="quote what is text"
        ) from None


def _condition(subject: Subject, value: object, kind: Kind | None) -> Condition:
    path = compile_path(subject.part) if subject.family == "json" else None
    condition = Condition(subject, build_test(subject, value), path)
    if kind is not None:
        check_applies(condition, kind)
    return condition
