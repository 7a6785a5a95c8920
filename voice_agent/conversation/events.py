"""Facts that reach the core of a conversation, in the past tense. With the times they came, they are all of its input.

Positions named `*_sample` count 8 kHz samples of one track (caller or agent) from the start of the conversation.
`docs/events.md` describes each; a test keeps the two together.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.event import Event
from voice_agent.conversation.judging import Judged, JudgeFailed
from voice_agent.conversation.knowledge import Consulted, ConsultFailed
from voice_agent.conversation.media_events import BeepHeard as BeepHeard  # noqa: PLC0414 -- exported
from voice_agent.conversation.media_events import MediaCameBack as MediaCameBack  # noqa: PLC0414 -- exported
from voice_agent.conversation.media_events import MediaLost as MediaLost  # noqa: PLC0414 -- exported
from voice_agent.conversation.media_events import MediaQuality as MediaQuality  # noqa: PLC0414 -- exported
from voice_agent.conversation.planning import PlanFailed, Planned
from voice_agent.conversation.secure_events import (
    SecureCaptured,
    SecureCaptureFailed,
    SecureEntryStarted,
    SecureVoiceWithheld,
)
from voice_agent.conversation.texting import TextFailed, TextSent
from voice_agent.conversation.voice_events import SpeechDipped as SpeechDipped  # noqa: PLC0414 -- exported
from voice_agent.conversation.voice_events import SpeechPaused as SpeechPaused  # noqa: PLC0414 -- exported
from voice_agent.conversation.voice_events import SpeechResumed as SpeechResumed  # noqa: PLC0414 -- exported
from voice_agent.conversation.voice_events import SpeechStarted as SpeechStarted  # noqa: PLC0414 -- exported
from voice_agent.conversation.voice_events import VoiceLeftAside as VoiceLeftAside  # noqa: PLC0414 -- exported
from voice_agent.ports.likely import Likely


class CallStarted(Event, frozen=True, tag="call_started"):
    """A caller is there. `civil_start` is ISO 8601 with offset: the only civil time the core ever sees.

    `recorded`: the tracks may be kept once the caller has been told. `direction` is "outbound" where we called them:
    `caller` is then the one who was called. `language` is the one they speak, where that is known beforehand.
    `can_text`: somebody is there who sends text messages.
    """

    channel: Literal["phone", "text"]
    caller: str
    called: str
    civil_start: str
    customer: str | None = None
    recorded: bool = False
    direction: Literal["inbound", "outbound"] = "inbound"
    language: str | None = None
    can_text: bool = False


class Transcribed(Event, frozen=True, tag="transcribed"):
    """A recogniser's answer to `Transcribe`; empty `text` where it heard no words. None where nobody looked.

    `level_dbfs`: how loud it was where it was loud. `effort`: less than `full` where engines were behind, `short`
    without a second look, `small` by a smaller model. `finished`: how finished the voice sounds, 0..1. `snr_db`: above
    the noise. `language`: what it was taken to be in. `likely`: how well expected answers fit where none was heard."""

    job: int
    generation: int
    text: str
    alternatives: tuple[str, ...]
    confidence: float
    engine: str
    engine_us: int
    level_dbfs: int | None = None
    effort: Literal["full", "short", "small"] = "full"
    finished: float | None = None
    snr_db: int | None = None
    language: str = ""
    likely: tuple[Likely, ...] = ()


class TranscriptionFailed(Event, frozen=True, tag="transcription_failed"):
    job: int
    generation: int
    code: str
    message: str


class TextReceived(Event, frozen=True, tag="text_received"):
    """A typed turn. `ids` are those that a chat's client gave the messages it consists of, in order."""

    text: str
    ids: tuple[str, ...] = ()


class MessageUnread(Event, frozen=True, tag="message_unread"):
    """A message came in writing that can't be read as words. `form` says what it is: image, audio, too_long, and so on.

    `ids` as in `TextReceived`."""

    form: str
    ids: tuple[str, ...] = ()


class DigitPressed(Event, frozen=True, tag="digit_pressed"):
    """One keypad key: 0-9, *, # or A-D."""

    digit: str


class Understood(Event, frozen=True, tag="understood"):
    """What `Understand` was answered with; `scores` are the closest journeys, best first, for the trace.

    `language` is the one that the words are in, only where that is sure and it is one of the agent's languages.
    """

    request: int
    commands: tuple[AnyCommand, ...]
    engine: str
    engine_us: int
    scores: tuple[tuple[str, float], ...] = ()
    language: str | None = None


