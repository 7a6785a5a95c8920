"""Whether a yes agrees to just what was proposed: what may be said besides it. Decides by words, never by guessing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_WITH_YES: Final = frozenset(
    "i we id do please want wish like love it that this them one thing all of for me my us our you your am im is be "
    "are was in on and so go ahead sir madam maam sure fine good great well hear heard neutral "
    "yo lo la le el los las me mi que de se y eso esto todo quiero queremos por favor claro senor senora ya".split()
)
"""Words that leave a yes what it is."""


def says_nothing_else(besides: str, proposal: Iterable[str]) -> bool:
    """Whether `besides`, said with yes, has only words of the proposal itself and such as go with any yes.

    "Yes, cancel my contract" agrees to "Shall I cancel your contract?"; "yes, if it's free" to nothing.
    """
    return set(_words(besides)) <= _WITH_YES | {word for clause in proposal for word in _words(clause)}


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.replace("'", "").replace("\u2019", "").casefold())
    return _WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))
