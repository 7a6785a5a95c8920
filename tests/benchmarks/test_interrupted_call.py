"""What a call must show for its promises to count as kept."""

from __future__ import annotations

import numpy as np

from benchmarks.interrupted_call import SCRIPT, Caller, kept
from models.scripted import noise
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.conversation import actions as act
from voice_agent.conversation.records import Record, record_of


def caller(agent: list[Pcm]) -> Caller:
    out = Caller({cue.name: noise(200, seed=1) for cue in SCRIPT})
    out.agent = agent
    out.onsets_us = {cue.name: 1_000_000 * (number + 1) for number, cue in enumerate(SCRIPT)}
    return out


def test_a_call_in_which_nothing_was_decided_keeps_no_promise_about_interruptions() -> None:
    promises = kept([], caller([silence(FRAME_SAMPLES)] * 600), "")
    assert not any(promises[f"interruption {number} stops the agent"] for number in (1, 2, 3))
    assert not promises["a number with a long pause in it is one turn"]
    assert not promises["no word is repeated or swallowed where the agent went on"]
    assert not promises["no long gap after backchannel 1"]


def test_an_agent_that_talks_on_is_not_silent_soon() -> None:
    loud = list(np.resize(noise(20, seed=2), (600, FRAME_SAMPLES)))
    promises = kept([], caller(loud), "")
    assert not promises["silent soon after interruption 1"]
    assert promises["no long gap after cough"]


def test_a_backchannel_that_stops_the_agent_breaks_a_promise() -> None:
    stopped: list[Record] = [record_of(1, 2_500_000, act.StopSpeaking(1, "the caller said something"))]
    assert not kept(stopped, caller([silence(FRAME_SAMPLES)] * 600), "")["backchannel 1 does not"]
