"""Whether the answer is yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.request.call import is_failure
from wherry.commands.request.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.commands.request.call import Answer
    from wherry.core.expect import Condition, Verdict

_OF_BODY: Final = frozenset({"body", "text", "json", "size", "sha256"})


class Judge:
    """Holds answers against ``conditions``. Those on the status replace the rule that 400 and more have failed."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = conditions
        self._of_status = [c for c in conditions if c.subject.family == "status"]
        self.needs_body = any(c.subject.family in _OF_BODY for c in conditions)
        self.has_conditions = bool(conditions)
        self._needs_digest = any(c.subject.family == "sha256" for c in conditions)

    def fails(self, status: int) -> bool:
        """Whether ``status`` alone says no."""
        if not self._of_status:
            return is_failure(status)
        return not all(verdict.met for verdict in _judge(self._of_status, {"status": status}))

    def wants(self, status: int) -> bool:
        """Whether ``status`` is expected by name, so that a redirect of this status is the answer."""
        return bool(self._of_status) and not self.fails(status)

    def verdicts(self, answer: Answer, body: bytes) -> list[Verdict]:
        """What the conditions say of ``answer``: of one that failed by its status, only those on the status."""
        conditions = self._of_status if answer.failed else self._conditions
        return _judge(conditions, facts_of(answer, body, digest=self._needs_digest)) if conditions else []


def _judge(conditions: Sequence[Condition], facts: Mapping[str, object]) -> list[Verdict]:
    from wherry.core.expect import judge

    return [judge(condition, facts) for condition in conditions]
