"""What bounds a telephone call from outside what is said in it: its length, a server that stops, a line without sound.

Decides when the caller is told and when the call has to end; the journeys find the words. Each end has two steps: a
farewell, and some time later the end whether it could be said or not.
"""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import HangUp
from voice_agent.conversation.events import AnyEvent
from voice_agent.journeys.engine_events import CallEndsSoon, CallerUnheard, CallHasToEnd, EndReason


class LimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`longest_us`: how long a call may last, None for as long as it likes; `notice_us` before that the caller is told.

    `unheard_us`: how long a call without sound goes on after the caller was told. `farewell_us`: how long the last
    words may take, with whatever the caller says into them.
    """

    longest_us: int | None = 3_600_000_000
    notice_us: int = 60_000_000
    unheard_us: int = 20_000_000
    farewell_us: int = 20_000_000


class State(Enum):
    BEFORE = auto()
    """The call has not started, or is typed: no limits."""
    OPEN = auto()
    """The call may go on."""
    NOTIFIED = auto()
    """The caller knows that it ends soon."""
    LEAVING = auto()
    """The farewell is being said."""
    OVER = auto()


class Happening(Enum):
    STARTED = auto()
    NOTICE_DUE = auto()
    END_DUE = auto()
    """For whatever reason."""
    ENDED = auto()


_S, _H = State, Happening
_TABLE: Final[dict[State, dict[Happening, State]]] = {
    _S.BEFORE: {_H.STARTED: _S.OPEN, _H.ENDED: _S.OVER},
    _S.OPEN: {_H.NOTICE_DUE: _S.NOTIFIED, _H.END_DUE: _S.LEAVING, _H.ENDED: _S.OVER},
    _S.NOTIFIED: {_H.END_DUE: _S.LEAVING, _H.ENDED: _S.OVER},
    _S.LEAVING: {_H.ENDED: _S.OVER},
    _S.OVER: {},
}
TRANSITIONS: Final = MappingProxyType({state: MappingProxyType(row) for state, row in _TABLE.items()})
"""What is not here is ignored: a call that leaves already is not asked to leave again."""

Decision: TypeAlias = CallEndsSoon | CallHasToEnd | CallerUnheard | HangUp


class CallLimits:
    """A machine for one call."""

    def __init__(self, settings: LimitSettings) -> None:
        self._settings = settings
        self.state = State.BEFORE
        self._due_us: int | None = None
        self._unheard_due_us: int | None = None
        self._reason: EndReason = "too_long"

    @property
    def unheard(self) -> bool:
        """Whether nothing is heard of the caller because no sound arrives."""
        return self._unheard_due_us is not None

    def next_wake(self) -> int | None:
        return min((due for due in (self._due_us, self._unheard_due_us) if due is not None), default=None)

    def handle(self, event: AnyEvent, now_us: int) -> list[Decision]:
        """Something happened; most events change nothing."""
        match event:
            case ev.CallStarted(channel="phone") if self._go(Happening.STARTED):
                longest_us, notice_us = self._settings.longest_us, self._settings.notice_us
                self._due_us = None if longest_us is None else now_us + max(0, longest_us - notice_us)
            case ev.StopAnnounced():
                return self._leave("stopping", now_us)
            case ev.MediaLost() if self.state in (State.OPEN, State.NOTIFIED) and not self.unheard:
                self._unheard_due_us = now_us + self._settings.unheard_us
                return [CallerUnheard()]
            case ev.MediaCameBack():
                self._unheard_due_us = None
            case ev.CallEnded() if self._go(Happening.ENDED):
                self._due_us = self._unheard_due_us = None
            case _:
                pass
        return []

    def wake(self, now_us: int) -> list[Decision]:
        """Does what is due."""
        if self._unheard_due_us is not None and self._unheard_due_us <= now_us:
            return self._leave("no_sound", now_us)
        if self._due_us is None or self._due_us > now_us:
            return []
        if self.state is State.LEAVING:
            self._due_us = None
            return [HangUp(self._reason)]
        if self._go(Happening.NOTICE_DUE):
            self._due_us = now_us + self._settings.notice_us
            return [CallEndsSoon()]
        return self._leave("too_long", now_us)

    def _leave(self, reason: EndReason, now_us: int) -> list[Decision]:
        self._unheard_due_us = None
        if not self._go(Happening.END_DUE):
            return []
        self._reason = reason
        self._due_us = now_us + self._settings.farewell_us
        return [CallHasToEnd(reason)]

    def _go(self, happening: Happening) -> bool:
        found = TRANSITIONS[self.state].get(happening)
        if found is not None:
            self.state = found
        return found is not None
