"""One file of `journeys/` to a Journey. It looks at no other file: `check` compares them."""

from __future__ import annotations

import re
from typing import Final, cast

from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.pack import Journey, Level, Policy, Provision, Tool
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.rate_card import Evidence, Outcome
from voice_agent.journeys.read_agent import AgentFile, read_languages
from voice_agent.journeys.read_blocks import read_blocks
from voice_agent.journeys.read_rates import read_hours
from voice_agent.journeys.read_secure import with_secure
from voice_agent.journeys.read_slots import read_slots
from voice_agent.journeys.read_steps import StepReader
from voice_agent.journeys.reading import NAME, Reading
from voice_agent.journeys.source import Entry, Node
from voice_agent.journeys.steps import Escalation, Planning
from voice_agent.journeys.templates import Template
from voice_agent.journeys.vocabulary import (
    EFFECTS,
    ESCALATE,
    ESCALATE_WHEN,
    HANDED_OVER,
    JOURNEY,
    LEVEL_NAMES,
    LINKS,
    NUMBERS,
    ON_BARGE_IN,
    OUTCOME,
    POLICY,
    POLICY_ON_FAIL,
    PROVIDES,
    STATES,
    TOOL,
    VOICE,
    WHEN,
)

PLANNED_AT: Final = "0"
"""The path of the one step of a journey whose steps are planned."""
_ASKED_FOR_HUMAN: Final = "asked_for_human"
_EVIDENCE: Final = re.compile(
    r"(?:(?P<tool>[a-z]\w*)\.(?P<ok>ok|failed)"
    r"|policy\.(?P<policy>[a-z]\w*)\.(?P<held>passed|failed)"
    r"|(?P<identity>identity)\.(?P<verified>verified))\Z"
)


