"""That every name, form and function in a text or an expression exists, and is known where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from voice_agent.journeys.check_secure import said_aloud
from voice_agent.journeys.expressions import BUILT_IN, FUNCTIONS, MACROS, Expression
from voice_agent.journeys.fitting import PARTS
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Place, Problems, did_you_mean
from voice_agent.journeys.steps import CallJourney, steps_within
from voice_agent.journeys.templates import Gap, Template
from voice_agent.journeys.vocabulary import BUILT_IN_NAMES, NOT_SAID

_SAYABLE_TYPES: Final = ("choice", "reference")


class NameCheck:
    """Checks what one journey refers to; everything it finds goes to `problems`."""

    def __init__(self, journey: Journey, problems: Problems) -> None:
        self._journey = journey
        self._problems = problems
        self._slots = {slot.name for slot in (*journey.slots, *journey.questions)}
        self._tools = {tool.name for tool in journey.tools}

    def given(self) -> frozenset[str]:
        names = set(BUILT_IN_NAMES)
        if "identity.verified" not in self._journey.needs:
            names.discard("customer")
        return frozenset(names)

    def all(self) -> frozenset[str]:
        called = {step.journey for step in steps_within(self._journey.steps) if isinstance(step, CallJourney)}
        return frozenset(self._slots | self._tools | called) | self.given()

    def template(self, template: Template, place: Place, names: frozenset[str]) -> None:
        self.gaps(template.gaps(), place, names)

    def gaps(self, gaps: Iterable[Gap], place: Place, names: frozenset[str]) -> None:
        for gap in gaps:
            if gap.path[0] in NOT_SAID:
                hint = "Did you mean 'today'?" if gap.path[0] == "now" else ""
                self._problems.add(place, f"found '{gap.path[0]}' in a text; allowed: in expressions", hint)
                continue
            self.name(gap.path[0], place, names)
            slot = self._journey.slot(gap.path[0])
            if gap.form == "choices" and (slot is None or slot.slot_type not in _SAYABLE_TYPES):
                self._problems.add(place, f"found ':choices' for '{gap.path[0]}'; allowed: for choice and reference")
            parts = () if slot is None else PARTS.get(slot.slot_type, ())
            if slot is None or len(gap.path) == 1 or slot.source is not None:
                continue
            if gap.path[1] not in parts and parts:
                self._problems.unknown(place, f"in {slot.name} the part", gap.path[1], parts)
            elif not parts:
                found = f"found '{'.'.join(gap.path)}': a slot of type '{slot.slot_type}' has no parts"
                self._problems.add(place, f"{found}; allowed: {slot.name}")

    def expression(self, expression: Expression, place: Place, names: frozenset[str]) -> None:
        for name in sorted(expression.names):
            self.name(name, place, names)
        offered = (*FUNCTIONS, *BUILT_IN, *MACROS)
        for function in sorted(expression.functions):
            if function not in offered:
                self._problems.unknown(place, "the function", function, offered)

    def name(self, name: str, place: Place, names: frozenset[str]) -> None:
        slot = self._journey.slot(name)
        if slot is not None and slot.secure is not None:
            said_aloud(slot, place, self._problems)
            return
        if name in names:
            return
        if name == "customer":
            self._problems.add(place, "found 'customer' before it is known; allowed: with needs: [identity.verified]")
        elif name in self.all():
            message = f"found '{name}' before it is known; allowed: after the step that collects or does it"
            self._problems.add(place, message)
        else:
            offered = sorted(self.all())
            self._problems.add(
                place, f"found the unknown name '{name}'; allowed: {', '.join(offered)}", did_you_mean(name, offered)
            )
