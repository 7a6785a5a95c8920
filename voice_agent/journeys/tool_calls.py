"""Begins tool calls that have passed their gate, and remembers what for. It decides nothing about when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from voice_agent.conversation.actions import CallTool, CancelTool
from voice_agent.conversation.commands import Affirm, AnyCommand, Greet, HoldOn, NotUnderstood, Repeat, Thank
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.gates import Passed, idempotency_key
from voice_agent.journeys.moves import Call
from voice_agent.journeys.talk import Pending, Scene
from voice_agent.journeys.walk import Walk

_WAITING: Final = (Affirm, Greet, HoldOn, NotUnderstood, Repeat, Thank)
"""What callers say who go on waiting."""


def start_call(scene: Scene, frame: Frame, walk: Walk, move: Call) -> tuple[int, bool]:
    """The number of the call that will answer it, and whether it was begun now: a call under way is not doubled."""
    talk, passed = scene.talk, move.passed
    for number, pending in talk.pending.items():
        if pending.frame is frame and pending.path == move.path and pending.arguments == passed.arguments:
            return number, False
    talk.forget_calls(frame, move.path)
    talk.call += 1
    writes = passed.tool.effect == "write"
    # What failed without being waited for is tried again, and waited for then.
    blocking = passed.tool.blocking or move.path in frame.failed_at
    talk.pending[talk.call] = Pending(frame, move.path, passed.tool, passed.arguments, blocking)
    frame.background.pop(move.path, None)
    if not blocking:
        frame.background[move.path] = (talk.call, passed.arguments)
    if writes:
        frame.frozen |= walk.slot_values().keys()
    scene.reply.act(_call_tool(scene, frame, passed, walk, blocking))
    return talk.call, True


def _call_tool(scene: Scene, frame: Frame, passed: Passed, walk: Walk, blocking: bool) -> CallTool:
    key = idempotency_key(scene.talk.conversation, passed, walk.slot_values(), frame.number)
    tool = passed.tool
    sources = tuple((name, ", ".join(made_of)) for name, made_of in passed.sources.items())
    listed = scene.talk.pack.tool_list.listed(tool.name)
    return CallTool(
        scene.talk.call,
        tool.name,
        passed.arguments,
        tool.effect,
        key,
        sources=sources,
        secure=passed.secure,
        secret=() if listed is None else listed.secret,
        deadline_ms=None if listed is None else listed.deadline_ms,
        blocking=blocking,
        idempotent=tool.idempotent,
    )


def give_up_calls(scene: Scene, commands: Iterable[AnyCommand]) -> None:
    """The caller wants something else: calls whose tools say so are given up. What became of each is still told."""
    if all(isinstance(command, _WAITING) for command in commands):
        return
    for number, pending in scene.talk.pending.items():
        if pending.tool.on_barge_in == "cancel":
            scene.reply.act(CancelTool(number))


def prefetch(scene: Scene, frame: Frame) -> None:
    """Calls the next tool now, if it may be: should the caller say yes, the answer is there already."""
    ahead = scene.walk(frame, as_if_settled=True)
    move = ahead.next_move()
    if isinstance(move, Call) and move.passed.tool.effect == "read" and move.passed.tool.prefetch:
        start_call(scene, frame, ahead, move)
