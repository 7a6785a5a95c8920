"""Moves of a plan as steps of a journey, the same as an author writes. A write never comes without its confirmation."""

from __future__ import annotations

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Tool
from voice_agent.journeys.plan_wording import proposal
from voice_agent.journeys.problems import Place
from voice_agent.journeys.steps import Confirm, Do, Escalation, HandOver, Step
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.templates import Gap, Template, parse_template


def tool_steps(
    scene: Scene, frame: Frame, tool: Tool, arguments: tuple[tuple[str, Template], ...] | None, path: str
) -> tuple[Step, ...]:
    """A read; or a write after the question whether just that is to be done."""
    place = frame.journey.place
    do = Do(f"{path}.do", tool.name, arguments, place)
    if tool.effect == "read":
        return (do,)
    text = proposal(scene.talk.pack.texts["planned_confirm"][0], frame, tool, arguments)
    return (Confirm(f"{path}.confirm", text, place, tool.policies()), do)


def reference(path: str) -> Template:
    """The value at `path` and nothing else."""
    return Template(f"{{{path}}}", (Gap(tuple(path.split("."))),))


def hand_over_step(path: str, place: Place) -> HandOver:
    """A person takes over; what they read about it is the same each time."""
    rule = Escalation((), asked_for_human=False, target=None, with_slots=True, place=place)
    return HandOver(path, rule, parse_template("it needs a person to go on"), place)
