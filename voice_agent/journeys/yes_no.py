"""What yes and no mean, for each thing the agent may be waiting for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from voice_agent.conversation.commands import CorrectSlot, SetSlot
from voice_agent.journeys.agreeing import says_nothing_else
from voice_agent.journeys.closing import drop, reject
from voice_agent.journeys.ending import abandon_transfer, hand_over, retry_transfer, say_goodbye
from voice_agent.journeys.expressions import LEVELS
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.frame import Held
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.said_so_far import begun_of, drop_beginning
from voice_agent.journeys.talk import Kind, Scene

_UNHEARD_WORDS: Final = 3
_MORE: Final = "anything else"
"""Asked for after a yes to whether there is anything else."""
_GREETED_AND_MORE: Final = 2
"""Utterances of the agent, the greeting among them."""


def affirm(scene: Scene, heard: str | None, besides: str = "") -> bool:
    """Whether yes is an answer to what is being waited for."""
    if settle(scene, heard, (), besides):
        proceed(scene)
        return True
    action = _YES.get(scene.talk.waiting.kind)
    return action is not None and action(scene)


def deny(scene: Scene) -> bool:
    """Whether no is an answer to what is being waited for."""
    action = _NO.get(scene.talk.waiting.kind)
    return action is not None and action(scene)


def settle(scene: Scene, heard: str | None, values: Sequence[SetSlot | CorrectSlot], besides: str = "") -> bool:
    """Yes to what was read back or proposed; not where the same turn changes it. Whether it was one.

    A proposal that was cut off before its end has not been agreed to: it is made again. Nor is it agreed to where more
    is said `besides` yes than its own words: "only if it's free", "I'll say yes next week", "my husband said yes".
    """
    waiting = scene.talk.waiting
    frame = waiting.frame
    if frame is None:
        return False
    if waiting.kind is Kind.AGREEMENT:
        if not says_nothing_else(besides, scene.talk.last_clauses):
            return False
        if _was_heard(scene, heard):
            frame.agreed[waiting.path] = waiting.signature
        return True
    if waiting.kind is Kind.READBACK and waiting.slot is not None:
        held = frame.slots.get(waiting.slot.name)
        if held is not None and all(value.slot != waiting.slot.name for value in values):
            held.agree()
            return True
    return False


def _was_heard(scene: Scene, heard: str | None) -> bool:
    """All but the last words of what was said last: nobody waits for the very end before saying yes."""
    if heard is None:
        return True
    said = len(" ".join(scene.talk.last_clauses).split())
    return len(heard.split()) >= said - _UNHEARD_WORDS


def _fill_yes_no(scene: Scene, value: bool) -> bool:
    waiting = scene.talk.waiting
    slot = None if waiting.frame is None or waiting.slot is None else waiting.frame.journey.slot(waiting.slot.name)
    if waiting.frame is None or slot is None or slot.slot_type != "yes_no":
        return False
    waiting.frame.slots[slot.name] = Held(value, settled=slot.confirm in ("never", "implicit"))
    proceed(scene)
    return True


def _yes_to_slot(scene: Scene) -> bool:
    """Yes to what there is of a value: the rest is still missing."""
    if begun_of(scene.talk) is not None:
        return _repeat(scene)
    return _fill_yes_no(scene, True)


def _no_to_slot(scene: Scene) -> bool:
    """No to what there is of a value: all of it is asked for again."""
    if drop_beginning(scene.talk):
        scene.say("sorry")
        return _repeat(scene)
    return _fill_yes_no(scene, False) or _none_of_those(scene)


def _none_of_those(scene: Scene) -> bool:
    """No to a list that tools made: something before it may have to be different."""
    waiting = scene.talk.waiting
    if waiting.slot is None or waiting.slot.slot_type != "reference":
        return False
    return _no_to_agreement(scene)


def _no_to_readback(scene: Scene) -> bool:
    """The value is wrong, and there is no other yet."""
    waiting = scene.talk.waiting
    slot = None if waiting.frame is None or waiting.slot is None else waiting.frame.journey.slot(waiting.slot.name)
    if waiting.frame is None or slot is None:
        return False
    waiting.frame.clear(slot.name)
    if reject(scene, waiting.frame, slot, "sorry"):
        proceed(scene)
    return True


def _no_to_agreement(scene: Scene) -> bool:
    frame = scene.talk.waiting.frame
    scene.ask(Kind.CHANGE)
    scene.wait(Kind.CHANGE, frame=frame)
    return True


def _cancel(scene: Scene) -> bool:
    """Nothing is to be changed, and it is not to be done either."""
    scene.say("cancelled")
    if scene.talk.work.stack:
        drop(scene, scene.talk.work.stack[-1], "cancelled")
    proceed(scene)
    return True


def _ask_what(scene: Scene) -> bool:
    """Yes, there is something; but what?"""
    again = scene.talk.waiting.kind is Kind.ANYTHING_ELSE
    scene.reply.ask(scene.talk.text("what_else"))
    scene.wait(Kind.OPENING, path=_MORE if again else "")
    return True


def _yes_to_which(scene: Scene) -> bool:
    """Yes chooses where there was one thing to choose."""
    options = scene.talk.waiting.options
    if len(options) > 1:
        ask_again(scene)
        return True
    if not scene.talk.work.is_under_way(options[0]):
        scene.talk.work.start(options[0])
    proceed(scene)
    return True


def _no_to_which(scene: Scene) -> bool:
    """None of them."""
    scene.say("which_one")
    scene.wait(Kind.OPENING)
    return True


def _repeat(scene: Scene) -> bool:
    ask_again(scene)
    return True


def _decline_calming(scene: Scene) -> bool:
    """Who needs no person is annoyed at most, until they show more again."""
    around = scene.talk.surroundings
    around.frustration = min(around.frustration, LEVELS["medium"])
    return _go_on(scene)


def _go_on(scene: Scene) -> bool:
    if scene.talk.work.stack or scene.talk.work.queue:
        proceed(scene)
        return True
    return _ask_what(scene)


def _goodbye(scene: Scene) -> bool:
    say_goodbye(scene)
    return True


def _offer_person(scene: Scene) -> bool:
    scene.ask(Kind.OFFER_PERSON)
    return True


def _nothing_after_all(scene: Scene) -> bool:
    """No to what it is that is wanted: perhaps nothing. Before anything was talked about it answers nothing; who was
    asked whether there is anything else has said so."""
    if scene.talk.waiting.path == _MORE:
        return _goodbye(scene)
    if scene.talk.utterance < _GREETED_AND_MORE:
        return False
    scene.ask(Kind.ANYTHING_ELSE)
    return True


def _hand_over(scene: Scene) -> bool:
    reason = scene.talk.waiting.path
    hand_over(scene, reason if reason != "" else "the caller could not be helped")
    return True


def _hand_over_on_request(scene: Scene) -> bool:
    hand_over(scene, "the caller asked for a person")
    return True


def _decline_person(scene: Scene) -> bool:
    """No person, and the agent can't go on by itself with what is on top: it is left."""
    if not scene.talk.work.stack:
        return _ask_what(scene)
    return _cancel(scene)


