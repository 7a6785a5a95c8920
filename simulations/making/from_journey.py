"""Scenarios of a journey as far as its folder tells: every way of asking, every choice, each question both ways, each
tool down. Pure.

    made = scenarios_of(pack, journey, facts={"account": "55012479", "order": "the fibre router"})
    made.scenarios, made.needed

What a caller says is taken from the journey's own examples, choices and questions, and from `facts`, by the names of
slots. Which way a branch or a policy goes depends on the agent's data: whether the scenarios reach it, runs tell
(`coverage`); what no value is known for is in `needed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from simulations.making.chief_words import chief_words
from simulations.scenario import Answer, Expect, Line, Scenario, Who
from simulations.scenario_world import Mock
from voice_agent.card_numbers import passes_luhn
from voice_agent.journeys.pack import Journey, Pack, Slot
from voice_agent.journeys.slot_types import SlotType
from voice_agent.journeys.steps import CallJourney, Confirm, Question, steps_within
from voice_agent.journeys.templates import Template

ANY_CALLER: Final = "+15550100100"
SAMPLES: Final[Mapping[SlotType, str]] = {
    "yes_no": "Yes.",
    "number": "Two.",
    "text": "It has been like that for days.",
    "date": "Tomorrow.",
    "time": "Ten in the morning.",
    "period": "In the morning.",
    "money": "Twenty dollars.",
    "email": "jo dot doe at example dot com.",
    "phone": "Five five five, oh one oh, oh one two three.",
    "postcode": "Zero four two one zero.",
    "name": "Jo Doe.",
    "address": "Twelve Baker Street.",
    "reference": "The first one.",
}
"""What is said for a slot of which nothing else is known. Digits and codes can't be made up."""
CARD_DIGITS: Final = 16
RIGHT: Final = r"is that right|is that correct|¿es correcto|¿está bien"
ELSE: Final = r"anything else|help you with|algo más"
TIMES: Final = 3


class Made(msgspec.Struct, frozen=True):
    """`needed`: slots that no value is known for, and why."""

    scenarios: tuple[Scenario, ...]
    needed: tuple[str, ...]


def scenarios_of(
    pack: Pack, journey: Journey, *, facts: Mapping[str, str], number: str = ANY_CALLER, keys: bool = True
) -> Made:
    """Those of one journey. Without examples nobody could ask for it, and there are none. `keys`: callers have a keypad
    for what is keyed in confidence."""
    if not journey.examples:
        return Made((), (f"{journey.name}: has no examples, so no caller can ask for it",))
    maker = Maker(pack, journey, facts=facts, number=number, keys=keys)
    return Made(tuple(maker.all()), maker.needed)


