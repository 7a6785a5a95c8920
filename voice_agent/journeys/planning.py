"""Has the next step of a journey without steps chosen: by a language model in time, else by rule.

Slots whose value is there already are collected without asking anybody. A model is asked at most `MOST_MOVES` times a
journey, and never again in it once it failed or the caller has waited long enough.
"""

from __future__ import annotations

from typing import Final

import msgspec

from voice_agent.conversation.actions import Plan
from voice_agent.conversation.planning import PlanResult, PlanSlot, PlanTool
from voice_agent.journeys.default_plan import default_steps
from voice_agent.journeys.disclosing import disclosed_in
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.open_plan import OpenPlan
from voice_agent.journeys.pack import Tool
from voice_agent.journeys.plan_options import Options, options_of
from voice_agent.journeys.steps import Collect, Confirm, Do, SayText, Step
from voice_agent.journeys.talk import Kind, Scene, Talk
from voice_agent.journeys.walk import Walk

MOST_MOVES: Final = 16
SHORTEST_US: Final = 150_000
"""A model that has less than this left is not asked."""
FILLER_AFTER_US: Final = 900_000


def plan_next(scene: Scene, frame: Frame, walk: Walk, path: str) -> bool:
    """Plans a step, or asks for one. Whether there is more to do at once."""
    state, planner = frame.plan, scene.talk.planner
    options = options_of(frame, walk, verified=scene.talk.surroundings.verified)
    given = tuple(name for name in options.choices.collect if name in frame.slots)
    if given:
        state.steps.append(Collect(_path(frame, path), given, frame.journey.place))
        return True
    left_us = planner.since_us + planner.patience_us - scene.now_us
    if planner.open is not None and planner.open.is_same(_question(scene, frame, walk, options, 0), frame):
        _wait(scene, frame, path)
        return False
    if state.asked >= MOST_MOVES or left_us < SHORTEST_US:
        state.by_rule = True
    if state.by_rule:
        state.steps += default_steps(scene, frame, walk, options, _path(frame, path))
        return True
    state.asked += 1
    planner.requests += 1
    asked = _question(scene, frame, walk, options, left_us)
    planner.open = OpenPlan(asked, frame, scene.now_us, scene.now_us + left_us)
    scene.reply.act(asked)
    _wait(scene, frame, path)
    return False


def plan_due(talk: Talk) -> int | None:
    """When the caller should hear of a plan that is waited for, or it is given up; None where none is."""
    plan = awaited_plan(talk)
    if plan is None:
        return None
    return plan.due_us if plan.bridged else min(plan.due_us, plan.asked_us + FILLER_AFTER_US)


def awaited_plan(talk: Talk) -> OpenPlan | None:
    """The plan that is asked for, where the caller waits for just that."""
    plan, waiting = talk.planner.open, talk.waiting
    return plan if plan is not None and waiting.kind is Kind.PLANNING and waiting.frame is plan.frame else None


def _wait(scene: Scene, frame: Frame, path: str) -> None:
    scene.wait(Kind.PLANNING, frame=frame, path=path)


def _path(frame: Frame, path: str) -> str:
    """Where the next step is remembered. Steps may be dropped again, so their number alone would not do."""
    last = frame.plan.steps[-1].path.split(".")[1] if frame.plan.steps else "0"
    return f"{path}.{int(last) + 1}"


def next_path(frame: Frame, path: str) -> str:
    """The same for steps that a model has chosen."""
    return _path(frame, path)


def _question(scene: Scene, frame: Frame, walk: Walk, options: Options, left_us: int) -> Plan:
    journey = frame.journey
    known = {name: held.value for name, held in frame.slots.items()}
    return Plan(
        request=scene.talk.planner.requests,
        journey=journey.name,
        goal=journey.goal,
        language=scene.talk.surroundings.language,
        slots=tuple(PlanSlot(slot.name, slot.slot_type, known.get(slot.name)) for slot in journey.slots),
        tools=tuple(_tool(tool) for tool in journey.tools),
        results=tuple(
            PlanResult(result.tool, result.value)
            for result in sorted(frame.results.values(), key=lambda result: result.call)
        ),
        done=tuple(words for step in frame.plan.steps if (words := _words(step)) is not None),
        choices=options.choices,
        deadline_us=left_us,
        refused=frame.plan.refused,
        disclosed=disclosed_in(scene, frame, walk),
    )


def _tool(tool: Tool) -> PlanTool:
    open_ones = () if tool.arguments is None else tuple(name for name, text in tool.arguments if text is None)
    return PlanTool(tool.name, tool.effect, open_ones)


def _words(step: Step) -> str | None:
    match step:
        case Collect(slots=slots):
            return f"collect {', '.join(slots)}"
        case Do(tool=tool):
            return f"do {tool}"
        case SayText(text=text):
            return f"say {msgspec.json.encode(text.source).decode()}"
        case Confirm():
            return None
        case _:
            return str(type(step).__struct_config__.tag)
