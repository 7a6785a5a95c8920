"""The values in a turn: what was asked for, what is corrected, what is volunteered, and yes or no to a read-back.

Reads, and decides nothing about journeys; `values` holds the grammars.
"""

from __future__ import annotations

import re

from voice_agent.conversation import commands as c
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.expectation import Expectation, SlotView, Value
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.another import wants_another, without_another
from voice_agent.understanding.beginnings import beginning
from voice_agent.understanding.choices import asks_for_other, read_choice
from voice_agent.understanding.dialogue_acts import ActReading
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.going_on import gone_on
from voice_agent.understanding.no_preference import accepts_any, read_no_preference
from voice_agent.understanding.parts_of_day import any_hour, wants_any
from voice_agent.understanding.pieces import begun_by, is_anew, joined
from voice_agent.understanding.question_forms import asks_what
from voice_agent.understanding.typed import ValueReading, read_unasked
from voice_agent.understanding.values import DIGIT_TYPES, read_best, read_correction, read_value
from voice_agent.understanding.words import normalise, words_of

_FIGURES_OF_A_NUMBER = 3
"""So many figures are part of a number, and not a quantity."""
_CORRECTING = frozenset(
    "no not nope wrong sorry wait actually mean meant rather correction instead other change".split()
)
_ANYTHING_FITS = frozenset({"text", "address", "name", "spelled", "alphanumeric"})
"""Types that nearly every sentence could be read as: only where the slot is named, and then what follows the name."""
_NAMED_ONLY = _ANYTHING_FITS | {"yes_no"}
"""Types whose value says nothing of which slot is meant: a "no" is rarely about what was asked long before."""
_SAYS_LITTLE = frozenset({"other", "another", "none", "no", "yes", "something else"})
"""Words for a choice that are said of other things too."""
_OBJECT = (
    r"(?:my|our|your|his|her|their|the|this|that|these|those|it|them|an?|on|around|along|forward|ahead|"
    r"to (?:an?other|your|the) (?:provider|company|supplier|competitor|appointment|day|date|time|slot|plan|tariff))\b"
)
"""After a word in -ing: then something is done to something, and that is no reason, state or kind."""
_LINKING = r"(?: number)?(?: (?:is|are|was|to|should be|has to be))?(?: to)?"
_YES_WORDS = frozenset("yes yeah yep yup sure please si claro".split())
"""With these "thanks" is a manner of yes; "okay, thanks" may as well be the end of it."""
_NO_NEW_VALUE = 0.9
_WITH_YES = frozenset({Act.AFFIRM, Act.GREET, Act.THANK, Act.GOODBYE})
_OF_ONE_BREATH = frozenset({"date", "time", "period"})
"""Types of which one answer may hold several."""


def values_in(text: str, alternatives: tuple[str, ...], expectation: Expectation, acts: ActReading) -> list[AnyCommand]:
    """Commands about values and, where it was asked, yes or no; empty where the turn holds none."""
    if expectation.confirming is not None:
        return _confirmation(text, alternatives, expectation, acts)
    slot = expectation.slot
    if slot is None:
        other = _correction_of_another(text, expectation)
        unasked = volunteered(text, expectation)
        if other is not None and other not in unasked:
            no = [c.Deny()] if other.value is None and acts.polarity is Act.DENY else []
            return [*no, other, *(each for each in unasked if isinstance(each, c.SetSlot))]
        return [*_yes_or_no(text, acts, expectation), *unasked]
    if slot.slot_type == "text" and (acts.rest or not acts.acts):
        return [c.SetSlot(slot.name, text.strip(), text, 0.9)] if text.strip() else []
    other = _correction_of_another(text, expectation)
    if other is not None:
        return [other]
    whichever = read_no_preference(slot, text, expectation.setting) if expectation.begun is None else None
    if whichever is not None and whichever.value is not None:
        return [c.SetSlot(slot.name, whichever.value, whichever.raw, whichever.score)]
    asks = bool(slot.choices) and asks_what(text, expectation.setting.language)
    leaves = slot.slot_type == "text" and Act.GOODBYE in acts.acts
    reading = None if asks or leaves else _read_asked(slot, text, alternatives, expectation, acts)
    if reading is not None and reading.value is not None:
        others = _volunteered_besides(slot, text, expectation)
        return [c.SetSlot(slot.name, reading.value, reading.raw, reading.score), *others]
    begun = None if asks or _only_steers(acts) else begun_by(text, expectation, acts)
    if begun is not None:
        return [begun]
    return [*_yes_or_no(text, acts, expectation), *_volunteered_besides(slot, text, expectation)]


