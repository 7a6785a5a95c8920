"""An agent folder after compilation: frozen, checked, nothing left to parse. `load` makes it, the engine obeys it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.disclosed import BlockKind
from voice_agent.conversation.expectation import Choice, Tense
from voice_agent.journeys.articles import Article
from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.keyed import Keyed
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.journeys.problems import Place
from voice_agent.journeys.rate_card import Outcome, RateCard
from voice_agent.journeys.slot_types import SlotType
from voice_agent.journeys.steps import Escalation, Step
from voice_agent.journeys.templates import Template
from voice_agent.journeys.tool_list import ToolList
from voice_agent.journeys.wording import Numbers

Level: TypeAlias = Literal["low", "medium", "high"]
ConfirmStyle: TypeAlias = Literal["never", "implicit", "readback", "explicit"]
OnFail: TypeAlias = Literal["transfer", "end"]


class Candidates(msgspec.Struct, frozen=True):
    """Where possible values come from: the list at `path`. Items are texts, or objects with the named fields."""

    path: tuple[str, ...]
    value: str | None = None
    labels: tuple[str, ...] = ()


class Slot(msgspec.Struct, frozen=True):
    """`asks` are wordings in the order of trying; `retries` is how often it is asked again before `on_fail`."""

    name: str
    slot_type: SlotType
    asks: tuple[Template, ...]
    confirm: ConfirmStyle
    retries: int
    on_fail: OnFail
    place: Place
    length: int | None = None
    choices: tuple[Choice, ...] = ()
    source: Candidates | None = None
    readback: Template | None = None
    choices_in: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    tense: Tense = "any"
    secure: Keyed | None = None
    formats: tuple[str, ...] = ()

    def choices_within(self, language: str) -> tuple[Choice, ...]:
        """The same values in the words of `language`, where the journey has some."""
        return next((choices for code, choices in self.choices_in if code == language), self.choices)


class Tool(msgspec.Struct, frozen=True):
    """`requires` of a write: "confirmed" and "policy.NAME"; `idempotency` names the slot that tells writes apart.

    `blocking`: nothing after it is done before its result is there. `on_barge_in`: whether a call under way is given up
    when the caller says something else. `idempotent`: doing it twice is as good as once. `filler` is said when it
    begins, `progress` when it tells how far it is. In a journey without steps: `arguments` (None: every slot, under
    its name) with the text that each is, None where it is chosen later; `confirm` is how a write is proposed.
    """

    name: str
    effect: Literal["read", "write"]
    place: Place
    requires: tuple[str, ...] = ()
    idempotency: str | None = None
    prefetch: bool = False
    blocking: bool = True
    on_barge_in: Literal["keep", "cancel"] = "keep"
    idempotent: bool = False
    filler: Template | None = None
    progress: Template | None = None
    arguments: tuple[tuple[str, Template | None], ...] | None = None
    confirm: Template | None = None

    def policies(self) -> tuple[str, ...]:
        return tuple(need.removeprefix("policy.") for need in self.requires if need.startswith("policy."))


class Policy(msgspec.Struct, frozen=True):
    """`observe`: what a model would have to judge, instead of `check`; nobody does yet, so it never holds."""

    name: str
    check: Expression
    on_fail: Literal["refuse", "transfer"]
    say: Template | None
    place: Place
    observe: str = ""
    tolerance: Level = "medium"


class Block(msgspec.Struct, frozen=True):
    """Something that is only there while `when` holds (None: always). `contents` are its texts, `phrasing` wordings of
    the agent's own texts by name."""

    name: str
    kind: BlockKind
    when: Expression | None
    place: Place
    contents: tuple[Template, ...] = ()
    phrasing: tuple[tuple[str, tuple[Template, ...]], ...] = ()


class Provision(msgspec.Struct, frozen=True):
    """What an identification journey makes true: `identity.verified`, where `check` holds once its steps are done.

    `customer` names the tool whose result other journeys know as `customer`.
    """

    check: Expression
    otherwise: Template
    customer: str | None
    place: Place


class Journey(msgspec.Struct, frozen=True):
    """One situation. `examples` are what callers say who want it, `observe` describes them for a model.

    `title` is what it is called when the agent asks which one is meant. `state` must hold for it to be offered at all.
    `simulations` are patterns of files. `languages` are those it is written in, the agent's where the author names
    none. `examples` are of all of them, `examples_in` by language.
    """

    name: str
    goal: str
    place: Place
    steps: tuple[Step, ...]
    observe: str = ""
    examples: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    title: Template | None = None
    state: Expression | None = None
    simulations: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    examples_in: tuple[tuple[str, tuple[str, ...]], ...] = ()
    provides: Provision | None = None
    slots: tuple[Slot, ...] = ()
    questions: tuple[Slot, ...] = ()
    tools: tuple[Tool, ...] = ()
    policies: tuple[Policy, ...] = ()
    blocks: tuple[Block, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    numbers: Numbers = "grouped"
    links: Literal["spoken", "by_text_message"] = "spoken"

    def slot(self, name: str) -> Slot | None:
        """One of its slots, or what an `ask` step fills."""
        return next((slot for slot in (*self.slots, *self.questions) if slot.name == name), None)

    def tool(self, name: str) -> Tool | None:
        return next((tool for tool in self.tools if tool.name == name), None)

    def policy(self, name: str) -> Policy | None:
        return next((policy for policy in self.policies if policy.name == name), None)


class Hold(msgspec.Struct, frozen=True):
    """What a caller hears who waits for a tool: `music` is "soft" or a WAV file of the folder, from `after_s` on."""

    music: str
    after_s: int = 3
    place: Place = Place("agent.yaml", 1)


class Outgoing(msgspec.Struct, frozen=True):
    """What follows where a machine answers a call that the agent placed."""

    machine: Literal["hang_up", "leave_message", "go_on"]


class AgentSettings(msgspec.Struct, frozen=True):
    """`recording_notice` None: nothing is recorded. `offer` None: who asks for a person is not asked back.

    `understander` "local": no language model is asked, even where one is configured.

    `language` is the first of `languages`. `addresses`: list of people -> the URI at which they take calls at once.
    `hold` None: who waits for a tool hears no music. `outgoing` None: nobody asks who has answered.
    `region`: ISO 3166-1, the country whose dates, amounts and numbers are meant where none is said.
    """

    name: str
    voice: str
    language: str
    greeting: Template
    disclosure: Template
    recording_notice: Template | None
    identification: str | None
    transfer_to: str
    offer: Template | None
    glossary: tuple[str, ...]
    addresses: dict[str, str] = {}
    languages: tuple[str, ...] = ("en",)
    region: str = "US"
    channels: tuple[str, ...] = ("phone", "text")
    tone: str = ""
    understander: Literal["local", "llm"] = "llm"
    hold: Hold | None = None
    outgoing: Outgoing | None = None


class Pack(msgspec.Struct, frozen=True):
    """`texts` are the agent's own wordings by name, built-in ones included; `digest` is that of the folder.

    `tool_list` is what the folder says of its tools apart from the journeys."""

    agent: AgentSettings
    journeys: tuple[Journey, ...]
    texts: dict[str, tuple[Template, ...]]
    digest: str
    tool_list: ToolList = ToolList()
    rate_card: RateCard = RateCard()
    articles: tuple[Article, ...] = ()
    lexicon: Lexicon = Lexicon()

    def journey(self, name: str) -> Journey | None:
        return next((journey for journey in self.journeys if journey.name == name), None)

    def tools(self) -> dict[str, Tool]:
        """Every tool that a journey declares, by name."""
        return {tool.name: tool for journey in self.journeys for tool in journey.tools}
