"""The slots of a journey: what is asked, how an answer must look, and what happens when none comes."""

from __future__ import annotations

from typing import Final, get_args

from voice_agent.canonical.patterns import is_pattern
from voice_agent.conversation.expectation import Choice, Tense
from voice_agent.journeys.pack import Candidates, ConfirmStyle, OnFail, Slot
from voice_agent.journeys.problems import Place
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.slot_types import SlotType
from voice_agent.journeys.source import Entry, Node
from voice_agent.journeys.templates import Template
from voice_agent.journeys.vocabulary import (
    BOUNDS,
    CONFIRM_STYLES,
    FROM,
    NEEDED_KEYS,
    ON_FAIL,
    SLOT,
    SLOT_TYPES,
    TENSES,
    TYPE_KEYS,
)

_RETRIES: Final = 2
_CONFIRM: Final[dict[str, ConfirmStyle]] = {
    "digits": "readback",
    "reference": "implicit",
    "number": "implicit",
    "text": "never",
    "choice": "never",
    "yes_no": "never",
    **dict.fromkeys(("date", "time", "period", "money"), "implicit"),
    **dict.fromkeys(("email", "phone", "postcode", "alphanumeric", "order_id", "spelled"), "readback"),
    **dict.fromkeys(("name", "address"), "readback"),
}


def read_slots(node: Node | None, reading: Reading) -> tuple[Slot, ...]:
    if node is None:
        return ()
    return tuple(_slot(name, entry, reading) for name, entry in reading.named(node, "slots").items())


def _slot(name: str, entry: Entry, reading: Reading) -> Slot:
    keys = reading.keys(entry.node, SLOT)
    choices_in = _choices_in(keys["values"], reading) if "values" in keys else ()
    known_type = _slot_type(keys.get("type"), reading)
    slot_type: SlotType = "text" if known_type is None else known_type
    if known_type is not None:
        _check_type_keys(slot_type, keys, entry.place, reading)
    return Slot(
        name=name,
        slot_type=slot_type,
        asks=_asks(keys.get("ask"), reading),
        confirm=_confirm(slot_type, keys.get("confirm"), reading),
        retries=reading.number(keys["retries"], "retries", *BOUNDS["retries"]) if "retries" in keys else _RETRIES,
        on_fail=_on_fail(keys.get("on_fail"), reading),
        place=entry.place,
        length=reading.number(keys["length"], "length", *BOUNDS["length"]) if "length" in keys else None,
        choices=choices_in[0][1] if choices_in else (),
        source=_source(keys["from"], reading) if "from" in keys else None,
        readback=reading.template(keys["readback"], "readback") if "readback" in keys else None,
        choices_in=choices_in[1:],
        tense=_tense(keys.get("tense"), reading),
        formats=_formats(keys["format"], reading) if "format" in keys else (),
    )


def read_question(name: str, keys: dict[str, Node], place: Place, reading: Reading) -> Slot:
    """What an `ask` step fills: yes or no where it leads on by it, one of its `values`, else the caller's words."""
    slot_type: SlotType = "yes_no" if "yes" in keys or "no" in keys else "choice" if "values" in keys else "text"
    if slot_type == "yes_no" and "values" in keys:
        reading.problems.add(keys["values"].place, "found 'values' beside 'yes' and 'no'; allowed: one or the other")
    choices_in = _choices_in(keys["values"], reading) if slot_type == "choice" else ()
    return Slot(
        name=reading.name(keys["as"], "as") if "as" in keys else name,
        slot_type=slot_type,
        asks=_asks(keys["ask"], reading),
        confirm="never",
        retries=_RETRIES,
        on_fail="transfer",
        place=place,
        choices=choices_in[0][1] if choices_in else (),
        choices_in=choices_in[1:],
    )


def _slot_type(node: Node | None, reading: Reading) -> SlotType | None:
    """None where there is no such type: which keys it takes is not known either."""
    found = reading.text(node, "type") if node is not None else ""
    for slot_type in get_args(SlotType):
        if found == slot_type:
            known: SlotType = slot_type
            return known
    if node is not None and found != "":
        reading.problems.unknown(node.place, "the type", found, SLOT_TYPES)
    return None


def _check_type_keys(slot_type: str, keys: dict[str, Node], place: Place, reading: Reading) -> None:
    for key, types in TYPE_KEYS.items():
        if key in keys and slot_type not in types:
            message = f"found '{key}' in a slot of type '{slot_type}'; allowed: in {', '.join(types)}"
            reading.problems.add(keys[key].place, message)
    needed = NEEDED_KEYS.get(slot_type, ())
    if needed and not any(key in keys for key in needed):
        names = " or ".join(f"'{key}'" for key in needed)
        message = f"found a slot of type '{slot_type}' without {names}"
        reading.problems.add(place, f"{message}; allowed: with it")


