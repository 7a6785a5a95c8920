"""The possible values of a slot that takes one out of the caller's own records, and how people call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from voice_agent.conversation.expectation import Choice, SlotView, Value
from voice_agent.journeys.pack import Candidates, Slot
from voice_agent.journeys.slot_types import FILLED_ALONE
from voice_agent.journeys.templates import MissingValue, SlotValue, look_up
from voice_agent.journeys.wording import yes_or_no

_NAMING = ("name", "item", "title", "label")
"""Fields that things are called by."""


class Candidate(msgspec.Struct, frozen=True):
    """`record` is what expressions and templates see under the slot's name; `labels` are never empty."""

    value: Value
    labels: tuple[str, ...]
    record: Any


def fields_said(slot: Slot, slots: Iterable[Slot], said: Mapping[str, SlotValue]) -> dict[str, Value]:
    """Of the list that `slot` is taken from, the fields whose values the caller has given in other slots before."""
    if slot.source is None:
        return {}
    fields: dict[str, Value] = {}
    for other in slots:
        value = said[other.name].value if other.name in said else None
        if other is slot or other.source is None or value is None or other.source.path != slot.source.path:
            continue
        fields[other.source.value if other.source.value is not None else "id"] = value
    return fields


def candidates_of(
    slot: Slot, slots: Iterable[Slot], said: Mapping[str, SlotValue], names: Mapping[str, Any], language: str
) -> tuple[Candidate, ...]:
    """Every value that `slot` may take after what was `said` in the journey's other `slots`."""
    return candidates_for(slot, names, language, fields_said(slot, slots, said))


def fills_alone(slot: Slot, candidates: Sequence[Candidate]) -> bool:
    """Whether it need not be asked for: it is no proof of who calls, and there is one possible value."""
    return slot.slot_type in FILLED_ALONE and slot.source is not None and len(candidates) == 1


def candidates_for(
    slot: Slot, names: Mapping[str, Any], language: str = "en", fields: Mapping[str, Value] = {}
) -> tuple[Candidate, ...]:
    """Every value that `slot` may take, in order; none for a slot whose values aren't listed.

    Only of those items that hold `fields`: whoever has given a postcode is one of those who live there.
    Raises MissingValue where the list isn't there: a tool's result has another shape than the journey says.
    """
    if slot.source is None:
        return tuple(Candidate(choice.value, choice.labels, choice.value) for choice in slot.choices_within(language))
    listed = look_up(names, slot.source.path)
    if not isinstance(listed, list | tuple):
        raise MissingValue(".".join(slot.source.path))
    found: dict[Value, Candidate] = {}
    for item in listed:
        if isinstance(item, Mapping) and any(item.get(field) != value for field, value in fields.items()):
            continue
        candidate = _candidate(item, slot.source)
        found.setdefault(candidate.value, candidate)
    return _told_apart(tuple(found.values()))


def _candidate(item: Any, source: Candidates) -> Candidate:
    if source.value is None:
        if isinstance(item, Mapping):
            return _by_custom(item, source)
        if not isinstance(item, str | int):
            raise MissingValue(".".join(source.path))
        return Candidate(item, (str(item),), item)
    if not isinstance(item, Mapping) or not isinstance(item.get(source.value), str | int):
        raise MissingValue(f"{'.'.join(source.path)}.{source.value}")
    value: Value = item[source.value]
    labels = tuple(str(item[field]) for field in source.labels if isinstance(item.get(field), str | int))
    return Candidate(value, labels if labels else (str(value),), item)


def _by_custom(item: Mapping[str, Any], source: Candidates) -> Candidate:
    """An object of which the journey names no fields: its `id` is the value, what names it are labels."""
    value = item.get("id")
    if not isinstance(value, str | int):
        raise MissingValue(f"{'.'.join(source.path)}.id")
    labels = tuple(str(item[field]) for field in _NAMING if isinstance(item.get(field), str))
    return Candidate(value, (str(value), *labels), item)


def _told_apart(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Two orders of the same thing are called by the thing and what else is known of them."""
    first = Counter(candidate.labels[0].lower() for candidate in candidates)
    return tuple(
        msgspec.structs.replace(candidate, labels=(" ".join(candidate.labels), *candidate.labels[1:]))
        if first[candidate.labels[0].lower()] > 1
        else candidate
        for candidate in candidates
    )


def matching(value: Value, candidates: tuple[Candidate, ...]) -> Candidate | None:
    """The candidate that `value` is, or whose only name it is."""
    for candidate in candidates:
        if str(candidate.value) == str(value):
            return candidate
    wanted = str(value).strip().lower()
    named = [one for one in candidates if wanted in (label.lower() for label in one.labels)]
    return named[0] if len(named) == 1 else None


def slot_value(slot: Slot, value: Value | None, candidates: tuple[Candidate, ...], language: str = "en") -> SlotValue:
    """A slot as templates know it."""
    chosen = None if value is None else matching(value, candidates)
    if isinstance(value, bool):
        label = yes_or_no(value, language)
    else:
        by_label = chosen is not None and (slot.slot_type == "reference" or slot.source is None)
        label = chosen.labels[0] if chosen is not None and by_label else str(value)
    return SlotValue(slot.slot_type, value, label, tuple(candidate.labels[0] for candidate in candidates))


def slot_view(slot: Slot, value: Value | None, candidates: tuple[Candidate, ...]) -> SlotView:
    """A slot as understanding knows it."""
    choices = tuple(
        Choice(candidate.value, tuple(dict.fromkeys(label.lower() for label in candidate.labels)))
        for candidate in candidates
    )
    return SlotView(slot.name, slot.slot_type, slot.length, choices, value, formats=slot.formats, tense=slot.tense)
