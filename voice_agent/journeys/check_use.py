"""What a journey declares and never uses, and writes that nobody is asked about."""

from __future__ import annotations

from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.steps import Do, is_planned, slots_filled, steps_within


def check_use(journey: Journey, problems: Problems, unjudged: str) -> None:
    """`unjudged` says why nobody judges policies with `observe`; empty where somebody does."""
    _check_writes(journey, problems)
    if unjudged != "":
        _check_judged(journey, problems, unjudged)
    if not journey.steps or is_planned(journey.steps):
        return
    _check_slots(journey, problems)
    _check_tools(journey, problems)
    _check_policies(journey, problems)


def tools_done(journey: Journey) -> frozenset[str]:
    """The tools that its steps call, or may call where they are planned."""
    if is_planned(journey.steps):
        return frozenset(tool.name for tool in journey.tools)
    return frozenset(step.tool for step in steps_within(journey.steps) if isinstance(step, Do))


def policies_asked(journey: Journey) -> frozenset[str]:
    """The policies that stand before a tool that its steps call."""
    done = tools_done(journey)
    return frozenset(name for tool in journey.tools if tool.name in done for name in tool.policies())


def _check_writes(journey: Journey, problems: Problems) -> None:
    for tool in journey.tools:
        if tool.effect == "write" and "confirmed" not in tool.requires:
            remedy = f"Write: requires: [{', '.join((*tool.requires, 'confirmed'))}]"
            found = f"found the write '{tool.name}', which nobody is asked about"
            problems.warn(tool.place, f"{found}; allowed: with 'confirmed' in requires", remedy)


def _check_judged(journey: Journey, problems: Problems, unjudged: str) -> None:
    """What becomes of what only a language model can judge."""
    judged = {policy.name: policy for policy in journey.policies if policy.observe != ""}
    required = {name for tool in journey.tools for name in tool.policies()}
    for tool in journey.tools:
        for policy in (judged[name] for name in tool.policies() if name in judged):
            then = "a person takes over" if policy.on_fail == "transfer" else "it is refused"
            message = f"found '{tool.name}' behind the policy '{policy.name}', which nobody judges ({unjudged})"
            problems.warn(
                tool.place,
                f"{message}: it is never done, and {then}; allowed: with a language model, or policies with 'check'",
            )
    for policy in judged.values():
        if policy.name not in required:
            message = f"found the policy '{policy.name}', which nobody judges ({unjudged})"
            problems.warn(policy.place, f"{message}: it is recorded as not judged; allowed: with a language model")


def _check_slots(journey: Journey, problems: Problems) -> None:
    filled = set(slots_filled(journey.steps))
    for slot in journey.slots:
        if slot.name not in filled:
            message = f"found the slot '{slot.name}', which no step collects; allowed: slots that are asked for"
            problems.warn(slot.place, message, f"Write a step `collect: {slot.name}`, or leave it out.")


def _check_tools(journey: Journey, problems: Problems) -> None:
    done = tools_done(journey) | _proofs(journey, "tool")
    for tool in journey.tools:
        if tool.name not in done:
            message = f"found the tool '{tool.name}', which no step does; allowed: tools that are called"
            problems.warn(tool.place, message, f"Write a step `do: {tool.name}`, or leave it out.")


def _check_policies(journey: Journey, problems: Problems) -> None:
    asked = {name for tool in journey.tools for name in tool.policies()} | _proofs(journey, "policy")
    for policy in journey.policies:
        if policy.name not in asked and policy.observe == "":
            message = f"found the policy '{policy.name}', which no tool requires; allowed: policies that guard a write"
            problems.warn(policy.place, message, f"Write `policy.{policy.name}` into the 'requires' of a tool.")


def _proofs(journey: Journey, subject: str) -> frozenset[str]:
    """What outcomes rest on: that they can't be is told there."""
    return frozenset(
        evidence.name for outcome in journey.outcomes for evidence in outcome.evidence if evidence.subject == subject
    )
