from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.line.packet_faults import HELD_BACK_US, PacketFaults
from simulations.line.settings import LineSettings, Loss, OneWay

PACKETS = 20_000


def delays(line: LineSettings, *, seed: int = 1, packets: int = PACKETS, way: str = "to_agent") -> list[int | None]:
    faults = PacketFaults(line, way, seed)  # type: ignore[arg-type]
    return [faults.delay_us(number * 20_000) for number in range(packets)]


@given(rate=st.floats(0.0, 0.9), seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_as_much_is_lost_as_was_asked_for(rate: float, seed: int) -> None:
    packets = 5_000
    lost = delays(LineSettings(loss=Loss(rate)), seed=seed, packets=packets).count(None)
    # Within five standard deviations of a binomial count: missed by chance once in two million.
    assert abs(lost - rate * packets) <= 5 * math.sqrt(packets * rate * (1 - rate)) + 1e-9


@given(rate=st.floats(0.01, 0.4), burst=st.floats(1.0, 10.0), seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_bursts_are_as_long_and_as_frequent_as_was_asked_for(rate: float, burst: float, seed: int) -> None:
    line = LineSettings(loss=Loss(rate, max(burst, rate / (1 - rate))))
    missing = np.array([delay is None for delay in delays(line, seed=seed)], np.int8)
    runs = np.count_nonzero(np.diff(missing, prepend=0) == 1)
    assert line.loss is not None
    assert line.loss.mean_burst is not None
    if runs > 100:
        assert missing.sum() / runs == pytest.approx(line.loss.mean_burst, rel=5 / math.sqrt(runs))
    spread = math.sqrt(PACKETS * rate * (1 - rate) * 2 * line.loss.mean_burst)
    assert abs(int(missing.sum()) - rate * PACKETS) <= 5 * spread


def test_jitter_has_its_bounds_and_loses_nothing_more() -> None:
    lossy = delays(LineSettings(loss=Loss(0.1)))
    both = delays(LineSettings(loss=Loss(0.1), jitter_ms=60))
    assert [delay is None for delay in lossy] == [delay is None for delay in both]
    came = [delay for delay in both if delay is not None]
    assert 0 <= min(came) < 1_000
    assert 59_000 < max(came) <= 60_000
    assert np.mean(came) == pytest.approx(30_000, rel=0.05)


def test_a_share_is_overtaken_by_the_next_packet() -> None:
    came = delays(LineSettings(reordering=0.1))
    assert set(came) == {0, HELD_BACK_US}
    assert came.count(HELD_BACK_US) / PACKETS == pytest.approx(0.1, rel=0.1)
    assert 20_000 < HELD_BACK_US < 40_000


def test_directions_and_seeds_have_draws_of_their_own() -> None:
    line = LineSettings(loss=Loss(0.2))
    assert delays(line) == delays(line)
    assert delays(line) != delays(line, way="to_caller")
    assert delays(line) != delays(line, seed=2)
    one = LineSettings(loss=Loss(0.2, way="to_caller"))
    assert None not in delays(one)
    assert delays(one, way="to_caller") == delays(line, way="to_caller")


def test_a_dead_direction_carries_nothing_while_it_lasts() -> None:
    line = LineSettings(one_way=OneWay("to_agent", from_ms=1_000, for_ms=400))
    came = delays(line, packets=100)
    assert [number for number, delay in enumerate(came) if delay is None] == list(range(50, 70))
    assert None not in delays(line, packets=100, way="to_caller")
