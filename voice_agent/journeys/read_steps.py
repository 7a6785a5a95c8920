"""The steps of a journey, each with its path (`2`, `2.then.0`), under which the engine remembers that it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from voice_agent.journeys.pack import Slot, Tool
from voice_agent.journeys.read_slots import read_question
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node
from voice_agent.journeys.steps import (
    Branch,
    CallJourney,
    Collect,
    Confirm,
    Do,
    End,
    Escalation,
    HandOver,
    Question,
    Rounds,
    SayText,
    Step,
    slots_filled,
)
from voice_agent.journeys.templates import Template
from voice_agent.journeys.vocabulary import BOUNDS, BRANCH, HAND_OVER, REPEAT, STEPS


class StepReader:
    """Reads the steps of one journey; `tools` are the journey's own. `questions` are what its `ask` steps fill."""

    def __init__(self, reading: Reading, tools: Mapping[str, Tool]) -> None:
        self._reading = reading
        self._tools = tools
        self.questions: list[Slot] = []

    def steps(self, node: Node, prefix: str = "") -> tuple[Step, ...]:
        items = self._reading.items(node, "steps")
        if isinstance(node.content, tuple) and not items:
            self._reading.problems.add(node.place, "found no steps; allowed: at least one")
        read = [self._step(item, f"{prefix}{number}") for number, item in enumerate(items)]
        return self._with_policies([step for step in read if step is not None])

    def _with_policies(self, steps: list[Step]) -> tuple[Step, ...]:
        """Each confirmation learns the policies of the writes that stand after it."""
        out: list[Step] = []
        for number, step in enumerate(steps):
            if isinstance(step, Confirm):
                out.append(msgspec.structs.replace(step, policies=self._policies(steps[number + 1 :])))
            else:
                out.append(step)
        return tuple(out)

    def _policies(self, steps: Iterable[Step]) -> tuple[str, ...]:
        tools = [self._tools.get(step.tool) for step in steps if isinstance(step, Do)]
        names = [name for tool in tools if tool is not None for name in tool.policies()]
        return tuple(dict.fromkeys(names))

    def _step(self, node: Node, path: str) -> Step | None:
        reading = self._reading
        entries = reading.mapping(node, "a step")
        kind = next((name for name in STEPS if name in entries), None)
        if kind is None:
            for name, entry in entries.items():
                reading.problems.unknown(entry.place, "the step", name, STEPS)
            return None
        keys = reading.keys(node, STEPS[kind])
        match kind:
            case "collect":
                return Collect(path, reading.texts(keys[kind], "collect"), node.place)
            case "do":
                return self._do(path, keys, node)
            case "confirm":
                return Confirm(path, reading.template(keys[kind], "confirm"), node.place)
            case "say":
                return SayText(path, reading.template(keys[kind], "say"), node.place)
            case "end":
                return End(path, reading.name(keys[kind], "end"), node.place)
            case "ask":
                return self._question(path, keys, node)
            case "repeat":
                return self._rounds(path, keys[kind])
            case "call":
                return CallJourney(path, reading.name(keys[kind], "call"), node.place)
            case "hand_over":
                return self._hand_over(path, keys[kind])
            case _:
                return self._branch(path, keys[kind])

    def _do(self, path: str, keys: dict[str, Node], node: Node) -> Do:
        tool = self._reading.name(keys["do"], "do")
        arguments = self._arguments(keys["with"]) if "with" in keys else None
        return Do(path, tool, arguments, node.place, self._secure(keys["secure"]) if "secure" in keys else ())

    def _arguments(self, node: Node) -> tuple[tuple[str, Template], ...]:
        entries = self._reading.named(node, "with")
        return tuple((name, self._reading.template(entry.node, name)) for name, entry in entries.items())

    def _question(self, path: str, keys: dict[str, Node], node: Node) -> Question:
        slot = read_question(f"answer_{path.replace('.', '_')}", keys, node.place, self._reading)
        self.questions.append(slot)
        return Question(
            path=path,
            slot=slot.name,
            yes=self.steps(keys["yes"], f"{path}.yes.") if "yes" in keys else (),
            no=self.steps(keys["no"], f"{path}.no.") if "no" in keys else (),
            place=node.place,
        )

    def _rounds(self, path: str, node: Node) -> Rounds:
        keys = self._reading.keys(node, REPEAT)
        steps = self.steps(keys["steps"], f"{path}.steps.") if "steps" in keys else ()
        return Rounds(
            path=path,
            at_most=self._reading.number(keys["at_most"], "at_most", *BOUNDS["at_most"]) if "at_most" in keys else 1,
            until=self._reading.expression(keys.get("until"), "until"),
            steps=steps,
            slots=tuple(dict.fromkeys(slots_filled(steps))),
            place=node.place,
        )

    def _hand_over(self, path: str, node: Node) -> HandOver:
        keys = self._reading.keys(node, HAND_OVER)
        target = self._reading.text(keys["to"], "to") if "to" in keys else None
        rule = Escalation((), asked_for_human=False, target=target, with_slots=True, place=node.place)
        return HandOver(path, rule, self._reading.note(keys.get("reason"), "reason"), node.place)

    def _secure(self, node: Node) -> tuple[tuple[str, str], ...]:
        entries = self._reading.named(node, "secure")
        return tuple((name, self._reading.name(entry.node, name)) for name, entry in entries.items())

    def _branch(self, path: str, node: Node) -> Branch:
        keys = self._reading.keys(node, BRANCH)
        return Branch(
            path=path,
            when=self._reading.expression(keys.get("when"), "when"),
            then=self.steps(keys["then"], f"{path}.then.") if "then" in keys else (),
            otherwise=self.steps(keys["else"], f"{path}.else.") if "else" in keys else (),
            place=node.place,
        )
