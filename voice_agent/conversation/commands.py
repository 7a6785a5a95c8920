"""What a caller's turn means, as understanding reads it. Commands may be wrong; code decides what follows from them.

Scores are 0..1, calibrated so that an action below a journey's threshold asks instead of acting.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Value


class Command(msgspec.Struct, frozen=True, gc=False, tag_field="command"):
    """Base of all commands."""


class StartJourney(Command, frozen=True, tag="start_journey"):
    """The caller wants what `journey` is for."""

    journey: str
    score: float


class SetSlot(Command, frozen=True, tag="set_slot"):
    """A value for a slot; `raw` is the part of the text it was read from."""

    slot: str
    value: Value
    raw: str
    score: float


class BeginSlot(Command, frozen=True, tag="begin_slot"):
    """The beginning of a value that was asked for, the turns before this one included: `value` as far as it goes,
    `raw` the words that it was read from."""

    slot: str
    value: str
    raw: str


class CorrectSlot(Command, frozen=True, tag="correct_slot"):
    """The caller takes back an earlier value and gives another; `value` is None where only the old one was denied."""

    slot: str
    value: Value | None
    raw: str
    score: float


class Affirm(Command, frozen=True, tag="affirm"):
    """Yes. `besides` are the words of the turn that say something else: they may make a condition of it, or take it
    back."""

    besides: str = ""


class Deny(Command, frozen=True, tag="deny"):
    """No. `besides` are words said with it that nobody understood: who says more than no is not done."""

    besides: str = ""


class WantHuman(Command, frozen=True, tag="want_human"):
    """The caller asks for a person. `call_back`: not now, but to be called back."""

    call_back: bool = False


class NeedEmergencyHelp(Command, frozen=True, tag="need_emergency_help"):
    """The caller asks for an ambulance, the police or the fire brigade, or says that somebody is in danger."""


class SpeakLanguage(Command, frozen=True, tag="speak_language"):
    """The caller asks for another language (ISO 639-1), whether or not the agent speaks it."""

    language: str


class Repeat(Command, frozen=True, tag="repeat"):
    """Say that again. `slower` or `spelled` (letter by letter) where the caller asked for that too."""

    slower: bool = False
    spelled: bool = False


class AskQuestion(Command, frozen=True, tag="ask_question"):
    """The caller wants to know something that no journey is for; `text` is the question in the caller's words."""

    text: str


class Ambiguous(Command, frozen=True, tag="ambiguous"):
    """One wish, and two or more journeys that are about as likely to be meant, likeliest first: ask which."""

    journeys: tuple[str, ...]


Frustration: TypeAlias = Literal["low", "medium", "high"]
FRUSTRATION_LEVELS: Final[tuple[Frustration, ...]] = ("low", "medium", "high")
"""Mildest first."""


class ShowFrustration(Command, frozen=True, tag="show_frustration"):
    """The caller is annoyed. Comes along with what they want, if they said that too.

    "low" is displeased with how things are, "medium" with us or for the second time, "high" angry or abusive.
    """

    level: Frustration


class HoldOn(Command, frozen=True, tag="hold_on"):
    """The caller asks for a moment."""


class Cancel(Command, frozen=True, tag="cancel"):
    """Drop what we are doing; the call goes on. `wished`: said as a wish, "I'd like to cancel", which may be about
    something that the caller has, rather than about this conversation."""

    wished: bool = False


class Goodbye(Command, frozen=True, tag="goodbye"):
    """The caller is done."""


class Greet(Command, frozen=True, tag="greet"):
    """A greeting and nothing else."""


class Thank(Command, frozen=True, tag="thank"):
    """Thanks and nothing else."""


class AskWhatIsOffered(Command, frozen=True, tag="ask_what_is_offered"):
    """The caller wants to know what the agent can help with, or only asks for help."""


class AskWhoSpeaks(Command, frozen=True, tag="ask_who_speaks"):
    """The caller wants to know whether they speak with a person or a machine, or who it is."""


class NotUnderstood(Command, frozen=True, tag="not_understood"):
    """Words that match nothing: `reason` is "unclear" (no usable words), "out_of_scope", or "unsure": the caller
    doesn't know, or has not at hand, what was asked for."""

    reason: str


AnyCommand: TypeAlias = (
    StartJourney
    | SetSlot
    | BeginSlot
    | CorrectSlot
    | Affirm
    | Deny
    | WantHuman
    | NeedEmergencyHelp
    | SpeakLanguage
    | Repeat
    | HoldOn
    | Cancel
    | Goodbye
    | Greet
    | Thank
    | AskWhatIsOffered
    | AskWhoSpeaks
    | AskQuestion
    | Ambiguous
    | ShowFrustration
    | NotUnderstood
)
