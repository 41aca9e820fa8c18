"""What the unit tests share."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes is the machine's business: a first example loads what is loaded late.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")
