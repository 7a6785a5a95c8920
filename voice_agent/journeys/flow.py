"""Carries journeys on until something is needed from outside: an answer, a tool, a person.

It decides what the agent says and does next; what the caller's words change is decided in `answers` and `values`.
"""

from __future__ import annotations

from typing import assert_never

from voice_agent.conversation.actions import CallTool, RecordOutcome
from voice_agent.journeys.ending import hand_over
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.gates import Passed, idempotency_key
from voice_agent.journeys.moves import (
    Ask,
    AskAgreement,
    Call,
    Escalate,
    Finished,
    Mention,
    Move,
    ReadBack,
    Refuse,
    Reject,
    Speak,
    Stuck,
    Unfillable,
)
from voice_agent.journeys.outcomes import decide, decide_refusal, evidence_of
from voice_agent.journeys.pack import Provision, Slot
from voice_agent.journeys.talk import Kind, Pending, Scene
from voice_agent.journeys.templates import MissingValue
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


def _is_identified(scene: Scene, frame: Frame) -> bool:
    """Puts the identification on top where the journey needs it; False where that has failed too often already."""
    talk = scene.talk
    if "identity.verified" not in frame.journey.needs or talk.surroundings.verified:
        return True
    if _attempts_left(scene) and talk.work.identify():
        return True
    hand_over(scene, "the caller could not be identified")
    return False


def _attempts_left(scene: Scene) -> bool:
    identification = scene.talk.work.identification
    if identification is None:
        return True
    retries = max((slot.retries for slot in identification.journey.slots), default=0)
    return scene.talk.surroundings.failures <= retries


def _carry_out(scene: Scene, frame: Frame, walk: Walk, move: Move) -> bool:
    """Whether there is more to do at once."""
    match move:
        case Speak():
            scene.reply.say(move.text)
            frame.said[move.path] = move.signature
            return True
        case Mention(slot=slot):
            scene.say("implicit", value=walk.label(slot.name))
            frame.slots[slot.name].mentioned = True
            return True
        case Ask(slot=slot):
            return _ask(scene, frame, walk, slot)
        case ReadBack(slot=slot):
            return _read_back(scene, frame, walk, slot)
        case Reject(slot=slot):
            frame.clear(slot.name)
            return reject(scene, frame, slot, "not_listed")
        case Unfillable(slot=slot):
            return give_up(scene, frame, slot, f"there is nothing to choose for {slot.name}")
        case AskAgreement():
            scene.reply.ask(move.text)
            scene.wait(Kind.AGREEMENT, frame=frame, path=move.path, signature=move.signature)
            return False
        case Call():
            return _call(scene, frame, walk, move)
        case Refuse():
            return _refuse(scene, frame, move)
        case Escalate(escalation=escalation):
            hand_over(scene, f"a condition of {frame.journey.name}", escalation)
            return False
        case Stuck(reason=reason):
            return _stuck(scene, reason)
        case Finished(outcome=outcome):
            return _finish(scene, frame, walk, outcome)
        case _:
            assert_never(move)


def _ask(scene: Scene, frame: Frame, walk: Walk, slot: Slot) -> bool:
    """Asks for a slot: each time with the next wording, from the last on with that."""
    times = frame.asked.get(slot.name, 0)
    frame.asked[slot.name] = times + 1
    try:
        question = walk.text(slot.asks[min(times, len(slot.asks) - 1)])
    except MissingValue as missing:
        return _stuck(scene, f"{missing} is missing")
    scene.reply.ask(question)
    scene.wait(Kind.SLOT, frame=frame, slot=frame.views[slot.name])
    return False


def _read_back(scene: Scene, frame: Frame, walk: Walk, slot: Slot) -> bool:
    try:
        if slot.readback is not None:
            question = walk.text(slot.readback)
        else:
            style = "readback" if slot.confirm == "readback" else "explicit"
            question = scene.talk.text(style, value=walk.label(slot.name))
    except MissingValue as missing:
        return _stuck(scene, f"{missing} is missing")
    scene.reply.ask(question)
    scene.wait(Kind.READBACK, frame=frame, slot=frame.views[slot.name])
    _prefetch(scene, frame)
    return False


def _prefetch(scene: Scene, frame: Frame) -> None:
    """Calls the next tool now, if it may be: should the caller say yes, the answer is there already."""
    ahead = scene.walk(frame, as_if_settled=True)
    move = ahead.next_move()
    if isinstance(move, Call) and move.passed.tool.effect == "read" and move.passed.tool.prefetch:
        _start_call(scene, frame, ahead, move)


def _call(scene: Scene, frame: Frame, walk: Walk, move: Call) -> bool:
    number, started = _start_call(scene, frame, walk, move)
    if not started and not scene.reply.answers():
        scene.say("one_moment")
    scene.wait(Kind.TOOL, frame=frame, path=move.path, call=number)
    return False