def _retry_transfer(scene: Scene) -> bool:
    retry_transfer(scene)
    return True


def _abandon_transfer(scene: Scene) -> bool:
    abandon_transfer(scene)
    scene.ask(Kind.ANYTHING_ELSE)
    return True


_Answer = Callable[[Scene], bool]

_YES: Final[dict[Kind, _Answer]] = {
    Kind.OPENING: _ask_what,
    Kind.SLOT: _yes_to_slot,
    Kind.CHANGE: _repeat,
    Kind.ANYTHING_ELSE: _ask_what,
    Kind.RETRY_TOOL: _go_on,
    Kind.RETRY_TRANSFER: _retry_transfer,
    Kind.OFFER_PERSON: _hand_over,
    Kind.OFFER_HELP: _go_on,
    Kind.CALMING: _hand_over,
    Kind.LEAVING: _goodbye,
    Kind.WHICH: _yes_to_which,
    Kind.TOOL: _repeat,
    Kind.PLANNING: _repeat,
    Kind.JUDGING: _repeat,
}
_NO: Final[dict[Kind, _Answer]] = {
    Kind.OPENING: _nothing_after_all,
    Kind.SLOT: _no_to_slot,
    Kind.READBACK: _no_to_readback,
    Kind.AGREEMENT: _no_to_agreement,
    Kind.CHANGE: _cancel,
    Kind.ANYTHING_ELSE: _goodbye,
    Kind.RETRY_TOOL: _offer_person,
    Kind.RETRY_TRANSFER: _abandon_transfer,
    Kind.OFFER_PERSON: _decline_person,
    Kind.OFFER_HELP: _hand_over_on_request,
    Kind.CALMING: _decline_calming,
    Kind.LEAVING: _go_on,
    Kind.WHICH: _no_to_which,
    Kind.TOOL: _repeat,
    Kind.PLANNING: _repeat,
    Kind.JUDGING: _repeat,
}
