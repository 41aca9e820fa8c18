"""One run in which checks end in every way there is, in every report; report_samples.py writes what is compared."""

from __future__ import annotations

import pytest
from report_samples import GOLDEN, MADE, report, step_summary


@pytest.mark.parametrize("name", MADE)
def test_report(name):
    assert report(MADE[name]) == (GOLDEN / name).read_text(encoding="utf-8")


def test_step_summary(tmp_path):
    assert step_summary(tmp_path / "summary") == (GOLDEN / "step-summary").read_bytes()
