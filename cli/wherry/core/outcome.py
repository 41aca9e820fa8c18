"""The three outcomes of a look at something."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """Broken (a bad CA path, say) is never taken for "not yet", nor for "gone"."""

    MET = "met"
    UNMET = "unmet"
    BROKEN = "broken"