class UnderstandingFailed(Event, frozen=True, tag="understanding_failed"):
    request: int
    code: str
    message: str


class ToolReturned(Event, frozen=True, tag="tool_returned"):
    """A tool's result: a JSON object. `mode`: whether the tool itself answered, or its twin for trying things out."""

    call: int
    result: dict[str, Any]
    engine_us: int
    mode: Literal["real", "mock"] = "real"


class ToolProgressed(Event, frozen=True, tag="tool_progressed"):
    """A tool that takes long has done `done` of `of` steps (None: it doesn't know how many there are)."""

    call: int
    done: float
    of: float | None = None


class ToolFailed(Event, frozen=True, tag="tool_failed"):
    call: int
    code: str
    message: str


class Transferred(Event, frozen=True, tag="transferred"):
    """A person will take over: the hand-over is on somebody's list."""

    target: str


class TransferFailed(Event, frozen=True, tag="transfer_failed"):
    target: str
    code: str
    message: str


class Connected(Event, frozen=True, tag="connected"):
    """A person has answered the transferred call: the caller is no longer ours."""

    target: str


class ConnectFailed(Event, frozen=True, tag="connect_failed"):
    """Nobody answered, or the transfer was refused: the caller is still here, unless the call has ended."""

    target: str
    code: str
    message: str


class PlaybackStarted(Event, frozen=True, tag="playback_started"):
    """The first sample of an utterance was sent, at `at_sample` of the agent's track.

    `waited_us` is how long that sample had been made by then; None where nothing is made, or nobody kept the time.
    """

    utterance: int
    at_sample: int
    waited_us: int | None = None


class PlayedUntil(Event, frozen=True, tag="played_until"):
    """How much of an utterance has been sent; comes before every interruption.

    `clause` is the one being played, `heard` the words up to there: whole clauses are exact, the last one is estimated.
    """

    utterance: int
    clause: int
    played_samples: int
    heard: str


class PlaybackFinished(Event, frozen=True, tag="playback_finished"):
    """All of an utterance has been sent."""

    utterance: int


class SynthesisFailed(Event, frozen=True, tag="synthesis_failed"):
    utterance: int
    clause: int
    code: str
    message: str


class EngineWentDown(Event, frozen=True, tag="engine_went_down"):
    process: str
    reason: str


class EngineCameUp(Event, frozen=True, tag="engine_came_up"):
    process: str
    down_us: int


class StopAnnounced(Event, frozen=True, tag="stop_announced"):
    """The server is about to stop: whoever is on the line has to be told, and the call has to end."""


class Resumed(Event, frozen=True, tag="resumed"):
    """The conversation outlived its process and goes on in another. `civil_now` (ISO 8601) is the time it is now."""

    civil_now: str


class Woken(Event, frozen=True, tag="woken"):
    """The time that the core asked for has come."""


class CallEnded(Event, frozen=True, tag="call_ended"):
    """Nothing more will be heard or said."""

    by: Literal["caller", "agent", "operator", "fault"]
    reason: str


AnyEvent: TypeAlias = (
    CallStarted
    | SpeechStarted
    | SpeechDipped
    | SpeechPaused
    | SpeechResumed
    | VoiceLeftAside
    | Transcribed
    | TranscriptionFailed
    | TextReceived
    | MessageUnread
    | DigitPressed
    | BeepHeard
    | SecureEntryStarted
    | SecureVoiceWithheld
    | SecureCaptured
    | SecureCaptureFailed
    | Understood
    | UnderstandingFailed
    | ToolReturned
    | ToolProgressed
    | ToolFailed
    | Consulted
    | ConsultFailed
    | Planned
    | PlanFailed
    | Judged
    | JudgeFailed
    | TextSent
    | TextFailed
    | Transferred
    | TransferFailed
    | Connected
    | ConnectFailed
    | PlaybackStarted
    | PlayedUntil
    | PlaybackFinished
    | SynthesisFailed
    | EngineWentDown
    | EngineCameUp
    | StopAnnounced
    | Resumed
    | MediaLost
    | MediaCameBack
    | MediaQuality
    | Woken
    | CallEnded
)