def _read_asked(
    slot: SlotView, text: str, alternatives: tuple[str, ...], expectation: Expectation, acts: ActReading
) -> ValueReading | None:
    """The value that was asked for: as the turn has it by itself, or as it completes what was begun before."""
    if expectation.begun is None:
        found = None if _only_steers(acts) else read_best(slot, text, alternatives, expectation.setting)
        return any_hour(slot, text, expectation.setting) if found is None and wants_any(text) else found
    whole = read_value(slot, text, expectation.setting) if not _only_steers(acts) else None
    if whole is not None and is_anew(whole, expectation):
        return whole
    completed = joined(text, alternatives, expectation, acts)
    if completed is not None or whole is not None or _only_steers(acts):
        return completed if completed is not None else whole
    return read_best(slot, text, alternatives, expectation.setting)


def _only_steers(acts: ActReading) -> bool:
    """ "One moment" holds no figure, "a person please" no choice."""
    steering = {Act.HOLD_ON, Act.REPEAT, Act.WANT_HUMAN, Act.CALL_BACK, Act.OFFERS, Act.CANCEL, Act.GOODBYE}
    return bool(acts.acts) and not acts.rest and steering.issuperset(acts.acts)


def _yes_or_no(text: str, acts: ActReading, expectation: Expectation) -> tuple[AnyCommand, ...]:
    """Yes or no, where it was asked for or where nothing else was said."""
    polarity = acts.polarity
    if polarity is None or (expectation.kind != "yes_no" and acts.rest):
        return ()
    if Act.GOODBYE in acts.acts and expectation.kind != "yes_no":
        return ()
    if polarity is Act.DENY:
        return (c.Deny(),)
    accepts = not _YES_WORDS.intersection(words_of(text)) and Act.THANK in (*acts.acts, *acts.asides)
    thanks = (c.Thank(),) if accepts else ()
    return (c.Affirm(_besides(acts)), *thanks)


def _besides(acts: ActReading) -> str:
    """What was said besides yes: words that no phrase covers, and the names of acts that don't go with one."""
    others = [act.value for act in (*acts.acts, *acts.asides) if act not in _WITH_YES]
    return " ".join([*acts.rest.split(), *others])


def _confirmation(
    text: str, alternatives: tuple[str, ...], expectation: Expectation, acts: ActReading
) -> list[AnyCommand]:
    """Yes, no, or another value for what is being read back (or for one confirmed before)."""
    slot = _named(expectation, expectation.confirming)
    polarity = acts.polarity
    breath = slot is not None and slot.slot_type in _OF_ONE_BREATH
    if breath and accepts_any(text, expectation.setting.language):
        return [c.Affirm()]
    if slot is not None and acts.polarity is None:
        longer = gone_on(slot, text, expectation.setting)
        if longer is not None:
            return [_correct(slot, longer)]
    if acts.rest or asks_for_other(text):
        changed = None if slot is None else read_correction(slot, text, alternatives, expectation.setting)
        if slot is not None and changed is not None:
            if changed.value == slot.value:
                return (
                    [c.Deny()]
                    if polarity is Act.DENY and read_value(slot, text, expectation.setting) is None
                    else [c.Affirm()]
                )
            return [_correct(slot, changed)]
        other = _correction_of_another(text, expectation)
        if other is not None:
            return [other]
    if polarity is Act.AFFIRM:
        return [c.Affirm()]
    return [c.Deny()] if polarity is Act.DENY else []


def _named(expectation: Expectation, name: str | None) -> SlotView | None:
    views = (*(() if expectation.slot is None else (expectation.slot,)), *expectation.correctable)
    return next((view for view in views if view.name == name), None)


def _correction_of_another(text: str, expectation: Expectation) -> c.CorrectSlot | None:
    """A new value for a slot filled earlier: by its name or by its shape, in a sentence that corrects."""
    asked = expectation.slot.name if expectation.slot is not None else expectation.confirming
    month = _month_of_a_day(text, expectation)
    if month is not None:
        return month
    filled = [slot for slot in expectation.correctable if slot.name != asked and slot.value is not None]
    plain = without_another(text)
    named = [slot for slot in filled if _after_name(slot, text) is not None]
    fitting = [
        slot
        for slot in filled
        if slot not in named and slot.slot_type not in _NAMED_ONLY and _only_fits(slot, expectation, plain)
    ]
    if not _corrects(text, expectation) or len(fitting) > 1:
        fitting = []
    for slot in (*named, *fitting):
        part = _after_name(slot, text) if slot.slot_type in _ANYTHING_FITS else None
        changed = read_correction(slot, plain if part is None else part, (), expectation.setting)
        if changed is not None and changed.value != slot.value and (slot in named or changed.value is not None):
            return _correct(slot, changed)
    unwanted = next((slot for slot in filled if wants_another(slot, text)), None)
    return None if unwanted is None else c.CorrectSlot(unwanted.name, None, text, _NO_NEW_VALUE)


