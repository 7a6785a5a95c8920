"""What a verdict rests on: all that is known of one call once it is over. Data, and small readings of it. Pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulations.judging.rows import Tables
from simulations.result import CallResult
from voice_agent.conversation.expectation import Setting
from voice_agent.conversation.notes import Explanation
from voice_agent.conversation.records import Header, Record
from voice_agent.conversation.state import ConversationState
from voice_agent.journeys.pack import Pack

_DAY: Final = re.compile(r"\{today(?:([+-]\d{1,4}))?\}")
"""A date counted from the day of the call."""


@dataclass(frozen=True)
class Evidence:
    """`result` is what the caller saw. All else is None where it can't be had: the log's `state`, `header` and
    `records`, what the journeys looked at, the agent itself, its data before and after, the timeline of who spoke when.

    `sinks` are further places where something may have been kept, by name: recordings, stores.
    """

    result: CallResult
    state: ConversationState | None = None
    header: Header | None = None
    records: tuple[Record, ...] = ()
    explanation: Explanation | None = None
    pack: Pack | None = None
    rows: tuple[Tables, Tables] | None = None
    interim: bool = False
    sinks: tuple[tuple[str, bytes], ...] = ()

    @property
    def typed(self) -> bool:
        """Whether the words were typed: nobody spoke."""
        state = self.state
        return state is not None and state.started is not None and state.started.channel == "text"

    @property
    def setting(self) -> Setting:
        """What days and amounts in the agent's words are read against."""
        if self.state is None or self.state.started is None:
            return Setting()
        return Setting(now=self.state.started.civil_start)

    def said(self) -> list[str]:
        """What reached the caller: by the log, where a word is a word, else as the caller's own ears had it."""
        if self.state is None:
            return [self.result.greeting, *(turn.agent_said for turn in self.result.turns)]
        played = [spoken for spoken in self.state.spoken if self.typed or spoken.started_us is not None]
        return [spoken.text if spoken.heard is None else spoken.heard for spoken in played]

    def dated(self, text: str) -> str:
        """`text` with dates where days are counted from that of the call."""
        if self.state is None or self.state.started is None:
            return text
        today = datetime.datetime.fromisoformat(self.state.started.civil_start).date()
        return _DAY.sub(lambda found: (today + datetime.timedelta(days=int(found[1] or "0"))).isoformat(), text)

    def all_dated(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`values`, whose texts are dated."""
        return {name: self.dated(value) if isinstance(value, str) else value for name, value in values.items()}
