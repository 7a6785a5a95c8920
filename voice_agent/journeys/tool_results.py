"""What came of a tool: its result goes where it belongs, and the journeys go on where they waited for it."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.events import ToolFailed, ToolProgressed, ToolReturned
from voice_agent.journeys.carrying_out import carry_out
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.frame import Result
from voice_agent.journeys.secure_slots import tool_used_up
from voice_agent.journeys.talk import Kind, Pending, Phase, Scene
from voice_agent.journeys.templates import MissingValue, Values, render

PATIENCE_US: Final = 8_000_000
"""How long a caller who waits for a tool hears nothing of it, though it tells how far it is."""
_CANCELLED: Final = "cancelled"
_UNCERTAIN: Final = "tool_uncertain"
_DROPPED: Final = "its question was dropped or changed"


def told_by_tool(scene: Scene, event: ToolReturned | ToolFailed | ToolProgressed) -> None:
    """One of the three."""
    match event:
        case ToolReturned():
            _returned(scene, event)
        case ToolFailed():
            _failed(scene, event)
        case ToolProgressed():
            _progressed(scene, event)


def _returned(scene: Scene, event: ToolReturned) -> None:
    """The result is known to the journey from now on; it is said at once only where the caller waits for it."""
    pending = scene.talk.pending.pop(event.call, None)
    if pending is None:
        scene.reply.act(DropLate("tool_returned", event.call, _DROPPED))
        return
    result = Result(pending.tool.name, event.call, pending.arguments, event.result)
    pending.frame.results[pending.path] = result
    pending.frame.background.pop(pending.path, None)
    pending.frame.failed_at.pop(pending.path, None)
    if _is_awaited(scene, event.call):
        proceed(scene)
    _catch_up(scene)


def _failed(scene: Scene, event: ToolFailed) -> None:
    """Where the caller waits for it, the agent owns up; else it is tried again when it is needed."""
    pending = scene.talk.pending.pop(event.call, None)
    if pending is None:
        scene.reply.act(DropLate("tool_failed", event.call, _DROPPED))
        return
    pending.frame.background.pop(pending.path, None)
    tool_used_up(pending.frame, pending.path)
    awaited = _is_awaited(scene, event.call)
    if event.code == _CANCELLED:
        if pending.writes:
            pending.frame.agreed.clear()  # the caller wanted something else: nobody has agreed any more
        if awaited and not scene.talk.deferred:
            proceed(scene)
    else:
        pending.frame.failed_calls.append((pending.tool.name, event.call))
        if awaited:
            _own_up(scene, pending, event.code)
        elif not pending.blocking:
            pending.frame.failed_at[pending.path] = 1
    _catch_up(scene)


def _progressed(scene: Scene, event: ToolProgressed) -> None:
    """Tells the caller who waits for it how far it is, but not all the time."""
    talk = scene.talk
    pending = talk.pending.get(event.call)
    if pending is None or not _is_awaited(scene, event.call) or scene.now_us - talk.patience_us < PATIENCE_US:
        return
    talk.patience_us = scene.now_us
    template = pending.tool.progress
    known = {"done": round(event.done)}
    if event.of is not None and event.of > 0:
        known |= {"of": round(event.of), "percent": round(100 * min(1.0, max(0.0, event.done / event.of)))}
    around = talk.surroundings
    try:
        values = Values(known, {}, around.channel, language=around.language)
        said = None if template is None else render(template, values)
    except MissingValue:
        said = None
    if said is None:
        scene.say("one_moment")
    else:
        scene.reply.say(said)


def _own_up(scene: Scene, pending: Pending, code: str) -> None:
    """Apologises; offers to try again once, then a person. What may have happened is not tried again."""
    failures = pending.frame.failed_at
    failures[pending.path] = failures.get(pending.path, 0) + 1
    if failures[pending.path] == 1 and code != _UNCERTAIN:
        scene.say("tool_failed")
        scene.ask(Kind.RETRY_TOOL)
    else:
        scene.say("trouble")
        scene.ask(Kind.OFFER_PERSON)


def _is_awaited(scene: Scene, call: int) -> bool:
    waiting = scene.talk.waiting
    return waiting.kind is Kind.TOOL and waiting.call == call and scene.talk.phase is Phase.LIVE


def _catch_up(scene: Scene) -> None:
    """What the caller asked for while a write was under way."""
    talk = scene.talk
    if talk.deferred and not talk.is_writing() and talk.phase is Phase.LIVE:
        deferred, talk.deferred = talk.deferred, ()
        carry_out(scene, deferred)
