from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulations.line.conditions import CONDITIONS, condition
from simulations.line.line import Line
from simulations.line.settings import CODECS, Echo, LevelStep, LineSettings, Loss, Noise, OneWay
from simulations.line.spectrum import gain_of
from tests.simulations.line.sounds import carried, power_db, speech
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.errors import UsageError

SPEECH = speech(6)
BACK = speech(6, seed=1)


def correlated_delay(sent: Pcm, heard: Pcm) -> int:
    """At how many samples of delay the two are most alike."""
    size = 2 * sent.size
    found = np.fft.irfft(np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(sent.astype(float), size)), size)
    return int(np.argmax(found[: sent.size]))


def test_a_perfect_line_hands_on_the_very_arrays_it_is_given() -> None:
    line = Line(LineSettings(), seed=1)
    there, back = SPEECH[:FRAME_SAMPLES], BACK[:FRAME_SAMPLES]
    heard = line.pass_on(there, back)
    assert heard[0] is there
    assert heard[1] is back
    assert line.stats is None
    assert line.carry_to_agent(there, ["5"]) == (there, ["5"])


@pytest.mark.parametrize("name", ["street_10db", "mobile", "app", "car", "bad_speakerphone", "jitter_120", "clean"])
def test_the_same_seed_gives_the_same_samples(name: str) -> None:
    first, second = (carried(Line(CONDITIONS[name], seed=7), SPEECH, BACK) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tobytes() == second[1].tobytes()
    other = carried(Line(CONDITIONS[name], seed=8), SPEECH, BACK)
    assert (other[0].tobytes() == first[0].tobytes()) == (name == "clean")


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_named_line_gives_whole_frames(name: str) -> None:
    for heard in carried(Line(CONDITIONS[name], seed=1), SPEECH[:8_000], BACK[:8_000]):
        assert heard.dtype == np.int16
        assert heard.size == 8_000


def test_a_line_without_a_name_is_refused_with_those_that_have_one() -> None:
    assert condition("clean") == LineSettings()
    with pytest.raises(UsageError, match="'cleen'") as raised:
        condition("cleen")
    assert "street_10db" in str(raised.value.hint)


@given(delay_ms=st.integers(0, 2_000))
@hypothesis_settings(max_examples=20, deadline=None)
def test_a_delay_is_exact_to_the_sample(delay_ms: int) -> None:
    there, back = carried(Line(LineSettings(delay_ms=delay_ms), seed=1), SPEECH, BACK)
    for sent, heard in ((SPEECH, there), (BACK, back)):
        assert not heard[: 8 * delay_ms].any()
        assert np.array_equal(heard[8 * delay_ms :], sent[: sent.size - 8 * delay_ms])


@pytest.mark.parametrize("codec", CODECS)
def test_codecs_keep_level_and_words_in_place(codec: str) -> None:
    heard, _ = carried(Line(LineSettings(codec=codec), seed=1), SPEECH)
    delay = correlated_delay(SPEECH, heard)
    # The jitter buffer's 60 ms and what the coder looks ahead.
    assert (0 if codec == "none" else 380) <= delay <= (0 if codec == "none" else 620)
    # Codecs made for speech leave some of this noise out.
    assert power_db(heard) == pytest.approx(power_db(SPEECH), abs=4 if codec in ("gsm", "opus") else 0.5)


def test_mu_law_over_a_good_line_is_mu_law_and_the_buffers_delay() -> None:
    from telephony.codecs.g711 import PCMU

    heard, _ = carried(Line(LineSettings(codec="pcmu"), seed=1), SPEECH)
    coded = PCMU.decode(PCMU.encode(SPEECH))
    delay = correlated_delay(coded, heard)
    assert np.array_equal(heard[delay : delay + 8_000], coded[:8_000])


def test_an_echo_is_as_late_and_as_loud_as_asked_for() -> None:
    for echo in (Echo(delay_ms=75, gain_db=-12, tail_ms=0), Echo(delay_ms=75, gain_db=-12, tail_ms=120)):
        heard, _ = carried(Line(LineSettings(echo=echo), seed=3), silence(BACK.size), BACK)
        assert not heard[: 8 * 75].any()
        assert correlated_delay(BACK, heard) == 8 * 75
        assert power_db(heard) == pytest.approx(power_db(BACK) - 12, abs=0.5)


def test_an_echo_is_of_what_reached_the_caller() -> None:
    dead = OneWay("to_caller")
    heard, _ = carried(Line(LineSettings(echo=Echo(), one_way=dead), seed=3), silence(BACK.size), BACK)
    assert not heard.any()


@pytest.mark.parametrize("way", ["to_agent", "to_caller"])
def test_a_dead_direction_is_silent_and_the_other_is_whole(way: str) -> None:
    dead = OneWay(way, from_ms=2_000, for_ms=1_000)  # type: ignore[arg-type]
    there, back = carried(Line(LineSettings(one_way=dead), seed=1), SPEECH, BACK)
    sent, heard = (SPEECH, there) if way == "to_agent" else (BACK, back)
    assert not heard[16_000:24_000].any()
    assert np.array_equal(heard[:16_000], sent[:16_000])
    assert np.array_equal(heard[24_000:], sent[24_000:])
    assert np.array_equal(*((BACK, back) if way == "to_agent" else (SPEECH, there)))


def test_a_dead_direction_of_packets_fades_into_silence() -> None:
    dead = LineSettings(codec="pcmu", one_way=OneWay("to_agent", from_ms=2_000))
    sent = np.abs(SPEECH) + 100
    heard, _ = carried(Line(dead, seed=1), sent.astype(np.int16))
    assert heard[15_000:16_000].any()
    assert not heard[16_000 + 8 * 200 :].any()


def test_levels_change_by_the_sample_and_peaks_are_cut() -> None:
    steps = (LevelStep(from_ms=1_005, db=-20),)
    heard, _ = carried(Line(LineSettings(level_db=-6, level_steps=steps), seed=1), SPEECH)
    change = 1_005 * 8
    assert np.array_equal(heard[:change], np.rint(SPEECH[:change] * gain_of(-6)).astype(np.int16))
    assert np.array_equal(heard[change:], np.rint(SPEECH[change:] * gain_of(-20)).astype(np.int16))
    cut, _ = carried(Line(LineSettings(clipping_dbfs=-20), seed=1), SPEECH)
    assert int(np.abs(cut).max()) == round(3_276.8)
    assert np.array_equal(cut[np.abs(SPEECH) < 3_276], SPEECH[np.abs(SPEECH) < 3_276])


def test_keys_take_as_long_as_the_voice_and_are_lost_with_it() -> None:
    def arriving(settings: LineSettings, ticks: int = 60) -> list[int]:
        line = Line(settings, seed=1)
        frame = silence(FRAME_SAMPLES)
        return [tick for tick in range(ticks) if line.carry_to_agent(frame, ["7"] if tick == 10 else [])[1]]

    assert arriving(LineSettings(delay_ms=100)) == [15]
    assert arriving(LineSettings(one_way=OneWay("to_agent"))) == []
    assert arriving(LineSettings(codec="pcmu", one_way=OneWay("to_agent"))) == []
    assert len(arriving(LineSettings(codec="pcmu", loss=Loss(0.1)))) == 1


def test_noise_of_a_file_needs_the_recording() -> None:
    settings = LineSettings(noise=Noise(10, file="cafe.wav"))
    with pytest.raises(ValueError, match=r"cafe\.wav needs the recording"):
        Line(settings, seed=1)
    with pytest.raises(ValueError, match="silent"):
        Line(settings, seed=1, recording=silence(8_000))
