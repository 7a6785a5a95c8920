"""What is asked of the agent's voice while a caller may want the floor: fall silent, go on, drop the rest."""

from __future__ import annotations

from voice_agent.conversation.action import Action


class HoldSpeaking(Action, frozen=True, tag="hold_speaking"):
    """Fall silent at once but keep the rest: the caller may only have coughed."""

    utterance: int


class ResumeSpeaking(Action, frozen=True, tag="resume_speaking"):
    """Go on where `HoldSpeaking` stopped. `votes` say why, first the one that decided (`turns/interruption.py`)."""

    utterance: int
    votes: tuple[str, ...] = ()


class StopSpeaking(Action, frozen=True, tag="stop_speaking"):
    """Drop all that is not yet spoken. `votes` as of `ResumeSpeaking`, where a voice is the reason."""

    utterance: int
    reason: str
    votes: tuple[str, ...] = ()
