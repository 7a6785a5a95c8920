"""What the core asks of speech engines: words of a stretch of the caller's track, and sound that may be wanted."""

from __future__ import annotations

from typing import Literal

from voice_agent.conversation.action import Action
from voice_agent.ports.urgency import Urgency


class Transcribe(Action, frozen=True, tag="transcribe"):
    """Recognise the caller's track from `from_sample` to `to_sample`. A later generation makes earlier ones late.

    `urgency` "early": the words are of use only where the voice doesn't go on, or only to know what is being said.
    `language` is the one that is spoken.
    """

    job: int
    generation: int
    from_sample: int
    to_sample: int
    expects: str
    urgency: Urgency = "final"
    language: str = "en"


class CancelTranscription(Action, frozen=True, tag="cancel_transcription"):
    job: int


class CloseSegment(Action, frozen=True, tag="close_segment"):
    """The voice heard so far is settled; what follows is a new segment."""

    segment: int


class ListenFor(Action, frozen=True, tag="listen_for"):
    """The caller's voice is about `level_dbfs` loud: what is far softer is not theirs. None: any voice may be."""

    level_dbfs: int | None


class PrepareSpeech(Action, frozen=True, tag="prepare_speech"):
    """Have `clause` made into sound, and say nothing of it yet: it is likely to be said next. The newest counts."""

    turn: int
    clause: str
    language: str = "en"
    pace: Literal["normal", "slow"] = "normal"
