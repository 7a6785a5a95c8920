"""The journeys of a conversation: under way (a stack), waiting for their turn, and the last that was finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from voice_agent.conversation.expectation import SlotView
from voice_agent.journeys.candidates import slot_view
from voice_agent.journeys.frame import Frame, Held
from voice_agent.journeys.pack import Journey, Pack
from voice_agent.journeys.slot_types import UNMISTAKABLE


@dataclass(slots=True)
class Work:
    """`spare` are values that no journey under way has a slot for; one that starts later takes them.

    `identification` is the identification once it has begun; it is kept, so that its slots can still be corrected.
    """

    pack: Pack
    stack: list[Frame] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    finished: Frame | None = None
    identification: Frame | None = None
    spare: dict[str, Held] = field(default_factory=dict)
    started: int = 0

    def is_under_way(self, journey: str) -> bool:
        return any(frame.journey.name == journey for frame in self.stack)

    def is_identification(self, frame: Frame) -> bool:
        return frame.journey.name == self.pack.agent.identification

    def frames(self) -> list[Frame]:
        """Every frame whose slots the caller may still fill or correct, the nearest first."""
        found = list(reversed(self.stack))
        for frame in (self.identification, self.finished):
            if frame is not None and frame not in found:
                found.append(frame)
        called = [child for frame in found for child in frame.family() if child not in found]
        return [*found, *dict.fromkeys(called)]

    def start(self, name: str) -> None:
        """Puts a journey on the stack; one that needs it, under an identification that is under way."""
        journey = self.pack.journey(name)
        if journey is None:
            return
        at = len(self.stack)
        if journey.needs and self.stack and self.is_identification(self.stack[-1]):
            at -= 1
        frame = self._begun(journey)
        self._take_spare(frame)
        self.stack.insert(at, frame)

    def enter(self, caller: Frame, path: str, name: str) -> bool:
        """Puts the journey that `caller` calls at `path` on top of it; False where there is none of that name."""
        journey = self.pack.journey(name)
        if journey is None:
            return False
        child = caller.children.get(path)
        if child is None:
            child = caller.children[path] = self._begun(journey, caller)
            self._take_spare(child)
        self.stack.append(child)
        return True

    def reopen(self, frame: Frame) -> None:
        """Puts a frame that was over back on the stack, above the one that called it."""
        if frame.caller is not None:
            self.reopen(frame.caller)
        frame.over = None
        if frame is self.finished:
            self.finished = None
        if frame not in self.stack:
            self.stack.append(frame)

    def identify(self) -> bool:
        """Puts the identification on top; False where there is none."""
        name = self.pack.agent.identification
        if self.identification is None:
            journey = None if name is None else self.pack.journey(name)
            if journey is None:
                return False
            self.identification = self._begun(journey)
        self._take_spare(self.identification)
        self.stack = [*(frame for frame in self.stack if frame is not self.identification), self.identification]
        return True

    def forget_beginnings(self) -> None:
        """The subject changes: what was begun of a value is not gone on with."""
        for frame in self.frames():
            frame.begun.clear()

    def close(self, frame: Frame) -> None:
        """The frame's journey is over."""
        self.stack = [other for other in self.stack if other is not frame]
        if not self.is_identification(frame) and frame.caller is None:
            self.finished = frame

    def open_journeys(self) -> list[Frame]:
        """Under way, oldest first, without the identification."""
        return [frame for frame in self.stack if not self.is_identification(frame)]

    def wishes(self) -> list[Frame]:
        """Those under way that the caller came for: what they have called is part of them."""
        return [frame for frame in self.open_journeys() if frame.caller is None]

    def correctable(self) -> tuple[SlotView, ...]:
        """Slots the caller may fill or correct unasked: those seen so far, and an identification's before it begins."""
        views: dict[str, SlotView] = {}
        for frame in self.frames():
            for name, view in frame.views.items():
                held = frame.slots.get(name)
                if held is not None or frame in self.stack:
                    views.setdefault(name, _current(view, held))
            for slot in frame.journey.slots if frame in self.stack else ():
                if slot.slot_type in UNMISTAKABLE and slot.source is None:
                    views.setdefault(slot.name, _current(slot_view(slot, None, ()), frame.slots.get(slot.name)))
        if self.identification is None and self.pack.agent.identification is not None:
            journey = self.pack.journey(self.pack.agent.identification)
            for slot in () if journey is None else journey.slots:
                if slot.source is None and not slot.choices and slot.secure is None:
                    views.setdefault(slot.name, slot_view(slot, None, ()))
        return tuple(views.values())

    def _begun(self, journey: Journey, caller: Frame | None = None) -> Frame:
        self.started += 1
        return Frame(journey, caller=caller, number=self.started)

    def _take_spare(self, frame: Frame) -> None:
        for slot in frame.journey.slots:
            held = self.spare.pop(slot.name, None)
            if held is not None and slot.name not in frame.slots and slot.secure is None:
                held.settled = held.settled and slot.confirm in ("never", "implicit")
                frame.slots[slot.name] = held


def _current(view: SlotView, held: Held | None) -> SlotView:
    value: Any = None if held is None else held.value
    return msgspec.structs.replace(view, value=value)
