"""What a caller's turn means, by grammars, rules and the router's scores: the understander that needs no language
model.

Decides which commands a turn holds, never what follows from them. What was asked for is read first; then what steers
the
conversation (yes, no, again, a person); then which journey is meant.
"""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.conversation import commands as c
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.understanding.act_phrases import Act
from voice_agent.understanding.choices import asks_for_other, read_choice
from voice_agent.understanding.dialogue_acts import ActReading, read_acts
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.emergencies import asks_for_emergency_help
from voice_agent.understanding.keypad import keyed
from voice_agent.understanding.typed import ValueReading, read_unasked
from voice_agent.understanding.values import DIGIT_TYPES, read_best, read_correction, read_value
from voice_agent.understanding.words import normalise, words_of

_SENTENCE = 3
"""Words with content that make a sentence worth routing, or out of scope, rather than a fragment."""
_CORRECTING = frozenset(
    "no not nope wrong sorry wait actually mean meant rather correction instead other change".split()
)
_OF_ONE_BREATH = frozenset({"date", "time", "period"})
"""Types of which one answer may hold several."""
_CARRIERS = frozenset(
    "my number is its it account order the id code reference that would be this here heres one two want to about i "
    "have got a an for of and im calling with me say said sorry wait hi hello please thanks im id in not but".split()
)


def commands_for(
    text: str,
    alternatives: Sequence[str],
    keys: str,
    expectation: Expectation,
    scores: Sequence[tuple[str, float]] | None,
    in_scope: bool,
) -> tuple[AnyCommand, ...]:
    """The commands of one turn, in the order they should be carried out; never empty.

    `scores` are the router's, best first, None where it was not asked. `keys` are keypad keys; they go before words.
    """
    if keys:
        return keyed(keys, expectation)
    if asks_for_emergency_help(text):
        return (c.NeedEmergencyHelp(),)
    acts = read_acts(text)
    out = _about_values(text, tuple(alternatives), expectation, acts)
    out += _steering(acts)
    journey = _journey(text, expectation, acts, out, scores, in_scope=in_scope)
    if journey is not None:
        out = [command for command in out if not isinstance(command, c.Greet | c.Goodbye)]
        out.insert(_place(out), journey)
    if out:
        return tuple(out)
    if acts.acts == (Act.GREET,) and not acts.rest:
        return (c.Greet(),)
    sentence = len(acts.rest.split()) >= _SENTENCE and not _is_partial(text, expectation)
    return (c.NotUnderstood("out_of_scope" if sentence and not in_scope else "unclear"),)


def needs_routing(text: str, keys: str, expectation: Expectation) -> bool:
    """Whether the router's scores could change `commands_for`; False where the grammars account for all that was
    said."""
    if keys or not words_of(text) or asks_for_emergency_help(text):
        return False
    acts = read_acts(text)
    found = _about_values(text, (), expectation, acts)
    if not acts.rest:
        return False
    if expectation.slot is not None and expectation.slot.slot_type == "text":
        return False
    return _could_ask(text, expectation, acts, found)


def _journey(
    text: str,
    expectation: Expectation,
    acts: ActReading,
    found: Sequence[AnyCommand],
    scores: Sequence[tuple[str, float]] | None,
    *,
    in_scope: bool,
) -> c.StartJourney | None:
    if not scores or not in_scope or not _could_ask(text, expectation, acts, found):
        return None
    name, score = scores[0]
    return c.StartJourney(name, score)


def _could_ask(text: str, expectation: Expectation, acts: ActReading, found: Sequence[AnyCommand]) -> bool:
    """Whether anything is left over that could ask for a journey.

    A value that was asked for settles the turn: "it is for my router, 5501 2479" names no new wish.
    """
    settled = any(isinstance(command, c.SetSlot | c.CorrectSlot) for command in found)
    if settled and (expectation.slot is not None or expectation.confirming is not None):
        return False
    if Act.WANT_HUMAN in acts.acts or _is_partial(text, expectation):
        return False
    waiting = expectation.slot is not None or expectation.confirming is not None or expectation.kind == "yes_no"
    if not waiting:
        return bool(acts.rest) and not (settled and len(_content(acts.rest, found)) == 0)
    return len(_content(acts.rest, found)) >= 2


def _content(rest: str, found: Sequence[AnyCommand]) -> list[str]:
    raws = {
        word for command in found if isinstance(command, c.SetSlot | c.CorrectSlot) for word in words_of(command.raw)
    }
    return [word for word in rest.split() if word not in _CARRIERS and word not in raws and not word.isdecimal()]


def _place(out: Sequence[AnyCommand]) -> int:
    """A journey starts after yes or no to what was asked, before the values and wishes that came with it."""
    return sum(isinstance(command, c.Affirm | c.Deny) for command in out)


