"""What the core asks the world to do, in the imperative. A driver performs them; results come back as events.

Numbers (`utterance`, `job`, `request`, `call`, `turn`) count from 1 within a conversation; no id needs chance.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from voice_agent.conversation.action import Action as Action  # noqa: PLC0414 -- exported
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.holding import HoldSpeaking as HoldSpeaking  # noqa: PLC0414 -- exported
from voice_agent.conversation.holding import ResumeSpeaking as ResumeSpeaking  # noqa: PLC0414
from voice_agent.conversation.holding import StopSpeaking as StopSpeaking  # noqa: PLC0414
from voice_agent.conversation.judging import SpokenLine
from voice_agent.conversation.knowledge import Audience, Citation
from voice_agent.conversation.media_actions import AnsweredBy as AnsweredBy  # noqa: PLC0414
from voice_agent.conversation.media_actions import HoldMusic as HoldMusic  # noqa: PLC0414
from voice_agent.conversation.media_actions import StartRecording as StartRecording  # noqa: PLC0414
from voice_agent.conversation.planning import PlanChoices, PlanResult, PlanSlot, PlanTool
from voice_agent.conversation.secure_actions import StartSecureCapture, StopSecureCapture
from voice_agent.conversation.speech_actions import CancelTranscription as CancelTranscription  # noqa: PLC0414 -- exported
from voice_agent.conversation.speech_actions import CloseSegment as CloseSegment  # noqa: PLC0414 -- exported
from voice_agent.conversation.speech_actions import ListenFor as ListenFor  # noqa: PLC0414 -- exported
from voice_agent.conversation.speech_actions import PrepareSpeech as PrepareSpeech  # noqa: PLC0414 -- exported
from voice_agent.conversation.speech_actions import Transcribe as Transcribe  # noqa: PLC0414 -- exported
from voice_agent.conversation.texting import SendText
from voice_agent.conversation.votes import Vote


class Say(Action, frozen=True, tag="say"):
    """Speak (or send) `clauses` in order, after what is still being spoken. `turn` is the caller's turn it answers.

    `language` is the one it is in, `citations` say which of the words are an article's, `pace` how fast it is said.
    """

    utterance: int
    turn: int
    clauses: tuple[str, ...]
    purpose: Literal["greeting", "reply", "reprompt", "filler", "farewell"] = "reply"
    language: str = "en"
    citations: tuple[Citation, ...] = ()
    pace: Literal["normal", "slow"] = "normal"


class TakeTurn(Action, frozen=True, tag="take_turn"):
    """The agent takes the floor: what the caller said so far is turn `turn`; `reason` says what decided it.

    `votes` say the same with the delay that each reason came to, the one that decided first; none where nobody waited.
    """

    turn: int
    reason: str
    votes: tuple[Vote, ...] = ()


class Understand(Action, frozen=True, tag="understand"):
    """Read commands out of what was said (or typed, or keyed: `keys`). `language` is the conversation's so far.

    `disclosed` is what the journey under way lets it know beyond that. `ahead`: `UnderstandAhead` has asked the same
    under the same `request`, so that nothing is left to be done.
    """

    request: int
    turn: int
    text: str
    alternatives: tuple[str, ...]
    keys: str
    expectation: Expectation
    language: str = "en"
    disclosed: tuple[Disclosed, ...] = ()
    ahead: bool = False


class UnderstandAhead(Action, frozen=True, tag="understand_ahead"):
    """Begin with `asked` before the turn is taken. Where it is not taken like this, the answer is of no use."""

    asked: Understand


class CallTool(Action, frozen=True, tag="call_tool"):
    """Run a tool of the agent pack. A write carries `idempotency_key` and happens only after the log is committed.

    `secret` are the paths of arguments that the log keeps a tombstone of. `deadline_ms` None: the usual. `blocking`
    False: the conversation goes on meanwhile. `idempotent`: the journey says that doing it twice is as good as once.
    `sources` says of each argument of a write where it is from: "customer", "tool", "journey", or several of them.
    `secure`: argument and token, for digits that the shell takes out of the vault at the moment of the call.
    """

    call: int
    tool: str
    arguments: dict[str, Any]
    effect: Literal["read", "write"]
    idempotency_key: str
    secret: tuple[str, ...] = ()
    deadline_ms: int | None = None
    blocking: bool = True
    idempotent: bool = False
    sources: tuple[tuple[str, str], ...] = ()
    secure: tuple[tuple[str, str], ...] = ()


class PrefetchTool(Action, frozen=True, tag="prefetch_tool"):
    """Run `asked`, a read that its journey lets run beforehand: it is likely to be called next. The newest counts."""

    turn: int
    asked: CallTool


class CancelTool(Action, frozen=True, tag="cancel_tool"):
    """Give up a call of a tool: the caller wants something else. What has begun to write goes on to its end.

    What comes of it is told as of any other call; `ToolFailed` with the code `cancelled` where it was given up.
    """

    call: int


class Consult(Action, frozen=True, tag="consult"):
    """Look for passages of the knowledge articles that answer `query`, among those for `language` and `channel`.

    `audience` is whose articles may be read to the caller; `on` is the civil date (ISO 8601, empty where unknown) that
    they must be valid on. `articles` are those that blocks of the journey under way disclose now: others that belong
    to a block are not there.
    """

    request: int
    query: str
    language: str
    channel: Literal["phone", "text"]
    audience: Audience = "everyone"
    on: str = ""
    articles: tuple[str, ...] = ()


class RecordGap(Action, frozen=True, tag="record_gap"):
    """A question that no article answers. `nearest` is the passage that came closest (empty for none), by `score`."""

    question: str
    language: str
    channel: Literal["phone", "text"]
    nearest: str = ""
    score: float = 0.0


class Plan(Action, frozen=True, tag="plan"):
    """Choose the next step of a journey without steps, within `deadline_us` from now.

    `slots`, `results` and `done` are what is known and was done so far; `choices` all that may be answered. `refused`
    is why the last answer was not taken, empty where it was. `disclosed` is what the journey's blocks let it know now.
    """

    request: int
    journey: str
    goal: str
    language: str
    slots: tuple[PlanSlot, ...]
    tools: tuple[PlanTool, ...]
    results: tuple[PlanResult, ...]
    done: tuple[str, ...]
    choices: PlanChoices
    deadline_us: int
    refused: str = ""
    disclosed: tuple[Disclosed, ...] = ()


class Judge(Action, frozen=True, tag="judge"):
    """Say within `deadline_us` from now how far a policy with `observe` is kept, by what is known and was `said`.

    `waits`: a write waits for it; else it is only for the log.
    """

    request: int
    journey: str
    policy: str
    observe: str
    goal: str
    slots: tuple[PlanSlot, ...]
    results: tuple[PlanResult, ...]
    said: tuple[SpokenLine, ...]
    deadline_us: int
    waits: bool = True


class Transfer(Action, frozen=True, tag="transfer"):
    """Hand over to a person at `target`, with what they must know."""

    target: str
    reason: str
    summary: str
    turn: int = 0


class Connect(Action, frozen=True, tag="connect"):
    """Put the caller through to a person now: transfer the call to `address` (a SIP or tel URI).

    `target` is the list that this person works for, and that the caller goes on where nobody answers.
    """

    target: str
    address: str
    reason: str
    summary: str
    turn: int = 0

    def as_transfer(self) -> Transfer:
        """The same as a call back."""
        return Transfer(self.target, self.reason, self.summary, self.turn)


class RecordOutcome(Action, frozen=True, tag="record_outcome"):
    """How a journey ended, with the evidence (tool calls, policies) that it rests on."""

    journey: str
    outcome: str
    evidence: tuple[str, ...]


class DropLate(Action, frozen=True, tag="drop_late"):
    """A result came that nobody waits for any more."""

    event: str
    number: int
    reason: str


class EndTurn(Action, frozen=True, tag="end_turn"):
    """A caller's turn ends without words, tool or transfer, for a stated reason."""

    turn: int
    reason: str


TRANSFERRED: Final = "transferred"
"""The reason of a `HangUp` after which the caller talks to a person."""


class HangUp(Action, frozen=True, tag="hang_up"):
    reason: str


AnyAction: TypeAlias = (
    Say
    | PrepareSpeech
    | HoldSpeaking
    | ResumeSpeaking
    | StopSpeaking
    | Transcribe
    | CancelTranscription
    | CloseSegment
    | ListenFor
    | TakeTurn
    | Understand
    | UnderstandAhead
    | StartSecureCapture
    | StopSecureCapture
    | CallTool
    | PrefetchTool
    | CancelTool
    | Consult
    | RecordGap
    | Plan
    | Judge
    | SendText
    | Transfer
    | Connect
    | RecordOutcome
    | StartRecording
    | HoldMusic
    | AnsweredBy
    | DropLate
    | EndTurn
    | HangUp
)
