"""The tone of a mailbox is found, and nothing else that a telephone sends or a person says."""

from __future__ import annotations

import numpy as np
import pytest

from simulations.line.talkers import talker
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm
from voice_agent.conversation.media_events import BeepHeard
from voice_agent.session.beeps import Beeps


def tones(hz: tuple[float, ...], ms: int, dbfs: float = -20.0) -> Pcm:
    at = np.arange(ms * RATE_HZ // 1_000) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * one * at) for one in hz) / len(hz)
    return np.asarray(np.round(wave * 10 ** (dbfs / 20) * 32_767), np.int16)


def heard(*parts: Pcm, noise_dbfs: float = -60.0, seed: int = 1) -> list[BeepHeard]:
    quiet = np.zeros(RATE_HZ // 2, np.int16)
    sound = np.concatenate((quiet, *parts, quiet)).astype(float)
    sound += np.random.default_rng(seed).standard_normal(sound.size) * 10 ** (noise_dbfs / 20) * 32_768
    pcm = np.clip(np.round(sound), -32_768, 32_767).astype(np.int16)
    detector, found = Beeps(), []
    for at in range(0, pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        beep = detector.frame(pcm[at : at + FRAME_SAMPLES])
        found += [] if beep is None else [beep]
    return found


@pytest.mark.parametrize("hz", [420, 440, 640, 850, 1_000, 1_400, 1_980])
@pytest.mark.parametrize("ms", [200, 500, 1_200])
def test_a_steady_tone_is_told_when_it_has_ended(hz: int, ms: int) -> None:
    (beep,) = heard(tones((hz,), ms))
    assert beep.hz == pytest.approx(hz, abs=16)
    assert beep.at_sample / 8 == pytest.approx(500 + ms, abs=45)
    assert beep.duration_us / 1_000 == pytest.approx(ms, abs=45)


def test_it_is_found_on_a_noisy_line_and_when_it_is_quiet() -> None:
    assert len(heard(tones((1_000,), 400), noise_dbfs=-35)) == 1
    assert len(heard(tones((1_000,), 400, dbfs=-38))) == 1


@pytest.mark.parametrize(
    ("what", "sound"),
    [
        ("too short", tones((1_000,), 140)),
        ("too long", tones((1_000,), 4_000)),
        ("too low", tones((350,), 500)),
        ("too high", tones((2_100,), 500)),
        ("a key", tones((770, 1_336), 300)),
        ("ringing", tones((440, 480), 1_500)),
        ("a busy line", tones((480, 620), 500)),
        ("too quiet", tones((1_000,), 500, dbfs=-50)),
        ("gliding", np.round(8_000 * np.sin(np.cumsum(2 * np.pi * np.linspace(500, 1_900, 4_000) / RATE_HZ)))),
    ],
)
def test_what_is_no_beep(what: str, sound: Pcm) -> None:
    assert heard(np.asarray(sound, np.int16)) == [], what


@pytest.mark.parametrize("seed", range(4))
def test_voices_are_no_beeps(seed: int) -> None:
    voice = talker(RATE_HZ * 20, np.random.default_rng(seed))
    assert heard(np.round(voice / np.abs(voice).max() * 14_000).astype(np.int16)) == []
