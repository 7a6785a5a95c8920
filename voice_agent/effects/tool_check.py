"""Whether journeys call tools as the tools are: that they exist, what they do, and which arguments they take.

Of an argument that is a value of its own, or a slot's, the kind is known; what comes out of a tool's result is not, and
is left to the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from voice_agent.effects.tool_functions import Runnable
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.pack import Journey, Pack, Slot
from voice_agent.journeys.problems import Place, Problem, Problems, did_you_mean
from voice_agent.journeys.steps import Do, is_planned, steps_within
from voice_agent.journeys.templates import Gap, Template

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("boolean",),
    "number": ("integer", "number"),
}
"""Types of JSON that a slot's value may have, where it is not text."""
_CHOSEN: Final = Template("", (Gap(("chosen", "later")),))


def check_tools(pack: Pack, tools: Mapping[str, Runnable]) -> list[Problem]:
    """Everything that doesn't fit, in order of file and line."""
    problems = Problems()
    for journey in pack.journeys:
        _check_declared(journey, tools, problems)
        for step in (*steps_within(journey.steps), *_planned_calls(journey)):
            tool = tools.get(step.tool) if isinstance(step, Do) else None
            if isinstance(step, Do) and tool is not None and journey.tool(step.tool) is not None:
                _check_arguments(step, journey, tool, problems)
    return problems.sorted()


def require_tools(pack: Pack, tools: Mapping[str, Runnable]) -> None:
    """Raises AgentFolderError for the first problem."""
    for problem in check_tools(pack, tools):
        raise problem.as_error()


def as_problem(error: AgentFolderError) -> Problem:
    """An error of loading tools as a line of the list: its message begins with file and line."""
    file, _, rest = error.message.partition(":")
    line, _, message = rest.partition(":")
    if not line.isdigit():
        file, line, message = "tools", "1", error.message
    return Problem(file, int(line), message.strip(), error.hint if error.hint is not None else "")


def _check_declared(journey: Journey, tools: Mapping[str, Runnable], problems: Problems) -> None:
    for declared in journey.tools:
        found = tools.get(declared.name)
        if found is None:
            problems.unknown(declared.place, "the tool", declared.name, sorted(tools))
        elif found.spec.effect == "write" and declared.effect == "read":
            message = f"found {declared.name} declared as a read, but it writes; allowed: effect: write"
            problems.add(declared.place, message, f"Write `{declared.name}: {{effect: write, ...}}` with 'requires'.")


def _planned_calls(journey: Journey) -> Iterator[Do]:
    """The calls that a plan may make; of an argument that is chosen then, only its name is known."""
    if is_planned(journey.steps):
        for tool in journey.tools:
            given = None if tool.arguments is None else tuple((n, t if t else _CHOSEN) for n, t in tool.arguments)
            yield Do("", tool.name, given, tool.place)


def _check_arguments(step: Do, journey: Journey, tool: Runnable, problems: Problems) -> None:
    schema = tool.spec.parameters
    properties: Mapping[str, Any] = schema.get("properties", {})
    closed = schema.get("additionalProperties") is False or tool.spec.kind == "python"
    secure = _check_secure(step, tool, closed, problems)
    if step.arguments is None:
        offered = secure | {slot.name for slot in journey.slots if slot.secure is None}
        missing = [name for name in schema.get("required", ()) if name not in offered]
        _complain_missing(step.place, tool, missing, problems)
        return
    given = dict(step.arguments)
    missing = [name for name in schema.get("required", ()) if name not in {*given, *secure}]
    for name, template in given.items():
        if name not in properties:
            if closed:
                problems.unknown(step.place, f"for {tool.spec.name} the argument", name, sorted(properties))
                missing = [each for each in missing if not did_you_mean(name, (each,))]
        else:
            _check_value(step.place, name, template, journey, properties[name], problems)
    _complain_missing(step.place, tool, missing, problems)


def _check_secure(step: Do, tool: Runnable, closed: bool, problems: Problems) -> set[str]:
    """The names of arguments that are keyed in confidence: digits, and so texts."""
    properties: Mapping[str, Any] = tool.spec.parameters.get("properties", {})
    for name, slot in step.secure:
        types = _types(properties.get(name, {}))
        if name not in properties and closed:
            problems.unknown(step.place, f"for {tool.spec.name} the argument", name, sorted(properties))
        elif types and "string" not in types:
            message = f"found the secure slot '{slot}' for '{name}', which is string; allowed: {', '.join(types)}"
            problems.add(step.place, message, "Digits are handed over as they were keyed, zeros in front included.")
    return {name for name, _ in step.secure}


def _complain_missing(place: Place, tool: Runnable, missing: list[str], problems: Problems) -> None:
    if missing:
        found = f"found 'do: {tool.spec.name}' without {', '.join(repr(name) for name in missing)}"
        problems.add(place, f"{found}; allowed: with what it needs", "Name it under 'with'.")


def _check_value(
    place: Place, name: str, template: Template, journey: Journey, schema: Mapping[str, Any], problems: Problems
) -> None:
    types = _types(schema)
    if not types:
        return
    kinds = _kinds_of(template, journey)
    if kinds and not set(kinds) & set(types):
        message = f"found '{template.source}' for '{name}', which is {' or '.join(kinds)}; allowed: {', '.join(types)}"
        problems.add(place, message)
    allowed = schema.get("enum")
    if isinstance(allowed, list) and not template.gaps() and template.source not in allowed:
        problems.unknown(place, f"for '{name}'", template.source, [str(value) for value in allowed])


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The types that are allowed, nothing where the schema is not that simple."""
    found = schema.get("type")
    return (found,) if isinstance(found, str) else tuple(map(str, found)) if isinstance(found, list) else ()


def _kinds_of(template: Template, journey: Journey) -> tuple[str, ...]:
    """What the argument will be: text, unless it is one gap that passes a value on; nothing where that isn't known."""
    if len(template.parts) == 1 and isinstance(template.parts[0], Gap):
        path = template.parts[0].path
        slot: Slot | None = journey.slot(path[0])
        if slot is None or len(path) > 1:
            return ()
        return () if slot.slot_type == "reference" else _KINDS.get(slot.slot_type, ("string",))
    return ("string",)
