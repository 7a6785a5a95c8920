"""Has a language model judge the policies with `observe`: before a write that requires one, and at a journey's end.

A verdict can only refuse: whatever code checks for a write is checked all the same, and before anybody is asked.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import Judge
from voice_agent.conversation.planning import PlanResult, PlanSlot
from voice_agent.journeys.frame import Frame, Verdict
from voice_agent.journeys.moves import NeedVerdict
from voice_agent.journeys.open_judgement import OpenJudgement
from voice_agent.journeys.pack import Policy
from voice_agent.journeys.talk import Kind, Scene, Talk

MOST: Final = 8
"""How often in one journey: then nothing is judged any more, and so nothing passes."""
FILLER_AFTER_US: Final = 900_000


def judge_next(scene: Scene, frame: Frame, move: NeedVerdict) -> bool:
    """Asks for a verdict, unless just that is asked already. Whether there is more to do at once."""
    judging = scene.talk.judging
    scene.wait(Kind.JUDGING, frame=frame, path=move.path)
    known = judging.open
    if known is not None and (known.frame, known.asked.policy, known.signature) == (
        frame,
        move.policy.name,
        move.signature,
    ):
        return False
    if frame.judged >= MOST:
        frame.verdicts[move.policy.name] = Verdict(move.signature, None)
        return True
    frame.judged += 1
    asked = _question(scene, frame, move.policy)
    due_us = scene.now_us + scene.talk.planner.judge_us
    judging.open = OpenJudgement(asked, frame, move.signature, scene.now_us, due_us)
    scene.reply.act(asked)
    return False


def judge_afterwards(scene: Scene, frame: Frame) -> None:
    """What no write of a journey that is over has waited for: nothing does now, but the log shall know."""
    required = {name for tool in frame.journey.tools for name in tool.policies()}
    for policy in frame.journey.policies:
        if policy.observe != "" and policy.name not in required and frame.judged < MOST:
            frame.judged += 1
            asked = _question(scene, frame, policy, waits=False)
            scene.talk.judging.afterwards.add(asked.request)
            scene.reply.act(asked)


def judgement_due(talk: Talk) -> int | None:
    """When the caller should hear of a verdict that is waited for, or it is given up; None where none is."""
    known = talk.judging.open
    if known is None:
        return None
    bridges = talk.waiting.kind is Kind.JUDGING and not known.bridged
    return min(known.due_us, known.asked_us + FILLER_AFTER_US) if bridges else known.due_us


def _question(scene: Scene, frame: Frame, policy: Policy, *, waits: bool = True) -> Judge:
    talk, journey = scene.talk, frame.journey
    talk.judging.requests += 1
    known = {name: held.value for name, held in frame.slots.items()}
    results = sorted(frame.results.values(), key=lambda result: result.call)
    slots = tuple(PlanSlot(slot.name, slot.slot_type, known.get(slot.name)) for slot in journey.slots)
    return Judge(
        request=talk.judging.requests,
        journey=journey.name,
        policy=policy.name,
        observe=policy.observe,
        goal=journey.goal,
        slots=slots,
        results=tuple(PlanResult(result.tool, result.value) for result in results),
        said=tuple(talk.judging.lines),
        deadline_us=talk.planner.judge_us,
        waits=waits,
    )
