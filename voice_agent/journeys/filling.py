"""What a slot needs next: to be asked for, read back, said in passing, or nothing. One value to choose is chosen."""

from __future__ import annotations

from typing import Any

from voice_agent.conversation.expectation import SlotView, Value
from voice_agent.journeys.candidates import Candidate, candidates_of, fills_alone, matching, slot_value, slot_view
from voice_agent.journeys.fitting import parts_of
from voice_agent.journeys.frame import Frame, Held
from voice_agent.journeys.moves import Ask, Mention, Move, Outdated, ReadBack, Reject, Unfillable
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.templates import SlotValue


class Filling:
    """The slots of one walk: as they are passed, `names` and `slots` learn them."""

    def __init__(
        self,
        frame: Frame,
        names: dict[str, Any],
        slots: dict[str, SlotValue],
        language: str,
        *,
        as_if_settled: bool,
    ) -> None:
        self.names = names
        self._frame = frame
        self._slots = slots
        self._language = language
        self._as_if_settled = as_if_settled

    def move(self, slot: Slot) -> Move | None:
        """What `slot` needs, None where it is filled. A slot that can take one value only is filled with that."""
        if slot.secure is not None:
            return None if slot.name in self._frame.tokens else Ask(slot)
        candidates = candidates_of(slot, self._frame.journey.slots, self._slots, self.names, self._language)
        listed = slot.source is not None or bool(slot.choices)
        held = self._frame.slots.get(slot.name)
        if held is None and fills_alone(slot, candidates):
            held = self._frame.slots[slot.name] = Held(candidates[0].value, settled=True, mentioned=True, source="tool")
        chosen = matching(held.value, candidates) if held is not None and listed else None
        if held is not None and chosen is not None:
            held.value = chosen.value
        listed_before = held is not None and _was_listed(held.value, self._frame.views.get(slot.name))
        self._learn(slot, held, chosen, candidates)
        if listed and not candidates:
            return Unfillable(slot)
        if held is None:
            return Ask(slot)
        if listed and chosen is None:
            return Outdated(slot) if listed_before else Reject(slot)
        if self._as_if_settled:
            return None
        if not held.settled:
            return ReadBack(slot)
        return Mention(slot) if slot.confirm == "implicit" and not held.mentioned else None

    def _learn(
        self, slot: Slot, held: Held | None, chosen: Candidate | None, candidates: tuple[Candidate, ...]
    ) -> None:
        value = None if held is None else held.value
        self._slots[slot.name] = slot_value(slot, value, candidates, self._language)
        self._frame.views[slot.name] = slot_view(slot, value, candidates)
        if value is not None:
            self.names[slot.name] = chosen.record if chosen is not None else parts_of(slot.slot_type, value)


def _was_listed(value: Value, view: SlotView | None) -> bool:
    """Whether it could be chosen when the slot was looked at last: then it is the list that has changed."""
    return view is not None and any(choice.value == value for choice in view.choices)
