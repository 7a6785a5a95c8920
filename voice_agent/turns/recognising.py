"""What is asked of a recogniser, and what is told of an answer that comes too late. Pure."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.events import Transcribed, TranscriptionFailed
from voice_agent.conversation.expectation import Choice, Expectation
from voice_agent.turns.settings import SecondOpinionSettings

_SHIPPED: Final = SecondOpinionSettings()
_SPOKEN_WORDS: Final = 3
"""An answer of more is not asked about."""


def late(event: Transcribed | TranscriptionFailed, reason: str) -> DropLate:
    """A result that is of no use any more, for the log."""
    tag = "transcribed" if isinstance(event, Transcribed) else "transcription_failed"
    return DropLate(tag, event.job, reason)


def expects(expectation: Expectation, settings: SecondOpinionSettings = _SHIPPED) -> str:
    """What the recogniser is told (`voice_agent.ports.speech`)."""
    slot = expectation.slot
    if expectation.kind == "digits" and slot is not None and slot.length is not None:
        return f"digits:{slot.length}"
    if expectation.kind == "choice" and slot is not None:
        answers = [answer for choice in slot.choices for answer in _spoken(choice)]
        if all(_spoken(choice) for choice in slot.choices) and 1 < len(answers) <= settings.most_answers:
            return f"choice:{'|'.join(dict.fromkeys(answers))}"
    return expectation.kind


def _spoken(choice: Choice) -> list[str]:
    """Its names that are a few words and no figures."""
    return [
        label
        for label in choice.labels
        if len(label.split()) <= _SPOKEN_WORDS and label.replace(" ", "").replace("-", "").isalpha()
    ]
