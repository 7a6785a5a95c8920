"""Whether a caller asks for emergency help, by rule: an emergency service that is wanted, its number that is to be
called, or words for a life in danger. Never a journey: what follows is the same for every agent.

    asks_for_emergency_help("I need an ambulance")          # True
    asks_for_emergency_help("the ambulance came, thanks")   # False
"""

from __future__ import annotations

import re
from typing import Final

from voice_agent.emergency import BY_COUNTRY, EVERYWHERE
from voice_agent.understanding.words import normalise

_FIGURES: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBERS: Final = frozenset(
    number for numbers in (EVERYWHERE, *BY_COUNTRY.values()) for number in numbers if len(number) >= 3
)


def _spoken(number: str) -> str:
    return " ".join(_FIGURES[int(figure)] for figure in number)


_NUMBER: Final = "|".join(
    sorted(
        (
            *_NUMBERS,
            *(" ".join(number) for number in _NUMBERS),
            *(_spoken(number) for number in _NUMBERS),
            *(
                f"{word} {figure}"
                for word in ("triple", "treble")
                for figure in ("nine", "zero", "one", "oh", "0", "9")
            ),
            *("one hundred twelve", "nine eleven", "oh oh oh"),
        ),
        key=len,
        reverse=True,
    )
)
_SERVICE: Final = (
    r"(?:ambulances?|paramedics?|(?:the )?police|fire ?(?:brigade|department|service|engine|fighters?|men)|"
    r"emergency (?:services?|help|call|doctor|number)|coast ?guard)"
)
_WANT: Final = (
    r"(?:call|ring|dial|phone|get|send|fetch|alert|need|want|put me through to|connect me (?:to|with)|transfer me to)"
)
_BETWEEN: Final = (
    r"(?: (?:me|us|him|her|for|an?|the|to|some|please|you|can|could|somebody|someone|with|call|talk|get))*"
)
_WANTED: Final = re.compile(rf"\b{_WANT}{_BETWEEN} {_SERVICE}\b")
_BARE: Final = re.compile(rf"(?:an? |the )?{_SERVICE}(?: please| now| quick(?:ly)?| help)*")
_CALLED: Final = re.compile(
    rf"\b(?:call|ring|dial|phone|get|want|need)(?: me| us| for me| the)? (?:{_NUMBER})(?: now| please)*\b(?! \d)"
)
_SOMEBODY: Final = (
    r"(?:someone|somebody|he|she|they|there|my (?:husband|wife|partner|son|daughter|child|baby|boy|girl|mother|father|"
    r"mum|mom|dad|brother|sister|grand\w+|friend|neighbou?r|colleague|flatmate|roommate))"
)
_DANGER: Final = re.compile(
    rf"\b(?:{_SOMEBODY}(?: is|s| are|re| has)? "
    r"(?:dying|not breathing|unconscious|bleeding (?:badly|to death|a lot)|having a (?:heart attack|stroke|seizure)|"
    r"been (?:shot|stabbed)|choking|drowning)|i(?: am|m) (?:dying|having a (?:heart attack|stroke)|bleeding (?:badly|"
    r"to death)|being attacked)|(?:he|she|i) (?:cant|cannot|can not) breathe|(?:house|flat|home|building|kitchen|room) "
    r"is on fire|life (?:or|and) death|medical emergency|(?:this|it) is an emergency help|"
    r"breaking into my (?:house|home|flat))\b"
)
_REFUSED: Final = re.compile(
    r"\b(?:dont|do not|didnt|did not|doesnt|no need to|not|never|wont|without|already|had to|have to have)"
    r"(?: \w+){0,2}$"
)


def asks_for_emergency_help(text: str) -> bool:
    """Whether `text`, as it was recognised, asks for emergency help. A service that is not wanted doesn't count."""
    plain = normalise(text).replace("'", "")
    if _DANGER.search(plain) or _BARE.fullmatch(plain):
        return True
    found = (*_WANTED.finditer(plain), *_CALLED.finditer(plain))
    return any(_REFUSED.search(plain[: match.start()].rstrip()) is None for match in found)
