"""What is asked of a recogniser, and what is told of an answer that comes too late. Pure."""

from __future__ import annotations

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.events import Transcribed, TranscriptionFailed
from voice_agent.conversation.expectation import Expectation


def late(event: Transcribed | TranscriptionFailed, reason: str) -> DropLate:
    """A result that is of no use any more, for the log."""
    tag = "transcribed" if isinstance(event, Transcribed) else "transcription_failed"
    return DropLate(tag, event.job, reason)


def expects(expectation: Expectation) -> str:
    """What the recogniser is told (`voice_agent.ports.speech`)."""
    slot = expectation.slot
    if expectation.kind == "digits" and slot is not None and slot.length is not None:
        return f"digits:{slot.length}"
    return expectation.kind
