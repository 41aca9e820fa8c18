"""What runs of all kinds look like in every report; load_samples.py writes what is compared."""

from __future__ import annotations

import pytest
from load_samples import GOLDEN, MADE, made


@pytest.mark.parametrize("file", MADE)
def test_report(file):
    assert made(*MADE[file]) == (GOLDEN / file).read_text(encoding="utf-8")