def _start_call(scene: Scene, frame: Frame, walk: Walk, move: Call) -> tuple[int, bool]:
    """The number of the call that will answer it, and whether it was begun now: a call under way is not doubled."""
    talk, passed = scene.talk, move.passed
    for number, pending in talk.pending.items():
        if pending.frame is frame and pending.path == move.path and pending.arguments == passed.arguments:
            return number, False
    talk.forget_calls(frame, move.path)
    talk.call += 1
    writes = passed.tool.effect == "write"
    talk.pending[talk.call] = Pending(frame, move.path, passed.tool.name, passed.arguments, writes)
    if writes:
        frame.frozen |= walk.slot_values().keys()
    scene.reply.act(_call_tool(scene, passed, walk))
    return talk.call, True


def _call_tool(scene: Scene, passed: Passed, walk: Walk) -> CallTool:
    key = idempotency_key(scene.talk.conversation, passed, walk.slot_values())
    return CallTool(scene.talk.call, passed.tool.name, passed.arguments, passed.tool.effect, key)


def _refuse(scene: Scene, frame: Frame, move: Refuse) -> bool:
    if move.text is not None:
        scene.reply.say(move.text)
    else:
        scene.say("refused")
    if move.policy.on_fail == "transfer":
        hand_over(scene, f"the policy {move.policy.name} does not allow it")
        return False
    outcome, evidence = decide_refusal(frame, move.policy, scene.talk.surroundings.verified)
    scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    return _close(scene, frame)


def _stuck(scene: Scene, reason: str) -> bool:
    """Owns up, and offers a person: a journey that lacks data can't be helped by asking again."""
    scene.say("trouble")
    scene.ask(Kind.OFFER_PERSON)
    scene.wait(Kind.OFFER_PERSON, path=reason)
    return False


def reject(scene: Scene, frame: Frame, slot: Slot, text: str, **values: int) -> bool:
    """The slot's value did not hold. Whether there is another attempt; if not, the journey is given up."""
    frame.rejected[slot.name] = frame.rejected.get(slot.name, 0) + 1
    if frame.rejected[slot.name] > slot.retries:
        return give_up(scene, frame, slot, f"no {slot.name} that holds after {slot.retries + 1} attempts")
    scene.say(text, **values)
    return True


def give_up(scene: Scene, frame: Frame, slot: Slot, reason: str) -> bool:
    """Does what the slot says for when it can't be filled. Whether there is more to do at once: a journey ended."""
    if slot.on_fail == "transfer":
        hand_over(scene, reason)
        return False
    scene.say("refused")
    work = scene.talk.work
    for other in list(work.stack) if work.is_identification(frame) else [frame]:
        drop(scene, other, "unresolved")
    return True


def drop(scene: Scene, frame: Frame, outcome: str) -> None:
    """Ends a journey where it is."""
    if not scene.talk.work.is_identification(frame):
        evidence = evidence_of(frame, scene.talk.surroundings.verified)
        scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    scene.talk.forget_calls(frame)
    scene.talk.work.close(frame)


def _finish(scene: Scene, frame: Frame, walk: Walk, named: str | None) -> bool:
    work = scene.talk.work
    provision = frame.journey.provides if work.is_identification(frame) else None
    if provision is not None:
        return _finish_identification(scene, frame, walk, provision)
    outcome, evidence = decide(frame, named, scene.talk.surroundings.verified)
    scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    return _close(scene, frame)


def _close(scene: Scene, frame: Frame) -> bool:
    work = scene.talk.work
    scene.talk.forget_calls(frame)
    work.close(frame)
    if work.stack:
        scene.say("resume")
    return True


def _finish_identification(scene: Scene, frame: Frame, walk: Walk, provision: Provision) -> bool:
    talk = scene.talk
    if provision.check.holds(walk.names):
        customer = walk.names.get(provision.customer) if provision.customer is not None else None
        talk.surroundings.identify(customer)
        talk.work.close(frame)
        return True
    talk.surroundings.failures += 1
    failed = [slot for slot in frame.journey.slots if slot.name in frame.slots]
    try:
        otherwise = walk.text(provision.otherwise)
    except MissingValue as missing:
        return _stuck(scene, f"{missing} is missing")
    for slot in failed:
        frame.tried[slot.name] = frame.slots[slot.name].value
        frame.clear(slot.name)
    frame.results.clear()
    for other in talk.work.stack:
        for escalation in other.journey.escalations:
            if any(condition.holds(scene.names()) for condition in escalation.conditions):
                hand_over(scene, "the caller could not be identified", escalation)
                return False
    scene.reply.say(otherwise)
    if failed and not _attempts_left(scene):
        return give_up(scene, frame, failed[0], "the caller could not be identified")
    return True
