"""Outcomes that can never be: their evidence comes from nothing that the steps do, or only after the end that names
them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from voice_agent.journeys.check_use import policies_asked, tools_done
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.rate_card import Evidence
from voice_agent.journeys.steps import (
    Branch,
    CallJourney,
    Collect,
    Confirm,
    Do,
    End,
    HandOver,
    Question,
    Rounds,
    SayText,
    Step,
    is_planned,
    steps_within,
)


def check_evidence(journey: Journey, others: Mapping[str, Journey], identifies: bool, problems: Problems) -> None:
    """`identifies`: the agent has a way to find out who calls."""
    if journey.steps and not is_planned(journey.steps):
        _Check(journey, others, identifies, problems).run()


class _Check:
    """Walks the steps with all the evidence that there may be by then."""

    def __init__(self, journey: Journey, others: Mapping[str, Journey], identifies: bool, problems: Problems) -> None:
        self._journey = journey
        self._others = others
        self._identity = frozenset({"identity"}) if identifies else frozenset[str]()
        self._problems = problems
        self._outcomes = {outcome.name: outcome for outcome in journey.outcomes}

    def run(self) -> None:
        everything = self._of_steps(self._journey.steps)
        never: set[str] = set()
        for outcome in self._journey.outcomes:
            for evidence in outcome.evidence:
                if _key(evidence) not in everything:
                    never.add(outcome.name)
                    found = f"found the outcome '{outcome.name}' on the evidence '{_written(evidence)}'"
                    allowed = ", ".join(sorted(everything)) if everything else "nothing, no step gives any"
                    self._problems.warn(outcome.place, f"{found}, which there can never be; allowed: {allowed}")
        for name in never:
            del self._outcomes[name]
        self._walk(self._journey.steps, self._identity)

    def _of_steps(self, steps: Iterable[Step]) -> frozenset[str]:
        """What may be known of tools, policies and the caller once `steps` are done."""
        found = set(self._identity)
        for step in steps_within(steps):
            match step:
                case Do():
                    tool = self._journey.tool(step.tool)
                    found |= {step.tool, *(f"policy.{name}" for name in (tool.policies() if tool is not None else ()))}
                case Confirm():
                    found |= {f"policy.{name}" for name in step.policies}
                case CallJourney():
                    other = self._others.get(step.journey)
                    if other is not None:
                        found |= tools_done(other) | {f"policy.{name}" for name in policies_asked(other)}
                case _:
                    pass
        return frozenset(found)

    def _walk(self, steps: Iterable[Step], before: frozenset[str]) -> frozenset[str]:
        known = before
        for step in steps:
            match step:
                case Branch():
                    known = self._walk(step.then, known) | self._walk(step.otherwise, known)
                case Question():
                    known = self._walk(step.yes, known) | self._walk(step.no, known)
                case Rounds():
                    known = self._walk(step.steps, known | self._of_steps(step.steps))
                case End():
                    self._end(step, known)
                case Do() | Confirm() | CallJourney():
                    known |= self._of_steps((step,))
                case Collect() | SayText() | HandOver():
                    pass
        return known

    def _end(self, step: End, known: frozenset[str]) -> None:
        outcome = self._outcomes.get(step.outcome)
        for evidence in outcome.evidence if outcome is not None else ():
            if _key(evidence) not in known:
                found = f"found 'end: {step.outcome}' before its evidence '{_written(evidence)}' can be there"
                allowed = "after the step that gives it, or an outcome on other evidence"
                self._problems.warn(step.place, f"{found}; allowed: {allowed}", "It would be recorded as unresolved.")


def _key(evidence: Evidence) -> str:
    return f"policy.{evidence.name}" if evidence.subject == "policy" else evidence.name


def _written(evidence: Evidence) -> str:
    return f"{_key(evidence)}.{evidence.result}"
