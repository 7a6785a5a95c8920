"""What comes next where no model plans: slots in order, reads whose arguments are known, writes, the result, an end.

Always the same for the same state, and always something: each call adds a step until the journey is over.
"""

from __future__ import annotations

from typing import Final

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Tool
from voice_agent.journeys.plan_options import Options, undone
from voice_agent.journeys.plan_steps import hand_over_step, reference, tool_steps
from voice_agent.journeys.plan_wording import facts_told
from voice_agent.journeys.steps import Collect, End, HandOver, SayText, Step
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.templates import Template
from voice_agent.journeys.walk import Walk

_ENDINGS: Final = (End, HandOver)


def default_steps(scene: Scene, frame: Frame, walk: Walk, options: Options, path: str) -> tuple[Step, ...]:
    """At least one. `path` is where they are planned."""
    place = frame.journey.place
    if options.choices.collect:
        return (Collect(path, (options.choices.collect[0],), place),)
    reads = (tool for tool in options.tools if tool.effect == "read")
    writes = (tool for tool in options.tools if tool.effect == "write")
    for tool in (*reads, *writes):
        arguments = _by_name(tool, options)
        if arguments is not None:
            return tool_steps(scene, frame, tool, arguments[0], path)
    if any(tool.effect == "write" for tool in undone(frame)):
        return (hand_over_step(path, place),)
    steps = () if _has_told(frame) else _told(scene, frame, walk, path)
    return (*steps, End(f"{path}.end", _outcome(options), place))


def told_by_code(scene: Scene, frame: Frame, walk: Walk, path: str) -> tuple[Step, ...]:
    """What may be said instead of a text that was refused."""
    return _told(scene, frame, walk, path)


def _by_name(tool: Tool, options: Options) -> tuple[tuple[tuple[str, Template], ...] | None] | None:
    """Arguments that are open get what has their name; None where one finds nothing."""
    if tool.arguments is None:
        return (None,)
    out: list[tuple[str, Template]] = []
    for name, text in tool.arguments:
        if text is not None:
            out.append((name, text))
            continue
        known = [path for path in options.choices.references if path.rpartition(".")[2] == name]
        if not known:
            return None
        out.append((name, reference(known[0])))
    return (tuple(out),)


def _told(scene: Scene, frame: Frame, walk: Walk, path: str) -> tuple[Step, ...]:
    texts = scene.talk.pack.texts
    done = [tool for tool in frame.journey.tools if tool not in undone(frame)]
    writes = [tool for tool in done if tool.effect == "write"]
    facts = facts_told(texts["planned_facts"][0], walk.names, writes if writes else done)
    said = [texts["planned_done"][0]] if writes else []
    said += [] if facts is None else [facts]
    return tuple(SayText(f"{path}.{at}", text, frame.journey.place) for at, text in enumerate(said))


def _has_told(frame: Frame) -> bool:
    """Whether something was said after the last tool."""
    last = frame.plan.steps[-1] if frame.plan.steps else None
    return isinstance(last, SayText)


def _outcome(options: Options) -> str:
    return options.choices.outcomes[0]
