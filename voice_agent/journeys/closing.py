"""How a journey ends: done, refused, given up, dropped; with what is recorded of it and what goes on then."""

from __future__ import annotations

from voice_agent.conversation.actions import RecordOutcome
from voice_agent.journeys.ending import hand_over
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.judging import judge_afterwards
from voice_agent.journeys.moves import Refuse
from voice_agent.journeys.outcomes import decide, decide_refusal, evidence_of
from voice_agent.journeys.pack import Provision, Slot
from voice_agent.journeys.talk import Kind, Scene
from voice_agent.journeys.templates import MissingValue
from voice_agent.journeys.walk import Walk


def refuse(scene: Scene, frame: Frame, move: Refuse) -> bool:
    if move.text is not None:
        scene.reply.say(move.text)
    else:
        scene.say("refused")
    if move.policy.on_fail == "transfer":
        hand_over(scene, f"the policy {move.policy.name} does not allow it")
        return False
    outcome, evidence = decide_refusal(frame, move.policy, scene.talk.surroundings.verified)
    if frame.caller is not None:
        frame.over = {"outcome": outcome}
        return _close(scene, frame)
    scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    return _close(scene, frame)


def stuck(scene: Scene, reason: str) -> bool:
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
    """Ends a journey where it is, and with it the one that called it."""
    if not scene.talk.work.is_identification(frame) and frame.caller is None:
        evidence = evidence_of(frame, scene.talk.surroundings.verified)
        scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    scene.talk.forget_calls(frame)
    scene.talk.work.close(frame)
    if frame.caller is not None:
        drop(scene, frame.caller, outcome)


def finish(scene: Scene, frame: Frame, walk: Walk, named: str | None) -> bool:
    work = scene.talk.work
    provision = frame.journey.provides if work.is_identification(frame) else None
    if provision is not None:
        return _finish_identification(scene, frame, walk, provision)
    outcome, evidence = decide(frame, named, scene.talk.surroundings.verified)
    judge_afterwards(scene, frame)
    if frame.caller is not None:
        frame.over = walk.known(outcome)
        return _close(scene, frame)
    scene.reply.act(RecordOutcome(frame.journey.name, outcome, evidence))
    return _close(scene, frame)


def _close(scene: Scene, frame: Frame) -> bool:
    work = scene.talk.work
    scene.talk.forget_calls(frame)
    work.close(frame)
    if work.stack and frame.caller is None:
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
        return stuck(scene, f"{missing} is missing")
    frame.tokens.clear()
    for slot in failed:
        frame.tried[slot.name] = frame.slots[slot.name].value
        frame.clear(slot.name)
    frame.results.clear()
    frame.children.clear()
    frame.rounds.clear()
    for other in talk.work.stack:
        for escalation in other.journey.escalations:
            if any(condition.holds(scene.names()) for condition in escalation.conditions):
                hand_over(scene, "the caller could not be identified", escalation)
                return False
    scene.reply.say(otherwise)
    if failed and not attempts_left(scene):
        return give_up(scene, frame, failed[0], "the caller could not be identified")
    return True


def attempts_left(scene: Scene) -> bool:
    identification = scene.talk.work.identification
    if identification is None:
        return True
    retries = max((slot.retries for slot in identification.journey.slots), default=0)
    return scene.talk.surroundings.failures <= retries