class Maker:
    """Of one journey. `facts` go before samples; where the caller has `keys`, numbers in confidence are keyed.

    `needed` are slots that no answer is known for."""

    def __init__(self, pack: Pack, journey: Journey, *, facts: Mapping[str, str], number: str, keys: bool) -> None:
        self._journey = journey
        self._involved = tuple(_involved(pack, journey))
        self._number = number
        slots = [(one, slot) for one in self._involved for slot in one.slots]
        self._known = {slot.name: value for _, slot in slots if (value := _value(slot, facts)) is not None}
        secure = [slot for _, slot in slots if slot.secure is not None]
        self._keyed = {slot.name: _keyed(slot, facts) for slot in secure} if keys else {}
        self.needed = tuple(
            f"{one.name}.{slot.name} ({slot.slot_type}): give a value in facts"
            for one, slot in slots
            if slot.name not in self._known and slot.secure is None
        )

    @property
    def involved(self) -> tuple[Journey, ...]:
        return self._involved

    def all(self) -> Iterator[Scenario]:
        for at, example in enumerate(self._journey.examples, start=1):
            yield self._scenario(f"asked_{at}", example)
        first = self._journey.examples[0]
        for slot in self._journey.slots:
            yield from self._of_slot(slot, first)
        for at, step in enumerate(steps_within(self._journey.steps), start=1):
            match step:
                case Confirm(text=text):
                    denied = Answer(when=_pattern(text), say="No.", times=1)
                    yield self._scenario(f"denied_{at}", first, before=(denied,), reaches=False)
                case Question(slot=name):
                    question = self._journey.slot(name)
                    assert question is not None, "a compiled question has its slot"
                    for word in ("Yes.", "No."):
                        answer = Answer(when=_asked(question), say=word, times=TIMES)
                        yield self._scenario(f"{name}_{word[:-1].lower()}", first, before=(answer,))
                case _:
                    pass
        for tool in self._journey.tools:
            down = Mock(error="is down", failing="unreached", times="always")
            yield self._scenario(f"{tool.name}_down", first, reaches=False, mocks={tool.name: (down,)})
            if tool.effect == "write":
                lost = Mock(error="nothing came back", failing="uncertain", times="always")
                yield self._scenario(f"{tool.name}_uncertain", first, reaches=False, mocks={tool.name: (lost,)})
        person = Answer(when=ELSE, say="Let me speak to a person, please.", times=1)
        yield self._scenario("person", first, before=(person,), reaches=False)

    def made_so(self, name: str, said: Mapping[str, str], mocks: dict[str, tuple[Mock, ...]]) -> Scenario:
        """A caller who answers as `said`, by slot, to tools that say what `mocks` have them say."""
        slots = [(slot, said[slot.name]) for slot in self._slots() if slot.name in said]
        answers = tuple(Answer(when=_asked(slot), say=value, times=TIMES) for slot, value in slots)
        return self._scenario(name, self._journey.examples[0], before=answers, reaches=False, mocks=mocks)

    def _slots(self) -> Iterator[Slot]:
        for journey in self._involved:
            yield from (*journey.slots, *journey.questions)

    def _of_slot(self, slot: Slot, first: str) -> Iterator[Scenario]:
        """Each value that there is to choose; a number keyed; a value put right when it is read back."""
        for choice in slot.choices:
            said = Answer(when=_asked(slot), say=choice.labels[0].capitalize(), times=TIMES)
            yield self._scenario(f"{slot.name}_{_slug(str(choice.value))}", first, before=(said,))
        value = self._known.get(slot.name)
        if slot.slot_type == "digits" and value is not None and value.isdecimal() and slot.secure is None:
            keyed = Answer(when=_asked(slot), keys=value, times=TIMES)
            yield self._scenario(f"{slot.name}_keyed", first, before=(keyed,))
        if value is not None and slot.confirm == "readback":
            corrected = Answer(when=RIGHT, say=f"No, {value}", times=1)
            yield self._scenario(f"{slot.name}_said_again", first, before=(corrected,))

    def _scenario(
        self,
        name: str,
        asked: str,
        *,
        before: tuple[Answer, ...] = (),
        reaches: bool = True,
        mocks: dict[str, tuple[Mock, ...]] | None = None,
    ) -> Scenario:
        whenever = [*before]
        for journey in self._involved:
            for slot in (*journey.slots, *journey.questions):
                if slot.name in self._keyed:
                    whenever.append(Answer(when=_asked(slot), keys=self._keyed[slot.name], times=TIMES))
                elif slot.name in self._known:
                    whenever.append(Answer(when=_asked(slot), say=self._known[slot.name], times=TIMES))
            confirms = [step for step in steps_within(journey.steps) if isinstance(step, Confirm)]
            whenever += [Answer(when=_pattern(step.text), say="Yes.", times=TIMES) for step in confirms]
        whenever.append(Answer(when=RIGHT, say="Yes.", times=2 * TIMES))
        return Scenario(
            v=2,
            scenario=f"{self._journey.name}_{name}",
            who=Who(self._number),
            about=f"Made from the journey {self._journey.name}: {name.replace('_', ' ')}.",
            tags=("made_from_journey", self._journey.name),
            lines=(
                Line(after="greeting", say=asked),
                Line(only_if=ELSE, say="No, that's all. Goodbye."),
                Line(only_if="goodbye|adiós", hang_up=True),
            ),
            whenever=tuple(whenever),
            mocks={} if mocks is None else mocks,
            expect=Expect(journey=self._journey.name if reaches else None),
        )


def _involved(pack: Pack, journey: Journey) -> Iterator[Journey]:
    """The journey, the one that finds out who calls where it must, and those that its steps go through."""
    by_name = {one.name: one for one in pack.journeys}
    names = [step.journey for step in steps_within(journey.steps) if isinstance(step, CallJourney)]
    if journey.needs and pack.agent.identification is not None:
        names.insert(0, pack.agent.identification)
    yield journey
    yield from (by_name[name] for name in dict.fromkeys(names) if name in by_name and name != journey.name)


def _value(slot: Slot, facts: Mapping[str, str]) -> str | None:
    if slot.name in facts:
        return facts[slot.name]
    if slot.choices:
        return slot.choices[0].labels[0].capitalize()
    if slot.secure is not None:
        return None
    return SAMPLES.get(slot.slot_type) if slot.source is None or slot.slot_type == "reference" else None


def _keyed(slot: Slot, facts: Mapping[str, str]) -> str:
    """The keys of a number that looks as it has to, and the one that ends it."""
    assert slot.secure is not None
    if slot.name in facts:
        return f"{facts[slot.name]}#"
    lengths = slot.secure.lengths
    length = CARD_DIGITS if CARD_DIGITS in lengths else lengths[0]
    body = "4" + "1" * (length - 1)
    if slot.secure.check == "none":
        return f"{body}#"
    return next(f"{number}#" for last in range(10) if passes_luhn(number := f"{body[:-1]}{last}"))


def _asked(slot: Slot) -> str:
    """A pattern of any of a slot's questions."""
    return "|".join(dict.fromkeys(_pattern(ask) for ask in slot.asks))


def _pattern(text: Template) -> str:
    """The chief words of what is written in a text, leaving out what its gaps hold."""
    return chief_words(" ".join(part for part in text.parts if isinstance(part, str))) or "$^"


def _slug(value: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in value.lower())