def _asks(node: Node | None, reading: Reading) -> tuple[Template, ...]:
    if node is None:
        return ()
    asks = reading.templates(node, "ask")
    if not asks:
        reading.problems.add(node.place, "found no wording for 'ask'; allowed: a text or a list of texts")
    return asks


def _confirm(slot_type: str, node: Node | None, reading: Reading) -> ConfirmStyle:
    if node is not None:
        found = reading.one_of(node, "confirm", CONFIRM_STYLES)
        for style in get_args(ConfirmStyle):
            if found == style:
                known: ConfirmStyle = style
                return known
    return _CONFIRM[slot_type]


def _tense(node: Node | None, reading: Reading) -> Tense:
    found = "any" if node is None else reading.one_of(node, "tense", TENSES)
    return "past" if found == "past" else "future" if found == "future" else "any"


def _formats(node: Node, reading: Reading) -> tuple[str, ...]:
    """One pattern or a list of them."""
    formats = reading.texts(node, "format")
    for text in formats:
        if text != "" and not is_pattern(text):
            message = f"found '{text}' for format; allowed: # for a figure, @ for a letter, * for either, and capitals"
            reading.problems.add(node.place, message, "Such as AB-#### for AB-1234.")
    return formats


def _on_fail(node: Node | None, reading: Reading) -> OnFail:
    return "end" if node is not None and reading.one_of(node, "on_fail", ON_FAIL) == "end" else "transfer"


def _choices_in(node: Node, reading: Reading) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The values in the words of each language, the first one first."""
    return tuple((code, _choices(node, reading, code)) for code in reading.languages)


def _choices(node: Node, reading: Reading, language: str) -> tuple[Choice, ...]:
    """`values: {damaged: [broken, cracked]}` or `values: [damaged, other]`: the key itself is always a label.

    Words may stand by language, `damaged: {en: [broken], es: [roto]}`: then those come before the key.
    """
    if isinstance(node.content, tuple):
        for item in node.content:
            _check_words(reading.text(item, "a value"), item, reading)
        return tuple(_choice(reading.text(item, "a value"), ()) for item in node.content)
    choices: list[Choice] = []
    for name, entry in reading.mapping(node, "values").items():
        if isinstance(entry.node.content, dict):
            own = reading.said(entry.node, "the words for a value").get(language)
            words = () if own is None else reading.texts(own, "the words for a value")
            choices.append(_choice(name, words, after=True))
        else:
            _check_words(name, entry.node, reading)
            choices.append(_choice(name, reading.texts(entry.node, "the words for a value")))
    if not choices:
        reading.problems.add(node.place, "found no values; allowed: at least one")
    return tuple(choices)


def _check_words(name: str, node: Node, reading: Reading) -> None:
    """A value is called by its key in one language only."""
    if len(reading.languages) > 1 and any(mark.isalpha() for mark in name):
        listed = ", ".join(f"{code}: [...]" for code in reading.languages)
        reading.problems.add(node.place, f"found the value '{name}' with words in one language; allowed: {{{listed}}}")


def _choice(name: str, words: tuple[str, ...], *, after: bool = False) -> Choice:
    key = name.replace("_", " ").lower()
    said = tuple(word.lower() for word in words)
    labels = (*said, key) if after else (key, *said)
    return Choice(name, tuple(dict.fromkeys(labels)))


def _source(node: Node, reading: Reading) -> Candidates:
    """`from: customer.orders`, or `from: {list: customer.orders, value: id, labels: [item]}`."""
    if not isinstance(node.content, dict):
        return Candidates(_path(node, reading, "from"))
    keys = reading.keys(node, FROM)
    return Candidates(
        path=_path(keys["list"], reading, "list") if "list" in keys else (),
        value=reading.text(keys["value"], "value") if "value" in keys else None,
        labels=reading.texts(keys["labels"], "labels") if "labels" in keys else (),
    )


def _path(node: Node, reading: Reading, what: str) -> tuple[str, ...]:
    text = reading.text(node, what)
    parts = tuple(text.split("."))
    if text != "" and not all(part.isidentifier() for part in parts):
        reading.problems.add(node.place, f"found '{text}' for {what}; allowed: a path such as customer.orders")
    return parts
