"""Carries journeys on until something is needed from outside: an answer, a tool, a person.

It decides what the agent says and does next; what the caller's words change is decided in `answers` and `values`.
"""

from __future__ import annotations

from typing import assert_never

from voice_agent.conversation.expectation import SlotView
from voice_agent.journeys.closing import attempts_left, drop, finish, give_up, refuse, reject, stuck
from voice_agent.journeys.ending import hand_over
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.judging import judge_next
from voice_agent.journeys.late_filler import fill
from voice_agent.journeys.moves import (
    Again,
    Ask,
    AskAgreement,
    Await,
    Call,
    Enter,
    Escalate,
    Finished,
    Leave,
    Mention,
    Move,
    NeedPlan,
    NeedVerdict,
    Outdated,
    ReadBack,
    Refuse,
    Reject,
    Speak,
    Stuck,
    Unfillable,
)
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.planning import plan_next
from voice_agent.journeys.said_so_far import ask_for_rest
from voice_agent.journeys.supervising import may_be_said
from voice_agent.journeys.talk import Kind, Scene
from voice_agent.journeys.templates import MissingValue
from voice_agent.journeys.text_messages import send_text
from voice_agent.journeys.told import remember
from voice_agent.journeys.tool_calls import prefetch, start_call
from voice_agent.journeys.walk import Walk


def proceed(scene: Scene) -> None:
    """Goes on with the journey on top, then with those below and those that wait; afterwards asks what else."""
    work = scene.talk.work
    while True:
        if not work.stack:
            if not work.queue:
                scene.ask(Kind.ANYTHING_ELSE)
                return
            scene.say("next_topic")
            work.start(work.queue.pop(0))
            continue
        if not _is_identified(scene, work.stack[-1]):
            return
        frame = work.stack[-1]
        walk = scene.walk(frame)
        if not _carry_out(scene, frame, walk, walk.next_move()):
            return


def hands_over(scene: Scene) -> bool:
    """Whether a condition for handing over holds of a journey under way: then it is done."""
    for frame in reversed(scene.talk.work.open_journeys()):
        move = scene.walk(frame).next_move()
        if isinstance(move, Escalate):
            hand_over(scene, f"a condition of {frame.journey.name}", move.escalation)
            return True
    return False


def _is_identified(scene: Scene, frame: Frame) -> bool:
    """Puts the identification on top where the journey needs it; False where that has failed too often already."""
    talk = scene.talk
    if "identity.verified" not in frame.journey.needs or talk.surroundings.verified:
        return True
    if attempts_left(scene) and talk.work.identify():
        return True
    hand_over(scene, "the caller could not be identified")
    return False


def _carry_out(scene: Scene, frame: Frame, walk: Walk, move: Move) -> bool:
    """Whether there is more to do at once."""
    match move:
        case Speak():
            return _speak(scene, frame, walk, move)
        case Mention(slot=slot):
            scene.say("implicit", value=walk.label(slot.name))
            frame.slots[slot.name].mentioned = True
            return True
        case Ask(slot=slot):
            return _ask(scene, frame, walk, slot)
        case ReadBack(slot=slot):
            return _read_back(scene, frame, walk, slot)
        case Reject() | Outdated():
            return _clear(scene, frame, move)
        case Unfillable(slot=slot):
            return give_up(scene, frame, slot, f"there is nothing to choose for {slot.name}")
        case AskAgreement():
            scene.reply.ask(move.text)
            remember(scene.talk.asking, move.text, frame.journey)
            scene.wait(Kind.AGREEMENT, frame=frame, path=move.path, signature=move.signature)
            return False
        case Call() | Await():
            return _use_tool(scene, frame, walk, move)
        case Refuse():
            return refuse(scene, frame, move)
        case Again() | Enter() | Leave() | NeedPlan() | NeedVerdict():
            return _lead_elsewhere(scene, frame, walk, move)
        case Escalate(escalation=escalation):
            hand_over(scene, f"a condition of {frame.journey.name}", escalation)
            return False
        case Stuck(reason=reason):
            return stuck(scene, reason)
        case Finished(outcome=outcome):
            return finish(scene, frame, walk, outcome)
        case _:
            assert_never(move)


def _speak(scene: Scene, frame: Frame, walk: Walk, move: Speak) -> bool:
    if may_be_said(scene, frame, walk, move):
        scene.reply.say(move.text)
        if move.written != "":
            send_text(scene, move.written)
        frame.said[move.path] = move.signature
        remember(scene.talk.asking, move.text, frame.journey)
    return True


