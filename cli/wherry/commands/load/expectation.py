"""What is expected of a response, and what a response is that is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wherry.commands.load.record import ErrorClass
from wherry.core.expect import Condition, holds, judge, parse
from wherry.core.fields import by_name, cookies_set
from wherry.core.secret import MASK
from wherry.core.target import Kind
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What the engine knows of a response. A redirect's way, an address or a certificate it does not keep.
FAMILIES: Final = frozenset({"status", "time", "size", "header", "cookie", "body", "text", "json", "sha256"})
_OF_BODY: Final = frozenset({"size", "body", "text", "json", "sha256"})
_OF_HEAD: Final = frozenset({"header", "cookie", "text"})
# What they found differs from one response to the next: told, there would be as many failures as responses.
_VARYING: Final = frozenset({"time", "size", "body", "text", "sha256", "cookie"})


def read(text: str) -> Condition:
    """The condition that ``--expect`` gives. Raises UsageError, also where a load test does not look."""
    condition = parse(text, kind=Kind.HTTP)
    subject = condition.subject
    if subject.family not in FAMILIES or (subject.family == "time" and subject.part):
        raise UsageError(f"load does not look at {subject}", hint=f"it looks at {', '.join(sorted(FAMILIES))}")
    return condition


def shown(text: str) -> str:
    """The condition as it may stand in a record: what a credential is expected to be is left out."""
    subject = read(text).subject
    return f"{subject}={MASK}" if subject.secret else text


class Unexpected(NamedTuple):
    """Why a whole response counts as failed."""

    kind: ErrorClass
    words: str


class Expectation:
    """Judges responses by conditions as ``--expect`` has them.

    Those on the status replace the rule that 400 and more have failed. ``head`` and ``body`` say whether header fields
    and the body are looked at and so have to be kept; ``status_only``, that two responses with the same status are
    judged alike; ``timed``, that two which are the same to the byte need not be.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        conditions = [read(text) for text in texts]
        families = {condition.subject.family for condition in conditions}
        self._of_status = [condition for condition in conditions if condition.subject.family == "status"]
        self._others = [condition for condition in conditions if condition.subject.family != "status"]
        self.body = not families.isdisjoint(_OF_BODY)
        # A body may be encoded, which its head says.
        self.head = self.body or not families.isdisjoint(_OF_HEAD)
        self.status_only = families <= {"status"}
        self.timed = "time" in families
        self._digest = "sha256" in families
        self._named = not families.isdisjoint(_OF_HEAD)
        self._cookies = "cookie" in families
        self._by_status: dict[int, Unexpected | None] = {}

    def unexpected(
        self, status: int, headers: Sequence[tuple[str, str]] = (), body: bytes = b"", seconds: float = 0.0
    ) -> Unexpected | None:
        """Why a response is not as expected; None where it is.

        ``seconds`` went by from its sending. The framing of ``body`` is undone, its content coding is not.
        """
        if status not in self._by_status:
            self._by_status[status] = self._of(status)
        return self._by_status[status] or (self._judged(headers, body, seconds) if self._others else None)

    def _of(self, status: int) -> Unexpected | None:
        """What the status alone says."""
        for condition in self._of_status:
            verdict = judge(condition, {"status": status})
            if not verdict.met:
                return Unexpected(ErrorClass.EXPECT, verdict.words)
        return Unexpected(ErrorClass.STATUS, f"HTTP {status}") if status >= 400 and not self._of_status else None

    def _judged(self, headers: Sequence[tuple[str, str]], body: bytes, seconds: float) -> Unexpected | None:
        facts: dict[str, object] = {"time": seconds}
        if self._named:
            facts["header"] = fields = by_name(headers)
            if self._cookies:
                facts["cookie"] = cookies_set(fields)
        if self.body:
            try:
                encodings = [value for name, value in headers if name.lower() == "content-encoding"]
                facts["body"] = plain = _decoded(encodings, body) if encodings else body
            except ValueError as exc:
                return Unexpected(ErrorClass.EXPECT, str(exc))
            facts["size"] = len(plain)
            if self._digest:
                from hashlib import sha256

                facts["sha256"] = sha256(plain).hexdigest()
        for condition in self._others:
            if not holds(condition, facts):
                verdict = judge(condition, facts)
                return Unexpected(ErrorClass.EXPECT, _words(condition, verdict.expected, verdict.words))
        return None


def _words(condition: Condition, expected: str, words: str) -> str:
    subject = condition.subject
    return f"{subject}: expected {expected}" if subject.family in _VARYING and not subject.secret else words


def _decoded(encodings: Sequence[str], body: bytes) -> bytes:
    """``body`` with its Content-Encoding undone. Raises ValueError where it cannot be."""
    from wherry.net.body import codings, decode_whole
    from wherry.net.failure import NetFailure

    names = codings(",".join(encodings))
    if not names:
        return body
    try:
        return decode_whole(body, names)
    except NetFailure as exc:
        raise ValueError(str(exc)) from None
