"""What the orchestrator and the floor tell each other, besides the events and actions of the conversation.

    orchestrator -> floor     Expecting, AgentSaid, AgentDecided, Foreseen
    floor -> orchestrator     TurnLikely, TurnTaken, SilenceLasted, TurnTooLong, DecisionOverdue

They stay inside the core: they follow from logged events, so none of them is logged by itself.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from voice_agent.conversation.actions import (
    CancelTranscription,
    DropLate,
    EndTurn,
    HoldSpeaking,
    ListenFor,
    ResumeSpeaking,
    StopSpeaking,
    Transcribe,
)
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.votes import Vote


class Expecting(msgspec.Struct, frozen=True):
    """From now on the caller is expected to answer this."""

    expectation: Expectation


class AgentSaid(msgspec.Struct, frozen=True):
    """A `Say` was issued. `last` is False for a filler that something else will follow.

    `turn` is the turn it answers, with all earlier ones; None answers all that were taken so far. It has `clauses`, of
    which the last one asks, where it asks for anything, and `words` in all.
    """

    utterance: int
    last: bool = True
    turn: int | None = None
    clauses: int = 1
    words: int = 0


class AgentDecided(msgspec.Struct, frozen=True):
    """`turn` led to something without words: a transfer, the end of the call, or nothing."""

    turn: int


class Foreseen(msgspec.Struct, frozen=True):
    """The answer to the open turn `turn`, if it is over with `text`, is ready: `text` was understood as `commands`."""

    turn: int
    text: str
    commands: tuple[AnyCommand, ...] = ()


class TurnTaken(msgspec.Struct, frozen=True):
    """The caller's turn is over, and the agent owes an answer.

    `text` is empty where the turn is one of `keys`, and where `failed`: somebody spoke, but not a word was recognised,
    so the agent has to say that it didn't hear. `interrupted_utterance` is the one that this turn cut off. `votes` say
    why it was taken when it was (empty where no waiting was involved).
    """

    turn: int
    text: str
    alternatives: tuple[str, ...] = ()
    confidence: float = 1.0
    keys: str = ""
    interrupted_utterance: int | None = None
    failed: bool = False
    votes: tuple[Vote, ...] = ()


class TurnLikely(msgspec.Struct, frozen=True):
    """The open turn will be taken like this unless something more is said: what is pure may begin with it."""

    turn: TurnTaken


class SilenceLasted(msgspec.Struct, frozen=True):
    """Nobody said anything for the silence limit, `times` in a row since the caller's last turn."""

    times: int


class TurnTooLong(msgspec.Struct, frozen=True):
    """The caller went on for the longest turn; `TurnTaken` follows with what was said last."""

    turn: int


class DecisionOverdue(msgspec.Struct, frozen=True):
    """Nothing has come of `turn` for the deciding limit: say a filler or an apology. Repeats while nothing comes."""

    turn: int


FloorEvent: TypeAlias = AnyEvent | Expecting | AgentSaid | AgentDecided | Foreseen

FloorAction: TypeAlias = (
    HoldSpeaking
    | ResumeSpeaking
    | StopSpeaking
    | Transcribe
    | CancelTranscription
    | DropLate
    | EndTurn
    | ListenFor
    | TurnLikely
    | TurnTaken
    | SilenceLasted
    | TurnTooLong
    | DecisionOverdue
)