def _lead_elsewhere(
    scene: Scene, frame: Frame, walk: Walk, move: Again | Enter | Leave | NeedPlan | NeedVerdict
) -> bool:
    match move:
        case NeedVerdict():
            return judge_next(scene, frame, move)
        case NeedPlan(path=path):
            return plan_next(scene, frame, walk, path)
        case Again(path=path, slots=slots):
            frame.begin_round(path, slots)
            return True
        case Enter(path=path, journey=journey):
            return scene.talk.work.enter(frame, path, journey) or stuck(scene, f"the journey {journey} is missing")
        case Leave(rule=rule, reason=reason):
            hand_over(scene, reason, rule)
            return False


def _clear(scene: Scene, frame: Frame, move: Reject | Outdated) -> bool:
    """A value that isn't listed is an attempt that failed; one whose list is gone is asked for as if it never was."""
    slot = move.slot
    frame.clear(slot.name)
    if isinstance(move, Reject):
        return reject(scene, frame, slot, "not_listed")
    frame.asked.pop(slot.name, None)
    return True


def _ask(scene: Scene, frame: Frame, walk: Walk, slot: Slot) -> bool:
    """Asks for a slot: each time with the next wording, from the last on with that; where its value has been begun, for
    the rest."""
    if ask_for_rest(scene, frame, slot):
        return False
    times = frame.asked.get(slot.name, 0)
    frame.asked[slot.name] = times + 1
    try:
        question = walk.text(slot.asks[min(times, len(slot.asks) - 1)])
    except MissingValue as missing:
        return stuck(scene, f"{missing} is missing")
    if slot.secure is not None:
        return _ask_for_keys(scene, frame, slot, question)
    scene.reply.ask(question)
    scene.wait(Kind.SLOT, frame=frame, slot=frame.views[slot.name])
    return False


def _ask_for_keys(scene: Scene, frame: Frame, slot: Slot, question: str) -> bool:
    """In writing there are no keys that could be kept from the log: the caller is asked to call."""
    if scene.talk.surroundings.channel != "phone":
        scene.say("secure_in_writing")
        drop(scene, frame, "unresolved")
        return True
    scene.reply.ask(question)
    scene.wait(Kind.KEYPAD, frame=frame, slot=SlotView(slot.name, "keypad"))
    return False


def _read_back(scene: Scene, frame: Frame, walk: Walk, slot: Slot) -> bool:
    """Where another value was read back before, it was misheard, and letters are said by an alphabet."""
    before = frame.read_back.setdefault(slot.name, set())
    before.add(frame.slots[slot.name].value)
    if len(before) > 1:
        walk.spell(slot.name)
    try:
        if slot.readback is not None:
            question = walk.text(slot.readback)
        else:
            style = "readback" if slot.confirm == "readback" else "explicit"
            question = scene.talk.text(style, value=walk.label(slot.name))
    except MissingValue as missing:
        return stuck(scene, f"{missing} is missing")
    scene.reply.ask(question)
    scene.wait(Kind.READBACK, frame=frame, slot=frame.views[slot.name])
    prefetch(scene, frame)
    return False


def _use_tool(scene: Scene, frame: Frame, walk: Walk, move: Call | Await) -> bool:
    return _await(scene, frame, move.call) if isinstance(move, Await) else _call(scene, frame, walk, move)


def _call(scene: Scene, frame: Frame, walk: Walk, move: Call) -> bool:
    tool = move.passed.tool
    number, started = start_call(scene, frame, walk, move)
    if started and tool.filler is not None:
        try:
            fill(scene, number, walk.text(tool.filler), at_once=move.path in frame.background)
        except MissingValue as missing:
            return stuck(scene, f"{missing} is missing")
    if move.path in frame.background:
        return True
    if not started and not scene.reply.answers():
        scene.say("one_moment")
    scene.wait(Kind.TOOL, frame=frame, path=move.path, call=number)
    scene.talk.patience_us = scene.now_us
    return False


def _await(scene: Scene, frame: Frame, call: int) -> bool:
    """A call that was begun earlier is needed now."""
    if not scene.reply.answers():
        scene.say("one_moment")
    scene.wait(Kind.TOOL, frame=frame, call=call)
    scene.talk.patience_us = scene.now_us
    return False
