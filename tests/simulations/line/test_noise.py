"""Noise is as loud as asked for, and has the shape of what it is called."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from simulations.line.line import Line
from simulations.line.noise_files import load_noise
from simulations.line.settings import NOISES, LineSettings, Noise
from simulations.line.speech_level import NOMINAL_DBFS, active_level_dbfs, lines_level_dbfs
from simulations.line.surroundings import RING_S
from simulations.mouth import prepared
from tests.simulations.line.sounds import carried, power_db, speech
from voice_agent.audio import RATE_HZ, SILENT_DBFS, Pcm, silence
from voice_agent.errors import AgentFolderError

Floats = npt.NDArray[np.float64]


def noise_of(kind: str, seed: int = 5) -> Pcm:
    """A round of it alone, so loud that rounding doesn't count."""
    line = Line(LineSettings(noise=Noise(0, kind)), seed, speech_dbfs=-20)
    return carried(line, silence(RING_S * RATE_HZ))[0]


def share(sound: Pcm, from_hz: float, to_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound.astype(float))) ** 2
    at_hz = np.fft.rfftfreq(sound.size, 1 / RATE_HZ)
    return float(spectrum[(at_hz >= from_hz) & (at_hz < to_hz)].sum() / spectrum.sum())


def levels_db(sound: Pcm, window: int) -> Floats:
    windows = sound[: sound.size - sound.size % window].astype(float).reshape(-1, window)
    out: Floats = 10 * np.log10(np.mean(windows**2, axis=1) + 1e-9)
    return out


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("snr_db", [0, 15])
def test_the_ratio_of_speech_to_noise_is_what_was_asked_for(kind: str, snr_db: int) -> None:
    said = np.concatenate((speech(RING_S, dbfs=-24), silence(RING_S * RATE_HZ)))
    level = active_level_dbfs(said)
    heard, _ = carried(Line(LineSettings(noise=Noise(snr_db, kind)), seed=5, speech_dbfs=level), said)
    noise = heard.astype(np.int32) - said
    # Over any round of the ring, with speech or without.
    for part in (noise[: RING_S * RATE_HZ], noise[RING_S * RATE_HZ :]):
        assert level - power_db(part.astype(np.int16)) == pytest.approx(snr_db, abs=0.5)


def test_the_level_of_speech_leaves_out_its_pauses() -> None:
    assert active_level_dbfs(speech(30, dbfs=-24)) == pytest.approx(-24, abs=1.0)
    assert power_db(speech(30, dbfs=-24)) < -25.5
    steady = np.full(RATE_HZ, 3_277, np.int16)
    assert active_level_dbfs(steady) == pytest.approx(-20, abs=0.05)
    # Half a second of it in ten: what P.56 counts is that half second and 200 ms after it.
    rare = np.concatenate((np.tile(steady[:4_000], 1), silence(9 * RATE_HZ + 4_000)))
    assert active_level_dbfs(rare) == pytest.approx(-20 - 10 * np.log10(0.7 / 0.5), abs=0.1)
    assert active_level_dbfs(silence(800)) == SILENT_DBFS
    assert lines_level_dbfs([]) == NOMINAL_DBFS
    assert lines_level_dbfs([prepared(steady), prepared(silence(8_000))]) == pytest.approx(-20, abs=0.05)


