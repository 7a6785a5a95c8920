"""Replies with gaps: `{order.item}`, `{account:spelled}`, `{due.date:spoken}`. Compiled at load, rendered per channel.

A gap holds a path (slot, tool result, customer, ...) and perhaps a form. A value that is missing when it should be said
raises `MissingValue`: the engine then owns up instead of speaking a sentence with a hole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Value
from voice_agent.journeys.wording import Channel, Numbers, listed, spelled, spoken_date, when

FORMS: Final = ("spelled", "spoken", "when", "choices")
_GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-zA-Z_]\w*)*)(?::([a-z]+))?\}")


class TemplateError(ValueError):
    """The text is not a template; the message says what was found and what is allowed."""


class MissingValue(LookupError):
    """A gap has nothing to hold."""


class Gap(msgspec.Struct, frozen=True):
    """`path` has at least one part; `form` is one of FORMS or None."""

    path: tuple[str, ...]
    form: str | None = None


Part: TypeAlias = str | Gap


class Template(msgspec.Struct, frozen=True):
    source: str
    parts: tuple[Part, ...]

    def gaps(self) -> tuple[Gap, ...]:
        return tuple(part for part in self.parts if isinstance(part, Gap))

    def only_gap(self) -> Gap | None:
        """The gap, where the template is one and nothing else."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Gap) else None


class SlotValue(msgspec.Struct, frozen=True):
    """A filled slot as templates know it. `label` is how people call the value, `choices` the labels of all candidates.

    `value` is None while the slot is empty: then only `choices` can be said.
    """

    slot_type: str
    value: Value | None
    label: str
    choices: tuple[str, ...] = ()


class Values(msgspec.Struct, frozen=True):
    """What gaps are filled from: `names` (paths start there) and `slots`."""

    names: Mapping[str, Any]
    slots: Mapping[str, SlotValue] = {}
    channel: Channel = "phone"
    numbers: Numbers = "grouped"

    def today(self) -> str | None:
        today = self.names.get("today")
        return today if isinstance(today, str) else None


def parse_template(source: str) -> Template:
    """Raises TemplateError for braces that hold no gap, and for unknown forms."""
    parts: list[Part] = []
    end = 0
    for match in _GAP.finditer(source):
        _add_text(parts, source[end : match.start()])
        path, form = match.group(1), match.group(2)
        if form is not None and form not in FORMS:
            raise TemplateError(f"found the form '{form}' in '{match.group()}'; allowed: {', '.join(FORMS)}")
        parts.append(Gap(tuple(path.split(".")), form))
        end = match.end()
    _add_text(parts, source[end:])
    return Template(source, tuple(parts))


def _add_text(parts: list[Part], text: str) -> None:
    if "{" in text or "}" in text:
        raise TemplateError(f"found a brace that is no gap in '{text.strip()}'; allowed: {{name}}, {{name.part:form}}")
    if text != "":
        parts.append(text)


def look_up(names: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at `path`; raises MissingValue where a part is missing or holds nothing."""
    value: Any = names
    for part in path:
        if not isinstance(value, Mapping) or value.get(part) is None:
            raise MissingValue(".".join(path))
        value = value[part]
    return value


def render(template: Template, values: Values) -> str:
    """The text for a channel; raises MissingValue."""
    return "".join(part if isinstance(part, str) else _said(part, values) for part in template.parts)


def plain(template: Template, values: Values) -> Any:
    """What a tool is given: the value itself where the template is a single gap, else text; raises MissingValue."""
    gap = template.only_gap()
    if gap is not None:
        return _raw(gap, values)
    return "".join(part if isinstance(part, str) else str(_raw(part, values)) for part in template.parts)


def _raw(gap: Gap, values: Values) -> Any:
    if len(gap.path) == 1 and gap.path[0] in values.slots:
        value = values.slots[gap.path[0]].value
        if value is None:
            raise MissingValue(gap.path[0])
        return value
    return look_up(values.names, gap.path)


def _said(gap: Gap, values: Values) -> str:
    slot = values.slots.get(gap.path[0]) if len(gap.path) == 1 else None
    if gap.form == "choices":
        return _said_choices(gap, slot)
    if slot is not None and gap.form is None:
        return _said_slot(gap, slot, values)
    raw = _raw(gap, values)
    text = _said_plainly(gap, raw)
    match gap.form:
        case "spelled":
            return spelled(text, values.channel, values.numbers)
        case "spoken":
            return spoken_date(text, values.channel, values.today())
        case "when":
            return when(text, values.channel, values.today())
        case _:
            return text


def _said_choices(gap: Gap, slot: SlotValue | None) -> str:
    if slot is None or not slot.choices:
        raise MissingValue(gap.path[0])
    return listed(slot.choices, "or")


def _said_slot(gap: Gap, slot: SlotValue, values: Values) -> str:
    if slot.value is None:
        raise MissingValue(gap.path[0])
    return spelled(slot.label, values.channel, values.numbers) if slot.slot_type == "digits" else slot.label


def _said_plainly(gap: Gap, raw: Any) -> str:
    match raw:
        case bool():
            return "yes" if raw else "no"
        case str() | int() | float():
            return str(raw)
        case list() | tuple() if all(isinstance(item, str) for item in raw):
            return listed(raw, "and")
        case _:
            raise MissingValue(".".join(gap.path))
