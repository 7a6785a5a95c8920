"""What several tests share: a clock that is set by hand, headers, and a machine small enough to see through."""

from __future__ import annotations

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.records import Header

HEADER = Header(1, "c-1", "phone", "riverside", "f" * 64, "c" * 64, 7, "2026-03-02T09:00:00+00:00")
STARTED = ev.CallStarted("phone", "sip:ada@example.org", "sip:care@example.org", "2026-03-02T09:00:00+00:00")


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now_us: int = 0) -> None:
        self.at_us = now_us

    def now_us(self) -> int:
        return self.at_us


class Parrot:
    """Says every typed turn back, and "Hello?" a second after the last thing that happened."""

    def __init__(self) -> None:
        self._said = 0
        self._due_us: int | None = None

    def next_wake(self) -> int | None:
        return self._due_us

    def wake(self, now_us: int) -> list[AnyAction]:
        self._due_us = None
        return [self._say("Hello?")]

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        self._due_us = now_us + 1_000_000
        match event:
            case ev.TextReceived(text="bye"):
                self._due_us = None
                return [self._say("Goodbye."), act.HangUp("done")]
            case ev.TextReceived(text=text):
                return [self._say(text)]
            case ev.CallEnded():
                self._due_us = None
                return []
            case _:
                return []

    def _say(self, text: str) -> act.Say:
        self._said += 1
        return act.Say(self._said, 0, (text,))
