"""Slots that are keyed in confidence: when the shell captures keys, and what comes of it.

A capture lasts exactly as long as such a slot is waited for. The engine learns a token, and nothing says it: it goes
from here to one writing tool, behind the gates, and is used up by it.
"""

from __future__ import annotations

import re
from typing import assert_never

from voice_agent.conversation.actions import AnyAction, DropLate
from voice_agent.conversation.records import tag_of
from voice_agent.conversation.secure_actions import StartSecureCapture, StopSecureCapture
from voice_agent.conversation.secure_events import (
    CaptureFailure,
    SecureCaptured,
    SecureCaptureFailed,
    SecureVoiceWithheld,
)
from voice_agent.journeys.closing import give_up, reject
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Slot
from voice_agent.journeys.steps import Do, steps_within
from voice_agent.journeys.talk import Capture, Kind, Phase, Scene, Talk


def change_of_capture(talk: Talk) -> list[AnyAction]:
    """Starts or stops the capture where what is waited for has changed. Goes before all words: the question may be
    keyed into."""
    waiting, running = talk.waiting, talk.capture
    slot: Slot | None = None
    if talk.phase is Phase.LIVE and waiting.kind is Kind.KEYPAD and waiting.frame is not None and waiting.slot:
        slot = waiting.frame.journey.slot(waiting.slot.name)
    if running is not None and slot is not None and (running.frame, running.slot) == (waiting.frame, slot.name):
        return []
    out: list[AnyAction] = []
    if running is not None:
        out.append(StopSecureCapture(running.number, "it is not waited for any more"))
        talk.capture = None
    if slot is not None and slot.secure is not None and waiting.frame is not None:
        talk.captures += 1
        talk.capture = Capture(talk.captures, waiting.frame, slot.name)
        entry = slot.secure
        out.append(StartSecureCapture(talk.captures, slot.name, entry.lengths, entry.check, entry.timeout_us))
    return out


def came_of_capture(scene: Scene, event: SecureVoiceWithheld | SecureCaptured | SecureCaptureFailed) -> None:
    found = _running(scene, event.capture)
    if found is None:
        scene.reply.act(DropLate(tag_of(event), event.capture, "the capture is over"))
        return
    frame, slot = found
    match event:
        case SecureVoiceWithheld():
            _voice_withheld(scene, frame, slot)
        case SecureCaptured():
            scene.talk.capture = None
            _captured(scene, frame, slot, event)
        case SecureCaptureFailed(reason=reason):
            scene.talk.capture = None
            _failed(scene, frame, slot, reason)
        case _:
            assert_never(event)


def _voice_withheld(scene: Scene, frame: Frame, slot: Slot) -> None:
    """The caller speaks: asks for keys, without listening, until the attempts are used up."""
    scene.reply.purpose = "reprompt"
    frame.rejected[slot.name] = frame.rejected.get(slot.name, 0) + 1
    if frame.rejected[slot.name] > slot.retries:
        _leave(scene, frame, slot, f"the caller would not key {slot.name}")
    else:
        scene.say("secure_voice")


def _captured(scene: Scene, frame: Frame, slot: Slot, event: SecureCaptured) -> None:
    """Takes the token; a number that can't be right is asked for again."""
    scene.talk.misses = 0
    if event.valid:
        frame.tokens[slot.name] = event.token
        proceed(scene)
    elif reject(scene, frame, slot, "secure_invalid"):
        proceed(scene)


def _failed(scene: Scene, frame: Frame, slot: Slot, reason: CaptureFailure) -> None:
    """Asks again where no keys came; leaves it where the caller gave up, or there are no keys here."""
    scene.reply.purpose = "reprompt"
    if reason != "no_keys":
        _leave(scene, frame, slot, f"{slot.name} was not keyed ({reason})")
    elif reject(scene, frame, slot, "secure_no_keys"):
        proceed(scene)


def key_anew(scene: Scene, *, denied: bool) -> bool:
    """ "No, another card": what was keyed for a proposal that was declined, and the caller names, is keyed again."""
    waiting = scene.talk.waiting
    frame = waiting.frame
    if frame is None or not (waiting.kind is Kind.CHANGE or (waiting.kind is Kind.AGREEMENT and denied)):
        return False
    said = {word for text in scene.talk.heard for word in re.findall(r"[^\W_]+", text.casefold())}
    named = [slot for slot in frame.tokens if said & set(slot.split("_"))]
    for slot in named:
        frame.clear(slot)
        frame.asked.pop(slot, None)
    if named:
        proceed(scene)
    return bool(named)


def tool_used_up(frame: Frame, path: str) -> None:
    """The tool of the step at `path` failed: what it was given in confidence is gone, and has to be keyed again."""
    for step in steps_within(frame.journey.steps):
        if isinstance(step, Do) and step.path == path.partition("@")[0]:
            for _, slot in step.secure:
                frame.tokens.pop(slot, None)


def _leave(scene: Scene, frame: Frame, slot: Slot, reason: str) -> None:
    if give_up(scene, frame, slot, reason):
        proceed(scene)


def _running(scene: Scene, capture: int) -> tuple[Frame, Slot] | None:
    """What the running capture is for; None where it is another one."""
    running = scene.talk.capture
    if running is None or running.number != capture or scene.talk.phase is not Phase.LIVE:
        return None
    slot = running.frame.journey.slot(running.slot)
    return None if slot is None else (running.frame, slot)