class JourneyReader:
    """Reads one journey of `agent`, whose texts its policies may name."""

    def __init__(self, problems: Problems, agent: AgentFile) -> None:
        self._reading = Reading(problems, agent.settings.languages)
        self._texts = agent.texts
        self.used_texts: set[str] = set()

    def read(self, root: Node) -> Journey:
        keys = self._reading.keys(root, JOURNEY)
        if "languages" in keys:
            own = read_languages(keys["languages"], self._reading.languages, self._reading)
            self._reading = Reading(self._reading.problems, own if own else self._reading.languages)
        reading = self._reading
        tools = tuple(self._tool(*item) for item in self._named(keys, "tools"))
        reader = StepReader(reading, {tool.name: tool for tool in tools})
        if "voice" in keys:
            reading.keys(keys["voice"], VOICE)
        steps = reader.steps(keys["steps"]) if "steps" in keys else (Planning(PLANNED_AT, root.place),)
        examples_in, observe, state = self._when(keys.get("when"))
        return Journey(
            name=reading.name(keys["journey"], "journey") if "journey" in keys else "",
            goal=reading.text(keys["goal"], "goal") if "goal" in keys else "",
            place=keys["journey"].place if "journey" in keys else root.place,
            steps=steps,
            questions=tuple(reader.questions),
            observe=observe,
            examples=tuple(example for _, examples in examples_in for example in examples),
            examples_in=examples_in,
            state=state,
            title=reading.template(keys["title"], "title") if "title" in keys else None,
            simulations=reading.texts(keys["simulations"], "simulations") if "simulations" in keys else (),
            languages=reading.languages,
            needs=self._needs(keys.get("needs")),
            provides=self._provides(keys["provides"]) if "provides" in keys else None,
            slots=with_secure(read_slots(keys.get("slots"), reading), keys.get("secure"), reading),
            tools=tools,
            policies=tuple(self._policy(*item) for item in self._named(keys, "policies")),
            blocks=read_blocks(keys["blocks"], reading, self._texts) if "blocks" in keys else (),
            escalations=self._escalations(keys.get("escalate")),
            outcomes=tuple(self._outcome(*item) for item in self._named(keys, "outcomes")),
            numbers="one_by_one" if self._voice(keys.get("voice"), "numbers", NUMBERS) == "one_by_one" else "grouped",
            links="by_text_message" if self._voice(keys.get("voice"), "links", LINKS) == LINKS[1] else "spoken",
        )

    def _named(self, keys: dict[str, Node], key: str) -> list[tuple[str, Entry]]:
        return list(self._reading.named(keys[key], key).items()) if key in keys else []

    def _when(self, node: Node | None) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str, Expression | None]:
        """Examples by language, what a model is told, what must hold."""
        if node is None:
            return (), "", None
        keys = self._reading.keys(node, WHEN)
        examples = self._examples(keys["examples"]) if "examples" in keys else ()
        state = self._reading.expression(keys["state"], "state") if "state" in keys else None
        return examples, self._reading.text(keys["observe"], "observe") if "observe" in keys else "", state

    def _examples(self, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """By language: `examples: {en: [...], es: [...]}`, or a list where there is one language."""
        reading = self._reading
        if isinstance(node.content, dict):
            said = reading.said(node, "examples").items()
            return tuple((code, reading.texts(own, "examples")) for code, own in said)
        if len(reading.languages) > 1:
            listed = ", ".join(f"{code}: [...]" for code in reading.languages)
            reading.problems.add(node.place, f"found examples in one language; allowed: {{{listed}}}")
        return ((reading.languages[0], reading.texts(node, "examples")),)

    def _needs(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        items = self._reading.items(node, "needs")
        return tuple(self._reading.one_of(item, "in needs", STATES) for item in items)

    def _provides(self, node: Node) -> Provision:
        keys = self._reading.keys(node, PROVIDES)
        if "state" in keys:
            self._reading.one_of(keys["state"], "the state", STATES)
        return Provision(
            check=self._reading.expression(keys.get("check"), "check"),
            otherwise=self._reading.template(keys.get("otherwise"), "otherwise"),
            customer=self._reading.name(keys["customer"], "customer") if "customer" in keys else None,
            place=node.place,
        )

    def _tool(self, name: str, entry: Entry) -> Tool:
        keys = self._reading.keys(entry.node, TOOL)
        effect = self._reading.one_of(keys["effect"], "the effect", EFFECTS) if "effect" in keys else "write"
        tool = Tool(
            name=name,
            effect="read" if effect == "read" else "write",
            place=entry.place,
            requires=self._reading.texts(keys["requires"], "requires") if "requires" in keys else (),
            idempotency=self._reading.name(keys["idempotency"], "idempotency") if "idempotency" in keys else None,
            prefetch="prefetch" in keys and self._reading.flag(keys["prefetch"], "prefetch"),
            blocking="blocking" not in keys or self._reading.flag(keys["blocking"], "blocking"),
            on_barge_in="cancel" if self._barge_in(keys) == "cancel" else "keep",
            idempotent="idempotent" in keys and self._reading.flag(keys["idempotent"], "idempotent"),
            filler=self._reading.template(keys["filler"], "filler") if "filler" in keys else None,
            progress=self._reading.template(keys["progress"], "progress") if "progress" in keys else None,
            arguments=self._arguments(keys["with"]) if "with" in keys else None,
            confirm=self._reading.template(keys["confirm"], "confirm") if "confirm" in keys else None,
        )
        self._check_write(tool)
        return tool

    def _arguments(self, node: Node) -> tuple[tuple[str, Template | None], ...]:
        """`with: {order: "{order}"}`, or `with: [order]`: names of arguments whose values are chosen later."""
        if not isinstance(node.content, dict):
            names = (self._reading.name(item, "with") for item in self._reading.items(node, "with"))
            return tuple((name, None) for name in names)
        entries = self._reading.named(node, "with")
        return tuple((name, self._reading.template(entry.node, name)) for name, entry in entries.items())

    def _barge_in(self, keys: dict[str, Node]) -> str:
        key = "on_barge_in"
        return self._reading.one_of(keys[key], key, ON_BARGE_IN) if key in keys else "keep"

    def _check_write(self, tool: Tool) -> None:
        if tool.effect == "write" and tool.prefetch:
            self._reading.problems.add(tool.place, "found 'prefetch: true' in a tool that writes; allowed: in reads")
        if tool.effect == "write" and not tool.requires:
            message = f"found the write '{tool.name}' without 'requires'; allowed: confirmed, policy.NAME"
            self._reading.problems.add(tool.place, message, "Write: requires: [confirmed]")

    def _policy(self, name: str, entry: Entry) -> Policy:
        reading = self._reading
        keys = reading.keys(entry.node, POLICY)
        if ("check" in keys) == ("observe" in keys) and isinstance(entry.node.content, dict):
            found = "both 'check' and 'observe'" if "check" in keys else "a policy without 'check'"
            reading.problems.add(entry.place, f"found {found}; allowed: one of 'check' and 'observe'")
        if "tolerance" in keys and "observe" not in keys:
            reading.problems.add(keys["tolerance"].place, "found 'tolerance' beside 'check'; allowed: with 'observe'")
        usual = "refuse" if "check" in keys else "transfer"
        on_fail = reading.one_of(keys["on_fail"], "on_fail", POLICY_ON_FAIL) if "on_fail" in keys else usual
        tolerance = reading.one_of(keys["tolerance"], "tolerance", LEVEL_NAMES) if "tolerance" in keys else "medium"
        return Policy(
            name=name,
            check=reading.expression(keys.get("check"), "check"),
            observe=reading.text(keys["observe"], "observe") if "observe" in keys else "",
            tolerance=cast(Level, tolerance),
            on_fail="transfer" if on_fail == "transfer" else "refuse",
            say=self._text_or_name(keys["say"]) if "say" in keys else None,
            place=entry.place,
        )

    def _text_or_name(self, node: Node) -> Template:
        """A text, or the name of one of the agent's texts."""
        if isinstance(node.content, dict):
            return self._reading.template(node, "say")
        text = self._reading.text(node, "say")
        if NAME.match(text) is None:
            return self._reading.template(node, "say")
        self.used_texts.add(text)
        if text not in self._texts:
            self._reading.problems.unknown(node.place, "the text", text, sorted(self._texts))
            return self._reading.compiled(node, "")
        return self._texts[text][0]

    def _escalations(self, node: Node | None) -> tuple[Escalation, ...]:
        if node is None:
            return ()
        return tuple(self._escalation(item) for item in self._reading.items(node, "escalate"))

    def _escalation(self, node: Node) -> Escalation:
        keys = self._reading.keys(node, ESCALATE)
        conditions = self._conditions(keys["when"]) if "when" in keys else ()
        given = tuple(
            self._reading.one_of(item, "with", HANDED_OVER)
            for item in (self._reading.items(keys["with"], "with") if "with" in keys else ())
        )
        return Escalation(
            conditions=tuple(
                self._reading.expression(item, "when") for item in conditions if item.content != _ASKED_FOR_HUMAN
            ),
            asked_for_human=any(item.content == _ASKED_FOR_HUMAN for item in conditions),
            target=self._reading.text(keys["to"], "to") if "to" in keys else None,
            with_slots="with" not in keys or "slots" in given,
            with_trace="trace" in given,
            place=node.place,
        )

    def _conditions(self, node: Node) -> tuple[Node, ...]:
        if not isinstance(node.content, dict):
            return (node,)
        keys = self._reading.keys(node, ESCALATE_WHEN)
        return self._reading.items(keys["any"], "any") if "any" in keys else ()

    def _outcome(self, name: str, entry: Entry) -> Outcome:
        keys = self._reading.keys(entry.node, OUTCOME)
        found = self._reading.texts(keys["evidence"], "evidence") if "evidence" in keys else ()
        read = [self._evidence(text, entry.place) for text in found]
        return Outcome(
            name,
            tuple(item for item in read if item is not None),
            entry.place,
            read_hours(keys["reopen"], self._reading) if "reopen" in keys else None,
            "bill" in keys and self._reading.flag(keys["bill"], "bill"),
        )

    def _evidence(self, text: str, place: Place) -> Evidence | None:
        match = _EVIDENCE.match(text)
        if match is None:
            if text != "":
                allowed = "TOOL.ok, TOOL.failed, policy.NAME.passed, policy.NAME.failed, identity.verified"
                self._reading.problems.add(place, f"found the evidence '{text}'; allowed: {allowed}")
            return None
        if match["policy"] is not None:
            return Evidence("policy", match["policy"], match["held"])
        if match["identity"] is not None:
            return Evidence("identity", "identity", "verified")
        return Evidence("tool", match["tool"], match["ok"])

    def _voice(self, node: Node | None, key: str, allowed: tuple[str, ...]) -> str:
        """The key of `voice`, the first of `allowed` where it is not there."""
        entries = node.content if node is not None and isinstance(node.content, dict) else {}
        return self._reading.one_of(entries[key].node, key, allowed) if key in entries else allowed[0]
