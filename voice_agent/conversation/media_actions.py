"""What the core asks for about the sound of a call, apart from words."""

from __future__ import annotations

from typing import Literal, TypeAlias

from voice_agent.conversation.action import Action

Answerer: TypeAlias = Literal["human", "machine", "unknown"]


class StartRecording(Action, frozen=True, tag="start_recording"):
    """From now on both tracks may be written: the caller has been told."""


class HoldMusic(Action, frozen=True, tag="hold_music"):
    """The caller waits for tool `call`, and music plays while nobody speaks; or no longer, and it ends at once."""

    call: int
    on: bool


class AnsweredBy(Action, frozen=True, tag="answered_by"):
    """Who has answered a call that we placed, as far as can be told; `reason` says what decided it."""

    who: Answerer
    reason: str
