"""Engines for one simulated call: doubles that need no model, or real ones for which virtual time stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations.agent_call import Speech
from simulations.held_engines import HeldRecogniser, HeldSynthesiser
from simulations.held_world import Latencies
from simulations.scenario import Scenario
from voice_agent.clock import Clock, MonotonicClock
from voice_agent.ports.speech import Recogniser, Synthesiser, VoiceActivity

SCRIPTED_VOICE: Final = "scripted"


class Engines(Protocol):
    """Makes the engines of one call."""

    def speech(self, scenario: Scenario, seed: int) -> Speech:
        """Fresh wherever an engine keeps state from call to call: the same seed must give the same call."""
        ...

    def voice(self, scenario: Scenario) -> str:
        """The caller's voice in words, for reports: `hibari, pitch +3 semitones`."""
        ...

    def exact(self) -> Engines:
        """The same, but that every word is spoken and heard as it is written."""
        ...


class ScriptedEngines:
    """Doubles: text travels as sound, and is understood exactly. The agent's take modelled, seeded latencies."""

    def __init__(self, latencies: Latencies) -> None:
        self._latencies = latencies

    def speech(self, scenario: Scenario, seed: int) -> Speech:
        latencies = self._latencies
        return Speech(
            ScriptedRecogniser(latencies.recognition_us, seed=seed),
            ScriptedSynthesiser(latencies.synthesis_us, seed=seed),
            ScriptedVoiceActivity,
            ScriptedSynthesiser(),
            ScriptedRecogniser(),
        )

    def voice(self, scenario: Scenario) -> str:
        return SCRIPTED_VOICE

    def exact(self) -> Engines:
        return self


CallerVoice = Callable[[Scenario], tuple[Synthesiser, str]]
"""A caller's voice, and what it is in words. Raises ConfigurationError for one that there isn't."""


class HeldEngines:
    """Real engines; each answers after a modelled latency, however long it really takes.

    `engine_clock` is the one that their deadlines are of. The caller's own engines take no virtual time: its words are
    prepared before the call, and what it hears it understands at once.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        synthesiser: Synthesiser,
        voice_activity: Callable[[], VoiceActivity],
        caller_voice: CallerVoice,
        caller_ears: Recogniser,
        *,
        latencies: Latencies,
        engine_clock: Clock | None = None,
    ) -> None:
        self._agent = (recogniser, synthesiser)
        self._voice_activity = voice_activity
        self._caller_voice = caller_voice
        self._caller_ears = caller_ears
        self._latencies = latencies
        self._clock = MonotonicClock() if engine_clock is None else engine_clock

    def speech(self, scenario: Scenario, seed: int) -> Speech:
        recogniser, synthesiser = self._agent
        clock, latencies = self._clock, self._latencies
        return Speech(
            HeldRecogniser(recogniser, clock, latencies.recognition_us),
            HeldSynthesiser(synthesiser, clock, latencies.synthesis_us),
            self._voice_activity,
            HeldSynthesiser(self._caller_voice(scenario)[0], clock, 0),
            HeldRecogniser(self._caller_ears, clock, 0),
            pronounces=True,
        )

    def voice(self, scenario: Scenario) -> str:
        return self._caller_voice(scenario)[1]

    def exact(self) -> Engines:
        return ScriptedEngines(self._latencies)
