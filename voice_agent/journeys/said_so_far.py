"""A value of which the caller has said the beginning: kept while its slot is open, and forgotten with the subject.

Says what there is and asks for the rest. What is a beginning, and what completes it, is read by understanding.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.commands import BeginSlot
from voice_agent.conversation.expectation import Begun
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.slot_wording import said_beginning
from voice_agent.journeys.talk import Kind, Scene, Talk

_MISSES: Final = 2
"""Turns in a row of which nothing could be made: then all of the value is asked for again."""
_TEXTS: Final = {"date": "which_day", "time": "which_hour"}
"""What asks for the rest of a value, where it is not `the_rest`."""


def begun_of(talk: Talk) -> Begun | None:
    """What has been said so far of the value that is asked for now."""
    waiting = talk.waiting
    if waiting.kind is not Kind.SLOT or waiting.frame is None or waiting.slot is None:
        return None
    return waiting.frame.begun.get(waiting.slot.name)


def note_beginning(talk: Talk, command: BeginSlot) -> bool:
    """Keeps it where its slot is asked for, or has still to be. Whether it is another one of what is asked for now."""
    waiting, before = talk.waiting, begun_of(talk)
    if waiting.kind is not Kind.SLOT or waiting.frame is None or waiting.slot is None:
        return False
    slot = waiting.frame.journey.slot(command.slot)
    if slot is None or slot.secure is not None or command.slot in waiting.frame.slots:
        return False
    waiting.frame.begun[command.slot] = Begun(command.value, command.raw)
    return waiting.slot.name == command.slot and (before is None or before.value != command.value)


def drop_beginning(talk: Talk) -> bool:
    """What was begun is wrong, or leads nowhere. Whether there was anything."""
    waiting, begun = talk.waiting, begun_of(talk)
    if begun is not None and waiting.frame is not None and waiting.slot is not None:
        del waiting.frame.begun[waiting.slot.name]
    return begun is not None


def drop_after(talk: Talk, misses: int) -> None:
    """Who isn't understood in the middle of a value is asked for all of it."""
    if misses >= _MISSES:
        drop_beginning(talk)


def ask_for_rest(scene: Scene, frame: Frame, slot: Slot) -> bool:
    """Asks for what is missing of a value; False where none of it is there."""
    begun = frame.begun.get(slot.name)
    if begun is None:
        return False
    talk = scene.talk
    value = said_beginning(slot.slot_type, begun.value, talk.surroundings.channel, frame.journey.numbers)
    scene.reply.ask(talk.text(_TEXTS.get(slot.slot_type, "the_rest"), value=value))
    scene.wait(Kind.SLOT, frame=frame, slot=frame.views[slot.name])
    return True
