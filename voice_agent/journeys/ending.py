"""Ways out of a conversation: to a person, or good-bye."""

from __future__ import annotations

from voice_agent.conversation.actions import RecordOutcome, Transfer
from voice_agent.journeys.handover import summarise
from voice_agent.journeys.load import NO_JOURNEY
from voice_agent.journeys.outcomes import evidence_of
from voice_agent.journeys.pack import Escalation
from voice_agent.journeys.talk import Handing, Kind, Phase, Scene


def hand_over(scene: Scene, reason: str, escalation: Escalation | None = None) -> None:
    """A colleague will call back; all open journeys end with it, once it is certain. The call goes on.

    The same facts are handed over once in a call.
    """
    talk = scene.talk
    work = talk.work
    target = talk.pack.agent.transfer_to
    if escalation is not None and escalation.target is not None:
        target = escalation.target
    with_slots = escalation is None or escalation.with_slots
    frames = [*work.open_journeys(), *(() if work.identification is None else (work.identification,))]
    if not work.stack and work.finished is not None:
        frames.insert(0, work.finished)
    summary = summarise(talk.surroundings, frames, work.queue, reason, with_slots=with_slots)
    if (target, summary) in talk.handed:
        scene.say("transfer_known")
    else:
        scene.say("transfer")
        verified = talk.surroundings.verified
        journeys = [(frame.journey.name, evidence_of(frame, verified)) for frame in work.open_journeys()]
        transfer = Transfer(target, reason, summary, talk.turn)
        talk.handed.add((target, summary))
        talk.handing = Handing(transfer, tuple(journeys) if journeys else ((NO_JOURNEY, ()),))
        scene.reply.act(transfer)
    for frame in list(work.stack):
        talk.forget_calls(frame)
        work.close(frame)
    work.queue.clear()
    scene.ask(Kind.ANYTHING_ELSE)


def transferred(scene: Scene) -> None:
    """A person has it: now the journeys have ended that way."""
    handing, scene.talk.handing = scene.talk.handing, None
    if handing is None:
        return
    for journey, evidence in handing.journeys:
        outcome = RecordOutcome(journey, "transferred", (*evidence, f"transfer {handing.transfer.target}"))
        scene.reply.act(outcome)


def transfer_failed(scene: Scene) -> None:
    """Says so at once, and offers to try again: a caller must not wait for a call that never comes."""
    if scene.talk.handing is None or scene.talk.phase is not Phase.LIVE:
        return
    scene.say("transfer_failed")
    scene.ask(Kind.RETRY_TRANSFER)


def retry_transfer(scene: Scene) -> None:
    handing = scene.talk.handing
    if handing is not None:
        scene.say("transfer")
        scene.reply.act(handing.transfer)
    scene.ask(Kind.ANYTHING_ELSE)


def abandon_transfer(scene: Scene) -> None:
    """The caller lets it be: its journeys have led nowhere."""
    handing, scene.talk.handing = scene.talk.handing, None
    for journey, evidence in handing.journeys if handing is not None else ():
        scene.reply.act(RecordOutcome(journey, "unresolved", evidence))


def say_goodbye(scene: Scene) -> None:
    abandon(scene)
    scene.wait(Kind.ANYTHING_ELSE)
    scene.reply.close(scene.talk.text("goodbye"), "goodbye")
    scene.talk.phase = Phase.HUNG_UP


def leave_in_silence(scene: Scene) -> None:
    """Nothing is dropped yet: should the caller come back before the line is down, all goes on."""
    scene.reply.close(scene.talk.text("silence_goodbye"), "silence")
    scene.talk.phase = Phase.HUNG_UP


def abandon(scene: Scene) -> None:
    """The caller leaves with work open."""
    talk = scene.talk
    for frame in list(talk.work.stack):
        if not talk.work.is_identification(frame):
            evidence = evidence_of(frame, talk.surroundings.verified)
            scene.reply.act(RecordOutcome(frame.journey.name, "abandoned", evidence))
        talk.forget_calls(frame)
        talk.work.close(frame)
    talk.work.queue.clear()


def end(scene: Scene) -> None:
    """The line is down."""
    abandon(scene)
    abandon_transfer(scene)
    scene.talk.phase = Phase.ENDED
