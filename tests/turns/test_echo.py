"""The agent's own voice, back from a loudspeaker, is told from somebody else's."""

from __future__ import annotations

import numpy as np
import pytest

from models.scripted import noise
from simulations.line.codecs import to_pcm
from simulations.line.handset import EchoPath
from simulations.line.settings import Echo
from simulations.line.talkers import talker
from telephony.codecs.g711 import PCMU
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, level_dbfs, silence
from voice_agent.turns.echo import EchoGate
from voice_agent.turns.sent_sound import WINDOW, SentSound, whitened

SECONDS = 8
LATE_FRAMES = 6
"""What the line takes besides the room."""


def voice(seed: int, *, level_db: float = 0.0, seconds: float = SECONDS) -> Pcm:
    """Somebody without words, at about -22 dBFS."""
    wave = talker(round(seconds * RATE_HZ), np.random.default_rng(seed))
    return to_pcm(2_600 * 10 ** (level_db / 20) * wave)


def echo_of(agent: Pcm, echo: Echo) -> Pcm:
    """What a telephone on the table sends back of it, over a line of G.711."""
    path = EchoPath(echo, seed=1)
    path.play(agent)
    late = np.concatenate((silence(LATE_FRAMES * FRAME_SAMPLES), to_pcm(path.next(agent.size))))[: agent.size]
    return PCMU.decode(PCMU.encode(late))


def sounds(caller: Pcm) -> list[bool]:
    """The frames that are worth a judgement."""
    return [level_dbfs(frame) > -55 for frame in caller.reshape(-1, FRAME_SAMPLES)]


def judged(caller: Pcm, agent: Pcm, gate: EchoGate | None = None) -> list[bool]:
    """Frame by frame, all that is loud enough taken for a voice."""
    gate = EchoGate() if gate is None else gate
    out = []
    for heard, said in zip(caller.reshape(-1, FRAME_SAMPLES), agent.reshape(-1, FRAME_SAMPLES), strict=True):
        out.append(gate.judge(heard, suspicious=level_dbfs(heard) > -55))
        gate.sent(said)
    return out


def longest_run(flags: list[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("gain_db", [-30, -20, -12, -6])
@pytest.mark.parametrize(("delay_ms", "tail_ms"), [(0, 0), (60, 80), (250, 150)])
def test_an_echo_never_lasts_long_enough_to_be_a_voice(gain_db: float, delay_ms: int, tail_ms: int) -> None:
    agent = voice(1)
    caller = echo_of(agent, Echo(delay_ms, gain_db, tail_ms))
    gate = EchoGate()
    echoes = judged(caller, agent, gate)
    missed = [sound and not echo for sound, echo in zip(sounds(caller), echoes, strict=True)]
    assert longest_run(missed) <= 2
    assert sum(missed) <= 0.03 * sum(sounds(caller))
    assert gate.return_db is not None
    assert gate.return_db == pytest.approx(gain_db, abs=3)


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_voice_is_no_echo(seed: int) -> None:
    caller = voice(seed)
    gate = EchoGate()
    echoes = judged(caller, voice(1), gate)
    assert not gate.known
    assert longest_run(echoes) <= 3
    assert sum(echoes) <= 0.05 * sum(sounds(caller))


@pytest.mark.parametrize("gain_db", [-20, -12])
def test_somebody_who_speaks_over_the_echo_is_heard_within_a_few_frames(gain_db: float) -> None:
    agent = voice(1)
    begins = 5 * RATE_HZ
    spoken = np.concatenate((silence(begins), voice(2, seconds=SECONDS - 5)))
    caller = (echo_of(agent, Echo(60, gain_db, 80)) + spoken).astype(np.int16)
    echoes = judged(caller, agent)
    first = begins // FRAME_SAMPLES
    loud = [level_dbfs(frame) > -40 for frame in spoken.reshape(-1, FRAME_SAMPLES)]
    onset = loud.index(True, first)
    assert False in echoes[onset : onset + 4]
    heard = [not echo for echo, sound in zip(echoes[onset:], loud[onset:], strict=True) if sound]
    assert sum(heard) >= 0.8 * len(heard)


def test_an_echo_that_has_gone_is_forgotten() -> None:
    agent = voice(1, seconds=16)
    caller = echo_of(agent, Echo(60, -6, 0))
    quiet = voice(2, level_db=-8, seconds=8)
    caller[8 * RATE_HZ :] = quiet
    gate = EchoGate()
    echoes = judged(caller, agent, gate)
    assert not gate.known
    assert sum(echoes[-150:]) <= 5


def test_nothing_is_an_echo_where_nothing_was_sent() -> None:
    assert not any(judged(voice(1), silence(SECONDS * RATE_HZ)))


def test_what_was_sent_more_than_half_a_second_ago_does_not_come_back() -> None:
    agent = voice(1)
    late = np.concatenate((silence(6_400), agent[:-6_400]))
    gate = EchoGate()
    assert longest_run(judged(late, agent, gate)) <= 3
    assert not gate.known


def test_the_same_sound_is_judged_the_same() -> None:
    agent = voice(1)
    caller = echo_of(agent, Echo(60, -12, 80))
    assert judged(caller, agent) == judged(caller, agent)


def test_silence_is_no_echo_and_leaves_none_known() -> None:
    gate = EchoGate()
    assert not any(judged(silence(SECONDS * RATE_HZ), voice(1), gate))
    assert gate.return_db is None


@pytest.mark.parametrize("frames", [29, 30, 31, 95, 240])
def test_what_was_sent_is_found_alike_whether_it_was_compared_all_along_or_only_now(frames: int) -> None:
    always, now = SentSound(), SentSound()
    sound = noise(20 * frames, seed=3)
    heard = np.zeros(WINDOW, np.float32)
    whitened(sound[-1_000 - WINDOW : -1_000], np.float32(0), heard)
    for frame in sound.reshape(-1, FRAME_SAMPLES):
        always.sent(frame)
        now.sent(frame)
        always.lately(300)
        always.anywhere(heard)
    for late, early in ((now.anywhere(heard), always.anywhere(heard)), (now.near(990, heard), always.near(990, heard))):
        assert late.delay == early.delay == 1_000
        assert late.likeness == pytest.approx(early.likeness)
        assert late.likeness > 0.99
        assert late.gain == pytest.approx(early.gain)
    assert [now.at(delay) for delay in range(0, 4_160, FRAME_SAMPLES)] == [
        always.at(delay) for delay in range(0, 4_160, FRAME_SAMPLES)
    ]
