"""A voice no louder than the echo that it speaks over is told from the echo alone."""

from __future__ import annotations

import numpy as np
import pytest

from simulations.line.settings import Echo
from tests.turns.test_echo import echo_of, voice
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm
from voice_agent.turns.echo import EchoGate
from voice_agent.turns.echo_memory import EchoMemory

BEGINS = 6 * RATE_HZ
ROOMS = [(0, 0), (60, 80), (150, 80)]


def told(caller: Pcm, agent: Pcm) -> list[bool]:
    """In which frames that are no louder than an echo may be there is somebody."""
    gate, memory, out = EchoGate(), EchoMemory(), []
    for heard, said in zip(caller.reshape(-1, FRAME_SAMPLES), agent.reshape(-1, FRAME_SAMPLES), strict=True):
        nobody = gate.judge(heard, suspicious=bool(np.abs(heard).max() > 80))
        memory.heard(heard, gate.delay, nobody=nobody)
        asked = nobody and gate.known and not gate.alone
        out.append(asked and memory.somebody() and not gate.like_anything_sent())
        gate.sent(said)
        memory.sent(said)
    return out


@pytest.mark.parametrize("gain_db", [-20, -12, -6])
@pytest.mark.parametrize(("delay_ms", "tail_ms"), ROOMS)
def test_an_echo_alone_has_nobody_in_it(gain_db: float, delay_ms: int, tail_ms: int) -> None:
    agent = voice(1)
    assert sum(told(echo_of(agent, Echo(delay_ms, gain_db, tail_ms)), agent)) == 0


@pytest.mark.parametrize(("delay_ms", "tail_ms"), ROOMS)
def test_short_words_no_louder_than_the_echo_are_found_in_it(delay_ms: int, tail_ms: int) -> None:
    agent, spoken = voice(1), voice(4, level_db=-9)
    caller = echo_of(agent, Echo(delay_ms, -6, tail_ms)).astype(np.int32)
    words = np.zeros(caller.size, np.bool_)
    for begins in range(3 * RATE_HZ, 7 * RATE_HZ, RATE_HZ * 4 // 5):
        words[begins : begins + 10 * FRAME_SAMPLES] = True
    caller[words] += spoken[words]
    found = np.array(told(caller.astype(np.int16), agent))
    in_words = words.reshape(-1, FRAME_SAMPLES)[:, 0]
    assert found[in_words].sum() >= 2
    assert found[~in_words].sum() == 0


def test_an_echo_that_has_moved_is_still_one() -> None:
    agent = voice(1, seconds=10)
    echo = echo_of(agent, Echo(60, -12, 80))
    for begins, frames in ((6 * RATE_HZ, 2), (8 * RATE_HZ, -1)):
        echo[begins:] = np.roll(echo, frames * FRAME_SAMPLES)[begins:]
    assert sum(told(echo, agent)) <= 2


def test_an_echo_that_is_another_from_one_moment_to_the_next_is_no_voice_for_long() -> None:
    agent = voice(1, seconds=10)
    echo, other = (echo_of(agent, Echo(60, -12, tail_ms)) for tail_ms in (0, 150))
    echo[BEGINS:] = other[BEGINS:]
    assert sum(told(echo, agent)) <= 2
