"""The E-model's estimate, against figures that were published for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.quality import opinion, rating


def test_a_line_without_fault_has_the_default_rating_of_g_107() -> None:
    assert rating(0, 0) == pytest.approx(93.2)
    assert opinion(0, 0) == pytest.approx(4.41, abs=0.005)  # annex B


@pytest.mark.parametrize(
    ("loss", "delay_ms", "mos"),
    [(0.0, 100, 4.36), (0.01, 100, 4.26), (0.05, 100, 3.823), (0.2, 100, 2.505), (0.0, 300, 3.712)],
)
def test_loss_and_delay_cost_what_the_formulas_say(loss: float, delay_ms: float, mos: float) -> None:
    assert opinion(loss, delay_ms) == pytest.approx(mos, abs=0.01)


@given(st.floats(0, 1), st.floats(0, 5_000), st.floats(0, 1), st.floats(0, 5_000))
def test_a_worse_line_never_gets_a_better_score(loss: float, delay_ms: float, more: float, later_ms: float) -> None:
    worse = opinion(min(1.0, loss + more), delay_ms + later_ms)
    assert 1.0 <= worse <= 4.5
    if rating(min(1.0, loss + more), delay_ms + later_ms) > 10:  # the cubic of annex B is not monotonic below
        assert worse <= opinion(loss, delay_ms) + 1e-9
