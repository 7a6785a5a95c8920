"""What of an agent a set of runs has reached, and what not: steps, branches both ways, policies, tools, slots. Pure.

    reached(records, explanation)              # of one conversation, as names such as "track_order/step 2"
    coverage(pack, all_names)                  # which of all that there are were reached

Only what decided in a call counts: a branch that was looked at counts for the way that it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.notes import ConditionChecked, Explanation, StepReached
from voice_agent.conversation.records import Record
from voice_agent.conversation.state import fold
from voice_agent.journeys.pack import Journey, Pack
from voice_agent.journeys.steps import Branch, Collect, Planning, steps_within


class Coverage(msgspec.Struct, frozen=True):
    """Names in the order of the agent folder."""

    covered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """0..1, 1 where there is nothing to cover."""
        total = len(self.covered) + len(self.missing)
        return 1.0 if total == 0 else len(self.covered) / total


def coverage(pack: Pack, names: Iterable[str]) -> Coverage:
    """What of `pack` is among `names`."""
    wanted, found = tuple(dict.fromkeys(everything(pack))), set(names)
    return Coverage(
        tuple(name for name in wanted if name in found),
        tuple(name for name in wanted if name not in found),
    )


def adding(reached: Sequence[Iterable[str]], wanted: Iterable[str]) -> list[int]:
    """Which of several runs to keep so that all of `wanted` that any reached is reached; those that add most first."""
    missing, sets = set(wanted), [set(names) for names in reached]
    kept: list[int] = []
    while sets:
        best = max(range(len(sets)), key=lambda at: len(sets[at] & missing))
        if not sets[best] & missing:
            break
        kept.append(best)
        missing -= sets[best]
    return kept


def everything(pack: Pack) -> Iterator[str]:
    """All that runs could reach in `pack`."""
    for journey in pack.journeys:
        yield from _steps(journey)
        for policy in journey.policies:
            yield from (f"{journey.name}/policy {policy.name} {way}" for way in ("holds", "fails"))
        yield from (f"{journey.name}/tool {tool.name}" for tool in journey.tools)
        for slot in journey.slots:
            yield f"{journey.name}/slot {slot.name} ({slot.slot_type})"
        yield from (f"{journey.name}/outcome {outcome.name}" for outcome in journey.outcomes)


def reached(pack: Pack, records: Sequence[Record], explanation: Explanation) -> tuple[str, ...]:
    """What one conversation came to, without repeats, in order. Without an explanation only what the log tells."""
    names: dict[str, None] = {}
    collects = {
        (journey.name, step.path): step.slots
        for journey in pack.journeys
        for step in steps_within(journey.steps)
        if isinstance(step, Collect)
    }
    for _, note in explanation.notes:
        match note:
            case StepReached(journey=journey, path=path):
                names[f"{journey}/step {path}"] = None
                for slot in collects.get((journey, path), ()):
                    names[_slot(pack, journey, slot)] = None
            case ConditionChecked(journey=journey, what="branch", name=name, held=held):
                names[f"{journey}/branch {name} {'holds' if held else 'fails'}"] = None
            case ConditionChecked(journey=journey, what="policy", name=name, held=held):
                names[f"{journey}/policy {name} {'holds' if held else 'fails'}"] = None
            case _:
                pass
    names |= dict.fromkeys(_tools(records, explanation))
    names |= {f"{outcome.journey}/outcome {outcome.outcome}": None for outcome in fold(records).outcomes}
    known = set(everything(pack))
    return tuple(name for name in names if name in known)


def _tools(records: Sequence[Record], explanation: Explanation) -> Iterator[str]:
    """Tools that answered, by the journey that stood at a step last when they were called."""
    steps = [(seq, note.journey) for seq, note in explanation.notes if isinstance(note, StepReached)]
    answered = {one.entry.call for one in records if isinstance(one.entry, ev.ToolReturned)}
    for record in records:
        if isinstance(record.entry, act.CallTool) and record.entry.call in answered:
            journey = next((journey for seq, journey in reversed(steps) if seq < record.seq), None)
            yield f"{journey}/tool {record.entry.tool}"


def _steps(journey: Journey) -> Iterator[str]:
    for step in steps_within(journey.steps):
        match step:
            case Branch(path=path):
                yield from (f"{journey.name}/branch {path} {way}" for way in ("holds", "fails"))
            case Planning():
                pass
            case _:
                yield f"{journey.name}/step {step.path}"


def _slot(pack: Pack, journey: str, name: str) -> str:
    found = next((one.slot(name) for one in pack.journeys if one.name == journey), None)
    return "" if found is None else f"{journey}/slot {found.name} ({found.slot_type})"
