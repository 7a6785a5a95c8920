"""Where a value comes from, and whether a write may rest on it: the customer, a tool, the journey; never a model.

A value counts as the customer's where the words it was read from stand in what was said, or where it was read back and
the customer said yes to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from voice_agent.conversation.commands import CorrectSlot, SetSlot
from voice_agent.conversation.expectation import SlotView

Source: TypeAlias = Literal["customer", "tool", "journey", "model"]
Sources: TypeAlias = Mapping[str, tuple[Source, ...]]
"""By the name of an argument: all that it is made of."""

TRUSTED: Final[frozenset[Source]] = frozenset({"customer", "tool", "journey"})
_WORD: Final = re.compile(r"[^\W_]+")


def source_of(command: SetSlot | CorrectSlot, said: Sequence[str], view: SlotView | None) -> Source:
    """ "customer" where the value's words were said (`said`: the turn's text, its alternatives, its keys), or a name of
    it was; else "model": somebody has made it up, or understood more than was said."""
    heard = [set(_words(text)) for text in said]
    raw = set(_words(command.raw))
    if raw and any(raw <= words for words in heard):
        return "customer"
    if raw and any(_closed_up(command.raw) in _closed_up(text) for text in said):
        return "customer"
    labels = () if view is None else (c.labels for c in view.choices if str(c.value) == str(command.value))
    named = {word for names in labels for name in names for word in _words(name)}
    return "customer" if any(named & words for words in heard) else "model"


def untrusted(arguments: Iterable[str], sources: Sources) -> str | None:
    """The first argument that a write may not rest on, None where there is none."""
    for name in arguments:
        made_of = sources.get(name)
        if made_of is None or not TRUSTED.issuperset(made_of):
            return name
    return None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))


def _closed_up(text: str) -> str:
    return "".join(_words(text))
