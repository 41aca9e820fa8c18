"""The time axis of a run: round steps, and room for all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.check.report.htmlbars import axis


@pytest.mark.parametrize(
    "seconds, labels",
    [
        pytest.param(0.0, ["0s", "200µs", "400µs", "600µs", "800µs", "1ms"], id="nothing took any time"),
        pytest.param(0.004, ["0s", "1ms", "2ms", "3ms", "4ms"], id="milliseconds"),
        pytest.param(0.9, ["0s", "200ms", "400ms", "600ms", "800ms", "1s"], id="just below a second"),
        pytest.param(1.0, ["0s", "200ms", "400ms", "600ms", "800ms", "1s"], id="a second"),
        pytest.param(5.3, ["0s", "2s", "4s", "6s"], id="seconds"),
        pytest.param(60.0, ["0s", "15s", "30s", "45s", "1m"], id="a minute"),
        pytest.param(61.0, ["0s", "15s", "30s", "45s", "1m", "1m15s"], id="more than a minute"),
        pytest.param(7200.0, ["0s", "30m", "1h", "1h30m", "2h"], id="two hours"),
    ],
)
def test_labels(seconds, labels):
    assert axis(0.0, seconds).labels == labels


@given(st.floats(-1e6, 1e6), st.floats(0, 1e9))
def test_everything_has_room(start_s, seconds):
    made = axis(start_s, seconds)
    assert 1 <= made.steps <= 5
    assert made.step_ms * made.steps >= seconds * 1000 * (1 - 1e-6)