def _steering(acts: ActReading) -> list[AnyCommand]:
    out: list[AnyCommand] = []
    for act in acts.acts:
        match act:
            case Act.WANT_HUMAN:
                out.append(c.WantHuman())
            case Act.REPEAT:
                out.append(c.Repeat(slower=Act.SLOWER in acts.acts))
            case Act.HOLD_ON:
                out.append(c.HoldOn())
            case Act.CANCEL:
                out.append(c.Cancel())
            case Act.GOODBYE:
                out.append(c.Goodbye())
            case _:
                pass
    # "Sorry?" before a wish, "wait" before words: only what stands alone asks for a pause or a repetition.
    return [
        command
        for command in out
        if not (isinstance(command, c.HoldOn | c.Repeat) and len(acts.rest.split()) >= _SENTENCE)
    ]


def _about_values(
    text: str, alternatives: tuple[str, ...], expectation: Expectation, acts: ActReading
) -> list[AnyCommand]:
    if expectation.confirming is not None:
        return _confirmation(text, alternatives, expectation, acts)
    slot = expectation.slot
    if slot is None:
        return [*_yes_or_no(acts, expectation), *_volunteered(text, expectation)]
    if slot.slot_type == "text" and (acts.rest or not acts.acts):
        return [c.SetSlot(slot.name, text.strip(), text, 0.9)] if text.strip() else []
    other = _correction_of_another(text, expectation)
    if other is not None:
        return [other]
    reading = None if _only_steers(acts) else read_best(slot, text, alternatives, expectation.setting)
    if reading is not None and reading.value is not None:
        others = _volunteered_besides(slot, text, expectation)
        return [c.SetSlot(slot.name, reading.value, reading.raw, reading.score), *others]
    return [*_yes_or_no(acts, expectation), *_volunteered_besides(slot, text, expectation)]


def _only_steers(acts: ActReading) -> bool:
    """ "One moment" holds no figure, "a person please" no choice."""
    steering = {Act.HOLD_ON, Act.REPEAT, Act.WANT_HUMAN, Act.CANCEL, Act.GOODBYE}
    return bool(acts.acts) and not acts.rest and steering.issuperset(acts.acts)


def _yes_or_no(acts: ActReading, expectation: Expectation) -> tuple[AnyCommand, ...]:
    """Yes or no, where it was asked for or where nothing else was said."""
    polarity = acts.polarity
    if polarity is None or (expectation.kind != "yes_no" and acts.rest):
        return ()
    if Act.GOODBYE in acts.acts and expectation.kind != "yes_no":
        return ()
    return (c.Affirm() if polarity is Act.AFFIRM else c.Deny(),)


def _confirmation(
    text: str, alternatives: tuple[str, ...], expectation: Expectation, acts: ActReading
) -> list[AnyCommand]:
    """Yes, no, or another value for what is being read back (or for one confirmed before)."""
    slot = _named(expectation, expectation.confirming)
    polarity = acts.polarity
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


def _correction_of_another(text: str, expectation: Expectation) -> AnyCommand | None:
    """A new value for a slot filled earlier: by its name or by its shape, in a sentence that corrects."""
    asked = expectation.slot.name if expectation.slot is not None else expectation.confirming
    said = set(words_of(text))
    corrects = bool(said & _CORRECTING)
    for slot in expectation.correctable:
        if slot.name == asked or slot.value is None:
            continue
        named = slot.name.replace("_", " ") in normalise(text)
        if not named and not (corrects and _only_fits(slot, expectation, text)):
            continue
        changed = read_correction(slot, text, (), expectation.setting)
        if changed is not None and changed.value != slot.value and (named or changed.value is not None):
            return _correct(slot, changed)
    return None


def _only_fits(slot: SlotView, expectation: Expectation, text: str) -> bool:
    """The text holds a whole value of `slot` and none of the slot that was asked for."""
    asked, setting = expectation.slot, expectation.setting
    if read_value(slot, text, setting) is None:
        return False
    return asked is None or read_value(asked, text, setting) is None


def _correct(slot: SlotView, changed: ValueReading) -> c.CorrectSlot:
    return c.CorrectSlot(slot.name, changed.value, changed.raw, changed.score)


def _volunteered(text: str, expectation: Expectation) -> list[AnyCommand]:
    """Values that nobody asked for yet; figures whose length is known, and choices by their labels."""
    out: list[AnyCommand] = []
    for slot in expectation.correctable:
        reading = None
        if slot.choices:
            choice = read_choice(text, slot.choices, slot.value)
            reading = None if choice is None else ValueReading(choice.value, choice.raw, choice.score)
        elif slot.slot_type in DIGIT_TYPES and slot.length is not None:
            reading = read_value(slot, text, expectation.setting)
        else:
            reading = read_unasked(slot, text, expectation.setting)
        if reading is None or reading.value == slot.value or reading.value is None:
            continue
        if slot.value is None:
            out.append(c.SetSlot(slot.name, reading.value, reading.raw, reading.score))
        elif set(words_of(text)) & _CORRECTING:
            out.append(_correct(slot, reading))
    return out


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
    return out


def _is_partial(text: str, expectation: Expectation) -> bool:
    """Part of a number that was asked for: not clear, but not a wish either."""
    slot = expectation.slot
    if slot is None or slot.slot_type not in DIGIT_TYPES or slot.choices:
        return False
    reading = read_digits(text)
    return reading is not None and len(reading.value) >= _SENTENCE
