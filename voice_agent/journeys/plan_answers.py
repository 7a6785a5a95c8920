"""What came of asking for a plan: an answer is held to what was offered and becomes a step, or the rest goes by rule.

Nothing that a model answers reaches a tool but by way of `plan_steps` and the gates of `walk`.
"""

from __future__ import annotations

from typing import Final, assert_never

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.planning import (
    CallPerson,
    CollectSlot,
    EndJourney,
    PlanFailed,
    Planned,
    PlannedMove,
    SayWords,
    UseTool,
)
from voice_agent.conversation.records import tag_of
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.open_plan import OpenPlan
from voice_agent.journeys.plan_steps import hand_over_step, reference, tool_steps
from voice_agent.journeys.planning import awaited_plan, next_path, plan_due
from voice_agent.journeys.steps import Collect, End, SayText, Step
from voice_agent.journeys.supervising import refuse
from voice_agent.journeys.talk import Phase, Scene
from voice_agent.journeys.templates import Template, TemplateError, parse_template

LONGEST_TEXT: Final = 400
_LATE: Final = "nobody waits for it any more"


class _Refused(ValueError):
    """The answer is not one of those that were offered; the message says what it should have been."""


def came_of_plan(scene: Scene, event: Planned | PlanFailed) -> None:
    """An answer, or none: either way the journey goes on."""
    plan = awaited_plan(scene.talk)
    if plan is None or plan.asked.request != event.request or scene.talk.phase is not Phase.LIVE:
        scene.reply.act(DropLate(tag_of(event), event.request, _LATE))
        return
    path = scene.talk.waiting.path
    scene.talk.planner.open = None
    if isinstance(event, PlanFailed):
        plan.frame.plan.by_rule = True
    else:
        _take(scene, plan, event.move, path)
    proceed(scene)


def waited_for_plan(scene: Scene) -> None:
    """Time has passed: says that it takes a moment, or gives it up."""
    talk = scene.talk
    plan, due_us = awaited_plan(talk), plan_due(talk)
    if plan is None or due_us is None or due_us > scene.now_us or talk.phase is not Phase.LIVE:
        return
    if scene.now_us >= plan.due_us:
        talk.planner.open = None
        plan.frame.plan.by_rule = True
        proceed(scene)
    else:
        plan.bridged = True
        scene.say("one_moment")
        scene.reply.purpose = "filler"


def _take(scene: Scene, plan: OpenPlan, move: PlannedMove, path: str) -> None:
    state = plan.frame.plan
    try:
        steps = _steps(scene, plan, move, next_path(plan.frame, path))
    except _Refused as problem:
        if not refuse(state, str(problem)):
            state.by_rule = True
        return
    state.steps += steps
    if isinstance(move, SayWords):
        state.written |= {step.path for step in steps}
    else:
        state.refused, state.refusals = "", 0


def _steps(scene: Scene, plan: OpenPlan, move: PlannedMove, path: str) -> tuple[Step, ...]:
    place, choices = plan.frame.journey.place, plan.asked.choices
    match move:
        case CollectSlot(slot=slot):
            _allowed("slot", slot, choices.collect)
            return (Collect(path, (slot,), place),)
        case UseTool():
            return _tool_steps(scene, plan, move, path)
        case SayWords(text=text):
            if not choices.say:
                raise _Refused("nothing may be said now")
            return (SayText(path, _text(text, choices.references), place),)
        case EndJourney(outcome=outcome):
            _allowed("outcome", outcome, choices.outcomes)
            return (End(path, outcome, place),)
        case CallPerson():
            return (hand_over_step(path, place),)
        case _:
            assert_never(move)


def _tool_steps(scene: Scene, plan: OpenPlan, move: UseTool, path: str) -> tuple[Step, ...]:
    _allowed("tool", move.tool, plan.asked.choices.tools)
    tool = plan.frame.journey.tool(move.tool)
    if tool is None or tool.arguments is None:
        if tool is None or move.arguments:
            raise _Refused(f"{move.tool} takes no arguments to choose")
        return tool_steps(scene, plan.frame, tool, None, path)
    chosen = dict(move.arguments)
    wanted = {name for name, text in tool.arguments if text is None}
    if set(chosen) != wanted or len(chosen) != len(move.arguments):
        raise _Refused(f"the arguments of {tool.name} to choose are: {', '.join(sorted(wanted))}")
    for name, path_of_it in chosen.items():
        _allowed(f"reference for {name}", path_of_it, plan.asked.choices.references)
    arguments = tuple((name, reference(chosen[name]) if text is None else text) for name, text in tool.arguments)
    return tool_steps(scene, plan.frame, tool, arguments, path)


def _text(text: str, references: tuple[str, ...]) -> Template:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise _Refused(f"a text has 1 to {LONGEST_TEXT} characters")
    try:
        template = parse_template(" ".join(text.split()))
    except TemplateError as error:
        raise _Refused(str(error)) from error
    for gap in template.gaps():
        _allowed("reference", ".".join(gap.path), references)
    return template


def _allowed(what: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise _Refused(f"found the {what} {name!r}; allowed: {', '.join(names) if names else 'none'}")
