"""The caller's words are handed on without the echo of the agent's, and are what they were where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from simulations.line.settings import Echo
from tests.turns.test_echo import echo_of, voice
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, silence
from voice_agent.turns.echo import EchoGate
from voice_agent.turns.echo_memory import EchoMemory

BEGINS, ENDS = 6 * RATE_HZ, 7 * RATE_HZ
"""When somebody speaks over the agent; their words are asked for from a little before."""
FROM = BEGINS - 3_200
ROOMS = [(0, 0), (20, 80), (60, 0), (60, 80), (150, 80)]


def remembered(caller: Pcm, agent: Pcm) -> EchoMemory:
    gate, memory = EchoGate(), EchoMemory()
    for heard, said in zip(caller.reshape(-1, FRAME_SAMPLES), agent.reshape(-1, FRAME_SAMPLES), strict=True):
        nobody = gate.judge(heard, suspicious=bool(np.abs(heard).max() > 80))
        memory.heard(heard, gate.delay, nobody=nobody)
        gate.sent(said)
        memory.sent(said)
    return memory


def power(sound: Pcm) -> float:
    return float(np.mean(sound.astype(np.float64) ** 2))


def louder_db(sound: Pcm, than: Pcm) -> float:
    return float(10 * np.log10((power(sound) + 1e-3) / (power(than) + 1e-3)))


def over(echo: Pcm, spoken: Pcm) -> Pcm:
    """`spoken` over the echo, in its second."""
    caller = echo.astype(np.int32)
    caller[BEGINS:ENDS] += spoken
    return np.clip(caller, -32_768, 32_767).astype(np.int16)


@pytest.mark.parametrize("gain_db", [-20, -12, -6])
@pytest.mark.parametrize(("delay_ms", "tail_ms"), ROOMS)
def test_what_is_left_of_an_echo_is_20_db_quieter(gain_db: float, delay_ms: int, tail_ms: int) -> None:
    agent = voice(1)
    echo = echo_of(agent, Echo(delay_ms, gain_db, tail_ms))
    left = remembered(echo, agent).without_echo(echo[FROM:ENDS], FROM)
    assert louder_db(echo[FROM:ENDS], left) > 20


@pytest.mark.parametrize("level_db", [-12, 0])
@pytest.mark.parametrize(("delay_ms", "tail_ms"), ROOMS)
def test_the_caller_over_it_stays_as_they_were(level_db: float, delay_ms: int, tail_ms: int) -> None:
    agent, spoken = voice(1), voice(2, level_db=level_db, seconds=1)
    echo = echo_of(agent, Echo(delay_ms, -12, tail_ms))
    caller = over(echo, spoken)
    left = remembered(caller, agent).without_echo(caller[BEGINS:ENDS], BEGINS)
    before, after = louder_db(spoken, echo[BEGINS:ENDS]), louder_db(spoken, (left - spoken).astype(np.int16))
    assert after > before + 12
    assert louder_db(spoken, left) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("frames", [-2, 3])
def test_an_echo_that_jitter_buffers_have_moved_is_found_where_it_is(frames: int) -> None:
    agent, spoken = voice(1), voice(2, seconds=1)
    echo = echo_of(agent, Echo(60, -12, 80))
    moved = np.roll(echo, frames * FRAME_SAMPLES)
    echo[FROM:] = moved[FROM:]
    caller = over(echo, spoken)
    left = remembered(caller, agent).without_echo(caller[BEGINS:ENDS], BEGINS)
    assert louder_db(spoken, (left - spoken).astype(np.int16)) > louder_db(spoken, echo[BEGINS:ENDS]) + 12


def test_it_is_learned_from_a_stretch_in_which_somebody_spoke_too() -> None:
    agent = voice(1)
    echo = echo_of(agent, Echo(60, -12, 80))
    caller = over(echo, voice(2, seconds=1))
    from_sample, to_sample = ENDS + RATE_HZ // 4, ENDS + RATE_HZ * 3 // 4
    left = remembered(caller, agent).without_echo(caller[from_sample:to_sample], from_sample)
    assert louder_db(caller[from_sample:to_sample], left) > 15


def test_a_stretch_need_not_begin_or_end_with_a_frame() -> None:
    agent, spoken = voice(1), voice(2, seconds=1)
    caller = over(echo_of(agent, Echo(60, -12, 80)), spoken)
    memory = remembered(caller, agent)
    left = memory.without_echo(caller[BEGINS + 77 : ENDS - 33], BEGINS + 77)
    assert louder_db(spoken[77:-33], (left - spoken[77:-33]).astype(np.int16)) > 25


def test_where_there_is_no_echo_what_was_heard_is_handed_on_untouched() -> None:
    agent, caller = voice(1), voice(2)
    memory = remembered(caller, agent)
    stretch = caller[BEGINS:ENDS]
    assert memory.without_echo(stretch, BEGINS) is stretch


def test_what_was_said_in_silence_is_handed_on_as_it_was() -> None:
    agent = np.concatenate((voice(1, seconds=5), silence(3 * RATE_HZ)))
    caller = over(echo_of(agent, Echo(60, -12, 80)), voice(2, seconds=1))
    stretch = caller[BEGINS:ENDS]
    assert np.array_equal(remembered(caller, agent).without_echo(stretch, BEGINS), stretch)


def test_an_echo_of_something_else_is_left_alone() -> None:
    """The filter that was learned explains nothing of it, so that nothing is taken away."""
    agent = voice(1)
    echo = echo_of(agent, Echo(60, -12, 80))
    stranger = voice(3, seconds=2)
    caller = echo.copy()
    caller[BEGINS:] = stranger
    agent_elsewhere = agent.copy()
    agent_elsewhere[BEGINS - RATE_HZ // 2 :] = voice(4, seconds=2.5)
    left = remembered(caller, agent_elsewhere).without_echo(caller[BEGINS:ENDS], BEGINS)
    assert louder_db(stranger[:RATE_HZ], (left - stranger[:RATE_HZ]).astype(np.int16)) > 6


def test_the_same_sound_gives_the_same() -> None:
    agent = voice(1)
    caller = over(echo_of(agent, Echo(60, -12, 80)), voice(2, seconds=1))
    one, other = (remembered(caller, agent).without_echo(caller[BEGINS:ENDS], BEGINS) for _ in range(2))
    assert np.array_equal(one, other)


def test_what_is_older_than_the_memory_is_handed_on_as_it_was() -> None:
    agent = voice(1, seconds=20)
    echo = echo_of(agent, Echo(60, -12, 0))
    memory = remembered(echo, agent)
    left = memory.without_echo(echo, 0)
    assert np.array_equal(left[: 3 * RATE_HZ], echo[: 3 * RATE_HZ])
