"""What a journey does with its secure slots: nothing but hand them to writes."""

from __future__ import annotations

from voice_agent.journeys.pack import Journey, Slot, Tool
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.steps import Do, steps_within

ONLY_THERE = "allowed: under 'secure' of a do step"


def said_aloud(slot: Slot, place: Place, problems: Problems) -> None:
    """The slot stands in a sentence, an expression or among a tool's ordinary arguments."""
    found = f"found the secure slot '{slot.name}' where its value would be said, compared or logged"
    problems.add(place, f"{found}; {ONLY_THERE}", "Nothing of it can be said, not even its last figures.")


def check_secure_arguments(journey: Journey, step: Do, tool: Tool, names: frozenset[str], problems: Problems) -> None:
    """`names` are what is known by the time of the step."""
    secure = [slot.name for slot in journey.slots if slot.secure is not None]
    ordinary = {name for name, _ in step.arguments} if step.arguments is not None else set()
    if step.secure and tool.effect != "write":
        message = f"found 'secure' for the {tool.effect} '{tool.name}'; allowed: for tools that write"
        problems.add(step.place, message, "A read may be called ahead of time, and again.")
    for argument, name in step.secure:
        if name not in secure:
            problems.unknown(step.place, "under secure the slot", name, secure)
        elif name not in names:
            message = f"found '{name}' before it is keyed; allowed: after the step that collects it"
            problems.add(step.place, message)
        if argument in ordinary:
            problems.add(step.place, f"found the argument '{argument}' twice; allowed: under 'with' or 'secure'")


def check_secure_use(journey: Journey, problems: Problems) -> None:
    """Every secure slot is for a tool, and tells no writes apart."""
    given = {name for step in steps_within(journey.steps) if isinstance(step, Do) for _, name in step.secure}
    for slot in journey.slots:
        if slot.secure is None:
            continue
        if slot.name not in given:
            message = f"found the secure slot '{slot.name}', which no tool gets; {ONLY_THERE}"
            problems.add(slot.place, message, "Don't ask for what nobody needs.")
        for tool in journey.tools:
            if tool.idempotency == slot.name:
                message = f"found the secure slot '{slot.name}' for idempotency; allowed: an ordinary slot"
                problems.add(tool.place, message)
