"""Ways out of a conversation: to a person, or good-bye."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import TRANSFERRED, Connect, HangUp, RecordOutcome, Transfer
from voice_agent.conversation.events import Connected, ConnectFailed, TransferFailed, Transferred
from voice_agent.journeys.engine_events import EndReason
from voice_agent.journeys.handover import summarise
from voice_agent.journeys.load import NO_JOURNEY
from voice_agent.journeys.outcomes import evidence_of
from voice_agent.journeys.steps import Escalation
from voice_agent.journeys.talk import Handing, Kind, Phase, Scene


def hand_over(scene: Scene, reason: str, escalation: Escalation | None = None, *, call_back: bool = False) -> None:
    """A colleague takes the call, or will `call_back`; all open journeys end with it, once it is certain.

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
    with_trace = escalation is not None and escalation.with_trace
    summary = summarise(talk.surroundings, frames, work.queue, reason, with_slots=with_slots, with_trace=with_trace)
    verified = talk.surroundings.verified
    journeys = tuple((frame.journey.name, evidence_of(frame, verified)) for frame in work.wishes())
    transfer = Transfer(target, reason, summary, talk.turn)
    if (target, summary) in talk.handed:
        scene.say("transfer_known")
        _record_transferred(scene, Handing(transfer, journeys))
    else:
        talk.handed.add((target, summary))
        handing = Handing(transfer, journeys if journeys else ((NO_JOURNEY, ()),))
        now = talk.surroundings.channel == "phone" and not call_back
        address = talk.pack.agent.addresses.get(target) if now else None
        if address is None:
            _call_back(scene, handing)
        else:
            _put_through(scene, handing, address)
    for frame in list(work.stack):
        talk.forget_calls(frame)
        work.close(frame)
    work.queue.clear()
    if talk.connecting is None:
        scene.ask(Kind.ANYTHING_ELSE)


def _call_back(scene: Scene, handing: Handing) -> None:
    scene.say("transfer")
    scene.talk.handing.append(handing)
    scene.reply.act(handing.transfer)


def _put_through(scene: Scene, handing: Handing, address: str) -> None:
    """Somebody can take the call now; nothing else is done until it is known whether they did."""
    transfer = handing.transfer
    scene.say("connect")
    scene.reply.act(Connect(transfer.target, address, transfer.reason, transfer.summary, transfer.turn))
    scene.talk.connecting = handing
    scene.wait(Kind.CONNECTING)


def handing_over(scene: Scene, event: Transferred | TransferFailed | Connected | ConnectFailed) -> None:
    """What came of calling in a person."""
    match event:
        case Transferred(target=target):
            transferred(scene, target)
        case TransferFailed(target=target):
            transfer_failed(scene, target)
        case Connected():
            connected(scene)
        case ConnectFailed():
            connect_failed(scene)


def connected(scene: Scene) -> None:
    """The caller talks to a person: this call is over."""
    handing, scene.talk.connecting = scene.talk.connecting, None
    if handing is not None:
        _record_transferred(scene, handing)
        scene.reply.act(HangUp(TRANSFERRED))
        scene.talk.phase = Phase.HUNG_UP


def connect_failed(scene: Scene) -> None:
    """Says so, and has somebody call back instead."""
    talk = scene.talk
    handing, talk.connecting = talk.connecting, None
    if handing is None:
        return
    if talk.phase is Phase.LIVE:
        scene.say("connect_failed")
        _call_back(scene, handing)
        scene.ask(Kind.ANYTHING_ELSE)
    else:
        talk.handing.append(handing)
        scene.reply.act(handing.transfer)


def transferred(scene: Scene, target: str) -> None:
    """A person has it: now the journeys have ended that way."""
    handing = _handing_to(scene, target)
    if handing is not None:
        scene.talk.handing.remove(handing)
        _record_transferred(scene, handing)


def transfer_failed(scene: Scene, target: str) -> None:
    """Says so at once, and offers to try again: a caller must not wait for a call that never comes."""
    handing = _handing_to(scene, target)
    if handing is None:
        return
    scene.talk.handed.discard((handing.transfer.target, handing.transfer.summary))
    if scene.talk.phase is Phase.LIVE:
        scene.say("transfer_failed")
        scene.ask(Kind.RETRY_TRANSFER)


def retry_transfer(scene: Scene) -> None:
    """All that nobody has confirmed is handed over again."""
    scene.say("transfer")
    for handing in scene.talk.handing:
        scene.reply.act(handing.transfer)
    scene.ask(Kind.ANYTHING_ELSE)


def abandon_transfer(scene: Scene) -> None:
    """The caller lets it be: its journeys have led nowhere."""
    for handing in scene.talk.handing:
        for journey, evidence in handing.journeys:
            scene.reply.act(RecordOutcome(journey, "unresolved", evidence))
    scene.talk.handing.clear()


def _handing_to(scene: Scene, target: str) -> Handing | None:
    return next((handing for handing in scene.talk.handing if handing.transfer.target == target), None)


def _record_transferred(scene: Scene, handing: Handing) -> None:
    for journey, evidence in handing.journeys:
        outcome = RecordOutcome(journey, "transferred", (*evidence, f"transfer {handing.transfer.target}"))
        scene.reply.act(outcome)


_LAST_WORDS: Final[dict[EndReason, str]] = {
    "stopping": "stopping",
    "too_long": "too_long",
    "no_sound": "no_sound_goodbye",
}


def notify(scene: Scene, text: str) -> None:
    """Something of the line or a message that the caller should know; what is under way goes on, and is still owed."""
    if scene.talk.phase is Phase.LIVE:
        scene.say(text)
        scene.reply.purpose = "filler"


def has_to_end(scene: Scene, reason: EndReason) -> None:
    """The last words, again each time the caller speaks into them. What is under way is abandoned with the call."""
    talk = scene.talk
    talk.ending = reason
    talk.phase = Phase.HUNG_UP
    scene.reply.close(talk.text(_LAST_WORDS[reason]), reason)


def say_goodbye(scene: Scene) -> None:
    abandon(scene)
    scene.wait(Kind.ANYTHING_ELSE)
    scene.reply.close(scene.talk.text("goodbye"), "goodbye")
    scene.talk.phase = Phase.HUNG_UP


def leave_in_silence(scene: Scene) -> None:
    """Nothing is dropped yet: should the caller come back before the line is down, all goes on."""
    scene.reply.close(scene.talk.text("silence_goodbye"), "silence")
    scene.talk.checked_in = True
    scene.talk.phase = Phase.HUNG_UP


def abandon(scene: Scene) -> None:
    """The caller leaves with work open."""
    talk = scene.talk
    for frame in list(talk.work.stack):
        if not talk.work.is_identification(frame) and frame.caller is None:
            evidence = evidence_of(frame, talk.surroundings.verified)
            scene.reply.act(RecordOutcome(frame.journey.name, "abandoned", evidence))
        talk.forget_calls(frame)
        talk.work.close(frame)
    talk.work.queue.clear()


def end(scene: Scene) -> None:
    """The line is down."""
    abandon(scene)
    if scene.talk.connecting is not None:
        scene.talk.handing.append(scene.talk.connecting)
    abandon_transfer(scene)
    scene.talk.phase = Phase.ENDED
