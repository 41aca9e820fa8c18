"""What the unit tests share."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

# What tests of HTML pages share is importable by them.
sys.path.insert(0, str(Path(__file__).parent / "pages"))

# How long an example takes is the machine's business: a first example loads what is loaded late.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")