def _month_of_a_day(text: str, expectation: Expectation) -> c.CorrectSlot | None:
    """The month of the one day that was given before: "the fifth", and a turn later "of March"."""
    if expectation.slot is not None and expectation.slot.slot_type in _OF_ONE_BREATH - {"time"}:
        return None
    days = [slot for slot in expectation.correctable if slot.slot_type == "date" and slot.value is not None]
    moved = gone_on(days[0], text, expectation.setting) if len(days) == 1 else None
    return None if moved is None else _correct(days[0], moved)


def _corrects(text: str, expectation: Expectation) -> bool:
    return expectation.changing or bool(set(words_of(text)) & _CORRECTING)


def _after_name(slot: SlotView, text: str) -> str | None:
    """What follows the slot's name, or the last word of it ("the day is ..."); None where it isn't named."""
    last = slot.name.rsplit("_", 1)[-1]
    for name in (slot.name.replace("_", " "), last):
        found = re.search(rf"\b{re.escape(name)}\b{_LINKING}[ :,]*", text, re.IGNORECASE)
        if found is not None:
            return text[found.end() :]
    return None


def _only_fits(slot: SlotView, expectation: Expectation, text: str) -> bool:
    """The text holds a whole value of `slot` and none of the slot that was asked for."""
    asked, setting = expectation.slot, expectation.setting
    if read_value(slot, text, setting) is None:
        return False
    return asked is None or read_value(asked, text, setting) is None


def _correct(slot: SlotView, changed: ValueReading) -> c.CorrectSlot:
    return c.CorrectSlot(slot.name, changed.value, changed.raw, changed.score)


def volunteered(text: str, expectation: Expectation) -> list[AnyCommand]:
    """Values that nobody asked for yet; figures whose length is known, and choices by their labels."""
    out: list[AnyCommand] = []
    for slot in expectation.correctable:
        reading = None
        if slot.choices:
            choice = read_choice(text if slot.value is None else without_another(text), slot.choices, slot.value)
            said = choice is not None and (slot.value is not None or _is_said(choice.value, slot, text))
            reading = ValueReading(choice.value, choice.raw, choice.score) if choice is not None and said else None
        elif slot.slot_type in DIGIT_TYPES and slot.length is not None:
            reading = read_value(slot, text, expectation.setting)
        else:
            reading = read_unasked(slot, text, expectation.setting)
        if reading is None or reading.value == slot.value or reading.value is None:
            continue
        if slot.value is None:
            out.append(c.SetSlot(slot.name, reading.value, reading.raw, reading.score))
        elif _corrects(text, expectation):
            out.append(_correct(slot, reading))
    return out


def _is_said(value: Value, slot: SlotView, text: str) -> bool:
    """Whether one of the words for `value` was said as it stands: where nobody asked, likeness is not enough."""
    words = f" {normalise(text)} "
    labels = (label for choice in slot.choices if choice.value == value for label in choice.labels)
    return any(_stands_in(normalise(label), words) for label in labels if label not in _SAYS_LITTLE)


def _stands_in(label: str, words: str) -> bool:
    """Whether `label` stands in `words` by itself: "I'm moving", and not "I'm moving my appointment"."""
    ending = rf"(?! {_OBJECT})" if label.endswith("ing") else ""
    return re.search(rf" {re.escape(label)}(?= ){ending}", words) is not None


def _volunteered_besides(asked: SlotView, text: str, expectation: Expectation) -> list[AnyCommand]:
    """Empty slots that the answer to `asked` fills as well: "Tuesday at four"."""
    if asked.slot_type not in _OF_ONE_BREATH:
        return []
    others = [slot for slot in expectation.correctable if slot.name != asked.name and slot.value is None]
    out: list[AnyCommand] = []
    for slot in others:
        reading = read_unasked(slot, text, expectation.setting) if slot.slot_type != asked.slot_type else None
        if reading is not None and reading.value is not None:
            out.append(c.SetSlot(slot.name, reading.value, reading.raw, reading.score))
        elif slot.slot_type == "time" and asked.slot_type == "date":
            part = beginning(slot, text, expectation.setting)
            out += [] if part is None else [c.BeginSlot(slot.name, part.value, part.raw)]
    return out


def is_partial(text: str, expectation: Expectation) -> bool:
    """Part of a number that was asked for: not clear, but not a wish either."""
    slot = expectation.slot
    if slot is None or slot.slot_type not in DIGIT_TYPES or slot.choices:
        return False
    reading = read_digits(text)
    return reading is not None and len(reading.value) >= _FIGURES_OF_A_NUMBER
