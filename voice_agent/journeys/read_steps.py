"""The steps of a journey, each with its path (`2`, `2.then.0`), under which the engine remembers that it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from voice_agent.journeys.pack import Branch, Collect, Confirm, Do, End, SayText, Step, Tool
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node
from voice_agent.journeys.templates import Template
from voice_agent.journeys.vocabulary import BRANCH, STEPS


class StepReader:
    """Reads the steps of one journey; `tools` are the journey's own."""

    def __init__(self, reading: Reading, tools: Mapping[str, Tool]) -> None:
        self._reading = reading
        self._tools = tools

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
            case _:
                return self._branch(path, keys[kind])

    def _do(self, path: str, keys: dict[str, Node], node: Node) -> Do:
        tool = self._reading.name(keys["do"], "do")
        return Do(path, tool, self._arguments(keys["with"]) if "with" in keys else None, node.place)

    def _arguments(self, node: Node) -> tuple[tuple[str, Template], ...]:
        entries = self._reading.named(node, "with")
        return tuple((name, self._reading.template(entry.node, name)) for name, entry in entries.items())

    def _branch(self, path: str, node: Node) -> Branch:
        keys = self._reading.keys(node, BRANCH)
        return Branch(
            path=path,
            when=self._reading.expression(keys.get("when"), "when"),
            then=self.steps(keys["then"], f"{path}.then.") if "then" in keys else (),
            otherwise=self.steps(keys["else"], f"{path}.else.") if "else" in keys else (),
            place=node.place,
        )
