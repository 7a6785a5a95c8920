"""What a session asks of the world around it. Each has a real implementation and a scripted one.

All deadlines are absolute microseconds of the session's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from voice_agent.card_numbers import masked
from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool, Connect, Consult, Judge, Plan, Transfer, Understand
from voice_agent.conversation.events import MediaQuality, Understood
from voice_agent.conversation.judging import Judged
from voice_agent.conversation.knowledge import Consulted
from voice_agent.conversation.planning import Planned
from voice_agent.conversation.records import Header, Record
from voice_agent.conversation.texting import SendText
from voice_agent.journeys.lexicon import Lexicon
from voice_agent.ports.speech import ENGLISH, Languages, Recogniser, Synthesiser, VoiceActivity
from voice_agent.session.backdrop import Sounds


class Understanding(Protocol):
    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        """Commands in what the caller said. Raises VoiceAgentError where it can't tell in time."""
        ...


Progress: TypeAlias = Callable[[float, float | None], None]
"""How much a tool has done, and of how much; may be called from any thread."""


class Tools(Protocol):
    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        """The tool's JSON object. Raises ToolError or DeadlineExceeded."""
        ...


class Knowledge(Protocol):
    async def consult(self, asked: Consult, /, *, deadline_us: int) -> Consulted:
        """Passages that may answer, best first. Raises VoiceAgentError where it can't look."""
        ...


class Plans(Protocol):
    async def plan(self, asked: Plan, /, *, deadline_us: int) -> Planned:
        """The next step of a journey without steps. Raises VoiceAgentError where none is chosen in time."""
        ...


class Judges(Protocol):
    async def judge(self, asked: Judge, /, *, deadline_us: int) -> Judged:
        """How far a policy is kept. Raises VoiceAgentError where nobody can tell in time."""
        ...


class Texts(Protocol):
    async def send(self, conversation: str, asked: SendText, /, *, deadline_us: int) -> int:
        """How many attempts it took. The same message of a conversation is sent once. Raises VoiceAgentError."""
        ...


class Handover(Protocol):
    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        """Puts the caller on somebody's list. Asking twice in the same turn of a conversation does it once."""
        ...

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        """Leaves a trace of a caller who was put through, with what whoever took the call must know."""
        ...


class Line(Protocol):
    """The telephone line of a call, where it can be transferred."""

    async def connect(self, address: str, *, reference: str) -> None:
        """Puts the caller through to `address`; `reference` tells the other side which conversation it was.

        Returns when somebody has answered there. Raises CallFailed where nobody did, DeadlineExceeded where nothing is
        known in time.
        """
        ...

    def quality(self) -> MediaQuality | None:
        """How it was so far; None where no media ever flowed."""
        ...


class Journal(Protocol):
    """Where the log is kept."""

    def begin(self, header: Header) -> None: ...

    def write(self, conversation: str, record: Record) -> None: ...

    async def committed(self) -> None:
        """Returns when all that was written so far would survive a crash. Raises StoreError where it can't."""
        ...


class Recorder(Protocol):
    """One call's recording."""

    def announce(self) -> None: ...

    def frame(self, caller: Any, agent: Any) -> None: ...

    def end(self) -> None: ...


@dataclass(frozen=True)
class World:
    """Everything a text conversation needs. `mask` hides in a caller's words what must not reach core and log.

    `tool_modes`: who answers for each tool, "real" or "mock"; real where it isn't named.
    """

    clock: Clock
    understanding: Understanding
    tools: Tools
    handover: Handover
    journal: Journal
    mask: Callable[[str], str] = masked
    tool_modes: Mapping[str, str] = field(default_factory=dict)
    knowledge: Knowledge | None = None
    planning: Plans | None = None
    judging: Judges | None = None
    texts: Texts | None = None


@dataclass(frozen=True)
class SpeechWorld:
    """What a voice conversation needs besides: ears, a voice, a place for the recording (None: not recorded), and
    a line (None: it can't be transferred).

    `voices` are those that speak a language; `synthesiser` says what is in others. With none nobody knows.
    `lexicon` is how words are pronounced, `sounds` what is heard behind them,
    `languages` those that the agent speaks.
    """

    recogniser: Recogniser
    synthesiser: Synthesiser
    voice_activity: VoiceActivity
    recorder: Recorder | None
    line: Line | None = None
    voices: Mapping[str, Synthesiser] = field(default_factory=dict)
    lexicon: Lexicon = field(default_factory=Lexicon)
    sounds: Sounds = field(default_factory=Sounds)
    languages: Languages = ENGLISH
