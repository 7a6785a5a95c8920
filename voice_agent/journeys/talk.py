"""The state of a conversation as the engine keeps it, and the table of what the agent may be waiting for."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec

from voice_agent.conversation.actions import Transfer
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.conversation.notes import Watch
from voice_agent.journeys.engine_events import EndReason
from voice_agent.journeys.frame import Frame, Signature
from voice_agent.journeys.open_judgement import Judging
from voice_agent.journeys.open_plan import Planner
from voice_agent.journeys.open_question import Asking
from voice_agent.journeys.open_texts import Texting
from voice_agent.journeys.pack import Pack, Tool
from voice_agent.journeys.reply import Reply
from voice_agent.journeys.surroundings import Surroundings
from voice_agent.journeys.templates import Template, Values, render
from voice_agent.journeys.walk import Walk
from voice_agent.journeys.work import Work


class Phase(enum.Enum):
    BEFORE = "before"
    LIVE = "live"
    HUNG_UP = "hung_up"
    """The farewell is being said: the caller may still speak into it."""
    ENDED = "ended"


class Kind(enum.Enum):
    """What the agent waits for."""

    OPENING = "opening"
    SLOT = "slot"
    KEYPAD = "keypad"
    """Keys that the shell takes in confidence."""
    READBACK = "readback"
    AGREEMENT = "agreement"
    CHANGE = "change"
    ANYTHING_ELSE = "anything_else"
    RETRY_TOOL = "retry_tool"
    RETRY_TRANSFER = "retry_transfer"
    OFFER_PERSON = "offer_person"
    OFFER_HELP = "offer_help"
    CALMING = "calming"
    """A person is offered to somebody who is angry: without one, all goes on."""
    LEAVING = "leaving"
    WHICH = "which"
    """Which of two wishes was meant."""
    TOOL = "tool"
    PLANNING = "planning"
    """A language model chooses what comes next."""
    JUDGING = "judging"
    """A language model judges a policy."""
    CONNECTING = "connecting"
    """The call is being transferred: the caller may be gone at any moment."""


QUESTIONS: Final[dict[Kind, str]] = {
    Kind.OPENING: "opening",
    Kind.CHANGE: "what_change",
    Kind.ANYTHING_ELSE: "anything_else",
    Kind.RETRY_TOOL: "try_again",
    Kind.RETRY_TRANSFER: "try_again",
    Kind.OFFER_PERSON: "offer_person",
    Kind.CALMING: "offer_person",
    Kind.LEAVING: "leaving",
}
"""The text that asks for it; what is not here is asked by the journey (or, while a tool runs, not at all)."""

YES_NO: Final = frozenset(
    {
        *(Kind.READBACK, Kind.AGREEMENT, Kind.ANYTHING_ELSE, Kind.RETRY_TOOL, Kind.RETRY_TRANSFER),
        *(Kind.OFFER_PERSON, Kind.OFFER_HELP, Kind.CALMING, Kind.LEAVING),
    }
)


BUSY: Final = frozenset({Kind.TOOL, Kind.PLANNING, Kind.JUDGING})
"""The caller waits for us, and nothing was asked."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`frame`, `slot`, `path`, `signature`, `call` and `options` (journeys) say for what, where the kind needs it."""

    kind: Kind
    frame: Frame | None = None
    slot: SlotView | None = None
    path: str = ""
    signature: Signature = ()
    call: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A tool call that has not come back."""

    frame: Frame
    path: str
    tool: Tool
    arguments: dict[str, Any]
    blocking: bool = True

    @property
    def writes(self) -> bool:
        return self.tool.effect == "write"


@dataclass(frozen=True, slots=True)
class Filler:
    """What is to be said if `call` of a tool takes until then."""

    call: int
    text: str
    due_us: int


@dataclass(frozen=True, slots=True)
class Capture:
    """A secure capture that was started and has not ended."""

    number: int
    frame: Frame
    slot: str


@dataclass(frozen=True, slots=True)
class Handing:
    """A hand-over that nobody has confirmed yet; `journeys` end with it, each with its evidence."""

    transfer: Transfer
    journeys: tuple[tuple[str, tuple[str, ...]], ...]


Reads: TypeAlias = Callable[[str, Expectation], Sequence[AnyCommand]]
"""Reads the values of `correctable` slots that a sentence gives although nobody asked for them."""


@dataclass(slots=True)
class Talk:
    """One conversation. `deferred` are wishes that came while a write was under way.

    `checked_in`: the agent has asked whether anybody is there, so yes answers that.
    `heard` is what the caller's turn consists of: its text, what else it may have been, its keys.
    `patience_us` is when the caller, who waits for a tool, last heard of it; `on_hold`: the call music plays for.
    `last_statements` of the `last_clauses` ask nothing, the first `courtesies` of them tell nothing either; `unheard`
    are still to be said (`taking_up`).
    `cited` is what was quoted of articles so far.
    `ending` is why the call can't go on, whatever the caller still says. `watch` is told what is looked at.
    `reads` finds values in the sentence that asks for a journey.
    """

    pack: Pack
    conversation: str
    record: bool
    surroundings: Surroundings
    work: Work
    watch: Watch | None = None
    reads: Reads | None = None
    phase: Phase = Phase.BEFORE
    waiting: Waiting = field(default_factory=lambda: Waiting(Kind.OPENING))
    turn: int = 0
    utterance: int = 0
    call: int = 0
    misses: int = 0
    holding: bool = False
    on_hold: int | None = None
    checked_in: bool = False
    warned: bool = False
    offered_help: bool = False
    pending: dict[int, Pending] = field(default_factory=dict)
    filler: Filler | None = None
    handing: list[Handing] = field(default_factory=list)
    connecting: Handing | None = None
    handed: set[tuple[str, str]] = field(default_factory=set)
    asking: Asking = field(default_factory=Asking)
    planner: Planner = field(default_factory=Planner)
    judging: Judging = field(default_factory=Judging)
    texting: Texting = field(default_factory=Texting)
    deferred: tuple[AnyCommand, ...] = ()
    ending: EndReason | None = None
    patience_us: int = 0
    last_clauses: tuple[str, ...] = ()
    last_statements: int = 0
    courtesies: int = 0
    unheard: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    disclosed: tuple[Disclosed, ...] = ()
    phrasing: dict[str, tuple[Template, ...]] = field(default_factory=dict)
    last_values: tuple[str, ...] = ()
    spelled: tuple[str, ...] | None = None
    heard_in: str | None = None
    offered_person: bool = False
    captures: int = 0
    capture: Capture | None = None
    uses: dict[str, int] = field(default_factory=dict)
    cited: list[str] = field(default_factory=list)

    def text(self, name: str, **values: Any) -> str:
        """One of the agent's own texts; each time the next wording."""
        wordings = self.phrasing.get(name, self.pack.texts[name])
        used = self.uses.get(name, 0)
        self.uses[name] = used + 1
        names = {"agent": {"name": self.pack.agent.name}, **values}
        text = self.rendered(wordings[used % len(wordings)], names)
        return text[:1].upper() + text[1:]

    def rendered(self, template: Template, names: Mapping[str, Any] | None = None) -> str:
        """A text of the agent, which knows nothing but `names` and the agent's; in the language that is spoken."""
        known = {"agent": {"name": self.pack.agent.name}} if names is None else names
        return render(template, Values(known, {}, self.surroundings.channel, language=self.surroundings.language))

    def speak(self, language: str | None) -> None:
        """Goes over to `language` where the agent knows it. What was said last can't be repeated then: only asked."""
        if language in self.pack.agent.languages and language != self.surroundings.language:
            self.surroundings.language = language
            self.last_clauses = self.last_values = ()

    def is_writing(self) -> bool:
        """Whether everything has to wait for a write."""
        return any(pending.writes and pending.blocking for pending in self.pending.values())

    def forget_calls(self, frame: Frame, path: str | None = None) -> None:
        """Whatever comes of these calls is late."""
        self.pending = {
            number: pending
            for number, pending in self.pending.items()
            if pending.frame is not frame or path not in (None, pending.path)
        }


