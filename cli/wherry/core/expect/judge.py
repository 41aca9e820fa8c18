"""A condition held against facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.expect.actual import Actual, Unjudgeable
from wherry.core.expect.jsonpath import NotJson, decode
from wherry.core.expect.operators import All, Equal, Length, Not
from wherry.core.expect.show import show
from wherry.core.expect.subject import Shape, phase_of
from wherry.core.late import late_pattern
from wherry.core.record import Record
from wherry.core.redact import redact_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.expect.operators import Test
    from wherry.core.expect.parse import Condition
    from wherry.core.expect.subject import Subject

# Encodings that the web knows; Python's other codecs, punycode for one, are no business of a server's.
_CHARSET: Final = late_pattern(
    r"(?i)charset=\"?(utf-?(?:8|16|32)(?:-?[bl]e)?|us-ascii|iso-8859-\d{1,2}|windows-125\d|shift_jis|euc-(?:jp|kr)|gbk|gb2312"
    r"|gb18030|big5|koi8-[ru])\b"
)


class Verdict(Record):
    """Whether a condition is met, and in words, on one line and without secrets, what was expected and found.

    ``subject``, ``expected`` and ``actual`` are the parts of the words of one that is unmet. ``diff`` are the lines in
    which two JSON values differ, where both are objects or lists (see :func:`wherry.core.expect.diff.lines`).
    """

    met: bool
    words: str
    subject: str = ""
    expected: str = ""
    actual: str = ""
    diff: tuple[str, ...] = ()


def judge(condition: Condition, facts: Mapping[str, object]) -> Verdict:
    """Hold ``condition`` against ``facts``, whose keys are the families of subjects and "phases" (seconds by Phase).

    Closed: a fact that is not there, or of the wrong type for the question, leaves the condition unmet.
    """
    subject, test = condition.subject, condition.test
    got = "nothing"
    met = present = False
    actual = None
    try:
        actual = find(condition, facts)
        present, got = actual.present, _got(condition, actual)
        met = test.holds(actual)
    except Unjudgeable as exc:
        got = str(exc)
    if subject.secret:
        expected, got = "a value that is not shown", "another value, which is not shown" if present else "nothing"
        return Verdict(met, f"{subject}: {_secretly(met, present)}", str(subject), expected, got)
    if met:
        return Verdict(met, f"{subject}: {got}")
    expected = test.words()
    words = f"{subject}: expected {expected}, got {got}"
    return Verdict(met, words, str(subject), expected, got, _diff(test, actual) if actual is not None else ())


def holds(condition: Condition, facts: Mapping[str, object]) -> bool:
    """Whether :func:`judge` finds ``condition`` met: for those who ask so often that they cannot wait for words."""
    try:
        return condition.test.holds(find(condition, facts))
    except Unjudgeable:
        return False


def _diff(test: Test, actual: Actual) -> tuple[str, ...]:
    """Where the value differs from one that it should equal, when both have parts."""
    if not isinstance(test, Equal) or not isinstance(test.value, (dict, list)) or actual.shape is not Shape.JSON:
        return ()
    found = actual.whole if isinstance(test.value, list) else actual.value
    if not isinstance(found, (dict, list)):
        return ()
    from wherry.core.expect.diff import lines  # difflib takes milliseconds to load

    return lines(test.value, found)


def _secretly(met: bool, present: bool) -> str:
    if met:
        return "as expected"
    return "the value, which is not shown, is not as expected" if present else "expected a value, got nothing"


def _got(condition: Condition, actual: Actual) -> str:
    if condition.subject.family == "url" and isinstance(actual.value, str):
        return show(redact_url(actual.value))
    if actual.present and _counts(condition.test) and isinstance(actual.whole, (str, list, tuple, dict)):
        return f"length {len(actual.whole)}: {show(actual.whole)}"
    return actual.words()


def _counts(test: Test) -> bool:
    """Whether a length is asked for, so that it is worth saying."""
    if isinstance(test, All):
        return any(map(_counts, test.tests))
    return isinstance(test, Length) or (isinstance(test, Not) and _counts(test.test))


def find(condition: Condition, facts: Mapping[str, object]) -> Actual:
    """What stands where ``condition`` looks. Raises Unjudgeable when that cannot be known."""
    subject = condition.subject
    if subject.family == "json":
        return _find_json(condition, facts)
    if subject.family in ("body", "text"):
        return Actual(_text(subject, facts), Shape.TEXT)
    value = _fact("phases" if subject.family == "time" and subject.part else subject.family, facts)
    if subject.part:
        assert hasattr(value, "get")
        value = value.get(phase_of(subject) if subject.family == "time" else subject.part)
        if value is None or (isinstance(value, (list, tuple)) and not value):
            return Actual(None, subject.shape, present=False)
        if subject.family == "header":
            # RFC 9110 section 5.3: several lines of a field mean the same as one with commas.
            value = ", ".join(value)
    return Actual(value, subject.shape)


def _fact(key: str, facts: Mapping[str, object]) -> object:
    value = facts.get(key)
    if value is None:
        raise Unjudgeable("nothing to look at")
    return value


def _find_json(condition: Condition, facts: Mapping[str, object]) -> Actual:
    assert condition.path is not None
    body = facts.get("body", facts.get("output"))
    if body is None:
        raise Unjudgeable("nothing to look at")
    assert isinstance(body, (bytes, str))
    try:
        nodes = condition.path.nodes(decode(body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body))
    except NotJson as exc:
        raise Unjudgeable(f"a body that is {exc}") from None
    if not nodes:
        return Actual(None, present=False)
    several = None if condition.path.singular else nodes
    return Actual(nodes[0] if len(nodes) == 1 else list(nodes), several=several)


def _text(subject: Subject, facts: Mapping[str, object]) -> str:
    """The body: as UTF-8 and untouched for ``body``; in its own encoding and trimmed for ``text``."""
    body = _fact("body", facts)
    assert isinstance(body, bytes)
    if subject.family == "body":
        return body.decode("utf-8", "replace")
    header = facts.get("header")
    types = header.get("content-type", ()) if hasattr(header, "get") else ()
    match = _CHARSET.search(", ".join(types))
    try:
        return body.decode(match.group(1) if match else "utf-8-sig", "replace").strip()
    except LookupError:  # iso-8859-99
        return body.decode("utf-8-sig", "replace").strip()
