"""What a turn wishes for, out of what a router says of it and of its parts: one journey, several, or one of two.

"I want to track my order and also change my address" is two wishes when each half, read alone, is clearly one of
them. What the caller does *not* want is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Final

import msgspec

from voice_agent.conversation.commands import Frustration, StartJourney
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.router import QUESTION, Routing
from voice_agent.understanding.words import normalise

MOST_PARTS: Final = 4
_SHORTEST_PART: Final = 2
"""Words of a part that may be a wish of its own."""
_SURE_PART: Final = 0.5
"""A part is a wish of its own only where it is surer than this: halves of one wish are vague."""
_TRACE: Final = 0.01
_CLOSE: Final = 0.4
"""Journeys within this share of the likeliest are about as likely."""
_CLEAR: Final = 0.6
"""A likeliest journey above this is taken, however close the next."""
_MOST_CLOSE: Final = 3

_JOINTS: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(
        r"\s*(?:[.;?!]+\s+|,?\s+\b(?:and (?:also|then|after that|while you(?:'re| are) at it)|and|also|plus|then|"
        r"as well as|after that|besides)\b)\s*",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\s*(?:[.;?!]+\s+|,?\s+\b(?:y (?:también|tambien|además|ademas|luego|después|despues)|y|e|también|tambien|"
        r"además|ademas|luego|aparte)\b)\s*",
        re.IGNORECASE,
    ),
}
_OPENERS: Final = re.compile(r"^(?:and|also|plus|then|y|también|tambien|además|ademas)\b[\s,]*", re.IGNORECASE)
_UNWANTED: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:i (?:really |just )?(?:do not|don'?t|did not|didn'?t|am not|'m not)|i'?m not|not|no,? i'?m not) "
        r"(?:want(?:ing)? to|need to|trying to|calling to|calling about|asking to|asking for|asking about|looking to|"
        r"here to)\b"
        r"[^,.;?!]*?(?=\s+but\b|\s+i (?:want|need|would|'d)|\s+i'd|[,.;?!]|$)",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\bno (?:quiero|quería|queria|necesito|pretendo|llamo para|llamo por|pido|estoy pidiendo) "
        r"[^,.;?!]*?(?=\s+(?:sino|pero)\b|\s+quiero\b|[,.;?!]|$)",
        re.IGNORECASE,
    ),
}

_SENT: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:(?:[^\W\d]+ ){1,3}(?:said|says|told me|suggested|thought|thinks|recommended)|i was told) (?:that )?"
        r"(?:i (?:should|could|ought to|had better) |to )(?:just |simply )?(?:call|ring|phone)(?: you| here| in| up)?"
        r"\b(?! (?:me |you |us )?back)(?=\W*(?:[,.;?!]|$))",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:[^\W\d]+ ){1,3}me (?:dijo|dijeron|ha dicho|recomendó|sugirió) que (?:les |os |te |le )?llamara"
        r"(?=\W*(?:[,.;?!]|$))",
        re.IGNORECASE,
    ),
}
"""Why somebody calls: that others said so is no wish to be called, whatever words it is made of."""


class Judgement(msgspec.Struct, frozen=True):
    """What trained parts say of a turn; rules over its words go before them.

    `journeys` are wished for, in the order said; `close` are two or more that one wish may mean, likeliest first;
    `question`: it is like what the knowledge articles answer. `tells_facts`: the journey answers questions about facts,
    as its examples show. `acts` and `frustration` are what a head makes of it.
    """

    journeys: tuple[StartJourney, ...] = ()
    close: tuple[str, ...] = ()
    question: bool = False
    tells_facts: bool = False
    acts: tuple[Act, ...] = ()
    frustration: Frustration | None = None


def wanted(text: str, language: str = "en") -> str:
    """`text` without what the caller says not to want, or was told to call for; empty where that is all."""
    known = language if language in _UNWANTED else "en"
    left = _SENT[known].sub(" ", _UNWANTED[known].sub(" ", text))
    return re.sub(r"^[\s,.;!?]*(?:(?:but|sino|pero)\s+)?", "", left).strip()


def parts_of(text: str, language: str = "en") -> tuple[str, ...]:
    """`text` and, where it may hold several wishes, its parts in order: what a router is asked about."""
    joints = _JOINTS[language if language in _JOINTS else "en"]
    parts = [_OPENERS.sub("", part) for part in joints.split(text)]
    parts = [part for part in parts if len(normalise(part).split()) >= _SHORTEST_PART]
    return (text, *parts) if 2 <= len(parts) <= MOST_PARTS else (text,)


def judge(routings: Sequence[Routing], factual: Set[str] = frozenset()) -> Judgement:
    """The wishes in a turn, given a routing of the whole and of each of its parts; `factual` journeys tell facts."""
    if not routings:
        return Judgement()
    several = _several(routings[0], routings[1:])
    if len(several) > 1:
        return Judgement(journeys=several)
    whole = routings[0]
    if not whole.in_scope:
        # A long turn may hold its wish in one part: "hi, I was on the bus just now, and my router is broken".
        return Judgement(journeys=several)
    if whole.scores[0][0] == QUESTION:
        return Judgement(question=True)
    close = _close(whole)
    if len(close) > 1:
        return Judgement(close=close)
    best = StartJourney(*whole.scores[0])
    return Judgement(journeys=(best,), tells_facts=best.journey in factual)


def _several(whole: Routing, parts: Sequence[Routing]) -> tuple[StartJourney, ...]:
    """The wishes of parts that are sure and of which the whole has a trace too."""
    traces = dict(whole.scores)
    out: dict[str, float] = {}
    for part in parts:
        if not part.in_scope or part.scores[0][0] == QUESTION:
            continue
        journey, score = part.scores[0]
        if score < _SURE_PART or (whole.in_scope and traces.get(journey, 0.0) < _TRACE):
            continue
        out[journey] = max(score, out.get(journey, 0.0))
    return tuple(StartJourney(journey, score) for journey, score in out.items())


def _close(routing: Routing) -> tuple[str, ...]:
    best = routing.scores[0][1]
    if best >= _CLEAR:
        return ()
    near = [journey for journey, score in routing.scores[:_MOST_CLOSE] if score >= _CLOSE * best]
    return tuple(journey for journey in near if journey != QUESTION)