@dataclass(frozen=True, slots=True)
class Scene:
    """One event being handled: what the functions that carry it out need."""

    talk: Talk
    reply: Reply
    now_us: int

    def names(self) -> dict[str, Any]:
        return self.talk.surroundings.names(self.now_us)

    def walk(self, frame: Frame, *, as_if_settled: bool = False) -> Walk:
        around = self.talk.surroundings
        region = self.talk.pack.agent.region
        numbers, said = frame.journey.numbers, self.reply.values
        values = Values(self.names(), {}, around.channel, numbers, around.language, said, region=region)
        if self.talk.texting.sends(frame.journey, around):
            values = msgspec.structs.replace(values, link=self.talk.rendered(self.talk.pack.texts["by_text"][0]))
        watch = None if as_if_settled else self.talk.watch
        return Walk(frame, values, as_if_settled=as_if_settled, watch=watch)

    def offers(self, name: str) -> bool:
        """Whether there is such a journey, and its state holds now."""
        journey = self.talk.pack.journey(name)
        return journey is not None and (journey.state is None or journey.state.holds(self.names()))

    def say(self, text: str, **values: Any) -> None:
        self.reply.values += [str(value) for name, value in values.items() if name == "value"]
        self.reply.say(self.talk.text(text, **values))

    def wait(self, kind: Kind, **details: Any) -> None:
        self.talk.waiting = Waiting(kind, **details)

    def ask(self, kind: Kind) -> None:
        """Asks the question that belongs to `kind`, and waits for the answer."""
        self.reply.ask(self.talk.text(QUESTIONS[kind]))
        if self.talk.waiting.kind is not kind:
            self.wait(kind)
