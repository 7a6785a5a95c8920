"""Putting a caller through: the log is committed first, a trace is left, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.session.small_world import HandoverList, MemoryJournal, small_world
from tests.session.test_errands import Office, run
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import CallFailed
from voice_agent.session.errands import CONNECT_S

PERSON = "sip:desk@10.0.0.5"
ASKED = act.Connect("callbacks", PERSON, "the caller asked for a person", "Maya wants her router", 3)


class OneLine:
    """A line whose transfer comes to `outcome`, None for success; for `seconds` nothing is known."""

    def __init__(self, outcome: str | None = None, seconds: float = 4.0) -> None:
        self.asked: list[tuple[str, str]] = []
        self._outcome = outcome
        self._seconds = seconds

    async def connect(self, address: str, *, reference: str) -> None:
        self.asked.append((address, reference))
        await asyncio.sleep(self._seconds)
        if self._outcome is not None:
            raise CallFailed(self._outcome)

    def quality(self) -> ev.MediaQuality | None:
        return None


def connects(line: OneLine | None, people: HandoverList, is_over: Callable[[], bool] = lambda: False) -> list[AnyEvent]:
    async def play(office: Office) -> None:
        office.errands.connect(ASKED, line, is_over)

    return run(play, lambda: small_world(handover=people, journal=MemoryJournal())).fed


def test_who_is_put_through_leaves_a_trace_and_no_promise() -> None:
    line, people = OneLine(), HandoverList()
    assert connects(line, people) == [ev.Connected("callbacks")]
    assert line.asked == [(PERSON, "c-1")]
    assert people.traces == [("c-1", "Maya wants her router")]
    assert people.callers == []


def test_where_nobody_answers_the_core_is_told_why() -> None:
    people = HandoverList()
    assert connects(OneLine("failed with 486"), people) == [ev.ConnectFailed("callbacks", "call", "failed with 486")]
    assert (people.traces, people.callers) == ([], [])


def test_a_caller_who_is_gone_before_anything_was_known_is_called_back() -> None:
    people = HandoverList()
    (failed,) = connects(OneLine("failed with 487"), people, lambda: True)
    assert isinstance(failed, ev.ConnectFailed)
    assert people.callers == [("c-1", "the caller asked for a person")]


@pytest.mark.parametrize(
    ("line", "code"), [(None, "call"), (OneLine(seconds=CONNECT_S + 1), "deadline")], ids=["no line", "no news"]
)
def test_a_transfer_that_cannot_be_or_never_ends_has_failed(line: OneLine | None, code: str) -> None:
    (failed,) = connects(line, HandoverList())
    assert isinstance(failed, ev.ConnectFailed)
    assert failed.code == code