def test_white_noise_is_flat_over_the_line_and_street_noise_is_low() -> None:
    white, street = noise_of("white"), noise_of("street")
    assert share(white, 500, 1_500) == pytest.approx(share(white, 1_800, 2_800), rel=0.1)
    assert share(street, 0, 1_000) > share(street, 1_000, 4_000)
    assert share(street, 2_000, 4_000) < 0.15
    # Cars come and go: seconds differ, but by no more than a road's.
    spread = np.ptp(np.percentile(levels_db(street, RATE_HZ // 2), (5, 95)))
    assert 3 < spread < 15


def test_babble_rises_and_falls_as_syllables_do_but_less_than_one_voice() -> None:
    from simulations.line.talkers import talker

    one = (3_000 * talker(RING_S * RATE_HZ, np.random.default_rng(1))).astype(np.int16)
    many = noise_of("babble")

    def modulation(sound: Pcm) -> float:
        envelope = np.sqrt(10 ** (levels_db(sound, 80) / 10))
        spectrum = np.abs(np.fft.rfft(envelope - envelope.mean())) ** 2
        at_hz = np.fft.rfftfreq(envelope.size, 0.01)
        assert spectrum[(at_hz > 2) & (at_hz < 8)].sum() > 4 * spectrum[(at_hz > 20) & (at_hz < 40)].sum()
        return float(envelope.std() / envelope.mean())

    assert modulation(one) > 1.3 * modulation(many)
    assert share(many, 200, 1_000) > 0.6
    # Voices have a pitch: their spectrum has lines where hiss has none.
    assert crest_of_spectrum(one) > 3 * crest_of_spectrum(noise_of("white"))


def crest_of_spectrum(sound: Pcm) -> float:
    frames = sound[: sound.size // 1_024 * 1_024].astype(float).reshape(-1, 1_024) * np.hanning(1_024)
    power = np.abs(np.fft.rfft(frames, axis=1))[:, 20:400] ** 2
    return float(np.median(power.max(axis=1) / (np.median(power, axis=1) + 1e-9)))


def test_an_office_has_clicks_and_music_has_notes() -> None:
    office, music = noise_of("office"), noise_of("hold_music")
    steps = np.diff(office.astype(float), prepend=0)
    peaks = np.abs(steps).reshape(-1, 80).max(axis=1)
    assert np.count_nonzero(peaks > 5 * np.median(peaks)) > 30
    assert crest_of_spectrum(music) > 100 * crest_of_spectrum(noise_of("white"))


@pytest.mark.parametrize("kind", NOISES)
def test_its_end_goes_over_into_its_beginning(kind: str) -> None:
    line = Line(LineSettings(noise=Noise(0, kind)), 5, speech_dbfs=-20)
    sound = carried(line, silence(2 * RING_S * RATE_HZ))[0]
    assert np.array_equal(sound[: RING_S * RATE_HZ], sound[RING_S * RATE_HZ :])
    steps = np.abs(np.diff(sound.astype(np.int32)))
    assert steps[RING_S * RATE_HZ - 1] <= np.percentile(steps, 99.99)


def write_wav(path: Path, pcm: Pcm) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm.astype("<i2").tobytes())


def test_a_recording_is_found_beside_the_scenario_and_set_to_the_ratio(tmp_path: Path) -> None:
    (tmp_path / "noise").mkdir()
    write_wav(tmp_path / "noise/cafe.wav", speech(3, seed=9, dbfs=-40))
    settings = LineSettings(noise=Noise(6, file="noise/cafe.wav"))
    recording = load_noise(settings, tmp_path, "a.yaml:4")
    line = Line(settings, seed=1, speech_dbfs=-20, recording=recording)
    assert power_db(carried(line, silence(3 * RATE_HZ))[0]) == pytest.approx(-26, abs=0.2)
    assert load_noise(LineSettings(), tmp_path, "a.yaml:4") is None


def test_a_recording_that_cannot_be_used_is_named_with_its_place(tmp_path: Path) -> None:
    write_wav(tmp_path / "quiet.wav", silence(8_000))
    (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
    for file, problem in (("gone.wav", "no file"), ("quiet.wav", "is silent"), ("text.wav", "can't be played")):
        settings = LineSettings(noise=Noise(6, file=file))
        with pytest.raises(AgentFolderError, match=rf"^a\.yaml:4: noise\.file: .*{problem}") as raised:
            load_noise(settings, tmp_path, "a.yaml:4")
        assert raised.value.hint
