"""How a journey ended, and on what evidence. The agent's word is none: tool results, policies and identity are."""

from __future__ import annotations

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Policy
from voice_agent.journeys.rate_card import Evidence
from voice_agent.journeys.vocabulary import BUILT_IN_OUTCOMES


def evidence_of(frame: Frame, verified: bool) -> tuple[str, ...]:
    """All there is, of the journeys it has called too, in a stable order.

    `get_order.ok call 2`, `policy.window.failed`, `identity.verified`.
    """
    family = frame.family()
    ok = sorted((result.call, result.tool) for one in family for result in one.results.values())
    found = [f"{tool}.ok call {call}" for call, tool in ok]
    found += [f"{tool}.failed call {call}" for one in family for tool, call in one.failed_calls]
    policies = sorted((name, holds) for one in family for name, holds in one.policies.items())
    found += dict.fromkeys(f"policy.{name}.{'passed' if holds else 'failed'}" for name, holds in policies)
    observed = [
        policy.name
        for one in family
        for policy in one.journey.policies
        if policy.observe != "" and policy.name not in one.policies
    ]
    found += dict.fromkeys(f"policy.{name}.not_judged" for name in sorted(observed))
    return (*found, "identity.verified") if verified else tuple(found)


def decide(frame: Frame, named: str | None, verified: bool) -> tuple[str, tuple[str, ...]]:
    """The outcome's name and what it rests on.

    The one the journey names, if its evidence holds; without a name the first whose does; else "unresolved". A journey
    that declares none and came to its end is "completed".
    """
    if named is None and not frame.journey.outcomes:
        return "completed", evidence_of(frame, verified)
    evidence = evidence_of(frame, verified)
    declared = {outcome.name: outcome for outcome in frame.journey.outcomes}
    wanted = list(declared) if named is None else [named]
    for name in wanted:
        if name not in declared:
            return name if name in BUILT_IN_OUTCOMES else "unresolved", evidence
        supports = [_supporting(item, evidence) for item in declared[name].evidence]
        if all(supports):
            return name, tuple(dict.fromkeys(line for lines in supports for line in lines))
    return "unresolved", evidence


def decide_refusal(frame: Frame, policy: Policy, verified: bool) -> tuple[str, tuple[str, ...]]:
    """The outcome that the journey declares for this policy's refusal, else "refused", as where nobody judged it."""
    if frame.policies.get(policy.name) is not False:
        return "refused", evidence_of(frame, verified)
    for outcome in frame.journey.outcomes:
        if Evidence("policy", policy.name, "failed") in outcome.evidence:
            return decide(frame, outcome.name, verified)
    return "refused", evidence_of(frame, verified)


def _supporting(wanted: Evidence, evidence: tuple[str, ...]) -> tuple[str, ...]:
    start = f"{wanted.subject}.{wanted.name}" if wanted.subject == "policy" else wanted.name
    key = f"{start}.{wanted.result}"
    return tuple(line for line in evidence if line == key or line.startswith(f"{key} call "))
