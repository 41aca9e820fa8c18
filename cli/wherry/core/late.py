"""Regular expressions that are compiled when they are first used.

To compile one takes up to half a millisecond. A start comes by some forty of them, and uses a few.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

_METHODS: Final = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Late:
    def __init__(self, pattern: str, flags: int) -> None:
        self._given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._given)
        # From now on they are found without coming by here.
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def late_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` returns, for all that can be told; ``re.error`` is raised at the first use."""
    return cast("re.Pattern[str]", _Late(pattern, flags))
