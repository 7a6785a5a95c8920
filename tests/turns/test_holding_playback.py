"""However often the agent is muted and goes on: nothing of its words is heard twice, and nothing is left out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.audio import FRAME_SAMPLES, Pcm
from voice_agent.conversation.events import PlaybackFinished
from voice_agent.turns.playout import Playout
from voice_agent.turns.settings import PlayoutSettings

FADE = PlayoutSettings().fade_samples
STEPS = st.lists(st.sampled_from(["pull", "pull", "pull", "hold", "resume"]), max_size=80)


def played(steps: list[str], samples: int) -> tuple[Pcm, int, bool]:
    """Every sample with a number of its own: the track, how often it was muted, and whether it came to its end."""
    playout = Playout()
    playout.begin(1, ("all of it",))
    playout.feed(1, 0, np.arange(1, samples + 1, dtype=np.int16))
    playout.end_clause(1, 0)
    track: list[Pcm] = []
    holds, held, finished = 0, False, False
    for step in [*steps, "resume", *["pull"] * (samples // FRAME_SAMPLES + 3)]:
        match step:
            case "hold":
                holds, held = holds + (not held), True
                playout.hold()
            case "resume":
                held = False
                playout.resume()
            case _:
                track.append(playout.pull())
        finished = finished or any(isinstance(fact, PlaybackFinished) for fact in playout.take_facts())
    return np.concatenate(track), holds, finished


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(1, 6_000))
def test_every_sample_is_played_once_and_in_order(steps: list[str], samples: int) -> None:
    track, holds, finished = played(steps, samples)
    assert finished
    sounding = track[track != 0].astype(int)
    faded = 2 * FADE * holds
    assert samples - faded <= sounding.size <= samples
    numbered = sounding[np.isin(sounding, np.arange(1, samples + 1))]
    rising = int(np.sum(np.diff(numbered) > 0)) + 1
    assert rising >= numbered.size - faded, "only fades are softer than they were"
    assert len(set(numbered.tolist())) >= numbered.size - faded


@given(STEPS, st.integers(1, 6_000))
@settings(max_examples=100, deadline=None)
def test_a_muted_agent_is_silent_after_its_fade(steps: list[str], samples: int) -> None:
    playout = Playout()
    playout.begin(1, ("all of it",))
    playout.feed(1, 0, np.full(samples, 1_000, np.int16))
    playout.end_clause(1, 0)
    for step in steps:
        match step:
            case "hold":
                playout.hold()
                assert np.all(playout.pull()[FADE:] == 0)
                assert not playout.pull().any()
            case "resume":
                playout.resume()
            case _:
                playout.pull()
