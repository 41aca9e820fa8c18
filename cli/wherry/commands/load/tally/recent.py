"""What has happened in the last second."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wherry.commands.load.tally.part import Part

_SECOND: Final = 1.0


class Recent:
    """Rates of the last second, or of all while that is less. ``until_s`` is the end of the latest part."""

    def __init__(self) -> None:
        self.until_s = 0.0
        self._parts: deque[tuple[float, int, int]] = deque()

    def add(self, part: Part) -> None:
        """Add a part, and leave out what is too old by now."""
        self.until_s = max(self.until_s, part.until_s)
        self._parts.append((part.until_s, part.sent, part.answered))
        while self._parts[0][0] <= self.until_s - _SECOND:
            self._parts.popleft()

    @property
    def sent_per_s(self) -> float:
        """Requests sent."""
        return self._per_s(sum(sent for _, sent, _ in self._parts))

    @property
    def answered_per_s(self) -> float:
        """Requests answered."""
        return self._per_s(sum(answered for _, _, answered in self._parts))

    def _per_s(self, count: int) -> float:
        return count / min(self.until_s, _SECOND) if count else 0.0
