"""What sounds behind the agent's words: a room all the time, music while the caller waits and nobody speaks."""

from __future__ import annotations

import numpy as np
import pytest

from models.ambience import ROOMS, room
from models.tunes import soft_music
from simulations.line.talkers import talker
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, Pcm, level_dbfs, silence
from voice_agent.session.backdrop import QUIET_MS, Backdrop, Sounds
from voice_agent.turns.echo import EchoGate

TUNE = np.full(1_000, 2_000, np.int16)
WORDS = np.full(FRAME_SAMPLES, 5_000, np.int16)
QUIET_FRAMES = QUIET_MS // FRAME_MS


def sent(backdrop: Backdrop, ticks: int, agent: Pcm | None = None, *, somebody_speaks: bool = False) -> list[Pcm]:
    words = silence(FRAME_SAMPLES) if agent is None else agent
    return [backdrop.mixed(words, somebody_speaks=somebody_speaks) for _ in range(ticks)]


def test_with_nothing_behind_it_the_voice_is_what_it_was() -> None:
    backdrop = Backdrop(Sounds())
    assert backdrop.mixed(WORDS, somebody_speaks=True) is WORDS


def test_music_begins_once_nobody_has_spoken_for_a_while_and_swells() -> None:
    backdrop = Backdrop(Sounds(music=TUNE))
    assert not np.any(sent(backdrop, 100))
    backdrop.hold(on=True)
    sent(backdrop, 1, WORDS, somebody_speaks=True)
    frames = sent(backdrop, QUIET_FRAMES + 30)
    assert not np.any(frames[: QUIET_FRAMES - 1])
    levels = [int(frame[-1]) for frame in frames[QUIET_FRAMES - 1 :]]
    assert levels[0] == pytest.approx(80, abs=1)
    assert levels == sorted(levels)
    assert levels[-1] == 2_000


@pytest.mark.parametrize("why", ["the caller speaks", "it is there"])
def test_music_ends_within_the_frame_in_which_somebody_speaks_or_the_wait_is_over(why: str) -> None:
    backdrop = Backdrop(Sounds(music=TUNE))
    backdrop.hold(on=True)
    sent(backdrop, QUIET_FRAMES + 60)
    assert backdrop.plays_music
    if why == "it is there":
        backdrop.hold(on=False)
    last = backdrop.mixed(silence(FRAME_SAMPLES), somebody_speaks=why == "the caller speaks")
    assert last[0] == 2_000
    assert last[-1] == 0
    assert np.all(np.diff(last.astype(int)) <= 0)
    assert not backdrop.plays_music
    assert not np.any(sent(backdrop, QUIET_FRAMES - 1))


def test_a_room_is_there_under_words_and_silence_in_the_same_order_every_time() -> None:
    loop = room("office", -45)
    first, again = (Backdrop(Sounds(room=loop), start=1_234) for _ in range(2))
    silent = np.concatenate(sent(first, 900))
    assert np.array_equal(silent, np.concatenate(sent(again, 900)))
    assert np.array_equal(silent[: loop.size - 1_234], loop[1_234:])
    spoken = np.concatenate(sent(Backdrop(Sounds(room=loop), start=1_234), 900, WORDS, somebody_speaks=True))
    assert np.array_equal(spoken, silent + 5_000)


def test_nothing_wraps_around_where_voice_and_room_are_loud() -> None:
    loud = np.full(FRAME_SAMPLES, 32_000, np.int16)
    assert Backdrop(Sounds(room=loud)).mixed(-loud - 700, somebody_speaks=True).min() == -700
    assert Backdrop(Sounds(room=loud)).mixed(loud, somebody_speaks=True).max() == 32_767


@pytest.mark.parametrize("name", sorted(ROOMS))
def test_a_room_has_its_level_and_ends_where_it_begins(name: str) -> None:
    loop = room(name, -50)
    assert level_dbfs(loop) == pytest.approx(-50, abs=0.2)
    assert np.array_equal(loop, room(name, -50))
    steps = np.abs(np.diff(np.concatenate((loop[-200:], loop[:200])).astype(int)))
    assert steps[199] <= 3 * steps.max()
    assert level_dbfs(room(name, -60)) == pytest.approx(-60, abs=0.6)


def test_the_tune_is_softer_than_the_voice_and_never_silent_for_long() -> None:
    tune = soft_music()
    seconds = tune.reshape(-1, 8_000)
    assert all(-45 < level_dbfs(second) < -25 for second in seconds)
    assert abs(int(tune[0]) - int(tune[-1])) < 600


@pytest.mark.parametrize("name", sorted(ROOMS))
def test_a_caller_is_never_taken_for_an_echo_of_the_room(name: str) -> None:
    backdrop, gate = Backdrop(Sounds(room=room(name, -40))), EchoGate()
    voice = talker(8_000 * 8, np.random.default_rng(3))
    caller = np.round(voice / np.abs(voice).max() * 12_000).astype(np.int16)
    echoes = 0
    for at in range(0, caller.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        echoes += gate.judge(caller[at : at + FRAME_SAMPLES], suspicious=True)
        gate.sent(backdrop.mixed(silence(FRAME_SAMPLES), somebody_speaks=True))
    assert echoes <= 2
    assert not gate.known


def test_the_room_that_comes_back_from_a_loudspeaker_is_no_voice() -> None:
    """100 ms later and 20 dB quieter, even if all of it were taken for a voice: nine frames of ten are found."""
    backdrop, gate = Backdrop(Sounds(room=room("office", -40))), EchoGate()
    history = [silence(FRAME_SAMPLES)] * 5
    heard = 0
    for _ in range(500):
        echo = np.round(history[-5] * 0.1).astype(np.int16)
        heard += level_dbfs(echo) > -60 and not gate.judge(echo, suspicious=level_dbfs(echo) > -60)
        history.append(backdrop.mixed(silence(FRAME_SAMPLES), somebody_speaks=False))
        gate.sent(history[-1])
    assert heard <= 50
