from __future__ import annotations

from typing import Any

import msgspec
import pytest

from simulations.line.conditions import CONDITIONS
from simulations.line.settings import LineSettings


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"noise": {"kind": "strete", "snr_db": 10}}, "no noise 'strete'; kinds are babble, street"),
        ({"noise": {"snr_db": 10}}, "either `kind`"),
        ({"noise": {"kind": "white", "file": "a.wav", "snr_db": 10}}, "either `kind`"),
        ({"noise": {"kind": "white"}}, "missing required field `snr_db`"),
        ({"codec": "mp3"}, "no codec 'mp3'; codecs are none, pcmu"),
        ({"loss": {"rate": 5}}, r"<= 0.9 - at `\$.loss.rate`"),
        ({"loss": {"rate": 0.9, "mean_burst": 2}}, "give at least 9"),
        ({"loss": {"rate": 0.1, "way": "up"}}, "Invalid enum value 'up'"),
        ({"jitter_ms": -1}, ">= 0"),
        ({"delay_ms": 5_000}, "<= 2000"),
        ({"clipping_dbfs": 3}, "<= 0"),
        ({"nois": {}}, "unknown field `nois`"),
        ({"echo": {"gain": 3}}, "unknown field `gain`"),
        ({"level_steps": [{"from_ms": 5, "db": 1}, {"from_ms": 5, "db": 2}]}, "order of from_ms"),
        ({"one_way": {"dead": "to_agent", "for_ms": 0}}, ">= 20"),
    ],
)
def test_what_makes_no_line_is_refused_with_what_is_allowed(written: dict[str, Any], problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.convert(written, LineSettings)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_named_line_can_be_written_and_read_back(name: str) -> None:
    line = CONDITIONS[name]
    assert msgspec.convert(msgspec.to_builtins(line), LineSettings) == line


def test_a_line_that_is_not_described_is_perfect() -> None:
    assert msgspec.to_builtins(LineSettings()) == {}
    assert not LineSettings().in_packets
    assert not LineSettings(delay_ms=100).in_packets
    assert LineSettings(jitter_ms=1).in_packets
