"""What a journey without steps refers to: its texts may name whatever it can ever know, and nothing it can't plan."""

from __future__ import annotations

from voice_agent.journeys.check_names import NameCheck
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.steps import is_planned


def check_planned(journey: Journey, problems: Problems, known: NameCheck) -> None:
    """Everything but its slots, which are checked as those of any journey."""
    names = known.all()
    if journey.provides is not None:
        message = "found an identification without 'steps'; allowed: with them"
        problems.add(journey.place, message, "Who calls is never left to a plan.")
    for slot in journey.slots:
        if slot.secure is not None:
            message = f"found the secure slot '{slot.name}' in a journey without 'steps'; allowed: with them"
            problems.add(slot.place, message, "What is keyed in confidence is never left to a plan.")
    for tool in journey.tools:
        for text in (*(text for _, text in tool.arguments or ()), tool.filler, tool.confirm):
            if text is not None:
                known.template(text, tool.place, names)
    for policy in journey.policies:
        known.expression(policy.check, policy.place, names)
        if policy.say is not None:
            known.template(policy.say, policy.place, names)


def check_tools_of_steps(journey: Journey, problems: Problems) -> None:
    """Where there are steps, they say what a tool is given and how it is proposed."""
    if is_planned(journey.steps):
        return
    for tool in journey.tools:
        for key, found in (("with", tool.arguments), ("confirm", tool.confirm)):
            if found is not None:
                message = f"found '{key}' under the tool '{tool.name}'; allowed: in a journey without 'steps'"
                problems.add(
                    tool.place, message, f"Write it at the step: '{'do' if key == 'with' else 'confirm'}: ...'."
                )
