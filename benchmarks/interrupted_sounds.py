"""The callers of `interrupted_call` with what they say, and what a recogniser makes of a call's recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from benchmarks.barge_in_sounds import VOICES
from benchmarks.barge_in_trials import spoken
from benchmarks.interrupted_caller import SCRIPT, Caller, Cue
from benchmarks.interrupted_evidence import Evidence, Told, onsets, part_of
from simulations.callers.sounds import cough
from simulations.callers.voicing import CallerVoices
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.ports.speech import Recogniser

CALLS: Final = 6
EARLIER_OR_LATER_MS: Final = 250
_MARGIN_US: Final = 200_000
_FIRST_US: Final = 1_000_000
"""From so long after the first interruption the agent's words count: until then it may still be falling silent."""


async def callers(calls: int, seed: int, voices: CallerVoices) -> list[Caller]:
    """One for each call, each with another voice and its moments a little earlier or later. On a virtual loop."""
    chance, out = np.random.default_rng(seed), []
    for number in range(seed, seed + calls):
        voice = VOICES[number % len(VOICES)]
        sounds = {cue.name: await spoken(cue.words, voice, voices) if cue.words else cough(number) for cue in SCRIPT}
        out.append(Caller(sounds, moved(SCRIPT, chance)))
    return out


def moved(script: Sequence[Cue], chance: np.random.Generator) -> list[Cue]:
    """The script with other moments where the agent is spoken into; silences are as they are."""
    out = []
    for cue in script:
        by_ms = 0 if cue.quiet else int(chance.integers(-EARLIER_OR_LATER_MS, EARLIER_OR_LATER_MS + 1))
        out.append(msgspec.structs.replace(cue, after_ms=cue.after_ms + by_ms))
    return out


async def told_by(recogniser: Recogniser, evidence: Evidence) -> Told:
    """Hears the agent between the first two interruptions, and each thing that the caller said."""
    began = onsets(evidence.caller, evidence.uttered)

    async def heard(track: Pcm, from_us: int, until_us: int, expects: str = "open") -> str:
        part = part_of(track, from_us, until_us)
        return (await recogniser.transcribe(part, expects=expects, deadline_us=2**62)).text if part.size else ""

    def end_us(name: str) -> int:
        said = evidence.uttered[name]
        return began[name] + (said.last - said.first) * 1_000_000 // RATE_HZ

    caller = {
        cue.name: await heard(evidence.caller, began[cue.name] - _MARGIN_US, end_us(cue.name) + _MARGIN_US)
        for cue in SCRIPT
        if cue.words and cue.name in began
    }
    agent = number = ""
    if {"interruption 1", "interruption 2"} <= began.keys():
        agent = await heard(evidence.agent, began["interruption 1"] + _FIRST_US, began["interruption 2"] + _MARGIN_US)
    if {"digits 1", "digits 2"} <= began.keys():
        until_us = end_us("digits 2") + _MARGIN_US
        number = await heard(evidence.caller, began["digits 1"] - _MARGIN_US, until_us, "digits")
    return Told(agent, caller, number)
