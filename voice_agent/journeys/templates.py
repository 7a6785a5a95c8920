"""Replies with gaps: `{order.item}`, `{account:spelled}`, `{due.date:spoken}`. Compiled at load, rendered per channel.

A gap holds a path (slot, tool result, customer, ...) and perhaps a form. A value that is missing when it should be said
raises `MissingValue`: the engine then owns up instead of speaking a sentence with a hole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Value
from voice_agent.journeys.alphabets import by_alphabet
from voice_agent.journeys.links import announced_links, spoken_links
from voice_agent.journeys.slot_wording import BY_ALPHABET, said_by_form, said_value
from voice_agent.journeys.wording import Channel, Numbers, listed, spelled, twice, when, yes_or_no

FORMS: Final = ("spelled", "twice", "phonetic", "spoken", "when", "choices")
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
    """`variants` say the same in other languages, by their codes; it is itself in the folder's first one."""

    source: str
    parts: tuple[Part, ...]
    variants: tuple[tuple[str, Template], ...] = ()

    def within(self, language: str) -> Template:
        """The text in `language`, itself where there is none."""
        for code, variant in self.variants:
            if code == language:
                return variant
        return self

    def gaps(self) -> tuple[Gap, ...]:
        """Those of every language."""
        own = [part for part in self.parts if isinstance(part, Gap)]
        return (*own, *(gap for _, variant in self.variants for gap in variant.gaps()))

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
    """What gaps are filled from: `names` (paths start there) and `slots`; `language` is the one to speak.

    `said` is told the names and words that gaps are filled with: what a caller may want to have spelled. `link` is said
    in the place of links on the phone, which are said in words where it is empty. `region` is the agent's country.
    `misheard` is a slot whose letters are said by an alphabet.
    """

    names: Mapping[str, Any]
    slots: Mapping[str, SlotValue] = {}
    channel: Channel = "phone"
    numbers: Numbers = "grouped"
    language: str = "en"
    said: list[str] | None = None
    link: str = ""
    region: str = "ZZ"
    misheard: str | None = None

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


def in_languages(said: Mapping[str, Template], languages: Sequence[str]) -> Template:
    """One template out of one for each of `languages`, the first of which it is itself."""
    present = [code for code in languages if code in said]
    if not present:
        return parse_template("")
    first = said[present[0]]
    return Template(first.source, first.parts, tuple((code, said[code]) for code in present[1:]))


def wordings(said: Mapping[str, Sequence[Template]], languages: Sequence[str]) -> tuple[Template, ...]:
    """Wordings in the order of trying; a language that has fewer says its last one again."""
    known = {code: said[code] for code in languages if said.get(code)}
    count = max((len(own) for own in known.values()), default=0)
    return tuple(
        in_languages({code: own[min(number, len(own) - 1)] for code, own in known.items()}, languages)
        for number in range(count)
    )


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
    """The text for a channel, in a language; raises MissingValue."""
    parts = template.within(values.language).parts
    text = "".join(part if isinstance(part, str) else _said(part, values) for part in parts)
    if values.channel != "phone":
        return text
    return spoken_links(text, values.language) if values.link == "" else announced_links(text, values.link)


def substance(template: Template, values: Values) -> tuple[Any, ...]:
    """What a text says whichever the language it is said in: two are equal where they say the same."""
    return (template.source, *(_substance(gap, values) for gap in template.parts if isinstance(gap, Gap)))


def _substance(gap: Gap, values: Values) -> Any:
    return _said(gap, values) if gap.form == "choices" else _raw(gap, values)


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
        return _said_choices(gap, slot, values)
    if slot is not None and gap.form is None:
        return _said_slot(gap, slot, values)
    raw = _raw(gap, values)
    text = _said_plainly(gap, raw, values.language)
    if isinstance(raw, str) and gap.form in (None, "spelled", "twice"):
        _tell(text, values)
    match gap.form:
        case "spelled":
            return spelled(text, values.channel, values.numbers)
        case "twice":
            return twice(text, values.channel, values.numbers, values.language)
        case "spoken":
            return said_by_form(text, values.channel, values.today(), values.language)
        case "phonetic":
            return by_alphabet(text, values.language) if values.channel == "phone" else text
        case "when":
            return when(text, values.channel, values.today(), values.language)
        case _:
            return text


def _said_choices(gap: Gap, slot: SlotValue | None, values: Values) -> str:
    if slot is None or not slot.choices:
        raise MissingValue(gap.path[0])
    return listed(slot.choices, "or", values.language)


def _said_slot(gap: Gap, slot: SlotValue, values: Values) -> str:
    if slot.value is None:
        raise MissingValue(gap.path[0])
    if not isinstance(slot.value, bool):
        _tell(slot.label, values)
    if gap.path[0] == values.misheard and values.channel == "phone" and slot.slot_type in BY_ALPHABET:
        return by_alphabet(slot.label, values.language)
    return said_value(
        slot.slot_type,
        slot.label,
        values.channel,
        values.numbers,
        values.today(),
        values.language,
        region=values.region,
    )


def _tell(text: str, values: Values) -> None:
    if values.said is not None:
        values.said.append(text)


def _said_plainly(gap: Gap, raw: Any, language: str) -> str:
    match raw:
        case bool():
            return yes_or_no(raw, language)
        case str() | int() | float():
            return str(raw)
        case list() | tuple() if all(isinstance(item, str) for item in raw):
            return listed(raw, "and", language)
        case _:
            raise MissingValue(".".join(gap.path))
