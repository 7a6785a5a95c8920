"""Begins tool calls that have passed their gate, and remembers what for. It decides nothing about when."""

from __future__ import annotations

from voice_agent.conversation.actions import CallTool
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.gates import Passed, idempotency_key
from voice_agent.journeys.moves import Call
from voice_agent.journeys.talk import Pending, Scene
from voice_agent.journeys.walk import Walk


def start_call(scene: Scene, frame: Frame, walk: Walk, move: Call) -> tuple[int, bool]:
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
    tool = passed.tool
    sources = tuple((name, ", ".join(made_of)) for name, made_of in passed.sources.items())
    return CallTool(
        scene.talk.call, tool.name, passed.arguments, tool.effect, key, sources=sources, secure=passed.secure
    )


def prefetch(scene: Scene, frame: Frame) -> None:
    """Calls the next tool now, if it may be: should the caller say yes, the answer is there already."""
    ahead = scene.walk(frame, as_if_settled=True)
    move = ahead.next_move()
    if isinstance(move, Call) and move.passed.tool.effect == "read" and move.passed.tool.prefetch:
        start_call(scene, frame, ahead, move)
