"""What a scenario may ask for as a voice, how it is reported, and what is said where there is no such voice."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from simulations.callers.filters import FILTERS, filtered, louder
from simulations.callers.voices import CATALOGUE, Voice, described, voice_of
from simulations.scenario_file import parse_scenario
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs
from voice_agent.errors import AgentFolderError, ConfigurationError

FILE = """\
v: 1
scenario: somebody
who:
  number: "+15550100101"
  voice: {voice}
  rate: {rate}
lines: [{{after: greeting, say: "Hi."}}]
"""


def asked(voice: str, rate: str = "1") -> Voice:
    who = parse_scenario(FILE.format(voice=voice, rate=rate), name="somebody.yaml").who
    return voice_of(who.voice, who.rate)


def test_a_voice_has_a_name_or_is_made_of_parts() -> None:
    assert asked("joe") == Voice("piper")
    assert asked("{engine: piper, pitch: -2, filter: muffled}") == Voice("piper", pitch=-2.0, filter="muffled")
    assert voice_of(None) == Voice()


def test_a_rate_makes_the_voice_faster_or_slower() -> None:
    assert asked("{speed: 0.8}", "1.25").speed == pytest.approx(1)
    assert asked("deep", "1.1").pitch == CATALOGUE["deep"].pitch


def test_reports_say_what_was_made_of_which_engine() -> None:
    assert described(Voice(pitch=3, speed=1.15)) == "hibari, pitch +3 semitones, speed 1.15"
    assert described(Voice("piper", filter="thin", loudness_db=-6)) == "joe, filter thin, loudness -6 dB"
    assert described(Voice()) == "hibari"


def test_ready_made_voices_differ_but_for_the_two_that_have_two_names() -> None:
    described_ones = [described(voice) for voice in CATALOGUE.values()]
    assert len(set(described_ones)) == len(described_ones) - 2
    assert CATALOGUE["female_1"] == CATALOGUE["hibari"]
    assert CATALOGUE["male_1"] == CATALOGUE["joe"]


@pytest.mark.parametrize(
    ("voice", "rate", "line", "problem"),
    [
        ("hibary", "1", 3, "there is no voice 'hibary'; did you mean hibari.: one of deep, .*filter .none, telephone"),
        ("{engine: nobody}", "1", 5, "Invalid enum value 'nobody'"),
        ("{pitch: 9}", "1", 5, r"pitch \+9 semitones: from -6 to \+6 are possible"),
        ("{loudness_db: 20}", "1", 5, r"loudness_db \+20: from -30 to \+12"),
        ("{volume: 2}", "1", 5, "unknown key 'volume'; allowed: engine, speed, pitch, filter, loudness_db"),
        ("joe", "4", 3, "rate 4: speed 4: from 0.5 to 2"),
        ("joe", "0", 6, "> 0"),
    ],
)
def test_a_voice_that_there_is_not_is_an_error_with_its_place(voice: str, rate: str, line: int, problem: str) -> None:
    with pytest.raises(AgentFolderError, match=rf"^somebody\.yaml:{line}: .*{problem}"):
        asked(voice, rate)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ConfigurationError) as caught:
        voice_of("robot")
    assert caught.value.hint is not None
    assert all(name in caught.value.hint for name in CATALOGUE)


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_a_filter_keeps_time_and_loudness(name: str) -> None:
    hiss = (np.random.default_rng(1).standard_normal(RATE_HZ) * 2_000).astype(np.int16)
    passed = filtered(hiss, name)
    assert passed.size == hiss.size
    assert level_dbfs(passed) == pytest.approx(level_dbfs(hiss), abs=0.5)


@pytest.mark.parametrize(
    ("name", "kept_hz", "stopped_hz"), [("telephone", 1_000, 100), ("muffled", 500, 2_500), ("thin", 2_000, 200)]
)
def test_a_filter_takes_away_what_its_name_says(name: str, kept_hz: int, stopped_hz: int) -> None:
    both = filtered(tone(kept_hz) + tone(stopped_hz), name).astype(np.float64)
    spectrum = np.abs(np.fft.rfft(both))
    assert 20 * np.log10(spectrum[kept_hz] / spectrum[stopped_hz]) > 25


def test_louder_is_louder_and_never_wraps() -> None:
    assert level_dbfs(louder(tone(400), -6)) == pytest.approx(level_dbfs(tone(400)) - 6, abs=0.1)
    assert int(np.abs(louder(tone(400), 40).astype(np.int32)).max()) == 32_767


def tone(hz: int) -> Pcm:
    return np.round(4_000 * np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)).astype(np.int16)


def test_every_ready_made_voice_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs/scenarios.md").read_text(encoding="utf-8")
    section = text.split('<a id="voice"></a>')[1].split("<a id=")[0]
    assert set(re.findall(r"`([a-z_0-9]+)`", section)) >= set(CATALOGUE) | set(FILTERS)
