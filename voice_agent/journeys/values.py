"""What the caller's values change: which slot they belong to, whether they fit, and what rested on the old one."""

from __future__ import annotations

import enum

from voice_agent.conversation.commands import CorrectSlot, SetSlot
from voice_agent.journeys.closing import reject
from voice_agent.journeys.fitting import Surrounded, fit
from voice_agent.journeys.frame import Frame, Held
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.provenance import source_of
from voice_agent.journeys.talk import Kind, Scene

SURE = 0.5
"""A value with a lower score is asked about, even where the slot says it needn't be."""


class Taken(enum.Enum):
    NOT = "not"
    """It changes nothing now."""
    YES = "yes"
    SETTLED = "settled"
    """The conversation has taken another course over it: nothing more is to be done in this turn."""


def take_value(scene: Scene, command: SetSlot | CorrectSlot, *, denied: bool) -> Taken:
    """`denied`: the caller said no as well."""
    frame, slot = _owner(scene, command)
    if slot is not None and slot.secure is not None:
        return Taken.NOT  # it is keyed, whatever somebody reads out of words
    if frame is None or slot is None:
        if isinstance(command, SetSlot):
            source = source_of(command, scene.talk.heard, None)
            settled = command.score >= SURE and source != "model"
            scene.talk.work.spare[command.slot] = Held(command.value, settled, source=source)
        return Taken.NOT
    held = frame.slots.get(slot.name)
    reopens = frame not in scene.talk.work.stack
    if held is not None and command.value == held.value:
        invented = source_of(command, scene.talk.heard, frame.views.get(slot.name)) == "model"
        return Taken.NOT if reopens else _said_again(scene, frame, slot, held, denied=denied or invented)
    frame.begun.pop(slot.name, None)
    if slot.name in frame.frozen:
        return _too_late(scene, frame) if command.value is not None else Taken.NOT
    if command.value is None:
        frame.clear(slot.name)
    else:
        fitted = fit(slot, command.value, Surrounded(scene.names().get("today"), scene.talk.pack.agent.region))
        value = fitted.value
        if value is None:
            goes_on = reject(scene, frame, slot, fitted.says, **fitted.gaps)
            return Taken.YES if goes_on else Taken.SETTLED
        source = source_of(command, scene.talk.heard, frame.views.get(slot.name))
        settled = slot.confirm in ("never", "implicit") and command.score >= SURE and source != "model"
        frame.slots[slot.name] = Held(value, settled, source=source)
    _reopen(scene, frame)
    return Taken.YES


def _owner(scene: Scene, command: SetSlot | CorrectSlot) -> tuple[Frame | None, Slot | None]:
    """The frame whose slot it is, the one that is being asked first; a finished one only for a value it has."""
    work = scene.talk.work
    asked = scene.talk.waiting.frame
    frames = work.frames()
    for frame in sorted(frames, key=lambda frame: frame is not asked):
        slot = frame.journey.slot(command.slot)
        if slot is not None and (frame in work.stack or slot.name in frame.slots or slot.secure is not None):
            return frame, slot
    return None, None


def _said_again(scene: Scene, frame: Frame, slot: Slot, held: Held, *, denied: bool) -> Taken:
    """The same value as before, while it is read back, is a yes."""
    waiting = scene.talk.waiting
    read_back = waiting.slot is not None and waiting.slot.name == slot.name and waiting.kind is Kind.READBACK
    if read_back and waiting.frame is frame and not denied:
        held.settled, held.source = True, "customer"
    return Taken.YES


def _too_late(scene: Scene, frame: Frame) -> Taken:
    written = any(
        tool is not None and tool.effect == "write"
        for tool in (frame.journey.tool(result.tool) for result in frame.results.values())
    )
    scene.say("already_done" if written else "trouble")
    scene.ask(Kind.OFFER_PERSON)
    return Taken.SETTLED


def _reopen(scene: Scene, frame: Frame) -> None:
    """Puts a frame that was over back on the stack, and takes back what rested on who the caller was."""
    work = scene.talk.work
    if work.is_identification(frame):
        scene.talk.surroundings.doubt()
        for other in (*work.stack, *(() if work.finished is None else (work.finished,))):
            if not work.is_identification(other):
                other.forget_customer()
                scene.talk.forget_calls(other)
        if not work.stack and work.finished is not None:
            work.stack.append(work.finished)
            work.finished = None
    if frame not in work.stack:
        work.reopen(frame)
